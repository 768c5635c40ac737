"""The form that makes a round, over several pages. What was typed travels in the form itself, signed.

Nothing stands on the server before the last page, and nothing typed is lost: each page's boxes are kept as they were
posted, valid or not, so that going back, mending and signing in again show them as they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from pb_app.officer import ballot_forms
from pb_app.officer import round_forms as forms
from pb_app.officer.kind_choices import KINDS, PICK
from pb_app.officer.voter_forms import EligibleForm
from pb_app.web.addresses import read_number
from pb_app.web.forms import BaseForm

Pairs = list[tuple[str, str]]
State = dict[str, Pairs]
"""What each page holds, as (field, value) pairs in the order posted."""

SECTIONS: dict[str, str] = {
    "about": "the round",
    "eligible": "who may vote",
    "papers": "ballot papers",
    "ways": "ways to vote",
    "timetable": "dates",
    "check": "check your answers",
}
"""The steps that are counted, each by its first page: as many whatever is answered. "papers" has all pages of each."""

_PER_PAPER = ("money", "voters", "kind", "ballot", "rule", "details", "support")
_OWN_FIELDS = frozenset({"csrf_token", "state", "step", "go", "came_back"})

FORMS: dict[str, type[BaseForm]] = {
    "about": forms.AboutForm,
    "eligible": EligibleForm,
    "papers": forms.PapersForm,
    "money": forms.MoneyForm,
    "voters": forms.VotersForm,
    "kind": ballot_forms.KindForm,
    "rule": forms.RuleForm,
    "support": forms.SupportForm,
    "ways": forms.WaysForm,
    "timetable": forms.TimetableForm,
    "check": forms.CheckForm,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One page: its kind, and the number of the ballot paper it speaks of (None: of the whole round)."""

    kind: str
    paper: int | None = None

    @property
    def key(self) -> str:
        """How a page is named in the form: "about", "money-0"."""
        return self.kind if self.paper is None else f"{self.kind}-{self.paper}"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a page stands: step `number` of `total`, both from 1, named `section`.

    Of a ballot paper's own pages `question` is which of them, from 1, and `paper` which of `papers`; 0 elsewhere. How
    many questions a paper has follows from the answers, so it is not said.
    """

    number: int
    total: int
    section: str
    question: int = 0
    paper: int = 0
    papers: int = 0


def progress(state: State, step: Step) -> Progress:
    """Where this page stands among those that are known so far; the total never changes."""
    section = step.kind if step.paper is None else "papers"
    number = list(SECTIONS).index(section) + 1
    if step.paper is None:
        return Progress(number, len(SECTIONS), SECTIONS[section])
    own, papers = [one for one in steps(state) if one.paper == step.paper], paper_numbers(state)
    question, paper = own.index(step) + 1, papers.index(step.paper) + 1
    return Progress(number, len(SECTIONS), SECTIONS[section], question, paper, len(papers))


def pack(state: State) -> str:
    """The hidden field."""
    return _signer().dumps(state)


def unpack(text: str) -> State:
    """What the hidden field holds; BadRequest if it is not ours."""
    if not text:
        return {}
    try:
        state = _signer().loads(text)
    except BadSignature as error:
        raise BadRequest("The form came back changed. Start the round again.") from error
    return {str(key): [(str(name), str(value)) for name, value in pairs] for key, pairs in state.items()}


def typed(posted: MultiDict[str, str]) -> Pairs:
    """What one page posted, without the form's own fields."""
    return [(name, value) for name, value in posted.items(multi=True) if name not in _OWN_FIELDS]


def paper_numbers(state: State) -> list[int]:
    """The ballot papers, by the numbers that stay theirs when another is removed."""
    names = [name for name, _ in state.get("papers", []) if name.startswith("papers-")]
    found = (read_number(name.split("-")[1]) for name in names)
    return sorted({number for number in found if number is not None})


def paper_title(state: State, number: int) -> str:
    """What the ballot paper is called so far."""
    return dict(state.get("papers", [])).get(f"papers-{number}", "").strip() or "this ballot paper"


def steps(state: State) -> list[Step]:
    """All pages in order, as far as the number of papers is known."""
    own = [Step(kind, number) for number in paper_numbers(state) for kind in _PER_PAPER]
    own = [step for step in own if step.kind != "ballot" or ballot_kind(state, step.paper) in ballot_forms.MARKING]
    return [Step("about"), Step("eligible"), Step("papers"), *own, Step("ways"), Step("timetable"), Step("check")]


def ballot_kind(state: State, number: int | None) -> str:
    """How people vote on a ballot paper, as far as it was chosen: a key of `kind_choices.KINDS`."""
    chosen = dict(state.get(f"kind-{number}", [])).get("kind", "")
    return chosen if chosen in KINDS else PICK


def find_step(state: State, key: str) -> Step:
    """The page with this name; the first one if there is none."""
    return next((step for step in steps(state) if step.key == key), Step("about"))


def neighbour(state: State, step: Step, by: int) -> Step:
    """The page before (-1) or after (+1)."""
    order = steps(state)
    return order[min(max(order.index(step) + by, 0), len(order) - 1)]


def make_form(state: State, step: Step, areas: Mapping[str, str], *, is_posted: bool) -> BaseForm:
    """The form of a page, filled in with what it held. Only a posted one checks its token."""
    kind, pairs = _form_class(state, step), state.get(step.key)
    form = kind(request.form) if is_posted else kind(MultiDict(pairs) if pairs else None, meta={"csrf": False})
    if isinstance(form, forms.VotersForm):
        form.areas.choices = list(areas.items())
    if isinstance(form, forms.SharesForm | forms.SupportForm):
        form.offer(ballot_kind(state, step.paper))
    return form


def add_entry(state: State, step: Step) -> None:
    """One more ballot paper, or one more pot, empty."""
    name, part = ("papers", "") if step.kind == "papers" else ("pots", "-name")
    number = 1 + max(_numbers(state.get(step.key, []), name), default=0)
    state.setdefault(step.key, []).append((f"{name}-{number}{part}", ""))


def remove_entry(state: State, step: Step, number: str) -> None:
    """Takes one ballot paper or pot away with all it held; the last one stays."""
    name = "papers" if step.kind == "papers" else "pots"
    pairs = state.get(step.key, [])
    if len(set(_numbers(pairs, name))) > 1:
        own = f"{name}-{number}"
        state[step.key] = [(key, value) for key, value in pairs if key != own and not key.startswith(own + "-")]


def fill_like_first(state: State, step: Step) -> None:
    """A further ballot paper starts with the choices of the first, so that they need only a look."""
    numbers = paper_numbers(state)
    if step.paper is None or step.kind == "money" or step.key in state or step.paper == numbers[0]:
        return
    first = state.get(f"{step.kind}-{numbers[0]}")
    if first is not None:
        state[step.key] = list(first)


def _numbers(pairs: Pairs, name: str) -> Iterator[int]:
    for key, _ in pairs:
        parts = key.split("-")
        number = read_number(parts[1]) if parts[0] == name and len(parts) > 1 else None
        if number is not None:
            yield number


def _form_class(state: State, step: Step) -> type[BaseForm]:
    if step.kind == "ballot":
        return ballot_forms.MARKING.get(ballot_kind(state, step.paper), ballot_forms.PickForm)
    if step.kind != "details":
        return FORMS[step.kind]
    rule = dict(state.get(f"rule-{step.paper}", [])).get("rule")
    return forms.SharesForm if rule == "equal_shares" else forms.GreedyForm


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="a new round, version 1")
