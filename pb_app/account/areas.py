"""Ask to vote for an area."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pb_app.account.blueprint import bp
from pb_app.account.forms import AreaForm
from pb_app.services import verification
from pb_app.services.round_reading import list_rounds
from pb_app.web import context
from pb_app.web.access import signed_in
from pb_app.web.transaction import reading, transaction
from voting.phases import Phase


@bp.route("/account/area", methods=["GET", "POST"])
@signed_in
def area() -> Response | str:
    """Which area and why; afterwards, what became of it."""
    form, by = AreaForm(), context.acting()
    with reading() as reader:
        form.area.choices = dict(verification.list_areas(reader))
        mine = verification.my_area(reader, person_id=by.person_id)
        rounds = list_rounds(reader, now=context.now())
    if form.validate_on_submit():
        with transaction() as session:
            problems = verification.ask_area(
                session,
                area_id=form.area.data or "",
                route=form.route.data or "",
                statement=form.statement.text,
                by=by,
                now=context.now(),
            )
        if not problems:
            flash("We have your request. An officer looks at it, and we write to you.")
            return redirect(url_for("account.area"))
        form.add_problems(problems)
    by_postcode = [view for view in rounds if view.eligibility and view.phase_at(context.now()) is Phase.VOTING]
    return render_template("account/area.html", form=form, mine=mine, by_postcode=by_postcode)
