"""What lies before a voter: their papers of a round, which of them hold a vote, and which may be marked now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from pb_app.services.area_choice import papers_left
from pb_app.services.ballot_reading import ballot_paper_in
from pb_app.services.keys import KeyStore
from pb_app.services.roll import versions_held
from pb_app.services.rounds import PaperView, RoundView, list_projects
from pb_app.services.showing import get_public_round
from pb_app.services.vote_entries import VoteEntry, refuse_settled_entry
from voting.eligibility import Eligibility, Identify, ties
from voting.errors import NotNowError, NotOnRollError
from voting.one_area import fitting, is_open
from voting.own_word import given
from voting.paper_words import heading, which_of_two
from voting.phases import BEFORE_VOTING, UNTIL_COUNTING, Phase


@dataclass(frozen=True, slots=True)
class Voter:
    """A roll entry as one way in opened it: the papers it may mark, and whether standing votes may be changed.

    `channel` is that way in: "account", or the kind of code. Without `may_change`, a vote may be changed up to the
    version that `change_up_to` gives for its paper.
    """

    entry: VoteEntry
    paper_ids: tuple[str, ...]
    may_change: bool
    channel: str = "account"
    change_up_to: Mapping[str, int] = field(default_factory=dict)

    @property
    def roll_id(self) -> str:
        """The roll entry's id."""
        return self.entry.roll_id

    @property
    def has_code(self) -> bool:
        """Whether a code opened it, and no account."""
        return self.channel != "account"


@dataclass(frozen=True, slots=True)
class Place:
    """One paper before the voter.

    `asks` says what to do on it, in a few words; `version` is that of the vote standing there, 0 for none.
    """

    paper: PaperView
    asks: str
    version: int
    may_mark: bool

    @property
    def gives(self) -> str:
        """What one voter gives on it: its own word, like tokens, or else a vote."""
        return given(self.paper.word, self.paper.rulebook.ballot) if self.paper.word else "vote"


@dataclass(frozen=True, slots=True)
class Desk:
    """A round as one voter finds it; `voter` is None for somebody we do not know yet. Places in paper order.

    Where the round asks last who somebody is, a guest has every paper before them, to mark but not to cast. The same
    for practice, which is never cast.
    """

    round: RoundView
    phase: Phase
    voter: Voter | None
    places: tuple[Place, ...]
    is_practice: bool = False

    @property
    def is_open(self) -> bool:
        """Whether votes are taken now."""
        return self.phase is Phase.VOTING

    @property
    def is_guest(self) -> bool:
        """Whether papers may be marked by somebody we do not know yet."""
        return self.voter is None and bool(self.places)

    @property
    def paper_ids(self) -> tuple[str, ...]:
        """The papers that may be in a sitting here."""
        return self.voter.paper_ids if self.voter else tuple(place.paper.id for place in self.places)

    @property
    def chooses_area(self) -> bool:
        """Whether the voter still has an area to choose: the first vote in one settles it."""
        return self.round.chooses_area and is_open(self._areas)

    @property
    def ties(self) -> str:
        """What may tie somebody to an area, in words."""
        return ties(self.round.eligibility or Eligibility())

    @property
    def chosen_area(self) -> str:
        """The area that the voter's first vote chose, by name; "" where nothing was to be chosen, or still is."""
        limited = [place.paper for place in self.places if place.paper.areas]
        has_chosen = self.round.chooses_area and bool(limited) and not self.chooses_area
        return " or ".join(area.name for area in limited[0].areas) if has_chosen else ""

    @property
    def groups(self) -> tuple[tuple[str, tuple[Place, ...]], ...]:
        """The papers by the areas to choose from, those for everybody first; under "" where nothing is to be chosen."""
        if not self.chooses_area:
            return (("", self.places),)
        found: dict[str, list[Place]] = {"": []}
        for place in self.places:
            found.setdefault(" or ".join(area.name for area in place.paper.areas), []).append(place)
        return tuple((name, tuple(places)) for name, places in found.items() if places)

    def beside(self, paper_ids: Collection[str]) -> tuple[Place, ...]:
        """The papers that may be marked beside these: where voters choose, those of one area."""
        if not self.round.chooses_area:
            return self.places
        left = fitting(self._areas, paper_ids)
        return tuple(place for place in self.places if place.paper.id in left)

    def number_of(self, paper_id: str) -> str:
        """`list 1 of 3`, of those that one voter can use; "" where it is the only one, or an area is still open."""
        areas = {place.paper.id: self._areas[place.paper.id] for place in self.beside([paper_id])}
        if len(areas) == 1 or (self.round.chooses_area and is_open(areas)):
            return ""
        return f"list {list(areas).index(paper_id) + 1} of {len(areas)}"

    def choice(self, paper_ids: Collection[str]) -> str:
        """The area that casting these papers chooses, by name; "" where it chooses none."""
        limited = [place.paper for place in self.places if place.paper.id in paper_ids and place.paper.areas]
        return " or ".join(area.name for area in limited[0].areas) if limited and self.chooses_area else ""

    @property
    def _areas(self) -> dict[str, list[str]]:
        return {place.paper.id: [area.id for area in place.paper.areas] for place in self.places}

    def which_of_two(self, paper_id: str) -> str:
        """Where two ballots are declared on a paper: which of them is cast here; "" elsewhere and for a guest."""
        if self.voter is None:
            return ""
        return which_of_two(self.round.paper(paper_id).rulebook.ballot.ballots_per_voter, self.voter.channel)

    @property
    def known(self) -> Voter:
        """The voter. Raises NotOnRollError for somebody we do not know."""
        if self.voter is None:
            raise NotOnRollError("Sign in, or use a code, to vote.")
        return self.voter

    def place(self, paper_id: str) -> Place:
        """The voter's own paper of this id. Raises NotFoundError, and NotOnRollError for a paper that is not theirs."""
        found = next((place for place in self.places if place.paper.id == paper_id), None)
        if found is None:
            self.round.paper(paper_id)
            raise NotOnRollError("This ballot paper is for another area. Yours are on the voting page.")
        return found


