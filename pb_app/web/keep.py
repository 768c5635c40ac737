"""Nothing typed is lost when a sign-in ran out: the text travels, encrypted, through the sign-in pages.

It is in a hidden field of those pages and nowhere else: the server stores nothing, so marks on a ballot paper are
not kept before casting either. Files cannot travel this way; the page says so.
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import render_template, request

from pb_app.services.sessions import SignedInPerson, whose_session
from pb_app.web import context, login

KEPT_FIELD = "kept"
"""The hidden field of the sign-in pages."""

KEPT_MARK = "came_back"
"""The hidden field that tells the form's own page that its text comes from before signing in."""

_LONGEST = 256_000
_SECONDS = 12 * 60 * 60
_NOT_KEPT = frozenset({"csrf_token", KEPT_MARK, KEPT_FIELD})


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody typed: where to, the fields in their order, and whose session it was ("" unknown)."""

    path: str
    fields: tuple[tuple[str, str], ...]
    person_id: str


def sign_in_page() -> tuple[str, int]:
    """Answers a POST of somebody who is not signed in, or no longer: what was typed, and the way to sign in."""
    kept = seal(_typed())
    has_file = any(upload.filename for upload in request.files.values())
    return render_template(
        "account/signed_out.html",
        kept=kept,
        is_too_long=kept == "",
        has_file=has_file,
        was_signed_in=bool(login.token()),
    ), 403


def seal(kept: Kept) -> str:
    """The encrypted text of the hidden field, or "" when it is too long to travel."""
    plain = json.dumps([kept.path, kept.fields, kept.person_id]).encode()
    if len(plain) > _LONGEST:
        return ""
    return _box().encrypt(zlib.compress(plain)).decode()


def unseal(token: str, *, person: SignedInPerson) -> Kept | None:
    """What was kept; None when there is nothing, it is too old, was changed, or belongs to somebody else."""
    try:
        path, fields, person_id = json.loads(zlib.decompress(_box().decrypt(token.encode(), ttl=_SECONDS)))
    except (InvalidToken, ValueError):
        return None
    if person_id not in ("", person.person_id):
        return None
    return Kept(path, tuple((name, value) for name, value in fields), person_id)


def _typed() -> Kept:
    fields = tuple((name, value) for name, value in request.form.items(multi=True) if name not in _NOT_KEPT)
    with context.reading() as session:
        return Kept(request.full_path.rstrip("?"), fields, whose_session(session, token=login.token()))


def _box() -> Fernet:
    """The key is derived: a text sealed here opens nothing else."""
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"commonpot kept text 1")
    return Fernet(base64.urlsafe_b64encode(derive.derive(context.secret())))
