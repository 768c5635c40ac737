"""The look-up file of postcodes: which is in use, and the way to put a newer one in its place."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_wtf.file import FileField
from werkzeug.wrappers import Response

from pb_app.officer.blueprint import bp
from pb_app.services.postcodes import current_look_up, store_look_up
from pb_app.services.proposal_reading import list_areas
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.fields import LocalDateField, at_most, text_field
from pb_app.web.forms import BaseForm
from pb_app.web.transaction import reading, transaction
from voting.errors import Problem


class PostcodesForm(BaseForm):
    """The file, its day, and where it is from."""

    file = FileField("The file", description="CSV: a postcode, a comma, the name of an area, on each line.")
    dated = LocalDateField("How things stood on", hint="The date of the file, like 27 3 2026.")
    source = text_field(
        "Where it is from",
        hint="Like “ONS Postcode Directory, February 2026”.",
        validators=[at_most(120, "the text")],
    )


@bp.get("/officer/postcodes")
@needs("area:approve")
def postcodes() -> str:
    """The file in use, and a form for another."""
    return _page(PostcodesForm(formdata=None))


@bp.post("/officer/postcodes")
@needs("area:approve")
def upload_postcodes() -> str | Response | tuple[str, int]:
    """Takes a file whole, or names every line that is wrong; the one in use stays until then."""
    form = PostcodesForm()
    is_valid = form.validate_on_submit()
    if is_valid and not form.file.data:
        form.add_problems([Problem("file", "Choose the file")])
    if is_valid and form.dated.data is None and not form.dated.errors:
        form.add_problems([Problem("dated", "Write the date of the file")])
    if form.errors or form.form_errors:
        return _page(form), 422
    with transaction() as session:
        stored = store_look_up(
            session,
            data=form.file.data.read(),
            dated=form.dated.data,
            source=form.source.text,
            by=context.acting(),
            now=context.now(),
        )
    if isinstance(stored, list):
        form.add_problems(stored)
        return _page(form), 422
    flash("The file is in use now.")
    return redirect(url_for("officer.postcodes"))


def _page(form: PostcodesForm) -> str:
    with reading() as session:
        file, areas = current_look_up(session), list_areas(session)
    return render_template("officer/postcodes.html", form=form, file=file, areas=[name for _, name in areas])
