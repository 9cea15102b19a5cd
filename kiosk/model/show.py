"""look(state) -> Look: every sentence, figure and colour of the screen, in the visitor's language."""

import math
import re
from dataclasses import replace

from kiosk.model import card, find, mine, staff, visit
from kiosk.model import look as seen
from kiosk.model.held import ERASE
from kiosk.model.inside import GAP
from kiosk.model.look import Body, Choice, Finding, Key, Look, Option, Row, Tile
from kiosk.model.near import nearest
from kiosk.model.slip import code_of
from kiosk.model.state import (
    Adding,
    Agreeing,
    Bring,
    Choosing,
    Claiming,
    Classes,
    Deciding,
    Helping,
    Home,
    Issued,
    Mine,
    Naming,
    Numbering,
    Problem,
    Proving,
    Searching,
    Services,
    Showing,
    State,
    Taking,
    Unlocking,
    Unprinted,
    Upkeep,
)
from kiosk.model.touch import PAGE
from kiosk.model.unsure import Unsure
from queue_server.wire.card import DIGITS, mask, masked
from queue_server.wire.error import CODES
from queue_server.wire.face import say
from queue_server.wire.ticket import ClassState, Language
from queue_server.wire.view import ClassRecord, ServiceRecord, ZoneRecord

ONE_COLUMN = 7
"""So many services still stand in one column of large rows."""
TONES: dict[ClassState, seen.Tone] = {"requested": "warn", "confirmed": "good"}


def look(state: State, language: Language | None = None) -> Look:
    """The screen in a language, by default the visitor's."""
    words = _Screens(state, language or state.language)
    back = isinstance(
        state.screen, Choosing | Claiming | Mine | Helping | Unlocking | Upkeep | Deciding | Naming | Proving
    )
    return Look(
        header=words.header(),
        banner=words.banner(),
        body=words.body(),
        back=words.say("back") if back else "",
        language_button=words.say("language"),
        language=words.language,
        leaving=words.leaving(),
        sight=state.sight,
    )


