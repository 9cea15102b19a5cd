"""Chance that can be repeated."""

from random import Random


def drawn(seed: int, *names: str) -> Random:
    """A generator of its own for whatever is named: the same seed and names draw the same, whatever else is drawn."""
    return Random("/".join((str(seed), *names)))
