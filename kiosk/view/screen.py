"""One widget for each kind of screen; each holds the body of a Look and paints it by its rule in kiosk.kv."""

import math
from collections.abc import Sequence
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.model import look
from kiosk.model.inside import GAP
from kiosk.view.piece import Icon, Press, Say
from kiosk.view.theme import theme


class Tile(Press):
    """A zone."""

    tile = ObjectProperty(None, rebind=True)


class Row(Press):
    """A service."""

    row = ObjectProperty(None, rebind=True)
    colour = StringProperty("#000000")


class WayKey(Press):
    """How the screen can be."""

    option = ObjectProperty(None, rebind=True)


class EasyRow(Row):
    """A service that most people come for, as large as it can be."""

    zone_icon = StringProperty("")


class Brief(Press):
    """A zone in few words."""

    tile = ObjectProperty(None, rebind=True)


class WideRow(Row):
    """A service, where one column is enough."""


class NarrowRow(Row):
    """A service in one of two columns."""


class Rows(GridLayout):
    """Services in one or two columns, as high as there is room for."""

    lines = NumericProperty(1)


class RowEdge(Widget):
    """The zone's colour at the edge of a row."""

    colour = StringProperty("#000000")
    on = BooleanProperty(True)


class Item(BoxLayout):
    """One thing to bring."""

    text = StringProperty("")
    colour = StringProperty("#000000")


class Toggle(Press):
    """Something that may be asked for with a ticket."""

    option = ObjectProperty(None, rebind=True)


class CountKey(Press):
    """One less or one more."""

    icon = StringProperty("")
    counts = BooleanProperty(False)


class AddKey(Press):
    """One more service on the same ticket."""

    text = StringProperty("")


class Line(Say):
    """One thing to know of a ticket."""


class ActKey(Press):
    """Something that can be done with a ticket."""

    act = ObjectProperty(None, rebind=True)


class ChoiceRow(Press):
    """A class."""

    choice = ObjectProperty(None, rebind=True)


class OfferRow(Press):
    """A class that a card confirms."""

    option = ObjectProperty(None, rebind=True)


class FindingRow(Press):
    """What staff may have found."""

    finding = ObjectProperty(None, rebind=True)


