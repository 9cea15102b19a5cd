"""look(state) -> Look: every sentence, figure and colour of the screen, in the visitor's language."""

from dataclasses import replace

from kiosk.model import card, find, mine, page, staff, visit
from kiosk.model import look as seen
from kiosk.model.clerk import Clerk
from kiosk.model.easy import Easy
from kiosk.model.held import ERASE
from kiosk.model.look import Body, Choice, Key, Look, Option, Row, Tile
from kiosk.model.near import nearest
from kiosk.model.screen import (
    Adding,
    Agreeing,
    Bring,
    Choosing,
    Claiming,
    Classes,
    Dark,
    Deciding,
    Helping,
    Home,
    Issued,
    Mine,
    Naming,
    Numbering,
    Others,
    Problem,
    Proving,
    Searching,
    Services,
    Showing,
    Taking,
    Unlocking,
    Unprinted,
    Upkeep,
    Woken,
)
from kiosk.model.slip import code_of, things
from kiosk.model.state import State
from kiosk.model.unsure import Unsure
from kiosk.model.whose import Whose
from queue_server.wire.error import CODES
from queue_server.wire.face import say
from queue_server.wire.ticket import ClassState, Language
from queue_server.wire.view import ClassRecord, ServiceRecord, ZoneRecord

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
        ways=words.ways(),
        manner=state.manner,
        dark=isinstance(state.screen, Dark),
        sight=state.sight,
    )


