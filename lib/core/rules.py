"""The settings of a lesson function: what each one may be, said once.

``@checked`` stands above a lesson function and names the values each setting may take. The
function then refuses anything else with a sentence, the widgets read their ends from the same
rules, and the tests draw their random settings from them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import update_wrapper
from hashlib import sha256
from inspect import cleandoc, signature
from math import isfinite
from typing import Any, Generic, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Rule(Protocol):
    """What one setting may be."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError``, naming the value and what is allowed, unless it is."""

    def __str__(self) -> str:
        """Say what is allowed, in a line."""


@dataclass(frozen=True)
class Between:
    """A finite number from ``low`` to ``high``, both included; whole if both ends are ``int``.

    Attributes:
        low: the smallest.
        high: the largest.
        costly: where larger values take long, the largest that tests try.

    >>> Between(0, 5).check("n", 7)
    Traceback (most recent call last):
    ValueError: n=7 is out of range: 0 to 5
    """

    low: float
    high: float
    costly: float | None = None

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are meant."""
        return isinstance(self.low, int) and isinstance(self.high, int)

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is a number in the range."""
        is_number = isinstance(value, int if self.whole else int | float)
        is_endless = isinstance(value, float) and not isfinite(value)
        if isinstance(value, bool) or not is_number or is_endless:
            kind = "a whole number" if self.whole else "a finite number"
            raise ValueError(f"{name}={value!r} is not {kind} from {self}")
        if not self.low <= value <= self.high:  # type: ignore[operator]
            raise ValueError(f"{name}={value!r} is out of range: {self}")

    def __str__(self) -> str:
        """Say what is allowed, in a line."""
        return f"{self.low} to {self.high}"


class OneOf:
    """One of a few values: strings, numbers, booleans or functions.

    Args:
        options: the values.
        costly: whether each option takes long: tests then try the first one only.

    >>> OneOf("mean", "sum").check("end", "max")
    Traceback (most recent call last):
    ValueError: end='max' is not one of: 'mean', 'sum'
    """

    def __init__(self, *options: Any, costly: bool = False) -> None:
        self.options = options
        self.costly = costly

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is one of the options, in value and in type."""
        if not any(type(value) is type(option) and value == option for option in self.options):
            raise ValueError(f"{name}={readable(value)} is not {self}")

    def __str__(self) -> str:
        """Say what is allowed, in a line."""
        return f"one of: {', '.join(map(readable, self.options))}"


@dataclass(frozen=True)
class Each:
    """A tuple whose entries all keep one rule, of a length that keeps another.

    >>> Each(Between(1, 9), Between(0, 2)).check("shape", (3, 12))
    Traceback (most recent call last):
    ValueError: shape[1]=12 is out of range: 1 to 9
    """

    entry: Rule
    length: Between

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError``, naming the entry and what is allowed."""
        if not isinstance(value, tuple):
            raise ValueError(f"{name}={value!r} is not a tuple")
        self.length.check(f"the length of {name}", len(value))
        for place, entry in enumerate(value):
            self.entry.check(f"{name}[{place}]", entry)

    def __str__(self) -> str:
        """Say what is allowed, in a line."""
        return f"{self.length} entries, each {self.entry}"


def readable(value: object) -> str:
    """Return a setting as Python writes it: a function by its name, all else by ``repr``.

    >>> readable(len), readable("a")
    ('len', "'a'")
    """
    return str(getattr(value, "__name__", None) or repr(value))


def known_by(value: object) -> str:
    """Return what tells a setting from all others in a few words: bytes by their SHA-256.

    >>> known_by((1, 2)), known_by(b"picture")[:8]
    ('(1, 2)', '2cea274d')
    """
    return sha256(value).hexdigest() if isinstance(value, bytes) else readable(value)


class Checked(Generic[P, R]):
    """A lesson function that refuses settings its rules do not allow.

    It is called, pickled and read like the function itself, and its docstring ends with what
    each setting may be.

    Attributes:
        rules: what each setting may be; settings without a rule are not checked.
    """

    __name__: str
    __qualname__: str

    def __init__(self, function: Callable[P, R], rules: Mapping[str, Rule]) -> None:
        self.rules: dict[str, Any] = dict(rules)
        self._parameters = signature(function)
        if unknown := set(rules) - set(self._parameters.parameters):
            raise ValueError(f"{readable(function)} has no setting named {sorted(unknown)}")
        update_wrapper(self, function)
        allowed = "\n".join(f"    {name}: {rule}" for name, rule in rules.items())
        self.__doc__ = f"{cleandoc(function.__doc__ or '')}\n\nAllowed:\n{allowed}"
        self._function = function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Check the settings and call the function.

        Raises:
            ValueError: for a setting that breaks its rule.
        """
        settings = self._parameters.bind(*args, **kwargs)
        settings.apply_defaults()
        for name, rule in self.rules.items():
            rule.check(name, settings.arguments[name])
        return self._function(*args, **kwargs)

    def __reduce__(self) -> str:
        """Pickle it as functions are pickled: by its name."""
        return self.__qualname__


def checked(**rules: Rule) -> Callable[[Callable[P, R]], Checked[P, R]]:
    """Check the settings of a lesson function by ``rules`` before every call.

    Raises:
        ValueError: on decoration, for a rule that names no setting.

    >>> @checked(times=Between(1, 3))
    ... def repeat(word: str, times: int = 2) -> str:
    ...     return word * times
    >>> repeat("ab")
    'abab'
    >>> repeat("ab", times=4)
    Traceback (most recent call last):
    ValueError: times=4 is out of range: 1 to 3
    """
    return lambda function: Checked(function, rules)
