"""A package of its own: a library may bring a `tests` too, which would go before one without this file."""
