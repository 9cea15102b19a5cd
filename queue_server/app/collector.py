"""Python's collector of cycles, in a program whose objects live as long as it does."""

import gc


def calm(*, walk: bool = True) -> None:
    """Let the collector leave alone what lives as long as the server, and look less often for what does not.

    Tickets are made, or loaded, by the thousand and stay; by Python's usual measure that is a reason to walk through all of them
    again. What was left alone before costs nothing now, so a server that stands by does most of it beforehand. Without a `walk`
    cycles that nobody uses any more are kept for ever.
    """
    if walk:
        gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
