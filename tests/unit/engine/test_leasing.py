"""Numbers that a kiosk has for itself: no two kiosks ever have one, and none that is void is given again that day."""

from datetime import UTC, datetime, timedelta

import msgspec

from queue_server.engine import leasing
from queue_server.engine import part as parts
from queue_server.engine.actor import CLOCK, Actor
from queue_server.engine.touch import touched
from queue_server.engine.version import hall_of
from queue_server.wire import command as c
from queue_server.wire.device import LeaseRecord
from queue_server.wire.ids import DeviceId, ServiceId, ZoneId
from tests.fakes.document import document
from tests.fakes.hall import FILING, LICENCE, SEAL, A, B
from tests.fakes.play import KIOSK, MANAGER, STEWARD, Play, picture

OTHER = Actor("kiosk", "k2")
ADMIN = Actor("admin", "chief")


def lease(play: Play, who: Actor = KIOSK, zone: ZoneId = A) -> LeaseRecord:
    """What a kiosk is given."""
    given: LeaseRecord = play.do(c.TakeLease(zone=zone), who)
    return given


def paired(play: Play, name: str = "north", n: int = 0) -> Actor:
    """A kiosk that has its place."""
    record = play.do(c.PairDevice(kind="kiosk", name=name, token=f"{n:032d}"), Actor("public", "anyone"))
    play.do(c.PlaceDevice(device=record.id), ADMIN)
    return Actor("kiosk", name, device=record.id)


def test_a_block_names_all_that_a_kiosk_needs() -> None:
    play = Play()
    given = lease(play)
    assert given == LeaseRecord(
        zone=A, prefix="A", first=700, last=719, day=play.state.day, epoch="home", taken_at=play.now
    )
    assert picture(play.rebuilt()) == picture(play.state)


def test_no_two_kiosks_have_one_number() -> None:
    play = Play()
    blocks = [lease(play, who, zone) for who in (KIOSK, OTHER, KIOSK) for zone in (A, B)]
    numbers = [(each.prefix, n) for each in blocks for n in range(each.first, each.last + 1)]
    assert len(set(numbers)) == len(numbers) == 120
    assert play.take(FILING).number == "A001", "the server's own series goes on by itself"


def test_a_range_that_is_used_up_is_refused() -> None:
    play = Play()
    blocks = [lease(play) for _ in range(15)]
    assert blocks[-1].last == 999
    assert play.refused(c.TakeLease(zone=A), KIOSK) == "lease.exhausted"
    assert lease(play, zone=B).first == 700
    play.later(minutes=24 * 60)
    assert lease(play).first == 700, "every day has its own"


def test_only_a_kiosk_has_numbers_of_its_own_and_only_of_a_zone_that_there_is() -> None:
    play = Play()
    assert play.refused(c.TakeLease(zone=A), STEWARD) == "auth.forbidden"
    assert play.refused(c.TakeLease(zone=ZoneId("Z")), KIOSK) == "zone.unknown"


def test_a_day_ends_all_of_them() -> None:
    play = Play(now=datetime(2026, 11, 23, 15, 50, tzinfo=UTC))
    lease(play)
    play.later(minutes=20)
    assert play.state.leases == ()


def test_after_a_restore_all_are_void_and_what_was_forgotten_is_left_out() -> None:
    play = Play()
    north, _south = paired(play), paired(play, "south", 1)
    lease(play, north)
    play.later(minutes=30)
    play.do(c.Restore(since=play.now - timedelta(minutes=3), hourly={"A": 60}), CLOCK)
    # south may have had its first block, so may one that nobody knows of, and three tickets may have asked for another
    assert leasing.last(play.state, "A") == 719 + 3 * 20
    assert all(each.void for each in play.state.leases)
    assert lease(play, north).first == 780
    assert picture(play.rebuilt()) == picture(play.state)


def test_a_backup_of_long_ago_leaves_no_number_to_kiosks_that_day() -> None:
    play = Play()
    play.do(c.Restore(since=play.now - timedelta(days=1), hourly={"A": 60}), CLOCK)
    assert play.refused(c.TakeLease(zone=A), KIOSK) == "lease.exhausted"


def test_who_has_no_rights_has_no_numbers() -> None:
    play = Play()
    north = paired(play)
    lease(play, north)
    assert north.device is not None
    record = play.do(c.RevokeDevice(device=north.device, reason="lost"), ADMIN)
    assert [each.void for each in record.leases] == [True]
    assert lease(play).first == 720


def test_administrators_and_the_kiosk_see_which_it_has() -> None:
    play = Play()
    north = paired(play)
    given = lease(play, north)
    record = play.do(c.ReportDevice(state="ready"), north)
    assert record.leases == (given,)
    assert leasing.of_device(play.state, DeviceId("another")) == ()


def away(play: Play, *services: ServiceId) -> str:
    """Some services go to another place."""
    id_ = f"evacuation-{len(play.log):010d}"
    play.do(c.Evacuate(evacuation=id_, services=services, reason="fire"), MANAGER)
    return id_


def test_what_another_place_serves_is_leased_there() -> None:
    play = Play()
    lease(play)
    id_ = away(play, FILING)
    assert play.state.leases[0].void, "a prefix that goes whole takes its numbers along"
    assert play.refused(c.TakeLease(zone=A), KIOSK) == "hall.evacuated"
    play.do(c.Decide(evacuation=id_, decision="void", reason="nobody went"), ADMIN)
    assert play.refused(c.TakeLease(zone=A), KIOSK) == "lease.exhausted", (
        "what kiosks have there is not known"
    )
    assert lease(play, zone=B).first == 700
    play.later(minutes=24 * 60)
    assert lease(play).first == 700


def test_what_stays_of_a_prefix_is_leased_here() -> None:
    play = Play()
    before = lease(play, zone=B)
    away(play, SEAL)
    assert not play.state.leases[0].void
    assert lease(play, zone=B).first == before.last + 1
    away(play, LICENCE)
    assert play.refused(c.TakeLease(zone=B), KIOSK) == "hall.evacuated"


def there(play: Play, id_: str) -> Play:
    """The other place, in which a part goes on."""
    other = Play(hall_of(play.state.versions[max(play.state.versions)].document), play.now)
    part = parts.part(play.state, id_, "home")
    other.do(c.Adopt(part=msgspec.json.decode(msgspec.json.encode(part))), CLOCK)
    return other


def test_a_prefix_that_goes_whole_is_leased_on_in_the_other_place() -> None:
    play = Play()
    play.do(c.Publish(document=document(), note="first"), ADMIN)
    lease(play)
    other = there(play, away(play, FILING))
    assert lease(other).first == 720
    assert picture(other.rebuilt()) == picture(other.state)
    assert other.refused(c.TakeLease(zone=B), KIOSK) == "hall.evacuated", "that is still the hall's own"


def test_a_prefix_of_which_something_stays_is_not_leased_in_the_other_place() -> None:
    play = Play()
    play.do(c.Publish(document=document(), note="first"), ADMIN)
    other = there(play, away(play, SEAL))
    assert other.refused(c.TakeLease(zone=B), KIOSK) == "lease.elsewhere"


def test_every_event_that_changes_leases_is_written_with_them() -> None:
    play = Play()
    north = paired(play)
    lease(play, north)
    assert touched(play.state, play.log[-1].event).hall
    assert north.device is not None
    play.do(c.RevokeDevice(device=north.device, reason="lost"), ADMIN)
    assert touched(play.state, play.log[-1].event).hall
