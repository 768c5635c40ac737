"""Every refusal, mapped once to a status and a page, templates/errors/<ErrorName>.html."""

from __future__ import annotations

import secrets

from flask import Flask, Response, current_app, make_response, render_template, request
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from pb_app.web import context
from voting import errors

STATUS: dict[type[errors.VotingError], int] = {
    errors.NotAllowedError: 403,
    errors.NotOnRollError: 403,
    errors.SecondPersonError: 403,
    errors.NotFoundError: 404,
    errors.NotYetError: 404,
    errors.CodeUnknownError: 404,
    errors.NotNowError: 409,
    errors.CodeUsedError: 409,
    errors.PaperArrivedError: 409,
    errors.KeyReusedError: 409,
    errors.ChangedMeanwhileError: 409,
    errors.TooManyTriesError: 429,
    errors.ReadOnlyError: 503,
}

CONSTRAINTS: dict[str, str] = {
    "uq_roll_entry_round_id_person_id": "Somebody put this person on the roll at the same moment. All is done",
    "uq_code_batch_round_id_number": "Somebody made letters at the same moment. Try again",
    "uq_letter_code_batch_id_number_issue": "Somebody replaced this letter at the same moment. All is done",
    "uq_project_proposal_id": "This proposal stands on a ballot paper already",
    "uq_project_round_id_paper_id_position": "Somebody changed this ballot paper at the same moment. Try again",
    "uq_area_verification_person_id": "You have asked already. We will write to you when an officer has looked at it",
    "pk_appointment": "This person has this role already",
    "pk_round": "There is a round with this address already. Choose another title",
    "ck_round_timetable_in_order": "Put the dates of the timetable in order, each after the one before",
}
"""Database constraints that a person can run into when two act at once, and what to tell them."""

_PAGES = {400: "BadRequest", 404: "NotFoundError", 405: "NotAMethod", 413: "TooLarge", 429: "TooManyTriesError"}
_CODE_LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"
_MOST_DRAINED = 64_000_000


def init_app(app: Flask) -> None:
    """Answers every refusal of `app` with its own page."""
    app.register_error_handler(errors.VotingError, refusal)
    app.register_error_handler(IntegrityError, conflict)
    app.register_error_handler(RequestEntityTooLarge, too_large)
    app.register_error_handler(HTTPException, http_error)


def refusal(error: errors.VotingError) -> Response:
    """The page of a leaf of VotingError, with its own sentence."""
    status = STATUS[type(error)]
    return _page(type(error).__name__, status, message=str(error))


def conflict(error: IntegrityError) -> Response:
    """Two people acted at once and the database kept the first; an unknown constraint is a fault of ours."""
    text = str(error.orig)
    known = next((message for name, message in CONSTRAINTS.items() if name in text), None)
    if known is None:
        current_app.logger.error("A constraint that CONSTRAINTS does not know", exc_info=error)
        return _fault()
    return _page("ChangedMeanwhileError", 409, message=known)


def too_large(_error: RequestEntityTooLarge) -> Response:
    """Reads the rest of what is being sent: a browser shows no answer while it still sends."""
    stream, left = request.environ["wsgi.input"], min(request.content_length or 0, _MOST_DRAINED)
    while left > 0 and (chunk := stream.read(min(left, 65536))):
        left -= len(chunk)
    return _page("TooLarge", 413)


def http_error(error: HTTPException) -> Response:
    """Our page for what Flask itself refuses; a fault of ours (500) with a code to tell us."""
    status = error.code or 500
    if isinstance(error, SecurityError):  # another name than ours: no address of a page can be built from it
        return Response("Open this website by its own address.\n", 400, mimetype="text/plain")
    if status >= 500:
        return _fault()
    response = _page(_PAGES.get(status, "BadRequest"), status)
    response.headers.extend({name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")})
    return response


def _fault() -> Response:
    code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(6))
    current_app.logger.error("The error above was shown as %s", code)
    return _page("Fault", 500, code=f"{code[:2]} {code[2:4]} {code[4:]}", is_bare=True)


def _page(name: str, status: int, *, message: str = "", code: str = "", is_bare: bool = False) -> Response:
    """`is_bare` asks nothing of the database, which may be what failed."""
    page = render_template(
        f"errors/{name}.html", message=message, code=code, is_bare=is_bare, clock_now=context.real_now()
    )
    response = make_response(page, status)
    if status == 429:
        response.headers["Retry-After"] = "3600"
    return response
