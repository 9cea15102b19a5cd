"""What the paper says, decided here so that paper and glass agree."""

from devices.driver.layout import Slip
from kiosk.model.state import State
from queue_server.wire.face import say
from queue_server.wire.ticket import Ticket

ORDINARY = "ordinary"


def slip(state: State, ticket: Ticket) -> Slip:
    """The slip of a ticket in its holder's language, from what the hall is now.

    Of a zone or service that has just left the hall only the letter remains.
    """
    language = ticket.language
    zone, service = state.zone(ticket.zone), state.service(ticket.service)
    area = say("kiosk", "area", language, windows=zone.windows) if zone and zone.windows else None
    return Slip(
        hall=state.hall.name.of(language) if state.hall else say("kiosk", "title", language),
        letter=zone.letter if zone else ticket.number[:1],
        zone=zone.name.of(language) if zone else "",
        service=service.name.of(language) if service else "",
        number=ticket.number,
        issued_at=ticket.issued_at,
        class_label=say("kiosk", "priority", language) if ticket.class_ != ORDINARY else None,
        ahead=ticket.ahead,
        wait=(ticket.wait.low_min, ticket.wait.high_min) if ticket.wait else None,
        area=area,
        bring=(service.bring.of(language) or None) if service else None,
        qr=ticket.track_url,
        language=language,
    )
