"""Sealed copies of a round's key: two named holders have one each, and prove that theirs opens before the vote opens.

Losing the key loses the votes, so the opening is refused until two copies are proved. A holder takes a copy alone and
once, sealed with a passphrase of their own; we keep neither, only the copy's hash. As long as nothing is frozen all
copies can be dropped: the next one that is taken begins with a new key.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pb_app.models.person import Person
from pb_app.models.round import KeyCopy
from pb_app.services.activity import Event, log
from pb_app.services.boxes import Cast, RowName, open_box, seal_box
from pb_app.services.keys import KeyStore
from pb_app.services.round_lock import hold_round
from pb_app.services.rounds import find_round, phase_of
from pb_app.services.sealed_copies import (
    COST,
    FEWEST_CHARACTERS,
    HEADER,
    CopyError,
    RoundKeys,
    copy_sha256,
    open_copy,
    read_code,
    seal_copy,
    write_code,
)
from pb_app.services.two_people import check_disinterested
from tallying.commitment import Blank
from voting.errors import NotFoundError, NotNowError, Problem
from voting.permissions import Actor
from voting.phases import BEFORE_VOTING

PERMISSION = "opening:confirm"
NEEDED = 2
"""Copies that are proved before the vote opens; there are never more."""

"""The phases in which copies are taken and proved."""
KEY_GONE = "key_destroyed"
"""The step of sealing after which copies are destroyed, too."""

_TOO_LATE = "The opening is confirmed, so the copies of the key stay as they are."
_HAVE_ONE = "You have a copy already. If it is lost, drop all copies: both holders then take new ones."
_TAKEN = "Two people have the copies already."
_KEY_LIVES = "The key is still needed, so its copies are, too. Destroy them when the count is sealed."
_NONE_OF_YOURS = "You have no copy of this key. Take one first."


@dataclass(frozen=True, slots=True)
class CopyLine:
    """Who has a copy, since when, and whether it was proved and is destroyed."""

    holder_id: str
    holder: str
    made_at: datetime
    proved_at: datetime | None
    destroyed_at: datetime | None


@dataclass(frozen=True, slots=True)
class TakenCopy:
    """A copy in clear text, this once: `text` is the file that is saved or printed."""

    text: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyTaken(Event):
    """Somebody took a sealed copy of the round's key."""

    kind: ClassVar[str] = "round:key-copy:taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyProved(Event):
    """A holder proved that their copy opens a test box."""

    kind: ClassVar[str] = "round:key-copy:proved"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesDropped(Event):
    """All copies are off the list; the next one is of a new key."""

    kind: ClassVar[str] = "round:key-copy:dropped"
    copies: int

    def details(self) -> dict[str, int]:
        """How many."""
        return {"copies": self.copies}


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyDestroyed(Event):
    """Somebody destroyed a copy, or saw it destroyed."""

    kind: ClassVar[str] = "round:key-copy:destroyed"
    holder_id: str

    def objects(self) -> list[tuple[str, str]]:
        """Whose it was."""
        return [("person", self.holder_id)]


def list_copies(session: Session, *, round_id: str) -> tuple[CopyLine, ...]:
    """Every copy of the round's key, the oldest first."""
    query = (
        select(KeyCopy, Person.name)
        .join(Person, Person.id == KeyCopy.holder_id)
        .where(KeyCopy.round_id == round_id)
        .order_by(KeyCopy.made_at, KeyCopy.holder_id)
    )
    return tuple(
        CopyLine(row.holder_id, name, row.made_at, row.proved_at, row.destroyed_at)
        for row, name in session.execute(query)
    )


def copy_problems(session: Session, *, round_id: str) -> list[Problem]:
    """What is missing before the vote may open: nothing once two copies are proved."""
    proved = sum(one.proved_at is not None for one in list_copies(session, round_id=round_id))
    if proved >= NEEDED:
        return []
    have = f"{proved} of {NEEDED} is proved" if proved else "None is proved"
    return [Problem("", f"Two people each take a sealed copy of the key and prove that it opens. {have} so far.")]


def take_copy(
    session: Session, keys: KeyStore, *, round_id: str, passphrase: str, by: Actor, now: datetime, cost: int = COST
) -> TakenCopy | list[Problem]:
    """The holder's own copy, this once. Problems: "passphrase".

    The first copy makes the key. Raises NotNowError once the opening is confirmed, for whoever has one, and for a
    third person; SecondPersonError for an auditor or whoever has a project on a paper.
    """
    _check(session, round_id, by, now)
    if len(passphrase.strip()) < FEWEST_CHARACTERS:
        return [Problem("passphrase", f"Choose a passphrase of at least {FEWEST_CHARACTERS} letters, like four words")]
    taken = list_copies(session, round_id=round_id)
    if by.person_id in [one.holder_id for one in taken]:
        raise NotNowError(_HAVE_ONE)
    if len(taken) >= NEEDED:
        raise NotNowError(_TAKEN)
    if not taken:
        keys.renew_round_key(round_id)
    held = RoundKeys(keys.round_key(round_id), keys.code_key(round_id))
    sealed = seal_copy(round_id, held, passphrase, cost=cost)
    session.add(KeyCopy(round_id=round_id, holder_id=by.person_id, copy_sha256=copy_sha256(sealed), made_at=now))
    session.flush()
    log(session, CopyTaken(round_id=round_id), by=by, now=now)
    code = write_code(sealed)
    return TakenCopy(_file_text(find_round(session, round_id).title, round_id, code), code)


