"""How long to wait before trying again. Pure: chance is an argument."""

FIRST_S = 0.2
"""Most of a server's absences are a restart, so the first retry is quick."""
SOON_S, SOON = 1.0, 20
"""And so are those that follow: so many at least, some ten seconds long, each comes after this at the latest."""
LONGEST_S = 8.0
"""No hall waits longer than this for a server that has come back."""


def reconnect_delay(attempt: int, chance: float) -> float:
    """Seconds before reconnect `attempt` (0 is the first); `chance` in [0, 1) spreads a hall's clients over
    time.
    """
    soon = min(SOON_S, FIRST_S * 2.0 ** min(attempt, SOON))
    longest = min(LONGEST_S, soon * 2.0 ** min(max(attempt - SOON, 0), 16))
    return longest * (0.25 + 0.75 * chance)


def retry_delay(attempt: int, chance: float) -> float:
    """Seconds before a command with an unknown outcome is asked again with its key."""
    return min(2.0, 0.1 * 2.0 ** min(attempt, 16)) * (0.5 + 0.5 * chance)
