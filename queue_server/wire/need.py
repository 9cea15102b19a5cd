"""What somebody may say that they need, and by which abilities of a window or of its clerk that is met."""

NEEDS: dict[str, frozenset[str]] = {
    "wheelchair": frozenset({"low_counter"}),
    "hearing": frozenset({"sign_language", "hearing_loop"}),
    "english": frozenset({"english"}),
}
"""Any one of them is enough. A need that is not here is met by people, and by no ability that a hall writes down."""
