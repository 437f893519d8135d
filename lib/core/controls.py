"""What a lesson is steered with, as plain data: one control a setting, in the order of the page.

The widgets of a page, the address of a link and the live route all read the same table, so a
setting means the same to each of them. A control gives its setting's value from the texts that
the address holds under its name, and refuses all else with a sentence.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Protocol

from lib.core.rules import Between


class Control(Protocol):
    """One control."""

    @property
    def default(self) -> Any:
        """The setting as long as nobody has moved the control."""

    def read(self, texts: Sequence[str]) -> Any:
        """Return the setting that an address means; raise ``ValueError`` with a sentence."""


@dataclass(frozen=True)
class Slider:
    """A number on a line, of the rule's kind, whole or not.

    >>> Slider(Between(1, 8), 2).read(["5"])
    5
    """

    rule: Between
    default: float
    step: float = 1

    def read(self, texts: Sequence[str]) -> float:
        """Return the number."""
        return read_number(self.rule, _only(texts))


@dataclass(frozen=True)
class Field(Slider):
    """A number that is typed.

    >>> Field(Between(-1.0, 1.0), 0.0).read(["0.5"])
    0.5
    """


@dataclass(frozen=True)
class Scale:
    """One of a few numbers that need not be evenly spaced, such as learning rates.

    >>> Scale((0.01, 0.1), 0.1).read(["0.01"])
    0.01
    """

    options: tuple[float, ...]
    default: float

    def read(self, texts: Sequence[str]) -> float:
        """Return the number."""
        value: float = _chosen({f"{value:g}": value for value in self.options}, _only(texts))
        return value


@dataclass(frozen=True)
class Menu:
    """One of several, by names that are the same in every language.

    >>> Menu({"mean": sum, "largest": max}).read(["largest"])
    <built-in function max>
    """

    options: Mapping[str, Any]
    first: str = ""

    @property
    def default(self) -> Any:
        """What stands behind the name chosen at first."""
        return self.options[self.first or next(iter(self.options))]

    def read(self, texts: Sequence[str]) -> Any:
        """Return what stands behind the name."""
        return _chosen(self.options, _only(texts))


@dataclass(frozen=True)
class Buttons(Menu):
    """The same, side by side: for a few short names.

    >>> Buttons({"x": "x", "y": "y"}).default
    'x'
    """


@dataclass(frozen=True)
class Several:
    """Some of several names, in the order they were chosen, up to ``most``.

    >>> Several(("SGD", "Adam"), ("SGD",)).read(["Adam", "SGD"])
    ('Adam', 'SGD')
    """

    options: tuple[str, ...]
    default: tuple[str, ...]
    most: int = 99

    def read(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Return the names."""
        return tuple(_chosen({name: name for name in self.options}, each) for each in texts)[
            : self.most
        ]


@dataclass(frozen=True)
class Switch:
    """On or off.

    >>> Switch().read(["true"])
    True
    """

    default: bool = False

    def read(self, texts: Sequence[str]) -> bool:
        """Return whether it is on."""
        return bool(_chosen({"true": True, "false": False}, _only(texts).lower()))


@dataclass(frozen=True)
class Typed:
    """A text, and what is read from it.

    Attributes:
        text: what stands in it at first; it can be read.
        parse: returns what a text means, or raises ``ValueError`` that says why it means nothing.
        examples: texts, good and bad, that tests type.
        most: how many characters fit.

    >>> Typed("2, 3", lambda text: tuple(map(int, text.split(",")))).default
    (2, 3)
    """

    text: str
    parse: Callable[[str], Any]
    examples: tuple[str, ...] = field(default=(), compare=False)
    most: int = 100

    @property
    def default(self) -> Any:
        """What the first text means."""
        return self.parse(self.text)

    def read(self, texts: Sequence[str]) -> Any:
        """Return what the text means."""
        text = _only(texts)
        if len(text) > self.most:
            raise ValueError(f"{len(text)} characters are out of range: 0 to {self.most}")
        return self.parse(text)


def read_settings(
    controls: Mapping[str, Control], query: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Return the settings that an address means.

    Args:
        controls: by the name of the setting.
        query: the texts of each parameter; those of other names are ignored.

    Raises:
        ValueError: naming the first setting that cannot be read, the text and what is allowed.

    >>> read_settings({"n": Slider(Between(1, 4), 2), "on": Switch()}, {"n": ["3"]})
    {'n': 3, 'on': False}
    """
    settings = {}
    for name, control in controls.items():
        try:
            settings[name] = control.read(query[name]) if name in query else control.default
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
    return settings


def read_number(rule: Between, text: str) -> float:
    """Return the number in a text if the rule allows it.

    >>> read_number(Between(1, 4), "9")
    Traceback (most recent call last):
    ValueError: '9' is out of range: 1 to 4
    """
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or (rule.whole and not value.is_integer()):
        kind = "a whole number" if rule.whole else "a number"
        raise ValueError(f"{text[:40]!r} is not {kind} from {rule}")
    if not rule.low <= value <= rule.high:
        raise ValueError(f"{text[:40]!r} is out of range: {rule}")
    return int(value) if rule.whole else value


def _only(texts: Sequence[str]) -> str:
    """Return the one text there is."""
    if len(texts) != 1:
        raise ValueError(f"{len(texts)} values where there is one")
    return texts[0]


def _chosen(options: Mapping[str, Any], text: str) -> Any:
    """Return what stands behind a name."""
    if text not in options:
        raise ValueError(f"{text[:40]!r} is not one of: {', '.join(options)}")
    return options[text]