class PadKey(Press):
    """A key of a pad. It is filled here and not by a rule: there are more than a hundred."""

    pad = ObjectProperty(None)
    most = NumericProperty(48)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("pad", "on", "most"):
            self.fbind(name, self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        self.control, self.key = self.pad.control, self.pad.id
        self.opacity = 1 if self.on else 0.45 if self.pad.text or self.pad.icon else 0
        kind = Icon if self.pad.icon else Say
        if not self.children or type(self.children[0]) is not kind:
            self.clear_widgets()
            self.add_widget(kind(pos_hint={"center_y": 0.5}))
        [face] = self.children
        if isinstance(face, Icon):
            face.name, face.size_hint_y = self.pad.icon, None
        else:
            face.text, face.bold, face.halign, face.most = self.pad.text, True, "center", self.most
        self.soon()

    def _draw(self, *_: object) -> None:
        [face] = self.children
        self.ground, self.edge, face.color = theme.card, theme.line, theme.ink
        self.padding = 4 * theme.u
        if isinstance(face, Icon):
            face.height = min(self.height * 0.5, self.most * theme.u * 1.2)
        super()._draw()


class Pad(BoxLayout):
    """Rows of keys, all of one width: a shorter row stands in the middle."""

    rows = ObjectProperty(())
    send = ObjectProperty(None)
    on = BooleanProperty(True)
    columns = NumericProperty(3)
    most = NumericProperty(48)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("rows", "send", "on", "most"):
            self.fbind(name, self.fill)
        self.fill()

    def fill(self, *_: object) -> None:
        """One key for each of the rows."""
        fit(self, len(self.rows), lambda _: PadRow())
        for line, keys in zip(in_order(self), self.rows, strict=True):
            fit(line, len(keys), lambda i, keys=keys: PadKey(pad=keys[i]))
            for widget, key in zip(in_order(line), keys, strict=True):
                widget.pad, widget.send = key, self.send
                widget.on, widget.most = self.on and key != GAP, self.most


class PadRow(BoxLayout):
    """Keys beside each other."""


class Ask(BoxLayout):
    """The one question of a screen, and why it is asked."""

    question = StringProperty("")
    about = StringProperty("")


class Figure(BoxLayout):
    """A figure about the wait, under its name."""

    icon = StringProperty("")
    label = StringProperty("")
    value = StringProperty("")


class Screen(BoxLayout):
    """What all screens have: the body they paint and where touches go."""

    body = ObjectProperty(None, rebind=True)
    send = ObjectProperty(None)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("body", self.fill)
        self.fill()

    def fill(self, *_: object) -> None:
        """Make the children that a rule cannot name, one for each thing of the body."""


class HomeScreen(Screen):
    """Ten zones."""

    def fill(self, *_: object) -> None:
        """One tile for each zone."""
        tiles, grid = self.body.tiles, self.ids.tiles
        kind = Brief if self.body.brief else Tile
        if any(type(child) is not kind for child in grid.children):
            grid.clear_widgets()
        fit(grid, len(tiles), lambda i: kind(send=self.send, tile=tiles[i]))
        for widget, tile in zip(in_order(grid), tiles, strict=True):
            widget.tile = tile


class EasyHomeScreen(Screen):
    """The few services that most people come for."""

    def fill(self, *_: object) -> None:
        """One row for each."""
        found = self.body.found
        fit(
            self.ids.rows,
            len(found),
            lambda i: EasyRow(send=self.send, row=found[i].row, colour=found[i].colour),
        )
        for widget, one in zip(in_order(self.ids.rows), found, strict=True):
            widget.row, widget.colour, widget.zone_icon = one.row, one.colour, one.icon


class PairingScreen(Screen):
    """The code of a kiosk without a place."""


class ServicesScreen(Screen):
    """The services of a zone."""

    def fill(self, *_: object) -> None:
        """One row for each service on this page."""
        rows, colour = self.body.rows, self.body.badge.colour
        kind = WideRow if self.body.columns == 1 else NarrowRow
        grid = self.ids.rows
        if any(type(child) is not kind for child in grid.children):
            grid.clear_widgets()
        fit(grid, len(rows), lambda i: kind(send=self.send, row=rows[i], colour=colour))
        for widget, row in zip(in_order(grid), rows, strict=True):
            widget.row, widget.colour = row, colour


class SearchingScreen(Screen):
    """The services of all zones, by a few letters."""

    def fill(self, *_: object) -> None:
        """One row for each service that was found."""
        found = self.body.found
        fit(
            self.ids.rows,
            len(found),
            lambda i: WideRow(send=self.send, row=found[i].row, colour=found[i].colour),
        )
        for widget, one in zip(in_order(self.ids.rows), found, strict=True):
            widget.row, widget.colour = one.row, one.colour


class BringScreen(Screen):
    """What to bring."""

    def fill(self, *_: object) -> None:
        """One line for each thing, one button for each option."""
        items, colour = self.body.items, self.body.badge.colour
        fit(self.ids.things, len(items), lambda _: Item())
        for widget, item in zip(in_order(self.ids.things), items, strict=True):
            widget.text, widget.colour = item, colour
        options = self.body.options
        fit(self.ids.options, len(options), lambda i: Toggle(send=self.send, option=options[i]))
        for widget, option in zip(in_order(self.ids.options), options, strict=True):
            widget.option = option


class ClassesScreen(Screen):
    """The classes that may be asked for."""

    def fill(self, *_: object) -> None:
        """One row for each class."""
        choices = self.body.choices
        fit(self.ids.choices, len(choices), lambda i: ChoiceRow(send=self.send, choice=choices[i]))
        for widget, choice in zip(in_order(self.ids.choices), choices, strict=True):
            widget.choice = choice


class ShowingScreen(Screen):
    """Where to put a card."""


class NumberingScreen(Screen):
    """The number of a card."""


class AgreeingScreen(Screen):
    """Is it you?"""

    def fill(self, *_: object) -> None:
        """One button for the class that the card confirms, if there is one."""
        option = self.body.option
        fit(self.ids.option, 0 if option is None else 1, lambda _: OfferRow(send=self.send, option=option))
        for widget in self.ids.option.children:
            widget.option = option


class ClaimingScreen(Screen):
    """The code on a paper."""


class MineScreen(Screen):
    """A ticket that was found."""

    def fill(self, *_: object) -> None:
        """One line for each thing to know, one button for each thing to do."""
        lines, acts = self.body.lines, self.body.acts
        fit(self.ids.lines, len(lines), lambda _: Line())
        for widget, line in zip(in_order(self.ids.lines), lines, strict=True):
            widget.text = line
        fit(self.ids.acts, len(acts), lambda i: ActKey(send=self.send, act=acts[i]))
        for widget, act in zip(in_order(self.ids.acts), acts, strict=True):
            widget.act = act


class Fact(Say):
    """One line about the kiosk; a sentence that is longer takes several."""

    WIDE = 0x2E80
    """From this character on they are twice as wide."""

    @property
    def widest(self) -> int:
        """So many narrow ones are about a line."""
        return 52 if theme.tall and not theme.easy else 42

    @property
    def lines(self) -> int:
        """About how many it takes."""
        return math.ceil(sum(1 + (ord(mark) >= self.WIDE) for mark in self.text) / self.widest) or 1


class LogLine(Fact):
    """One entry of its log."""

    @property
    def widest(self) -> int:
        """See Fact."""
        return 48 if theme.tall else 64


class UnlockingScreen(Screen):
    """The technician's PIN."""


class UpkeepScreen(Screen):
    """How the kiosk is."""

    LINES = 13
    """So many have room where few are needed."""
    LOG_TALL, LOG_LYING = 22, 15
    """And so many of the log, as large as other text is: the newest that have room are shown."""

    def fill(self, *_: object) -> None:
        """A line or more for each fact or entry of the log, one button for each thing to do."""
        facts, log, acts = self.body.facts, self.body.log, self.body.acts
        for area, lines, kind in ((self.ids.facts, facts, Fact), (self.ids.log, log, LogLine)):
            fit(area, len(lines), lambda _, kind=kind: kind())
            for widget, line in zip(in_order(area), lines, strict=True):
                widget.text = line
                widget.size_hint_y = widget.lines
        self._shorten()
        for area in (self.ids.facts, self.ids.log):
            area.size_hint_y = sum(widget.lines for widget in in_order(area)) or 0.001
        taken = self.ids.facts.size_hint_y + self.ids.log.size_hint_y
        self.ids.rest.size_hint_y = max(0.01, (self._room if log else self.LINES) - taken)
        fit(self.ids.acts, len(acts), lambda i: ActKey(send=self.send, act=acts[i]))
        for widget, act in zip(in_order(self.ids.acts), acts, strict=True):
            widget.act = act

    @property
    def _room(self) -> int:
        """How many lines of the log there is room for."""
        lines = self.LOG_TALL if theme.tall else self.LOG_LYING
        return lines // 2 if theme.low else lines

    def _shorten(self) -> None:
        """Leave out the oldest entries of the log that have no room."""
        shown = [widget.lines for widget in in_order(self.ids.log)]
        while sum(shown) > self._room:
            shown.pop()
        fit(self.ids.log, len(shown), lambda _: LogLine())


class HelpingScreen(Screen):
    """Who helps to choose."""

    def fill(self, *_: object) -> None:
        """One button for each thing to do."""
        acts = self.body.acts
        fit(self.ids.acts, len(acts), lambda i: ActKey(send=self.send, act=acts[i]))
        for widget, act in zip(in_order(self.ids.acts), acts, strict=True):
            widget.act = act


class TakingScreen(Screen):
    """Wait a moment."""


class IssuedScreen(Screen):
    """Your number."""


class DecidingScreen(Screen):
    """What staff found."""

    def fill(self, *_: object) -> None:
        """One button for each finding, below what follows from it."""
        for area, confirms in ((self.ids.confirms, True), (self.ids.refuses, False)):
            findings = [finding for finding in self.body.findings if finding.confirms is confirms]
            fit(area, len(findings), lambda i, of=findings: FindingRow(send=self.send, finding=of[i]))
            for widget, finding in zip(in_order(area), findings, strict=True):
                widget.finding = finding


class NamingScreen(Screen):
    """Who they are."""

    def fill(self, *_: object) -> None:
        """One button for each name that was good today."""
        known = self.body.known
        fit(self.ids.known, len(known), lambda i: PadKey(send=self.send, pad=known[i]))
        for widget, key in zip(in_order(self.ids.known), known, strict=True):
            widget.pad = key


class ProvingScreen(Screen):
    """That it is they."""


class UnprintedScreen(Screen):
    """Your number, without paper."""


class ProblemScreen(Screen):
    """Why there is no ticket."""


SCREENS: dict[type[look.Body], type[Screen]] = {
    look.Home: HomeScreen,
    look.EasyHome: EasyHomeScreen,
    look.Pairing: PairingScreen,
    look.Services: ServicesScreen,
    look.Searching: SearchingScreen,
    look.Bring: BringScreen,
    look.Classes: ClassesScreen,
    look.Showing: ShowingScreen,
    look.Numbering: NumberingScreen,
    look.Agreeing: AgreeingScreen,
    look.Claiming: ClaimingScreen,
    look.Mine: MineScreen,
    look.Helping: HelpingScreen,
    look.Unlocking: UnlockingScreen,
    look.Upkeep: UpkeepScreen,
    look.Taking: TakingScreen,
    look.Issued: IssuedScreen,
    look.Deciding: DecidingScreen,
    look.Naming: NamingScreen,
    look.Proving: ProvingScreen,
    look.Unprinted: UnprintedScreen,
    look.Problem: ProblemScreen,
}


def in_order(parent: Widget) -> Sequence[Widget]:
    """Children as they were added; Kivy keeps them the other way round."""
    return list(reversed(parent.children))


def fit(parent: Widget, count: int, make: Any) -> None:
    """Have exactly so many children."""
    while len(parent.children) > count:
        parent.remove_widget(parent.children[0])
    while len(parent.children) < count:
        parent.add_widget(make(len(parent.children)))
