"""Reading proposals: one in full, or a list with filters, search and an order shuffled for the reader."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.paper import Pot
from pb_app.models.proposal import CostLine, Photo, Proposal, ReviewEntry
from pb_app.services.proposal_text import CostItem
from voting.errors import NotFoundError
from voting.permissions import Actor

PUBLIC_STATUSES: tuple[str, ...] = ("sent", "question", "accepted", "refused")
"""What everybody may read; a draft or a withdrawn proposal is its proposer's alone."""


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A picture without its bytes: `photos.get_photo` has those."""

    sha256: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class EntryView:
    """One step of the review. `kind` is sent, question, answer, accept or refuse."""

    kind: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A whole proposal. Money in pence; cost lines in the proposer's order; entries and photos oldest first."""

    id: str
    round_id: str
    proposer_id: str
    status: str
    revision: int
    title: str
    summary: str
    what: str
    who_benefits: str
    pot_id: str | None
    pot_name: str
    pot_amount: int
    area_id: str | None
    area_name: str
    place: str
    group_name: str
    interest: str | None
    cost_lines: tuple[CostItem, ...]
    cost: int
    photos: tuple[PhotoView, ...]
    entries: tuple[EntryView, ...]
    created_at: datetime
    saved_at: datetime
    sent_at: datetime | None

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.status in PUBLIC_STATUSES

    @property
    def open_question(self) -> EntryView | None:
        """The officers' question that waits for an answer."""
        asked = [entry for entry in self.entries if entry.kind == "question"]
        return asked[-1] if asked and self.status == "question" else None


@dataclass(frozen=True, slots=True)
class ProposalCard:
    """A proposal as a card in a list; `cost` in pence."""

    id: str
    round_id: str
    status: str
    title: str
    summary: str
    cost: int
    pot_id: str | None
    pot_name: str
    area_id: str | None
    area_name: str
    place: str
    group_name: str
    photo: PhotoView | None
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class ProposalFilters:
    """What a list is narrowed to; "" (or None) means all. `most` is a cost in pence."""

    area_id: str = ""
    pot_id: str = ""
    status: str = ""
    most: int | None = None


def get_proposal(session: Session, *, proposal_id: str, by: Actor | None = None) -> ProposalView:
    """One proposal, if it is public or `by`'s own. Raises NotFoundError."""
    row = session.execute(_joined().where(Proposal.id == proposal_id)).one_or_none()
    if row is None:
        raise NotFoundError("We can’t find this proposal.")
    proposal, pot, area = row
    is_own = by is not None and by.person_id == proposal.proposer_id
    if proposal.status not in PUBLIC_STATUSES and not is_own:
        raise NotFoundError("We can’t find this proposal.")
    return _view(session, proposal, pot, area)


def list_proposals(
    session: Session,
    *,
    round_id: str,
    filters: ProposalFilters | None = None,
    search: str = "",
    shuffle_seed: str = "",
) -> list[ProposalCard]:
    """The public proposals of a round, in an order fixed by `shuffle_seed`: the same seed gives the same order.

    Every word of `search` must be somewhere in the title, summary, text or place. Three queries, however many rows.
    """
    query = _joined().where(Proposal.round_id == round_id, Proposal.status.in_(PUBLIC_STATUSES))
    for word in search.split():
        texts = (Proposal.title, Proposal.summary, Proposal.what, Proposal.place)
        query = query.where(or_(*(text.icontains(word, autoescape=True) for text in texts)))
    wanted = filters or ProposalFilters()
    cards = [card for card in _cards(session, query) if _passes(card, wanted)]
    return sorted(cards, key=lambda card: shuffle_key(shuffle_seed, card.id))


def my_proposals(session: Session, *, by: Actor, round_id: str = "") -> list[ProposalCard]:
    """All proposals of `by`, drafts and withdrawn ones too, the last saved first."""
    query = _joined().where(Proposal.proposer_id == by.person_id)
    if round_id:
        query = query.where(Proposal.round_id == round_id)
    return sorted(_cards(session, query), key=lambda card: (card.saved_at, card.id), reverse=True)


def list_areas(session: Session) -> list[tuple[str, str]]:
    """Every area a proposal can be in, as (id, name), in the council's order."""
    rows = session.execute(select(Area.id, Area.name).order_by(Area.position, Area.id))
    return [(area_id, name) for area_id, name in rows]


