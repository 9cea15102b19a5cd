"""Without the server: what is issued, under which number, and what the server is told when it is back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.model.event import (
    CodeShown,
    Event,
    Fresh,
    HallShown,
    Heard,
    Kept,
    Leased,
    LinkChanged,
    NotKept,
    PrinterReported,
    Recalled,
    Refused,
    Taken,
    Ticked,
    Unanswered,
    Unheard,
)
from kiosk.model.intent import (
    Ail,
    Cancel,
    HandOver,
    Intent,
    Keep,
    KeepBlocks,
    Lease,
    Print,
    Remember,
    Report,
    Take,
)
from kiosk.model.journal import Entry, restored
from kiosk.model.screen import Home, Issued, Problem, Services, Taking
from kiosk.model.state import State
from kiosk.model.step import step
from tests.unit.kiosk.hall import (
    AT,
    EPOCH,
    FRESH,
    HALL,
    Play,
    alone_kiosk,
    block,
    lent,
    open_kiosk,
    shown,
    taken,
    ticket,
    unanswered,
    zone,
)

BACK = LinkChanged("live", epoch=EPOCH)
RESTORED = LinkChanged("live", epoch="epoch-2")
TAKE = Take(FRESH.key, FRESH.id, FRESH.token, "c-pay", "zh")


def fresh(n: int) -> Fresh:
    """What the next ticket is made of."""
    return Fresh(f"id-{n}-id-id-id-id-id", f"token-{n}-token-token", f"key-{n}")


def printed(play: Play, n: int = 1) -> Play:
    """Somebody takes a ticket of zone C, and it is printed."""
    one = fresh(n)
    play.touch("zone", "C", one) >> PrinterReported(one.id, "printed")
    return play.after(9)


def test_a_ticket_is_issued_at_once_from_the_numbers_that_were_lent() -> None:
    play = alone_kiosk().touch("zone", "C")
    [job] = play.wanted
    assert isinstance(job, Print)
    assert (job.ticket, job.slip.number, job.slip.issued_at) == (FRESH.id, "C700", AT)
    assert (job.slip.ahead, job.slip.wait) == (None, None)
    assert isinstance(play.screen, Issued)


def test_a_ticket_issued_alone_has_the_address_of_its_page_too_where_phones_find_the_hall() -> None:
    assert isinstance(plain := alone_kiosk().touch("zone", "C").wanted[0], Print)
    assert plain.slip.qr is None
    play = alone_kiosk()
    play >> shown(public_url="https://hall.example.gov.cn")
    play.touch("zone", "C")
    [job] = play.wanted
    assert isinstance(job, Print)
    assert job.slip.qr == f"https://hall.example.gov.cn/t/{FRESH.token}"


def test_numbers_follow_one_another_and_end_with_the_block() -> None:
    play = alone_kiosk(block(many=2), block(first=760, many=1))
    for n in range(3):
        printed(play, n)
    assert [entry.number for entry in play.journal.values()] == ["C700", "C701", "C760"]
    assert play.touch("zone", "C").screen == Home()


def test_a_server_that_is_there_and_does_not_answer_is_not_waited_for() -> None:
    play = lent(open_kiosk(), block()).touch("zone", "C") << TAKE
    [job, handed] = unanswered(play).wanted
    assert isinstance(job, Print)
    assert isinstance(handed, HandOver)
    assert (handed.printed, job.slip.number) == (None, "C700")
    assert play.journal[FRESH.id].take == TAKE


def test_an_answer_that_comes_after_all_changes_nothing() -> None:
    play = unanswered(lent(open_kiosk(), block()).touch("zone", "C"))
    play >> Taken(FRESH.key, ticket("C104")) << []
    assert isinstance(play.screen, Issued)
    assert play.screen.ticket.number == "C700"


def test_nothing_is_shown_or_printed_before_it_is_in_the_journal() -> None:
    play = alone_kiosk()
    play.disk = False
    play.touch("zone", "C")
    [keep] = play.wanted
    assert isinstance(keep, Keep)
    assert isinstance(play.screen, Taking)
    assert (keep.entry.number, keep.entry.paper) == ("C700", "pending")
    play >> Kept(keep.entry)
    assert isinstance(play.wanted[0], Print)


def test_a_ticket_of_the_server_is_in_the_journal_before_it_is_printed_too() -> None:
    play = open_kiosk()
    play.disk = False
    play.touch("zone", "C")
    asked = play.wanted[0]
    assert asked == Keep(Entry(TAKE, HALL.day))
    taken(play)
    [keep] = play.wanted
    assert isinstance(keep, Keep)
    play >> Kept(Entry(TAKE, HALL.day)) << []  # what is on disk is the asking
    play >> Kept(keep.entry)
    assert isinstance(play.wanted[0], Print)


def test_the_server_hears_of_no_number_before_the_disk_has_it() -> None:
    play = lent(open_kiosk(), block())
    play.disk = False
    unanswered(play.touch("zone", "C"))
    keep = play.wanted[-1]
    assert isinstance(keep, Keep)
    assert (keep.entry.number, play.said) == ("C700", [])
    play.after(5) >> Kept(keep.entry)
    assert [type(word) for word in play.said] == [HandOver]


def test_a_disk_that_fails_costs_no_ticket_of_the_server() -> None:
    play = open_kiosk()
    play.disk = False
    taken(play.touch("zone", "C"))
    play >> NotKept(play.state.journal.entries[FRESH.id])
    said, job = play.wanted
    assert said == Ail("journal", "C103")
    assert isinstance(job, Print)


def test_a_disk_that_hangs_is_not_waited_for_either() -> None:
    play = open_kiosk()
    play.disk = False
    taken(play.touch("zone", "C"))
    assert isinstance(play.after(21).wanted[-1], Print)


def test_a_number_that_cannot_be_kept_is_not_issued_alone_nor_ever_again() -> None:
    play = alone_kiosk()
    play.disk = False
    play.touch("zone", "C")
    play >> NotKept(play.state.journal.entries[FRESH.id])
    assert isinstance(play.screen, Problem)
    play.disk = True
    play.after(20)
    assert [entry.number for entry in printed(play).journal.values()][-1] == "C701"
    play >> BACK
    assert [word.number for word in play.said if isinstance(word, HandOver)] == ["C701"]


def test_issue_times_never_go_back_even_if_the_clock_does() -> None:
    play = printed(alone_kiosk(), 1)
    play >> Ticked(AT - timedelta(hours=1))
    printed(play, 2)
    first, second = play.journal.values()
    assert first.issued_at == second.issued_at == AT


def test_numbers_of_yesterday_are_not_issued() -> None:
    play = alone_kiosk() >> Ticked(AT + timedelta(days=1))
    assert play.touch("zone", "C").screen == Home()


def test_a_stopped_zone_and_one_outside_its_hours_issue_nothing_alone() -> None:
    play = open_kiosk()
    hall = shown()
    stopped = tuple(zone(z.id, issuing=False, why="stopped") if z.id == "C" else z for z in hall.zones)
    services = tuple(
        type(s)(**{n: getattr(s, n) for n in s.__struct_fields__} | {"issuing": False, "why": "stopped"})
        if s.zone == "C"
        else s
        for s in hall.services
    )
    play >> HallShown(hall.hall, stopped, services)
    lent(play, block()) >> LinkChanged("down")
    assert play.after(5).touch("zone", "C").screen == Home()


def test_a_service_that_rests_does_so_without_the_server_too() -> None:
    play = alone_kiosk(block("A")).touch("zone", "A").touch("service", "a-land")
    assert play.screen == Services("A")
    play.touch("service", "a-file")
    assert isinstance(play.screen, Issued)


@pytest.mark.parametrize(
    "clock, issues",
    [("00:59", False), ("01:00", True), ("03:59", True), ("04:00", False), ("05:30", True), ("09:30", False)],
)
def test_the_hours_go_on_by_the_clock(clock: str, issues: bool) -> None:
    """09:00-12:00 and 13:30-17:30 in Shanghai."""
    hall = shown()
    hours = "09:00-12:00 13:30-17:30"
    closed = {"hours": hours, "issuing": False, "why": "closed", "stopped": hours}
    services = tuple(
        type(s)(**{n: getattr(s, n) for n in s.__struct_fields__} | closed) for s in hall.services
    )
    zones = tuple(zone(z.id, **closed) for z in hall.zones)
    play = (
        lent(open_kiosk(), block()) >> HallShown(shown(**closed).hall, zones, services) >> LinkChanged("down")
    )
    hour, minute = map(int, clock.split(":"))
    play.now += 5
    play >> Ticked(datetime(2026, 11, 23, hour, minute, tzinfo=UTC))
    assert isinstance(play.touch("zone", "C").screen, Issued) is issues


def test_with_the_server_back_the_tickets_are_handed_over_in_order_and_their_paper_is_told() -> None:
    play = printed(printed(alone_kiosk(), 1), 2)
    assert play.said == []
    play >> BACK
    assert [(type(word), word.ticket) for word in play.said] == [
        (kind, fresh(n).id) for n in (1, 2) for kind in (HandOver, Report)
    ]
    first = play.said[0]
    assert isinstance(first, HandOver)
    assert (first.key, first.number, first.issued_at, first.printed) == (
        "key-1.late.printed",
        "C700",
        AT,
        True,
    )
    play.after(60)
    assert len(play.said) == 4


def test_a_word_at_a_time_and_the_same_again_until_it_is_heard() -> None:
    play = printed(printed(alone_kiosk(), 1), 2)
    play.ear = False
    play >> BACK
    [first] = play.wanted
    assert isinstance(first, HandOver)
    play.after(1) << []
    play >> Unheard(first.key) << []
    play.after(2) << first
    play >> Heard(first.key)
    assert isinstance(play.wanted[0], Report)


def test_a_hand_over_with_news_of_its_paper_is_another_word_and_not_the_same_key_reused() -> None:
    play = lent(open_kiosk(), block()).touch("zone", "C")
    play.ear = False
    unanswered(play)
    [first] = [word for word in play.wanted if isinstance(word, HandOver)]
    play >> PrinterReported(FRESH.id, "printed") >> Unheard(first.key)
    play.after(3)
    [again] = [word for word in play.wanted if isinstance(word, HandOver)]
    assert (first.printed, again.printed) == (None, True)
    assert again.key != first.key
    play >> Heard(again.key)
    assert play.journal[FRESH.id].refused is None
    [told] = play.wanted
    assert told == Report("key-1.printed", FRESH.id, True)


def test_an_asking_that_was_not_answered_is_handed_over_under_its_own_id() -> None:
    play = unanswered(lent(open_kiosk(), block()).touch("zone", "C")) >> PrinterReported(FRESH.id, "printed")
    [handed, told] = play.said
    assert isinstance(handed, HandOver)
    assert (handed.take, handed.key, told.ticket) == (TAKE, "key-1.late", FRESH.id)


def test_what_is_refused_for_good_is_kept_and_the_kiosk_says_so() -> None:
    play = printed(alone_kiosk())
    play.ear = False
    play >> BACK
    [word] = play.wanted
    assert isinstance(word, HandOver)
    play >> Heard(word.key, "ticket.exists") << [Ail("handover", "C700", "ticket.exists")]
    assert play.journal[fresh(1).id].refused == "ticket.exists"
    play.after(60) << []


def test_another_store_is_told_all_of_today_again() -> None:
    play = open_kiosk()
    play.touch("zone", "C", fresh(1)) >> Taken("key-1", ticket("C103", id=fresh(1).id))
    play >> PrinterReported(fresh(1).id, "printed")
    play.after(9)
    assert [type(word) for word in play.said] == [Report]
    play >> LinkChanged("down") >> RESTORED
    assert [type(word) for word in play.said] == [Report, HandOver, Report]
    handed = play.said[1]
    assert isinstance(handed, HandOver)
    assert (handed.number, handed.issued_at) == ("C103", AT)
    play >> LinkChanged("down") >> RESTORED
    assert len(play.said) == 3


def test_another_store_is_told_nothing_of_yesterday_but_what_no_store_has() -> None:
    play = open_kiosk()
    play.touch("zone", "C", fresh(1)) >> Taken("key-1", ticket("C103", id=fresh(1).id))
    play >> PrinterReported(fresh(1).id, "printed")
    lent(play.after(9), block()) >> LinkChanged("down")
    printed(play.after(5), 2) >> Ticked(AT + timedelta(days=1))
    play >> RESTORED
    assert [word.ticket for word in play.said if isinstance(word, HandOver)] == [fresh(2).id]


def test_a_number_given_up_alone_is_told_and_given_up_at_the_server_too() -> None:
    play = alone_kiosk().touch("zone", "C") >> PrinterReported(FRESH.id, "failed", "no_paper")
    play.touch("give_up") >> BACK
    handed, told, ended = play.said
    assert isinstance(handed, HandOver)
    assert handed.printed is False
    assert told == Report("key-1.printed", FRESH.id, False, "no_paper")
    assert ended == Cancel("key-1.cancel", FRESH.id, "given_up")


def test_nothing_is_said_to_a_server_whose_store_takes_no_changes() -> None:
    play = printed(alone_kiosk()) >> LinkChanged("live", degraded=True, epoch=EPOCH)
    assert play.said == []


def asked(play: Play, event: Event) -> list[Intent]:
    """All that the model wants, as it is."""
    play.state, intents = step(play.state, event, play.now)
    return intents


def test_numbers_are_asked_for_zone_by_zone_and_again_when_half_are_used() -> None:
    play = Play() >> BACK
    [remember, lease] = asked(play, shown())
    assert isinstance(remember, Remember)
    assert lease == Lease("A")
    wanted = []
    for _ in range(10):
        zone_ = play.state.journal.leasing
        assert zone_ is not None
        wanted.append(zone_)
        asked(play, Leased(zone_, block(zone_)))
    assert wanted == list("ABCDEFGHJK")
    assert play.state.journal.leasing is None
    play >> LinkChanged("down")
    play.after(5)
    for n in range(10):
        printed(play, n)
    assert Lease("C") in asked(play, BACK)


def test_a_zone_without_numbers_is_asked_for_again_later_and_keeps_no_other_waiting() -> None:
    play = Play() >> BACK >> shown()
    assert asked(play, Leased("A")) == [Lease("B")]
    for zone_ in "BCDEFGHJK":
        asked(play, Leased(zone_, block(zone_)))
    assert play.state.journal.leasing is None
    play.now += 61
    assert asked(play, Ticked(AT)) == [Lease("A")]


def test_numbers_of_another_store_and_of_another_day_are_dropped() -> None:
    play = lent(open_kiosk(), block(), block("D", day=date(2026, 11, 22)))
    play >> LinkChanged("down")
    assert KeepBlocks(()) in asked(play, RESTORED)
    assert play.state.journal.blocks == ()


def test_a_kiosk_that_lost_its_place_has_no_numbers() -> None:
    play = lent(open_kiosk(), block()) >> CodeShown("042917")
    assert play.state.journal.blocks == ()


def test_the_hall_is_written_down_when_something_of_it_lasts() -> None:
    play = Play() >> BACK
    assert any(isinstance(one, Remember) for one in asked(play, shown()))
    assert not any(isinstance(one, Remember) for one in asked(play, shown(waiting=9, issued=210)))
    assert any(isinstance(one, Remember) for one in asked(play, shown(issuing=False, why="stopped")))


# after a start


def started(*entries: Entry, blocks: int = 1) -> Play:
    """A kiosk that has just started, with its journal."""
    lent_ = tuple(block() for _ in range(blocks))
    return Play() >> Recalled(entries, lent_, shown()) >> Ticked(AT)


def entry(n: int = 1, **change: object) -> Entry:
    """A ticket of the journal."""
    one = fresh(n)
    fields: dict[str, object] = {"take": Take(one.key, one.id, one.token, "c-pay", "zh"), "day": HALL.day}
    return Entry(**(fields | change))  # type: ignore[arg-type]


NUMBERED = {"number": "C103", "zone": "C", "issued_at": AT, "epoch": EPOCH}
ALONE = {"number": "C700", "zone": "C", "issued_at": AT, "alone": True}


def test_a_kiosk_that_starts_without_its_server_issues_from_the_numbers_it_has() -> None:
    play = started(entry(1, **ALONE, paper="printed")).touch("zone", "C", fresh(2))
    [job] = play.wanted
    assert isinstance(job, Print)
    assert job.slip.number == "C701"


def test_a_kiosk_that_was_killed_prints_nothing_by_itself() -> None:
    play = Play() >> Recalled((entry(1, **ALONE, paper="pending"), entry(2)), (block(),), shown())
    assert not any(isinstance(one, Print) for one in play.wanted)
    play.after(60) >> BACK
    assert not any(isinstance(one, Print) for one in play.wanted)


def test_a_paper_that_was_begun_is_unknown_and_is_not_claimed_to_be_printed() -> None:
    play = started(entry(1, **NUMBERED, paper="pending"), entry(2, **ALONE, paper="pending")) >> BACK
    assert {one.paper for one in play.journal.values()} == {"unknown"}
    [handed] = play.said
    assert isinstance(handed, HandOver)
    assert (handed.number, handed.printed) == ("C700", None)


@pytest.mark.parametrize("paper, ok, fault", [("printed", True, None), ("failed", False, "cover")])
def test_a_paper_that_is_known_is_told_after_the_start(paper: str, ok: bool, fault: str | None) -> None:
    play = started(entry(1, **NUMBERED, paper=paper, fault=fault)) >> BACK
    assert play.said == [Report("key-1.printed", fresh(1).id, ok, fault)]


def test_a_ticket_whose_number_never_came_has_no_paper_and_stays_valid() -> None:
    play = started(entry(1)) >> BACK
    assert play.said == [Report("key-1.printed", fresh(1).id, False, "restarted")]
    again = started(play.journal[fresh(1).id]) >> BACK
    assert again.said == []


def test_a_refused_asking_is_not_spoken_of_again() -> None:
    play = open_kiosk().touch("zone", "C") >> Refused(FRESH.key, "number.exhausted", "")
    play = started(play.journal[FRESH.id]) >> BACK
    assert play.said == []


def test_a_block_remembers_its_last_number_by_the_tickets_alone() -> None:
    entries = [entry(n, **(ALONE | {"number": number})) for n, number in enumerate(["C700", "C704"])]
    other_day = entry(9, **(ALONE | {"number": "C719", "day": date(2026, 11, 22)}))
    journal = restored([*entries, other_day], [block()])
    assert journal.blocks[0].number == "C705"
    assert journal.blocks[0].left == 15


def test_two_kiosks_alone_give_no_number_twice() -> None:
    first, second = alone_kiosk(block()), alone_kiosk(block(first=720))
    for n in range(20):
        printed(first, n)
        printed(second, n)
    numbers = [one.number for play in (first, second) for one in play.journal.values()]
    assert len(numbers) == len(set(numbers)) == 40


def test_a_state_without_a_hall_is_never_alone() -> None:
    assert not State(now=1e9, lost_at=0.0).alone
    assert not (Play() >> Unanswered("x")).state.alone