class _Screens(Unsure):
    """What each screen says."""

    def body(self) -> Body:
        match self.state.screen:
            case Home():
                return self.home() if self.state.code is None else self.pairing(self.state.code)
            case Adding() | Services() | Searching() as offering:
                return self.offering(offering)
            case Bring() as bring:
                return self.bring(bring)
            case Classes(bring):
                return self.classes(bring)
            case Unlocking() | Upkeep() as screen:
                return self.inside(screen)
            case Claiming() | Mine() as screen:
                return self.claiming(screen) if isinstance(screen, Claiming) else self.mine(screen)
            case Helping() as helping:
                return self.helping(helping)
            case Taking() | Issued() | Unprinted() | Problem() as end:
                return self.ending(end)
            case Showing() | Numbering() | Agreeing() as asking:
                return self.about_card(asking)
            case Deciding() | Naming() | Proving() as screen:
                return self.for_staff(screen)

    def ending(self, screen: Taking | Issued | Unprinted | Problem) -> Body:
        """What comes of it, once a ticket was asked for."""
        match screen:
            case Taking(order):
                key = "taking_slow" if order.unsure else "taking"
                return seen.Taking(*self.about(order.service), self.say(key), order.unsure)
            case Issued():
                return self.issued(screen)
            case Unprinted():
                return self.unprinted(screen)
            case Problem():
                return self.problem(screen)

    def home(self) -> seen.Home:
        if not self.state.zones:
            key = "connecting" if self.state.link in {"connecting", "live"} else "offline"
            return seen.Home(self.say(key), self.say("sorry_help"), (), self.say("home_help"))
        tiles = tuple(self.tile(zone) for zone in self.state.zones)
        cards = any(service.real_name == "required" for service in self.state.services)
        how = "home_hint_card" if cards else "home_hint"
        hint = self.say(how if self.state.takes else "sorry_help")
        welcome = self.state.hall.welcome if self.state.hall else None
        question = self.of(welcome) if welcome else self.say("home_question")
        search = self.search() if self.state.takes else ""
        found = self.say("mine") if mine.offered(self.state) else ""
        unsure = self.unsure()
        help_ = "" if unsure else self.say("home_help")
        return seen.Home(question, hint, tiles, help_, search, unsure, found)

    def pairing(self, code: str) -> seen.Pairing:
        other: Language = "zh" if self.language == "en" else "en"
        return seen.Pairing(
            title=self.say("pairing_title"),
            other_title=say("kiosk", "pairing_title", other),
            code=f"{code[:3]} {code[3:]}",
            sentence=self.say("pairing_sentence"),
            other_sentence=say("kiosk", "pairing_sentence", other),
            until=self.say("pairing_until"),
        )

    def tile(self, zone: ZoneRecord) -> Tile:
        issues = zone.issuing and bool(self.state.offered(zone.id))
        other = zone.name.zh if self.language == "en" else zone.name.en
        return Tile(
            id=zone.id,
            badge=self.badge(zone),
            other=other,
            examples=self.of(zone.examples),
            waiting=self.waiting(zone.waiting) if issues else self.say("paused"),
            wait=self.wait_short(zone.wait) if issues else self.reason(zone),
            paused=not issues,
            enabled=issues and self.state.takes,
            chinese=self.language == "zh",
        )

    def offering(self, screen: Adding | Services | Searching) -> seen.Home | seen.Services | seen.Searching:
        match screen:
            case Adding(after):
                return self.adding(after)
            case Services():
                return self.services(screen)
            case Searching():
                return self.searching(screen)

    def search(self) -> str:
        """The button that leads to the letters, and to what most people come for where that is known."""
        return self.say(
            "search_known" if find.shown("", self.state.services, self.state.common) else "search"
        )

    def adding(self, after: Bring) -> seen.Home:
        """The zones again, for one more."""
        tiles = tuple(self.tile(zone) for zone in self.state.zones)
        many = len(visit.steps(self.state, visit.chosen(after)))
        hint = self.say("add_hint", count=many, most=self.state.hall.max_steps if self.state.hall else many)
        return seen.Home(self.say("add_question"), hint, tiles, "", self.search())

    def services(self, screen: Services) -> seen.Services:
        key, page = screen.zone, screen.page
        offered = self.state.offered(key)
        pages = max(1, math.ceil(len(offered) / PAGE))
        page = min(page, pages - 1)
        many = pages > 1
        return seen.Services(
            badge=self.badge(self.state.zone(key)),
            question=self.say("services_question"),
            hint=self.say("services_hint"),
            rows=tuple(self.row(each, screen.after) for each in offered[page * PAGE : (page + 1) * PAGE]),
            columns=1 if len(offered) <= ONE_COLUMN else 2,
            page=self.say("page_of", page=page + 1, pages=pages) if many else "",
            page_back=self.say("page_back") if page > 0 else "",
            page_on=self.say("page_on") if page + 1 < pages else "",
        )

    def searching(self, screen: Searching) -> seen.Searching:
        word = screen.word
        every = find.find(word, self.state.services)
        shown = find.shown(word, self.state.services, self.state.common)
        *rows, last = (tuple(Key("key", id_, id_.upper()) for id_ in row) for row in find.KEYS)
        more = len(every) - find.SHOWN
        return seen.Searching(
            question=self.say("search_question"),
            word=word.upper(),
            hint=self.say("search_hint"),
            found=tuple(self.found(service, screen.after) for service in shown),
            sentence=self.say("search_more", count=more)
            if more > 0
            else self.say("search_none")
            if word and not every
            else self.say("search_common")
            if shown and not word
            else "",
            rows=(*rows, (*last, ERASE)),
        )

    def found(self, service: ServiceRecord, after: Bring | None) -> seen.Found:
        badge = self.badge(self.state.zone(service.zone))
        row = replace(self.row(service, after), examples=f"{badge.letter} {badge.name}")
        return seen.Found(row, badge.colour)

    def row(self, service: ServiceRecord, after: Bring | None) -> Row:
        """A service, or that the ticket has it already, or cannot have it as well."""
        if after is not None and service.issuing and not visit.fits(self.state, after, service):
            on = service.id in visit.steps(self.state, visit.chosen(after))
            row = self.row(service, None)
            return replace(row, waiting=self.say("on_it" if on else "too_many"), wait="", enabled=False)
        return Row(
            id=service.id,
            name=self.of(service.name),
            examples=self.of(service.examples),
            waiting=self.waiting(service.waiting) if service.issuing else self.say("paused"),
            wait=self.wait_short(service.wait) if service.issuing else self.reason(service),
            paused=not service.issuing,
            enabled=service.issuing and self.state.takes,
        )

    def bring(self, bring: Bring) -> seen.Bring:
        badge, name = self.about(bring.service)
        service = self.state.service(bring.service)
        wait = service.wait if service else None
        items = _items(self.of(service.bring)) if service else ()
        kind = self.state.kind(bring.class_)
        asks = kind is not None and not kind.at_once
        about = (
            "options" if kind is None or not asks else "class_card" if self.by_card(kind) else "class_asks"
        )
        options = self.options(bring)
        return seen.Bring(
            badge=badge,
            service=name,
            question=self.say("bring_question" if items else "take_question"),
            items=items,
            visit=self.visit(bring),
            hint=self.say("bring_hint") if items else "",
            waiting=self.waiting(service.waiting) if service else "",
            wait=self.say("take_wait", low=wait.low_min, high=wait.high_min)
            if wait
            else self.say("take_unknown")
            if service and service.waiting
            else "",
            options=options,
            about=self.say(about) if options else "",
            asks=asks,
            count=self.count(bring, service) if bring.after is None else None,
            add=self.say("add") if visit.takes_more(self.state, bring) else "",
            take=self.say("take"),
            enabled=service is not None and service.issuing and self.state.takes,
        )

    def count(self, bring: Bring, service: ServiceRecord | None) -> seen.Count | None:
        """How many, where a service takes several at once."""
        most = service.max_items if service else 1
        if most == 1:
            return None
        many = min(bring.items, most)
        return seen.Count(self.say("count"), self.items(many), fewer=many > 1, more=many < most)

    def options(self, bring: Bring) -> tuple[Option, ...]:
        """What may be asked for with a ticket in this hall."""
        needs = tuple(
            Option("need", need, need, self.say(f"need_{need}"), need in bring.needs)
            for need in self.state.needs
        )
        if not self.state.classes:
            return needs
        return (
            Option("priority", "", "priority", self.say("priority"), bring.class_ is not None),
            *needs,
        )

    def classes(self, bring: Bring) -> seen.Classes:
        badge, name = self.about(bring.service)
        return seen.Classes(
            badge=badge,
            service=name,
            question=self.say("class_question"),
            hint=self.say("class_hint"),
            choices=tuple(self.choice(kind, bring) for kind in self.state.classes),
            rule=self.called_by(bring.service),
            none=self.say("class_none"),
        )

    def called_by(self, service: str) -> str:
        """Who is called before whom where a service is done."""
        known = self.state.service(service)
        zone = next((one for one in self.state.zones if known is not None and one.id == known.zone), None)
        return self.of(zone.rule) if zone is not None and zone.rule is not None else ""

    def choice(self, kind: ClassRecord, bring: Bring) -> Choice:
        note = (
            "class_at_once" if kind.at_once else "class_by_card" if self.by_card(kind) else "class_by_staff"
        )
        return Choice(kind.id, self.of(kind.name), self.say(note), kind.id == bring.class_)

    def by_card(self, kind: ClassRecord) -> bool:
        """Whether a card may confirm a class now."""
        return kind.age is not None and not self.state.alone

    def visit(self, bring: Bring) -> str:
        """The services that one ticket leads through, where it is more than one."""
        services = visit.chosen(bring)
        return self.steps(services) if len(visit.steps(self.state, services)) > 1 else ""

    def steps(self, services: tuple[str, ...]) -> str:
        """What a ticket for some services leads through."""
        found = (self.about(key)[1] for key in visit.steps(self.state, services))
        return self.say("visit", steps=" → ".join(found))

    def about_card(
        self, screen: Showing | Numbering | Agreeing
    ) -> seen.Showing | seen.Numbering | seen.Agreeing:
        match screen:
            case Showing():
                return self.showing(screen)
            case Numbering():
                return self.numbering(screen)
            case Agreeing():
                return self.agreeing(screen)

    def showing(self, screen: Showing) -> seen.Showing:
        badge, service = self.about(screen.bring.service)
        trouble = screen.trouble
        return seen.Showing(
            badge=badge,
            service=service,
            question=self.say("card_question"),
            about=self.why(screen.bring),
            sentence=self.say(f"card_{trouble}" if trouble else "card_put"),
            trouble=bool(trouble),
            kept=self.kept(screen.bring),
            number=self.say("card_type"),
            skip=self.skip(screen.bring),
        )

    def numbering(self, screen: Numbering) -> seen.Numbering:
        badge, service = self.about(screen.bring.service)
        *rows, last = (tuple(Key("key", id_, id_) for id_ in row) for row in card.KEYS)
        wrong = len(screen.number) == DIGITS
        return seen.Numbering(
            badge=badge,
            service=service,
            question=self.say("number_question"),
            about=self.why(screen.bring),
            number=_grouped(screen.number),
            sentence=self.say("number_wrong" if wrong else "number_hint"),
            trouble=wrong,
            rows=(*rows, (*last, ERASE)),
            again=self.say("number_again") if wrong else "",
            skip=self.skip(screen.bring),
        )

    def agreeing(self, screen: Agreeing) -> seen.Agreeing:
        bring = screen.bring
        badge, service = self.about(bring.service)
        kind, asked = card.entitled(self.state, screen), self.state.kind(bring.class_)
        option = None
        if kind is not None:
            name = self.say("agree_class", name=self.of(kind.name))
            option = Option("class", kind.id, "priority", name, kind is asked)
        about = (
            "agree_offer"
            if kind is not None and asked is None
            else "agree_proven"
            if kind is not None
            else ""
        )
        if kind is None and asked is not None and not asked.at_once:
            about = "class_asks"
        taken = self.state.service(bring.service)
        return seen.Agreeing(
            badge=badge,
            service=service,
            question=self.say("agree_question"),
            name=mask(screen.holder.name or "") or "",
            number=masked(screen.holder.number or ""),
            kept=self.kept(bring),
            about=self.say(about) if about else "",
            option=option,
            take=self.say("take"),
            enabled=taken is not None and taken.issuing and self.state.takes,
        )

    def why(self, bring: Bring) -> str:
        """Why a card is asked for."""
        asks, kind = card.registers(self.state, *visit.chosen(bring)), self.state.kind(bring.class_)
        if asks != "no":
            return self.say(f"card_{asks}")
        return self.say("card_age", age=kind.age) if kind is not None and kind.age is not None else ""

    def kept(self, bring: Bring) -> str:
        """What becomes of a card."""
        return self.say(
            "card_looked" if card.registers(self.state, *visit.chosen(bring)) == "no" else "card_kept"
        )

    def skip(self, bring: Bring) -> str:
        """The way past it, where there is one."""
        return "" if card.offers(self.state, bring) == "required" else self.say("card_skip")

    def issued(self, issued: Issued) -> seen.Issued:
        ticket = issued.ticket
        badge, service = self.about(ticket.service)
        if ticket.items > 1:
            service = self.say("of_items", service=service, count=ticket.items)
        if len(ticket.steps) > 1:
            service = self.say("of_steps", service=service, more=len(ticket.steps) - 1)
        ahead, wait = ticket.ahead, ticket.wait
        missing = self.say("unregistered") if card.unregistered(self.state, ticket) else ""
        return seen.Issued(
            badge=badge,
            service=service,
            label=self.say("your_number"),
            number=ticket.number,
            ahead_label=self.say("ahead_label"),
            ahead=self.ahead(ahead),
            wait_label=self.say("wait_label"),
            wait=self.say("wait_value", low=wait.low_min, high=wait.high_min)
            if wait
            else self.say("wait_unknown")
            if ahead
            else "",
            place=self.place(ticket),
            follow=self.say("follow_calls" if issued.sure else "doubt"),
            note="\n".join(note for note in (missing, self.class_note(ticket)) if note),
            icon="card" if missing else "priority",
            tone="warn" if missing else TONES.get(ticket.class_state, "plain"),
            paper=self.say("take_paper" if issued.printed else "printing"),
            printed=issued.printed,
            done=self.say("done") if issued.printed else "",
            staff=self.say("staff") if staff.may_decide(issued) else "",
            returning=self.say("returning", seconds=self.left(issued.until)) if issued.printed else "",
        )

    def ahead(self, count: int | None) -> str:
        if count is None:
            return self.say("ahead_unknown")
        return self.say("ahead_value", count=count) if count else self.say("ahead_none")

    def for_staff(self, screen: Deciding | Naming | Proving) -> seen.Deciding | seen.Naming | seen.Proving:
        match screen:
            case Deciding():
                return self.deciding(screen)
            case Naming():
                return self.naming(screen)
            case Proving():
                return self.proving(screen)

    def deciding(self, screen: Deciding) -> seen.Deciding:
        ticket = screen.issued.ticket
        badge, service = self.about(ticket.service)
        kind = next((kind for kind in self.state.classes if kind.id == ticket.class_), None)
        name = kind.name if kind is not None else ticket.class_name
        return seen.Deciding(
            badge=badge,
            service=service,
            question=self.say("decide_question"),
            number=ticket.number,
            asked=self.of(name) if name is not None else self.say("priority"),
            confirm=self.say("decide_confirm"),
            refuse=self.say("decide_refuse"),
            findings=tuple(
                Finding(id_, self.say(f"reason_{id_}"), decision == "confirm")
                for id_, decision in staff.REASONS.items()
            ),
            hint=self.say("decide_hint"),
        )

    def naming(self, screen: Naming) -> seen.Naming:
        badge, service = self.about(screen.issued.ticket.service)
        *rows, last = (tuple(Key("key", id_, id_) for id_ in row) for row in staff.LETTERS)
        known = enumerate(self.state.staff)
        return seen.Naming(
            badge=badge,
            service=service,
            question=self.say("name_question"),
            name=screen.name,
            hint=self.say("name_hint"),
            known=tuple(Key("known", str(place), _hidden(name)) for place, name in known),
            rows=(*rows, (*last, ERASE)),
            enter=self.say("enter"),
            enabled=bool(screen.name),
        )

    def proving(self, screen: Proving) -> seen.Proving:
        badge, service = self.about(screen.issued.ticket.service)
        *rows, last = (tuple(Key("key", id_, id_) for id_ in row) for row in staff.DIGITS)
        wait_s = self.left(screen.again_at)
        return seen.Proving(
            badge=badge,
            service=service,
            question=self.say("pin_question"),
            name=screen.name,
            dots="●" * len(screen.pin) + "○" * (staff.PIN_DIGITS - len(screen.pin)),
            sentence=self.say("pin_asked") if screen.asked else self.trouble(screen, wait_s),
            trouble=not screen.asked and screen.trouble is not None,
            rows=(*rows, (GAP, *last, ERASE)),
            enabled=not screen.asked and wait_s == 0,
        )

    def trouble(self, screen: Proving, wait_s: int) -> str:
        """What stands below the digits: why it was not confirmed, or what a PIN is."""
        trouble = screen.trouble
        if wait_s:
            return self.say("pin_wait", seconds=wait_s)
        if trouble is None or trouble.code == staff.WAIT:
            return self.say("pin_hint")
        own = {
            "auth.wrong_pin": "pin_wrong",
            "kiosk.never_sent": "pin_offline",
            "kiosk.unanswered": "pin_silent",
        }
        return (
            self.say(own[trouble.code])
            if trouble.code in own
            else self.rule(trouble) or self.say("pin_elsewhere")
        )

    def unprinted(self, unprinted: Unprinted) -> seen.Unprinted:
        badge, service = self.about(unprinted.ticket.service)
        failed = unprinted.fault is not None
        left = self.left(unprinted.until)
        return seen.Unprinted(
            badge=badge,
            service=service,
            trouble=self.say("no_paper" if unprinted.fault == "no_paper" else "no_print"),
            label=self.say("your_number"),
            number=unprinted.ticket.number,
            remember=self.remember(unprinted),
            place=self.place(unprinted.ticket),
            qr=unprinted.ticket.track_url or "",
            scan=self.say("scan") if unprinted.ticket.track_url else "",
            noted=self.say("noted"),
            give_up=self.say("give_up") if failed else "",
            returning=self.say("noted_else" if failed else "returning", seconds=left),
        )

    def remember(self, unprinted: Unprinted) -> str:
        """What to do without a paper: by its code there is another one where there is paper, for a while."""
        code = code_of(unprinted.ticket)
        other = nearest(self.state) if unprinted.fault else None
        return self.say("remember_go", code=code, kiosk=other) if other else self.say("remember", code=code)

    def problem(self, problem: Problem) -> seen.Problem:
        """A rule's own sentence; what only concerns programs is not told to a visitor."""
        code = CODES.get(problem.code)
        if problem.code == "kiosk.alone":
            sentence = self.say("desk")
        elif code is not None and code.fault == "rule":
            sentence = self.rule(problem) or problem.message
        else:
            sentence = ""
        return seen.Problem(self.say("sorry"), sentence, self.say("sorry_help"), self.say("understood"))


def _items(bring: str) -> tuple[str, ...]:
    """What to bring, one thing a line: it is written as one sentence with 、 ； or ; between the things."""
    items = (item.strip() for item in re.split(r"[、；;\n]", bring))
    return tuple(item[:1].upper() + item[1:] for item in items if item)


def _grouped(number: str) -> str:
    """What was typed of a number under its mask, and how much is missing: region, day of birth, the rest."""
    shown = masked(number).ljust(DIGITS, "_")
    return f"{shown[:6]} {shown[6:14]} {shown[14:]}"


def _hidden(name: str) -> str:
    """A sign-in name that its owner knows again, and nobody learns."""
    return f"{name[:1]}***{name[-2:]}" if len(name) > len("***") else f"{name[:1]}***"
