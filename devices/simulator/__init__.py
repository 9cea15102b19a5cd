"""Simulated devices on pseudo-terminals or TCP: printer, LED bar, caller. For tests, demos and training."""
