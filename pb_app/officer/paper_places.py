"""Where ballot sheets are given out and handed in: one box with a place a line, until voting is over."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response

from pb_app.officer.blueprint import bp
from pb_app.officer.carrying_out import carry_out
from pb_app.officer.round_forms import places_field
from pb_app.services.paper_channel import find_paper_way
from pb_app.services.paper_places import LONGEST_REASON, PERMISSION, change_places
from pb_app.services.rounds import get_round
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.fields import HiddenText, at_most, text_field
from pb_app.web.forms import BaseForm
from pb_app.web.transaction import reading
from voting.phases import UNTIL_COUNTING


class PlacesForm(BaseForm):
    """The places, those that stood there when the page was opened, and why they change."""

    seen = HiddenText()
    places = places_field()
    reason = text_field(
        "Why do they change?",
        hint="Auditors can read it. Residents read on which day the places changed.",
        validators=[at_most(LONGEST_REASON, "the reason")],
    )


@bp.get("/officer/rounds/<round_id>/paper/places")
@needs(PERMISSION)
def paper_places(round_id: str) -> str:
    """The places as they stand."""
    return _page(None, round_id)


@bp.post("/officer/rounds/<round_id>/paper/places")
@needs(PERMISSION)
def change_paper_places(round_id: str) -> str | Response:
    """Puts other places there."""
    form = PlacesForm()
    return carry_out(
        form,
        round_id,
        lambda session, **who: change_places(
            session, seen=form.seen.text, places=form.places.text, reason=form.reason.text, **who
        ),
        show=_page,
        to="officer.paper_votes",
        words="Kept. This is what residents read now.",
    )


def _page(form: PlacesForm | None, round_id: str) -> str:
    with reading() as session:
        view, way = get_round(session, round_id), find_paper_way(session, round_id)
    standing = "\n".join(way.places) if way else ""
    shown = form or PlacesForm(formdata=None, places=standing)
    shown.seen.data = standing
    return render_template(
        "officer/paper/places.html",
        form=shown,
        round=view,
        way=way,
        can_change=view.phase_at(context.now()) in UNTIL_COUNTING,
    )
