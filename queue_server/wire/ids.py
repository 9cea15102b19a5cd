"""Names of the kinds of identifiers, so that a window's id is never passed where a ticket's belongs."""

from typing import NewType

TicketId = NewType("TicketId", str)
"""Random text made by whoever issues the ticket (kiosk or server); never shown, never guessable."""
ZoneId = NewType("ZoneId", str)
"""A zone's id; in the shipped hall its prefix letter."""
ServiceId = NewType("ServiceId", str)
"""A service's id, a short slug from the hall's configuration."""
WindowId = NewType("WindowId", str)
"""A window's id, in the shipped hall its number as text."""
DeviceId = NewType("DeviceId", str)
"""A paired device's id, made by the server."""
