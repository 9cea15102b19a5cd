"""The kiosk's skins: the link to the hall's server and the ticket printer.

They do what the model wants and tell what came of it.
"""
