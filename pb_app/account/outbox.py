"""The demo's mail on a page: nothing leaves the machine, so one reads it here."""

from __future__ import annotations

from flask import render_template

from pb_app.account.blueprint import bp
from pb_app.services.outbox import list_mail
from pb_app.services.vote_messages import is_vote_message
from pb_app.web import context
from pb_app.web.access import public
from pb_app.web.paging import paged
from pb_app.web.transaction import reading
from voting.errors import NotFoundError


@bp.get("/demo/outbox")
@public
def demo_outbox() -> str:
    """Every message that can be read, newest first; the page does not exist outside a demo."""
    if context.config().is_production or not context.council().is_demo:
        raise NotFoundError("There is no such page.")
    with reading() as session:
        mail = [one for one in list_mail(session) if not is_vote_message(one)]
    return render_template("account/demo_outbox.html", paged=paged(mail))
