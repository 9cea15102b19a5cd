"""How long the kiosk waits: for people, who read and choose, and for machines. All in real seconds."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Times:
    """How patient the kiosk is, in real seconds."""

    idle_s: float = 30.0
    """Without a touch for so long, whoever stood here has gone."""
    warn_s: float = 10.0
    """So long before that it is said, and any touch of the glass gives the whole time again."""
    ticket_s: float = 8.0
    """How long a printed ticket's screen stays."""
    asked_s: float = 30.0
    """How long it stays where staff are to confirm a class."""
    doubt_s: float = 20.0
    """How long it stays where nobody knows whether the paper came."""
    noted_s: float = 60.0
    """How long a number without paper stays before it is given up."""
    problem_s: float = 15.0
    """How long a refusal stays."""
    settle_s: float = 0.25
    """Touches closer together than this are one touch of a hand that trembles."""
    find_s: float = 60.0
    """After some codes that no ticket has, none is looked for for so long."""
    type_s: float = 0.12
    """The same on a pad, where somebody who types is faster than that."""
    paper_s: float = 20.0
    """After so long without a word from the printer the paper is not to be relied on."""
    retry_s: float = 1.0
    """Between one unanswered asking and the next."""
    asking_s: float = 10.0
    """How long a visitor is kept waiting for an answer where there is no number to issue without it."""
    kept_s: float = 20.0
    """After so long since the asking the journal's disk is not waited for any more."""
    alone_s: float = 1.5
    """Without the server for so long, the kiosk works alone."""

    def slower(self, pace: float) -> "Times":
        """The same with more time for whoever reads and chooses; what waits for machines stays."""
        human = ("idle_s", "ticket_s", "asked_s", "doubt_s", "noted_s", "problem_s")
        return replace(self, **{name: getattr(self, name) * pace for name in human})


EASY_PACE = 2.0
"""So much more time has who asks for the elders' version,"""
VOICE_PACE = 3.0
"""and who listens: a list of services is read for more than a minute."""