def shuffle_key(seed: str, item_id: str) -> bytes:
    """Sorting by this shuffles, the same way for the same seed."""
    return hashlib.sha256(f"{seed}\n{item_id}".encode()).digest()


def _joined() -> Select[Proposal, Pot, Area]:
    pot_of = (Pot.round_id == Proposal.round_id) & (Pot.id == Proposal.pot_id)
    return select(Proposal, Pot, Area).outerjoin(Pot, pot_of).outerjoin(Area, Area.id == Proposal.area_id)


def _passes(card: ProposalCard, wanted: ProposalFilters) -> bool:
    return (
        wanted.area_id in ("", card.area_id)
        and wanted.pot_id in ("", card.pot_id)
        and wanted.status in ("", card.status)
        and (wanted.most is None or card.cost <= wanted.most)
    )


def _cards(session: Session, query: Select[Proposal, Pot, Area]) -> list[ProposalCard]:
    rows = session.execute(query).all()
    ids = [proposal.id for proposal, _, _ in rows]
    costs = _costs(session, ids)
    photos = first_photos(session, ids)
    return [_card(row, costs.get(row[0].id, 0), photos.get(row[0].id)) for row in rows]


def _card(row: tuple[Proposal, Pot | None, Area | None], cost: int, photo: PhotoView | None) -> ProposalCard:
    proposal, pot, area = row
    return ProposalCard(
        id=proposal.id,
        round_id=proposal.round_id,
        status=proposal.status,
        title=proposal.title,
        summary=proposal.summary,
        cost=cost,
        pot_id=proposal.pot_id,
        pot_name=pot.name if pot else "",
        area_id=proposal.area_id,
        area_name=area.name if area else "",
        place=proposal.place,
        group_name=proposal.group_name,
        photo=photo,
        saved_at=proposal.saved_at,
    )


def _costs(session: Session, ids: Sequence[str]) -> dict[str, int]:
    query = select(CostLine.proposal_id, func.sum(CostLine.amount)).where(CostLine.proposal_id.in_(ids))
    return {proposal_id: int(total) for proposal_id, total in session.execute(query.group_by(CostLine.proposal_id))}


def first_photos(session: Session, ids: Sequence[str]) -> dict[str, PhotoView]:
    """The first photo of each proposal that has one, in one query."""
    query = select(Photo).where(Photo.proposal_id.in_(ids)).order_by(Photo.added_at.desc(), Photo.sha256.desc())
    return {photo.proposal_id: _photo(photo) for photo in session.scalars(query)}


def _photo(photo: Photo) -> PhotoView:
    return PhotoView(photo.sha256, photo.alt, photo.width, photo.height)


def _view(session: Session, proposal: Proposal, pot: Pot | None, area: Area | None) -> ProposalView:
    this = proposal.id
    lines = session.scalars(select(CostLine).where(CostLine.proposal_id == this).order_by(CostLine.position)).all()
    photos = session.scalars(select(Photo).where(Photo.proposal_id == this).order_by(Photo.added_at, Photo.sha256))
    entries = session.scalars(select(ReviewEntry).where(ReviewEntry.proposal_id == this).order_by(ReviewEntry.n))
    return ProposalView(
        id=this,
        round_id=proposal.round_id,
        proposer_id=proposal.proposer_id,
        status=proposal.status,
        revision=proposal.revision,
        title=proposal.title,
        summary=proposal.summary,
        what=proposal.what,
        who_benefits=proposal.who_benefits,
        pot_id=proposal.pot_id,
        pot_name=pot.name if pot else "",
        pot_amount=pot.amount if pot else 0,
        area_id=proposal.area_id,
        area_name=area.name if area else "",
        place=proposal.place,
        group_name=proposal.group_name,
        interest=proposal.interest,
        cost_lines=tuple(CostItem(line.label, line.amount) for line in lines),
        cost=sum(line.amount for line in lines),
        photos=tuple(_photo(photo) for photo in photos),
        entries=tuple(EntryView(entry.kind, entry.text, entry.at) for entry in entries),
        created_at=proposal.created_at,
        saved_at=proposal.saved_at,
        sent_at=proposal.sent_at,
    )
