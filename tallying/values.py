"""Classes of frozen values that are quickly made: in a fifth of the time of ``@dataclass(frozen=True, slots=True)``.

The standard one writes and compiles six functions for each class. With some eighty classes that was a third of
the time in which ``pb-tally`` counts a small file (docs/decisions/0010). Here only ``__init__`` is compiled.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, ClassVar, Literal, NoReturn, TypeVar, dataclass_transform, get_origin

T = TypeVar("T")


class _Field:
    """What ``dataclasses.replace`` asks of a field."""

    __slots__ = ("init", "name")
    _field_type = None

    def __init__(self, name: str, *, init: bool) -> None:
        self.name = name
        self.init = init


class _Derived:
    """The mark of a field that follows from the others."""


_DERIVED = _Derived()


def derived(*, init: Literal[False] = False) -> Any:
    """A field that ``__post_init__`` works out: not given, compared or shown. Type checkers read ``init`` (PEP 681)."""
    return _DERIVED


@dataclass_transform(frozen_default=True, field_specifiers=(derived,))
def frozen_value(cls: type[T]) -> type[T]:
    """A class of frozen values with these fields: slots, ``==``, ``hash``, ``repr``, ``match`` and ``replace``."""
    members = dict(vars(cls))
    names = [name for name, kind in members.get("__annotations__", {}).items() if get_origin(kind) is not ClassVar]
    given = [name for name in names if members.get(name) is not _DERIVED]
    defaults = {name: members.pop(name) for name in names if name in members}
    members.pop("__dict__", None)
    members.pop("__weakref__", None)
    get = attrgetter(*given) if given else _nothing
    members |= {
        "__slots__": tuple(names),
        "__match_args__": tuple(given),
        "__dataclass_fields__": {name: _Field(name, init=name in given) for name in names},
        "__init__": _init(members, given, defaults),
        "__setattr__": _refuse,
        "__delattr__": _refuse,
        "__reduce__": _reduced,
    }
    for name, function in (("__repr__", _shown), ("__eq__", _equal_by(get)), ("__hash__", lambda one: hash(get(one)))):
        members.setdefault(name, function)
    metaclass: Any = type(cls)
    made: type[T] = metaclass(cls.__name__, cls.__bases__, members)
    made.__qualname__ = cls.__qualname__
    return made


def replace(one: T, **changes: object) -> T:
    """The value with some fields changed; ``__post_init__`` checks it again."""
    fields: tuple[str, ...] = type(one).__match_args__  # type: ignore[attr-defined] # every value has them
    return type(one)(**{name: getattr(one, name) for name in fields} | changes)


def _init(members: dict[str, Any], given: list[str], defaults: dict[str, Any]) -> Callable[..., None]:
    parameters = [f"{name}=_of_{name}" if name in defaults else name for name in given]
    lines = [f"_set(self, {name!r}, {name})" for name in given]
    lines += ["self.__post_init__()"] if "__post_init__" in members else []
    known = {"_set": object.__setattr__} | {f"_of_{name}": default for name, default in defaults.items()}
    text = f"def __init__({', '.join(['self', *parameters])}):\n " + "\n ".join(lines or ["pass"])
    exec(text, known)  # noqa: S102 -- names of fields and nothing else, as the standard library does it
    made: Callable[..., None] = known["__init__"]
    made.__annotations__ = {name: members["__annotations__"][name] for name in given} | {"return": None}
    return made


def _equal_by(get: Callable[[Any], object]) -> Callable[[object, object], bool]:
    def equal(one: object, other: object) -> bool:
        return get(one) == get(other) if one.__class__ is other.__class__ else NotImplemented

    return equal


def _shown(one: Any) -> str:
    fields = (f"{name}={getattr(one, name)!r}" for name in one.__match_args__)
    return f"{type(one).__qualname__}({', '.join(fields)})"


def _reduced(one: Any) -> tuple[type, tuple[object, ...]]:
    """How copies and other processes make it again."""
    return type(one), tuple(getattr(one, name) for name in one.__match_args__)


def _refuse(one: object, name: str, *_: object) -> NoReturn:
    raise AttributeError(f"{type(one).__qualname__} is frozen: {name} stays as it is")


def _nothing(_: object) -> tuple[()]:
    return ()
