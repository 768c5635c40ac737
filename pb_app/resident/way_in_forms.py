"""The forms of the way in, and what was declared on its way from page to page: signed, never in an address."""

from __future__ import annotations

from datetime import date

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms import IntegerField, RadioField, SelectMultipleField
from wtforms.validators import ValidationError

from pb_app.services.voter_requests import LONGEST_CONTACT, LONGEST_STATEMENT, Declared
from pb_app.services.way_in import Typed
from pb_app.web.fields import at_most, text_field
from pb_app.web.forms import BaseForm
from voting.eligibility import OLDEST, Doubt, Route

ROUTES = {
    Route.LIVE.value: "I live there",
    Route.WORK.value: "I work there",
    Route.STUDY.value: "I study or go to school there",
    Route.VOLUNTEER.value: "I volunteer there",
}
DOUBTS = {
    Doubt.UNSURE.value: "I don’t know it, or it may lie in two areas",
    Doubt.NO_ADDRESS.value: "I have no fixed address",
}
_SECONDS = 12 * 60 * 60


class WayInForm(BaseForm):
    """What ties somebody to the place, their age where the round asks for it, and where the place is."""

    route = RadioField("What ties you to the place?", choices=ROUTES, validate_choice=False)
    age = IntegerField("How old will you be?")
    postcode = text_field(
        "Postcode of that place", hint="Like AB1 2CD. We look up the area and don’t keep the postcode."
    )
    area = RadioField("Which area is it in?", choices={}, validate_choice=False)
    doubts = SelectMultipleField("Or:", choices=DOUBTS, default=list, validate_choice=False)

    def validate_age(self, field: IntegerField) -> None:
        """The service asks for it where the round does."""
        field.errors = []
        if field.raw_data and field.raw_data[0].strip() and (field.data is None or not 0 <= field.data <= OLDEST):
            raise ValidationError("Write your age as a number, like 15")

    def typed(self) -> Typed:
        """What was typed."""
        return Typed(
            self.route.data or "",
            self.age.data,
            self.postcode.text,
            self.area.data or "",
            tuple(self.doubts.data or ()),
        )


class AskForm(BaseForm):
    """What helps an officer, and how to reach somebody without an account."""

    statement = text_field(
        "What helps us to find out?",
        hint="Like “I stay at the hostel in Mill Lane” or “I go to Quay School”. Only officers read it.",
        validators=[at_most(LONGEST_STATEMENT, "the text")],
    )
    contact = text_field(
        "How can we reach you? (optional)",
        hint="A phone number, an e-mail address, or where to find you. Leave it empty if you like.",
        validators=[at_most(LONGEST_CONTACT, "the text")],
    )


class ReviewForm(BaseForm):
    """What a second officer should know."""

    words = text_field(
        "What should they know?",
        hint="What the first officer did not see, or got wrong. You can leave it empty.",
        validators=[at_most(LONGEST_STATEMENT, "the text")],
    )


class NumberForm(BaseForm):
    """A number on a list, and the tracker for whoever voted before."""

    number = text_field("Your number", hint="On your card, or as your school or club told you.")
    tracker = text_field("Tracker from your receipt", hint="Only if you want to change a vote. 16 letters and numbers.")


class RequestCodeForm(BaseForm):
    """The code that was given with the request."""

    code = text_field("The code that we gave you", hint="16 letters and numbers. Spaces and small letters are fine.")


def pack_declared(declared: Declared) -> str:
    """The hidden field."""
    looked_up = declared.looked_up.isoformat() if declared.looked_up else ""
    return _signer().dumps(
        [
            declared.route.value,
            declared.age,
            declared.area_id,
            declared.doubt.value if declared.doubt else "",
            looked_up,
        ]
    )


def unpack_declared() -> Declared | None:
    """What the hidden field of this request says; None without one, or when it is older than half a day."""
    try:
        route, age, area_id, doubt, day = _signer().loads(request.form.get("declared", ""), max_age=_SECONDS)
    except BadSignature:
        return None
    looked_up = date.fromisoformat(day) if day else None
    return Declared(Route(route), age, area_id, Doubt(doubt) if doubt else None, looked_up)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt="what somebody declared, version 1")