def prove_copy(
    session: Session, keys: KeyStore, *, round_id: str, text: str, passphrase: str, by: Actor, now: datetime
) -> list[Problem]:
    """The holder proves that their copy opens a test box. Problems: "code", "passphrase". Nothing of it is kept.

    Raises NotNowError for whoever has none, and once the opening is confirmed.
    """
    _check(session, round_id, by, now)
    row = session.get(KeyCopy, (round_id, by.person_id))
    if row is None:
        raise NotNowError(_NONE_OF_YOURS)
    try:
        sealed = read_code(text)
    except CopyError as error:
        return [Problem("code", str(error))]
    if copy_sha256(sealed) != row.copy_sha256:
        return [Problem("code", "This is another copy than yours, or a letter of the code is wrong. Look it over")]
    try:
        found = open_copy(round_id, sealed, passphrase)
    except CopyError as error:
        return [Problem("passphrase", str(error))]
    if not _opens_test_box(round_id, keys.round_key(round_id), found.round_key):
        return [Problem("code", "This copy does not open the test box. Drop all copies and take new ones")]
    row.proved_at = now
    session.flush()
    log(session, CopyProved(round_id=round_id), by=by, now=now)
    return []


def drop_copies(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """Takes all copies off the list, as one is lost or known to somebody: both holders begin again with a new key.

    Raises NotNowError once the opening is confirmed, or if there are none.
    """
    _check(session, round_id, by, now)
    copies = len(list_copies(session, round_id=round_id))
    if not copies:
        raise NotNowError("Nobody has a copy yet.")
    session.execute(delete(KeyCopy).where(KeyCopy.round_id == round_id))
    log(session, CopiesDropped(round_id=round_id, copies=copies), by=by, now=now)


def note_destroyed(
    session: Session, keys: KeyStore, *, round_id: str, holder_id: str, by: Actor, now: datetime
) -> None:
    """Takes one copy off the list: its holder destroyed it, or somebody who may confirm an opening saw it destroyed.

    Doing it again changes nothing. Raises NotNowError while the key lives, NotFoundError where they have no copy.
    """
    by.check(PERMISSION)
    find_round(session, round_id)
    if not keys.is_destroyed(round_id):
        raise NotNowError(_KEY_LIVES)
    row = session.get(KeyCopy, (round_id, holder_id))
    if row is None:
        raise NotFoundError("This person has no copy of this key.")
    if row.destroyed_at is None:
        row.destroyed_at = now
        session.flush()
        log(session, CopyDestroyed(round_id=round_id, holder_id=holder_id), by=by, now=now)


def restore_keys(session: Session, keys: KeyStore, *, round_id: str, text: str, passphrase: str) -> None:
    """Puts a round's lost keys back from a copy. Raises CopyError for a copy that is none of this round's.

    Raises NotNowError where the key was destroyed, or another one is in its place.
    """
    find_round(session, round_id)
    sealed = read_code(text)
    query = select(KeyCopy.copy_sha256).where(KeyCopy.round_id == round_id)
    if copy_sha256(sealed) not in set(session.scalars(query)):
        raise CopyError("This is no copy of this round’s key, or a letter of the code is wrong. Look it over")
    found = open_copy(round_id, sealed, passphrase)
    keys.put_back(round_id, found.round_key, found.code_key)


def _check(session: Session, round_id: str, by: Actor, now: datetime) -> None:
    by.check(PERMISSION)
    check_disinterested(session, round_id=round_id, by=by)
    hold_round(session, round_id)
    row = find_round(session, round_id)
    if row.opening_confirmed_at is not None or phase_of(row, now) not in BEFORE_VOTING:
        raise NotNowError(_TOO_LATE)


def _opens_test_box(round_id: str, round_key: bytes, found: bytes) -> bool:
    """A box as a ballot's is, sealed under the key in use, opens under the one that was found."""
    name = RowName(round_id, "test", "TEST", 1)
    test = Cast("TEST", secrets.token_bytes(32), "", Blank(), "account")
    try:
        return open_box(found, name, seal_box(round_key, name, test)) == test
    except InvalidTag:
        return False


def _file_text(title: str, round_id: str, code: str) -> str:
    return (
        f"Sealed copy of the key of the vote “{title}” ({round_id})\n\n"
        "Keep it where nobody else finds it, apart from your passphrase. Without both it opens nothing.\n"
        "It is needed only if the key on the server is lost. Destroy it when the count is sealed.\n\n"
        f"{HEADER}\n{code}\n"
    )
