"""The kiosk's command line, its settings, and the joining of model, glass, link and printer."""