class _Screens(Unsure, Easy, Whose, Clerk):
    """What each screen says."""

    def body(self) -> Body:
        match self.state.screen:
            case Home() | Others() as beginning:
                return self.beginning(beginning)
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
            case Taking() | Issued() | Unprinted() | Problem() | Dark() | Woken() as end:
                return self.ending(end)
            case Showing() | Numbering() | Agreeing() as asking:
                return self.about_card(asking)
            case Deciding() | Naming() | Proving() as screen:
                return self.for_staff(screen)

    def ending(self, screen: Taking | Issued | Unprinted | Problem | Dark | Woken) -> Body:
        """What comes of it, once a ticket was asked for; or that there is none at night."""
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
            case Dark() | Woken():
                return self.resting()

    def beginning(self, screen: Home | Others) -> Body:
        """Where a visit begins, and the zones where it begins with less."""
        if isinstance(screen, Others):
            return self.others()
        return self.home() if self.state.code is None else self.pairing(self.state.code)

    def others(self) -> seen.Home:
        """The zones, for who came for something else than most people do."""
        search = self.search() if self.state.takes else ""
        return seen.Home(self.say("home_question"), self.hint(), self.tiles(), "", search, brief=self.brief())

    def home(self) -> seen.Home | seen.EasyHome:
        if not self.state.zones:
            key = "connecting" if self.state.link in {"connecting", "live"} else "offline"
            return seen.Home(self.say(key), self.say("sorry_help"), (), self.say("home_help"))
        found = self.say("mine") if mine.offered(self.state) else ""
        unsure = self.unsure()
        help_ = self.reprinted() or ("" if unsure else self.say("home_help"))
        if self.state.manner.easy:
            return seen.EasyHome(
                question=self.say("easy_question"),
                found=tuple(self.found(service, None) for service in self.state.few),
                others=self.say("others"),
                ask=self.say("help_me") if unsure and self.state.helped is None else unsure,
                help=help_,
                mine=found,
            )
        welcome = self.state.hall.welcome if self.state.hall else None
        question = self.of(welcome) if welcome else self.say("home_question")
        search = self.search() if self.state.takes else ""
        return seen.Home(
            question, self.hint(), self.tiles(), help_, search, unsure, found, brief=self.brief()
        )

    def hint(self) -> str:
        """How to begin; before that, that a paper is there for somebody who was sent here for it."""
        if said := self.reprinted():
            return said
        if not self.state.takes:
            return self.say("sorry_help")
        if self.state.manner.low:
            return self.say("low_hint")
        cards = any(service.real_name == "required" for service in self.state.services)
        return self.say("home_hint_card" if cards else "home_hint")

    def reprinted(self) -> str:
        """That another paper of somebody's lies there, for a while."""
        last = self.state.reprinted
        return self.say("reprinted", number=last.number) if last and self.state.now < last.until else ""

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
            examples=self.examples(zone.examples),
            waiting=self.waiting(zone.waiting, zone.wait) if issues else self.say("paused"),
            wait=self.wait_short(zone.wait) if issues else self.reason(zone),
            paused=not issues,
            enabled=issues and self.state.takes,
            chinese=self.language == "zh",
        )

    def tiles(self) -> tuple[Tile, ...]:
        return tuple(self.tile(zone) for zone in self.state.zones)

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
        return self.say("search_known" if self.state.found("") else "search")

    def adding(self, after: Bring) -> seen.Home:
        """The zones again, for one more."""
        many = len(visit.steps(self.state, visit.chosen(after)))
        hint = self.say("add_hint", count=many, most=self.state.hall.max_steps if self.state.hall else many)
        return seen.Home(self.say("add_question"), hint, self.tiles(), "", self.search(), brief=self.brief())

    def services(self, screen: Services) -> seen.Services:
        key = screen.zone
        pages = page.pages(self.state, key)
        turned, rows = page.turned(self.state, screen)
        many = pages > 1
        return seen.Services(
            badge=self.badge(self.state.zone(key)),
            question=self.say("services_question"),
            hint=self.say("services_hint"),
            rows=tuple(self.row(each, screen.after) for each in rows),
            columns=self.columns(min(len(self.state.offered(key)), page.size(self.state))),
            page=self.say("page_of", page=turned + 1, pages=pages) if many else "",
            page_back=self.say("page_back") if turned > 0 else "",
            page_on=self.say("page_on") if turned + 1 < pages else "",
        )

    def searching(self, screen: Searching) -> seen.Searching:
        word = screen.word
        every = find.find(word, self.state.services)
        shown = self.state.found(word)
        *rows, last = (tuple(Key("key", id_, id_.upper()) for id_ in row) for row in find.KEYS)
        more = len(every) - find.SHOWN
        return seen.Searching(
            question=self.say("search_question"),
            word=word.upper(),
            hint=self.say("search_hint"),
            found=tuple(self.found(service, screen.after) for service in shown),
            sentence=self.say("search_near")
            if every and not find.exact(word, self.state.services)
            else self.say("search_more", count=more)
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
        return seen.Found(row, badge.colour, badge.icon)

    def row(self, service: ServiceRecord, after: Bring | None) -> Row:
        """A service, or that the ticket has it already, or cannot have it as well."""
        if after is not None and service.issuing and not visit.fits(self.state, after, service):
            on = service.id in visit.steps(self.state, visit.chosen(after))
            row = self.row(service, None)
            return replace(row, waiting=self.say("on_it" if on else "too_many"), wait="", enabled=False)
        return Row(
            id=service.id,
            name=self.of(service.name),
            examples=self.examples(service.examples),
            waiting=self.waiting(service.waiting, service.wait) if service.issuing else self.say("paused"),
            wait=self.wait_short(service.wait) if service.issuing else self.reason(service),
            paused=not service.issuing,
            enabled=service.issuing and self.state.takes,
        )

    def bring(self, bring: Bring) -> seen.Bring:
        badge, name = self.about(bring.service)
        service = self.state.service(bring.service)
        items = _items(self.of(service.bring)) if service else ()
        kind = self.state.kind(bring.class_)
        asks = kind is not None and not kind.at_once
        about = (
            "options" if kind is None or not asks else "class_card" if self.by_card(kind) else "class_asks"
        )
        options, leads = self.options(bring), self.visit(bring)
        count = self.count(bring, service) if bring.after is None else None
        return seen.Bring(
            badge=badge,
            service=name,
            question=self.say("bring_question" if items else "take_question"),
            items=items,
            visit=leads,
            hint=self.bring_hint(bring) if items and not (count and leads) else "",
            waiting=self.waiting(service.waiting, service.wait) if service else "",
            wait=self.wait(service) if service else "",
            options=options,
            about=self.say(about) if options else "",
            asks=asks,
            count=count,
            add=self.say("add") if visit.takes_more(self.state, bring) else "",
            take=self.say("take"),
            enabled=service is not None and service.issuing and self.state.takes,
        )

    def bring_hint(self, bring: Bring) -> str:
        """That what the hall plans after it needs things too, which the paper names; else that none need be there yet."""
        services = visit.chosen(bring)
        planned = (
            self.state.service(key) for key in visit.steps(self.state, services) if key not in services
        )
        later = any(service is not None and service.bring.zh for service in planned)
        return self.say("bring_later" if later and self.state.printer_fault is None else "bring_hint")

    def count(self, bring: Bring, service: ServiceRecord | None) -> seen.Count | None:
        """How many, where a ticket can be for several."""
        most = visit.most(self.state, visit.chosen(bring)) if service else 1
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
        """What one ticket leads through, where that is more than one step."""
        services = visit.chosen(bring)
        over = self.over(visit.portions(self.state, services, bring.items))
        steps = self.steps(services, bring.items) if len(visit.steps(self.state, services)) > 1 else ""
        return "\n".join(part for part in (over, steps) if part)

    def steps(self, services: tuple[str, ...], items: int) -> str:
        """What a ticket for some services leads through, so many of the first."""
        first, *then = (self.about(key)[1] for key in visit.steps(self.state, services))
        if items > 1:
            first = self.say("of_items", service=first, count=items)
        return self.say("visit", steps=" → ".join((first, *then)))

    def issued(self, issued: Issued) -> seen.Issued:
        ticket = issued.ticket
        badge, service = self.about(ticket.service)
        if ticket.items > 1:
            service = self.say("of_items", service=service, count=ticket.items)
        rounds = max(step.round for step in ticket.steps)
        if rounds > 1:
            service = self.say("of_rounds", service=service, rounds=rounds)
        if more := sum(step.round == 1 for step in ticket.steps[1:]):
            service = self.say("of_steps", service=service, more=more)
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
            follow=self.say("follow_calls" if issued.sure else "doubt", code=code_of(ticket)),
            note="\n".join(note for note in (missing, self.class_note(ticket)) if note),
            icon="card" if missing else "priority",
            tone="warn" if missing else TONES.get(ticket.class_state, "plain"),
            paper=self.say(
                "printing" if not issued.printed else "take_paper" if issued.sure else "paper_doubt"
            ),
            printed=issued.printed,
            sure=issued.sure,
            done=self.say("done") if issued.printed else "",
            staff=self.say("staff") if staff.may_decide(issued) else "",
            returning=self.say("returning", seconds=self.left(issued.until)) if issued.printed else "",
        )

    def ahead(self, count: int | None) -> str:
        if count is None:
            return self.say("ahead_unknown")
        return self.say("ahead_value", count=count) if count else self.say("ahead_none")

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

    def resting(self) -> seen.Problem:
        """Why there is no ticket at night, and when there are some again."""
        hall = self.state.hall
        sentence = self.closed(hall) if hall else self.say("closed_day")
        return seen.Problem(self.say("resting"), sentence, "", self.say("understood"), "clock")

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
    """What to bring, one thing a line."""
    return tuple(thing[:1].upper() + thing[1:] for thing in things(bring))