def find_desk(session: Session, keys: KeyStore, *, round_id: str, voter: Voter | None, now: datetime) -> Desk:
    """The voter's papers and what stands on them. Raises NotFoundError for an unknown round or a draft.

    Raises PaperArrivedError where their ballot sheet has come back.
    """
    view = get_public_round(session, round_id=round_id, now=now)
    phase = view.phase_at(now)
    if voter is None or phase is not Phase.VOTING:
        is_guest = voter is None and phase is Phase.VOTING and asks_last(view)
        return Desk(view, phase, voter, _guest_places(session, view) if is_guest else ())
    refuse_settled_entry(session, voter.entry, voter.channel)
    ballots = {one.id: one.rulebook.ballot.ballots_per_voter for one in view.papers if one.id in voter.entry.paper_ids}
    versions = versions_held(session, keys, round_id, voter.roll_id, ballots, channel=voter.channel)
    if view.chooses_area:
        left = papers_left(session, keys, round_id=round_id, roll_id=voter.roll_id)
        versions = {paper_id: versions[paper_id] for paper_id in left}
    voter = replace(voter, paper_ids=tuple(paper_id for paper_id in voter.paper_ids if paper_id in versions))
    places = tuple(
        Place(
            view.paper(paper_id),
            heading(ballot_paper_in(session, view, paper_id)),
            version,
            _may_mark(voter, paper_id, version),
        )
        for paper_id, version in versions.items()
    )
    return Desk(view, phase, voter, places)


def find_practice(session: Session, *, round_id: str, now: datetime) -> Desk:
    """Every paper of the round that has projects, for anybody to try, until voting ends.

    Raises NotFoundError for an unknown round or a draft, NotNowError where there is nothing to try, or no more.
    """
    view = get_public_round(session, round_id=round_id, now=now)
    phase = view.phase_at(now)
    if phase not in UNTIL_COUNTING:
        raise NotNowError("Voting is over, and so is practice. The round’s page says what happens now.")
    filled = list_projects(session, round_id=round_id)
    places = tuple(place for place in _guest_places(session, view) if place.paper.id in filled)
    if not places:
        raise NotNowError("No project is on a ballot paper yet. Come back when the list is made.")
    return Desk(view, phase, None, places, is_practice=True)


def asks_last(view: RoundView) -> bool:
    """Whether this round lets people mark before they say who they are."""
    return view.eligibility is not None and view.eligibility.identify is Identify.LAST


def _guest_places(session: Session, view: RoundView) -> tuple[Place, ...]:
    papers = [(one, ballot_paper_in(session, view, one.id)) for one in view.papers]
    return tuple(Place(one, heading(ballot), 0, may_mark=True) for one, ballot in papers)


def check_open(desk: Desk) -> None:
    """Raises NotNowError, with the date, when votes are not taken."""
    if desk.is_open:
        return
    if desk.phase in BEFORE_VOTING:
        raise NotNowError("Voting has not started yet. The round’s page says when it does.")
    if desk.phase is Phase.CANCELLED:
        raise NotNowError("This round was cancelled, so nobody votes in it. Its page says why.")
    raise NotNowError("Voting is over. The round’s page says what happens now.")


def _may_mark(voter: Voter, paper_id: str, version: int) -> bool:
    is_settled = version > voter.change_up_to.get(paper_id, 0)
    return paper_id in voter.paper_ids and (voter.may_change or not is_settled)
