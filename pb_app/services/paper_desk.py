"""What the officers' pages about paper votes show: the batches, the ballot to type next, what two read differently."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from pb_app.models.ballot import SealingStep
from pb_app.models.sheet import PaperBatch
from pb_app.services.ballot_box import PUT_SHEETS
from pb_app.services.ballot_reading import get_ballot_paper
from pb_app.services.keys import KeyStore
from pb_app.services.paper_batches import find_batch
from pb_app.services.paper_channel import PaperWay, Stands, find_paper_way
from pb_app.services.reconciling import BatchCount, PaperSheets, count_batch, reconcile
from pb_app.services.rounds import RoundView, get_round
from pb_app.services.sealing_results import Reconciled, read_reconciled
from pb_app.services.sheet_scans import scanned_sheets
from pb_app.services.sheet_typing import Difference, differences, next_sheet, own_text, read_batch
from voting.errors import NotFoundError
from voting.permissions import Actor
from voting.sheets import how_to_type


@dataclass(frozen=True, slots=True)
class PaperDesk:
    """A round's paper votes; `way` is None where nobody votes on paper, `papers` empty once the key is gone.

    `sealed` are then the papers' titles with how their sheets were accounted for.
    """

    round: RoundView
    way: PaperWay | None
    papers: tuple[PaperSheets, ...]
    is_sealed: bool
    sealed: tuple[tuple[str, Reconciled], ...] = ()

    @property
    def rule(self) -> Stands | None:
        """Which vote stands; None where nobody votes on paper."""
        return self.way.rule if self.way else None


@dataclass(frozen=True, slots=True)
class BatchPage:
    """One batch before an officer. `place` is the ballot and turn to type now, None if nothing is left for them.

    `projects` are the titles in the order of their numbers; `typed` is what they typed there before; `text_before` what
    they typed last, at `before`. `differing` are the ballots they may settle, `own_differing` how many they may not.
    """

    round: RoundView
    paper_title: str
    batch: BatchCount
    hint: str
    projects: tuple[str, ...]
    place: tuple[int, int] | None
    typed: str
    before: tuple[int, int] | None
    text_before: str
    differing: tuple[Difference, ...]
    own_differing: int
    scanned: tuple[int, ...] = ()
    """The ballots that have a scan."""

    @property
    def has_scan(self) -> bool:
        """Whether there is a scan of the ballot to type now."""
        return self.place is not None and self.place[0] in self.scanned


def show_desk(session: Session, keys: KeyStore, *, round_id: str) -> PaperDesk:
    """Where the paper votes of a round stand. Raises NotFoundError."""
    view = get_round(session, round_id)
    is_sealed = keys.is_destroyed(round_id)
    has_key = bool(view.frozen_sha256) and not is_sealed
    papers = reconcile(session, keys, round_id=round_id) if has_key else ()
    step = session.get(SealingStep, (round_id, PUT_SHEETS)) if is_sealed else None
    kept = read_reconciled(step.result) if step else {}
    sealed = tuple((paper.title, kept[paper.id]) for paper in view.papers if paper.id in kept)
    return PaperDesk(view, find_paper_way(session, round_id), papers, is_sealed, sealed)


def show_batch(
    session: Session,
    keys: KeyStore,
    *,
    round_id: str,
    batch_id: str,
    by: Actor,
    before: tuple[int, int] | None = None,
    wanted: tuple[int, int] | None = None,
) -> BatchPage:
    """One batch: the ballot `wanted`, or the next one for this officer after `before`. Raises NotFoundError."""
    batch = batch_of(session, round_id=round_id, batch_id=batch_id)
    view = get_round(session, round_id)
    states = read_batch(session, keys.round_key(round_id), batch=batch)
    paper = get_ballot_paper(session, round_id=round_id, paper_id=batch.paper_id)
    place = wanted or next_sheet(states, by, before[0] if before else 0)
    found, own = differences(session, keys, batch=batch, by=by)
    return BatchPage(
        round=view,
        paper_title=view.paper(batch.paper_id).title,
        batch=count_batch(batch, states),
        hint=how_to_type(paper),
        projects=tuple(project.name for project in paper.projects),
        place=place,
        typed=_own(session, keys, batch, place, by),
        before=before,
        text_before=_own(session, keys, batch, before, by),
        differing=found,
        own_differing=own,
        scanned=scanned_sheets(session, batch_id=batch_id),
    )


def batch_of(session: Session, *, round_id: str, batch_id: str) -> PaperBatch:
    """A batch of this round. Raises NotFoundError."""
    batch = find_batch(session, batch_id)
    if batch.round_id != round_id:
        raise NotFoundError("We can’t find this batch of ballots.")
    return batch


def _own(session: Session, keys: KeyStore, batch: PaperBatch, place: tuple[int, int] | None, by: Actor) -> str:
    if place is None:
        return ""
    return own_text(session, keys, batch=batch, sheet=place[0], turn=place[1], by=by)
