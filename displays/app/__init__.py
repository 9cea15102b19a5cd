"""The command line of the displays' programs, their settings, and the joining of model, link and outputs."""
