"""Forms of the account pages."""

from __future__ import annotations

from wtforms import RadioField

from pb_app.services.verification import ROUTES
from pb_app.web.choosing import choice_field
from pb_app.web.fields import HiddenText, SecretField, required, text_field
from pb_app.web.forms import BaseForm
from voting.permissions import STAFF, Role

ROLE_NAMES = {
    Role.OFFICER: "Officer: runs rounds",
    Role.STEERING: "Steering group member: has the final say, confirms openings and sealings",
    Role.AUDITOR: "Auditor: recounts and reads the log, changes nothing",
    Role.ADMINISTRATOR: "Administrator: appoints people",
}


class SignInForm(BaseForm):
    """Address and password. `next` is where to go afterwards, `kept` what was typed before the sign-in ran out."""

    email = text_field("E-mail address", validators=[required("Write your e-mail address")])
    password = SecretField("Password", validators=[required("Write your password")])
    next = HiddenText()
    kept = HiddenText()
    arrive = HiddenText()
    """Set by the page that says "you were signed out": show this form, check nothing yet."""


class SignInCodeForm(BaseForm):
    """The second step."""

    code = text_field("Code", validators=[required("Write the 6 numbers that your app shows")])
    next = HiddenText()
    kept = HiddenText()


class AddressForm(BaseForm):
    """An e-mail address; the service says what is wrong with it."""

    email = text_field("E-mail address", validators=[required("Write your e-mail address, like name@example.com")])


class ConfirmForm(BaseForm):
    """Behind the link in the mail: name and password."""

    name = text_field("Your name", hint="Officers see it, nobody else. A first name is enough.")
    password = SecretField("Choose a password", description="10 letters or more. Three words are easy to remember.")


class NewPasswordForm(BaseForm):
    """Behind the link in the mail: a new password."""

    password = SecretField("New password", description="10 letters or more. Three words are easy to remember.")


class SecondStepForm(BaseForm):
    """The secret that the QR code shows, and the first code of the app."""

    secret = HiddenText()
    code = text_field("Code from your app", hint="6 numbers. They change every 30 seconds.")


class AreaForm(BaseForm):
    """Which area, and what ties the person to it. `area` gets its choices in the view."""

    area = RadioField("Which area do you want to vote for?", choices={}, validate_choice=False)
    route = RadioField("What ties you to it?", choices=ROUTES, validate_choice=False)
    statement = text_field("Where?", hint="A street and number, a school, a workplace. Only officers read it.")


class AppointmentForm(BaseForm):
    """Give a role to somebody, or take it away."""

    email = text_field("Their e-mail address", validators=[required("Write their e-mail address")])
    role = choice_field("Role", {role.value: ROLE_NAMES[role] for role in Role if role in STAFF}, "Choose a role")
    change = choice_field(
        "What should happen?",
        {"give": "Give this role", "take": "Take this role away"},
        "Say whether to give the role or to take it away",
    )
