"""The settings of a lesson function: what each one may be, said once.

``@checked`` stands above a lesson function and names the values each setting may take. The
function then refuses anything else with a sentence, the widgets read their ends from the same
rules, and the tests draw their random settings from them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from inspect import signature
from math import isfinite
from typing import Any, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Rule(Protocol):
    """What one setting may be."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError``, naming the value and what is allowed, unless it is."""


@dataclass(frozen=True)
class Between:
    """A finite number from ``low`` to ``high``, both included; whole if both ends are ``int``."""

    low: float
    high: float

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
            raise ValueError(f"{name}={value!r} is not {kind} from {self.low} to {self.high}")
        if not self.low <= value <= self.high:  # type: ignore[operator]
            raise ValueError(f"{name}={value!r} is out of range: {self.low} to {self.high}")


class OneOf:
    """One of a few values: strings, numbers, booleans or functions."""

    def __init__(self, *options: Any) -> None:
        self.options = options

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is one of the options, in value and in type."""
        if not any(type(value) is type(option) and value == option for option in self.options):
            allowed = ", ".join(readable(option) for option in self.options)
            raise ValueError(f"{name}={readable(value)} is not one of: {allowed}")


@dataclass(frozen=True)
class Each:
    """A tuple whose entries all keep one rule, of a length that keeps another."""

    entry: Rule
    length: Between

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError``, naming the entry and what is allowed."""
        if not isinstance(value, tuple):
            raise ValueError(f"{name}={value!r} is not a tuple")
        self.length.check(f"the length of {name}", len(value))
        for place, entry in enumerate(value):
            self.entry.check(f"{name}[{place}]", entry)


def readable(value: object) -> str:
    """Return a setting as Python writes it: a function by its name, all else by ``repr``."""
    return str(getattr(value, "__name__", None) or repr(value))


def known_by(value: object) -> str:
    """Return what tells a setting from all others in a few words: bytes by their SHA-256."""
    return sha256(value).hexdigest() if isinstance(value, bytes) else readable(value)


def checked(**rules: Rule) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Check the settings of a lesson function by ``rules`` before every call.

    The rules stay readable as ``function.rules``. Settings without a rule are not checked.

    Raises:
        ValueError: on call, for a setting that breaks its rule; on decoration, for a rule that
            names no setting.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        parameters = signature(function)
        if unknown := set(rules) - set(parameters.parameters):
            raise ValueError(f"{function.__name__} has no setting named {sorted(unknown)}")

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            settings = parameters.bind(*args, **kwargs)
            settings.apply_defaults()
            for name, rule in rules.items():
                rule.check(name, settings.arguments[name])
            return function(*args, **kwargs)

        call.rules = rules  # type: ignore[attr-defined]
        return call

    return decorate
