"""The rounds of the demo council: one in every phase, with timetables as days from the day the demo is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pb_app.cli.demo.earlier_ideas import LAST_YEAR, SMALL, STREETS
from pb_app.cli.demo.ideas import AREAS, NEIGHBOURHOOD, YOUTH, Idea
from pb_app.services.paper_channel import Stands
from tallying.vote_word import VoteWord
from voting.eligibility import Eligibility, Evidence, Identify
from voting.phases import Phase, Timetable


@dataclass(frozen=True, slots=True)
class PaperPlan:
    """One paper with one pot. Voters pick up to `picks`; `rule` is greedy or equal_shares. No area means all."""

    id: str
    title: str
    pot: str
    source: str
    pounds: int
    picks: int
    rule: str
    ideas: tuple[Idea, ...]
    area: str = ""
    word: VoteWord | None = None


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """A round and how far it has come. `days` are the five dates of the timetable, as days from today."""

    id: str
    title: str
    summary: str
    phase: Phase
    days: tuple[int, int, int, int, int]
    papers: tuple[PaperPlan, ...]
    ballots: int = 0
    eligibility: Eligibility | None = None
    paper_rule: Stands | None = None

    def timetable(self, made_at: datetime) -> Timetable:
        """The dates: proposing opens and closes, review ends, voting opens and closes (all at 9am UTC or later)."""
        day = made_at.replace(hour=9, minute=0, second=0, microsecond=0)
        return Timetable(*(day + timedelta(days=offset) for offset in self.days))


_TOKEN = VoteWord("token", "tokens")


def _small(
    first: int, last: int, pounds: int, *, rule: str = "greedy", word: VoteWord | None = None
) -> tuple[PaperPlan, ...]:
    ideas = SMALL[first:last]
    return (
        PaperPlan("grants", "Small grants", "Community grants", "Ward allowance", pounds, 3, rule, ideas, word=word),
    )


def _streets() -> tuple[PaperPlan, ...]:
    """A paper for each area, of which a voter chooses one."""
    return tuple(
        PaperPlan(
            area_id, f"{name} high street", f"{name} pot", "Town centre fund", 4_500, 1, "greedy", STREETS[area_id],
            area_id, _TOKEN,
        )
        for area_id, name in AREAS
    )  # fmt: skip


_FUND = "Residents decide how the Neighbourhood Fund is spent."

ROUNDS: tuple[RoundPlan, ...] = (
    RoundPlan(
        "neighbourhood-fund",
        "Neighbourhood Fund",
        "£90,000 for places and £22,000 for young people. You decide.",
        Phase.VOTING,
        (-60, -40, -20, -2, 60),
        (
            PaperPlan(
                "places",
                "Places and streets",
                "Neighbourhood pot",
                "Community Infrastructure Levy",
                90_000,
                5,
                "equal_shares",
                NEIGHBOURHOOD,
            ),
            PaperPlan("youth", "Young people", "Youth pot", "Revenue budget", 22_000, 3, "greedy", YOUTH),
        ),
        140,
        Eligibility(evidence=tuple(Evidence)),
        Stands.PAPER,
    ),
    RoundPlan(
        "last-years-fund",
        "Last year’s Neighbourhood Fund",
        _FUND,
        Phase.DECIDED,
        (-330, -300, -280, -260, -230),
        (
            PaperPlan(
                "places",
                "Places and streets",
                "Neighbourhood pot",
                "Community Infrastructure Levy",
                60_000,
                4,
                "equal_shares",
                LAST_YEAR,
            ),
        ),
        400,
    ),
    RoundPlan(
        "spring-grants",
        "Spring small grants",
        "Up to £5,000 for groups in every part of town.",
        Phase.PROPOSING,
        (-7, 21, 35, 42, 63),
        _small(0, 4, 9_000),
        eligibility=Eligibility(min_age=11, evidence=tuple(Evidence), consent_under=13, identify=Identify.LAST),
    ),
    RoundPlan(
        "green-grants",
        "Green grants",
        "Small sums for nature and gardens.",
        Phase.REVIEWING,
        (-40, -5, 14, 21, 42),
        _small(2, 5, 6_000),
    ),
    RoundPlan(
        "play-fund",
        "Play fund",
        "For play in every weather.",
        Phase.SHORTLISTING,
        (-60, -30, -3, 7, 28),
        _small(7, 10, 7_000),
    ),
    RoundPlan(
        "harbour-fund",
        "Harbour fund",
        "For the old harbour and the people who live there.",
        Phase.COUNTING,
        (-90, -70, -50, -30, -1),
        _small(3, 7, 8_000),
        66,
    ),
    RoundPlan(
        "library-fund",
        "Library fund",
        "What our libraries do next.",
        Phase.CHECKING,
        (-120, -100, -80, -60, -30),
        _small(5, 9, 8_500, rule="equal_shares"),
        72,
    ),
    RoundPlan(
        "ward-budget",
        "Ward budget",
        "Each ward’s own allowance.",
        Phase.DELIVERING,
        (-420, -400, -380, -360, -340),
        _small(6, 10, 9_000, word=_TOKEN),
        64,
    ),
    RoundPlan(
        "first-round",
        "Our first round",
        "Where it all began.",
        Phase.CLOSED,
        (-800, -780, -760, -740, -720),
        _small(8, 11, 7_500),
        58,
    ),
    RoundPlan(
        "market-fund",
        "Market fund",
        "Called off when the market moved.",
        Phase.CANCELLED,
        (-30, -10, 5, 10, 30),
        _small(1, 2, 5_000),
    ),
    RoundPlan(
        "summer-grants", "Summer grants", "Being prepared.", Phase.DRAFT, (60, 90, 104, 111, 132), _small(9, 11, 6_000)
    ),
    RoundPlan(
        "high-streets",
        "High street tokens",
        "£4,500 for each high street. Give your token where you live, work, study or volunteer.",
        Phase.VOTING,
        (-50, -30, -15, -1, 75),
        _streets(),
        24,
        Eligibility(evidence=tuple(Evidence), chooses_area=True),
    ),
)
