"""ESC/POS without any wire: what a printer says of itself, and what a stream of print bytes means."""
