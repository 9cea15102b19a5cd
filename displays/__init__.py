"""Displays of the hall: the TV board, LED controllers and voice boxes."""
