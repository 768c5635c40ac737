"""What a button of the officers' pages does: the form is checked, the verb done, and the page says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from pb_app.web import context
from pb_app.web.forms import BaseForm
from pb_app.web.transaction import transaction
from voting.errors import Problem

Form = TypeVar("Form", bound=BaseForm)


def carry_out(
    form: Form,
    round_id: str,
    verb: Callable[..., Sequence[Problem] | None],
    *,
    show: Callable[[Form, str], str],
    to: str,
    words: str,
) -> str | Response:
    """Does `verb` in a transaction, says `words` and goes on to the endpoint `to` of the round.

    Where the form or the verb finds something to mend, `show` gives the page again. `verb` takes the session and, by
    keyword, `round_id`, `by` and `now`.
    """
    if not form.validate_on_submit():
        return show(form, round_id)
    with transaction() as session:
        problems = verb(session, round_id=round_id, by=context.acting(), now=context.now())
    if problems:
        form.add_problems(problems)
        return show(form, round_id)
    flash(words)
    return redirect(url_for(to, round_id=round_id))
