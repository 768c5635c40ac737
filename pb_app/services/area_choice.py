"""One area chosen once (`voting.one_area`): what a voter who has cast, or whose sheet came, may still be cast on."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.paper import PaperArea
from pb_app.models.sheet import PaperSlip
from pb_app.services.keys import KeyStore
from pb_app.services.roll import paper_ids_of, standing
from pb_app.services.round_lock import hold_voter
from pb_app.services.round_reading import get_round
from pb_app.services.round_views import RoundView
from voting.errors import NotAllowedError
from voting.one_area import fitting

_ONE_AREA = "In this round you vote in one area. You chose it with your first vote, and it can’t be changed."


def papers_left(session: Session, keys: KeyStore, *, round_id: str, roll_id: str) -> tuple[str, ...]:
    """The papers of a roll entry, in paper order: those of its area alone, once it was chosen."""
    own = paper_ids_of(session, roll_id)
    if not get_round(session, round_id).chooses_area:
        return own
    return fitting(_areas_of(session, round_id, own), _used(session, keys, round_id, roll_id))


def is_of_other_area(session: Session, keys: KeyStore, *, round_id: str, roll_id: str, paper_id: str) -> bool:
    """Whether this voter, of whom a sheet of the paper came, has chosen another area before."""
    if not get_round(session, round_id).chooses_area:
        return False
    areas = _areas_of(session, round_id, {paper_id: None, **dict.fromkeys(paper_ids_of(session, roll_id))})
    return paper_id not in fitting(areas, _used(session, keys, round_id, roll_id))


def check_one_area(
    session: Session, keys: KeyStore, *, view: RoundView, roll_id: str, paper_ids: Collection[str]
) -> None:
    """Raises NotAllowedError where these papers, beside those used before, would be of two areas.

    Call it in the transaction that uses them: two devices of one voter wait for each other here.
    """
    if not view.chooses_area:
        return
    hold_voter(session, roll_id)
    areas = _areas_of(session, view.id, paper_ids_of(session, roll_id))
    used = _used(session, keys, view.id, roll_id) | set(paper_ids)
    if not set(paper_ids) <= set(fitting(areas, used)):
        raise NotAllowedError(_ONE_AREA)


def _used(session: Session, keys: KeyStore, round_id: str, roll_id: str) -> set[str]:
    """Where a ballot of this entry lies, whatever the way it came, taken back ones too, or a sheet was accepted."""
    slips = select(PaperSlip.paper_id).where(
        PaperSlip.round_id == round_id, PaperSlip.roll_id == roll_id, PaperSlip.state == "accepted"
    )
    return {*standing(session, keys, round_id=round_id, roll_id=roll_id), *session.scalars(slips)}


def _areas_of(session: Session, round_id: str, paper_ids: Collection[str]) -> dict[str, set[str]]:
    """The areas of these papers, in their order."""
    found: dict[str, set[str]] = {paper_id: set() for paper_id in paper_ids}
    links = select(PaperArea.paper_id, PaperArea.area_id).where(PaperArea.round_id == round_id)
    for paper_id, area_id in session.execute(links):
        if paper_id in found:
            found[paper_id].add(area_id)
    return found
