"""Photos of a proposal: encoded anew by `pictures`, and served only when the proposal is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from PIL import Image, ImageOps
from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from pb_app.models.proposal import Photo, Proposal
from pb_app.services.activity import log
from pb_app.services.own_proposals import own_editable
from pb_app.services.pictures import Wanted, read_picture, to_jpeg
from pb_app.services.proposal_reading import PUBLIC_STATUSES
from pb_app.services.proposals import ProposalEvent
from voting.errors import NotFoundError, Problem
from voting.permissions import Actor

MOST_PHOTOS = 5
LONGEST_ALT = 200
_WANTED = Wanted("photo", ("JPEG", "PNG", "WEBP"), "JPEG, PNG or WebP", largest=1600)
_SMALL = (512, 384)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoAdded(ProposalEvent):
    """A photo was added; `sha256` is of the bytes we serve."""

    kind: ClassVar[str] = "proposal:photo:added"
    sha256: str

    def details(self) -> dict[str, str]:
        """Which photo."""
        return {"sha256": self.sha256}


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRemoved(PhotoAdded):
    """A photo was taken away."""

    kind: ClassVar[str] = "proposal:photo:removed"


@dataclass(frozen=True, slots=True)
class Encoded:
    """A photo as we keep it: two JPEGs without metadata; width and height of the large one in pixels."""

    image: bytes
    small: bytes
    width: int
    height: int


def add_photo(
    session: Session, *, proposal_id: str, data: bytes, alt: str, by: Actor, now: datetime
) -> str | list[Problem]:
    """Keeps a photo (JPEG, PNG or WebP) and returns its SHA-256, or what to mend; the same photo twice is one.

    Raises NotFoundError, NotNowError.
    """
    proposal = own_editable(session, proposal_id, by, now)
    problems = _problems_with_words(alt)
    encoded = encode(data)
    if isinstance(encoded, Problem):
        return [encoded, *problems]
    if problems:
        return problems
    sha256 = hashlib.sha256(encoded.image).hexdigest()
    if session.get(Photo, (sha256, proposal_id)) is not None:
        return sha256
    if (session.scalar(select(func.count()).where(Photo.proposal_id == proposal_id)) or 0) >= MOST_PHOTOS:
        return [Problem("photo", f"A proposal can have {MOST_PHOTOS} photos. Remove one before you add another")]
    session.add(Photo(
        sha256=sha256, proposal_id=proposal_id, alt=alt.strip(), width=encoded.width, height=encoded.height,
        image=encoded.image, small=encoded.small, added_at=now,
    ))  # fmt: skip
    session.flush()
    log(session, PhotoAdded(round_id=proposal.round_id, proposal_id=proposal_id, sha256=sha256), by=by, now=now)
    return sha256


def remove_photo(session: Session, *, proposal_id: str, sha256: str, by: Actor, now: datetime) -> None:
    """Takes a photo away; one that is gone already is no error. Raises NotFoundError, NotNowError."""
    proposal = own_editable(session, proposal_id, by, now)
    photo = session.get(Photo, (sha256, proposal_id))
    if photo is None:
        return
    session.delete(photo)
    session.flush()
    log(session, PhotoRemoved(round_id=proposal.round_id, proposal_id=proposal_id, sha256=sha256), by=by, now=now)


def get_photo(session: Session, *, proposal_id: str, sha256: str, size: str, by: Actor | None = None) -> bytes:
    """The JPEG bytes: `size` is "large" or "small". Raises NotFoundError unless the proposal is public or `by`'s."""
    column = {"large": Photo.image, "small": Photo.small}.get(size)
    proposal = session.get(Proposal, proposal_id)
    is_own = proposal is not None and by is not None and proposal.proposer_id == by.person_id
    if column is None or proposal is None or not (proposal.status in PUBLIC_STATUSES or is_own):
        raise NotFoundError("We can’t find this photo.")
    query = select(Photo).where(Photo.sha256 == sha256, Photo.proposal_id == proposal_id).options(undefer(column))
    photo = session.scalars(query).one_or_none()
    if photo is None:
        raise NotFoundError("We can’t find this photo.")
    return photo.small if size == "small" else photo.image


def encode(data: bytes) -> Encoded | Problem:
    """The photo upright, without metadata, at most 1600 px a side, and a 4:3 crop of 512 x 384; or what to mend."""
    if not data:
        return Problem("photo", "Choose a photo first, then press “Add this photo”")
    picture = read_picture(data, _WANTED)
    if isinstance(picture, str):
        return Problem("photo", picture)
    small = ImageOps.fit(picture, _SMALL, Image.Resampling.LANCZOS)
    picture.thumbnail((_WANTED.largest, _WANTED.largest), Image.Resampling.LANCZOS)
    return Encoded(to_jpeg(picture), to_jpeg(small), picture.width, picture.height)


def _problems_with_words(alt: str) -> list[Problem]:
    words = alt.strip()
    if not words:
        return [Problem("alt", "Say what the photo shows, for people who can’t see it")]
    if len(words) > LONGEST_ALT:
        return [Problem("alt", f"Say it in {LONGEST_ALT} letters or fewer. It is {len(words):,} now")]
    return []
