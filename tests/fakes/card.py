"""Identity cards of nobody: numbers with a right check character that were drawn for tests."""

from queue_server.wire.card import check_digit


def number(born: str = "19800101", n: int = 1, region: str = "990000") -> str:
    """The number of somebody born on a day (YYYYMMDD), the n-th of it; there is no region 99, so it is nobody's."""
    digits = f"{region}{born}{n:03d}"
    return digits + check_digit(digits)
