"""A refusal names everybody who may do it, so that its reader knows whom to ask."""

from __future__ import annotations

import pytest

from voting.errors import NotAllowedError
from voting.permissions import Role, check


@pytest.mark.parametrize(
    ("permission", "words"),
    [
        ("round:create", "Only officers can do this."),
        ("opening:confirm", "Only officers and steering group members can do this."),
        ("outcome:depart", "Only steering group members can do this."),
        ("turnout:see", "Only officers, steering group members and auditors can do this."),
        ("proposal:write", "Sign in first."),
    ],
)
def test_a_refusal_names_everybody_who_may(permission: str, words: str) -> None:
    with pytest.raises(NotAllowedError) as refusal:
        check(frozenset({Role.ADMINISTRATOR}), permission)
    assert str(refusal.value) == words
