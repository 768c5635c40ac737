"""A frozen value behaves as one of the standard library does."""

import copy
import dataclasses
import pickle
from typing import ClassVar

import pytest

from tallying.values import derived, frozen_value, replace


@frozen_value
class Plot:
    """A piece of land."""

    width: int
    depth: int = 2
    unit: ClassVar[str] = "m"
    area: int = derived()

    def __post_init__(self) -> None:
        if self.width < 0:
            raise ValueError("a plot is not narrower than nothing")
        object.__setattr__(self, "area", self.width * self.depth)


@frozen_value
class Field:
    """Another piece of land, of the same measures."""

    width: int
    depth: int = 2


@frozen_value
class Nothing:
    """A value without fields."""


def test_values_are_equal_by_their_fields_and_within_their_class_only() -> None:
    assert Plot(3) == Plot(width=3, depth=2)
    assert Plot(3) != Plot(4)
    others: tuple[object, ...] = (Field(3), (3, 2))
    assert Plot(3) not in others
    assert hash(Plot(3)) == hash(Plot(3, 2))
    assert Nothing() == Nothing()


def test_a_value_stays_as_it_was_made() -> None:
    plot = Plot(3)
    with pytest.raises(AttributeError, match="Plot is frozen: width stays as it is"):
        plot.width = 4  # type: ignore[misc] # what is tested
    with pytest.raises(AttributeError, match="frozen"):
        del plot.depth
    with pytest.raises(AttributeError):
        object.__setattr__(plot, "height", 1)
    assert plot == Plot(3)


def test_what_is_worked_out_is_not_given_compared_or_shown() -> None:
    assert Plot(3).area == 6
    assert repr(Plot(3)) == "Plot(width=3, depth=2)"
    with pytest.raises(TypeError):
        Plot(3, 2, 7)  # type: ignore[call-arg] # what is tested


def test_a_changed_value_is_checked_and_worked_out_again() -> None:
    assert replace(Plot(3), depth=5).area == 15
    assert dataclasses.replace(Plot(3), depth=5) == Plot(3, 5)
    with pytest.raises(ValueError, match="narrower"):
        replace(Plot(3), width=-1)
    with pytest.raises(TypeError):
        replace(Plot(3), height=1)


def test_copies_and_other_processes_get_the_same_value() -> None:
    plot = Plot(3, 4)
    assert pickle.loads(pickle.dumps(plot)) == plot  # noqa: S301 -- our own bytes
    assert copy.deepcopy(plot).area == 12


def test_a_value_can_be_matched_by_its_fields() -> None:
    match Plot(3, 4):
        case Plot(width, depth):
            assert (width, depth) == (3, 4)
        case _:
            pytest.fail("it is a plot")
