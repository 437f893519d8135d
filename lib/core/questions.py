"""Questions with their likely answers: the right one, and what is behind each wrong one."""

from collections.abc import Iterable
from typing import NamedTuple


class Guess(NamedTuple):
    """One possible answer.

    Attributes:
        code: what somebody who gives this answer believes; stays the same in every language.
        value: the answer itself.
        right: whether it is what really happened.
    """

    code: str
    value: object
    right: bool


def answers(truth: object, options: Iterable[tuple[str, object]]) -> tuple[Guess, ...]:
    """Return the options as guesses, each value once, the one that is the truth marked.

    Args:
        truth: what really happened, computed, not looked up among the options.
        options: pairs of code and value; of two with the same value the first stays.

    Raises:
        ValueError: if the truth is not among the options.

    >>> options = [("squared", 9), ("doubled", 6), ("also doubled", 3 + 3)]
    >>> [(guess.code, guess.right) for guess in answers(9, options)]
    [('squared', True), ('doubled', False)]
    """
    unique: dict[object, str] = {}
    for code, value in options:
        unique.setdefault(value, code)
    if truth not in unique:
        raise ValueError(f"the answer {truth!r} is not among the options {list(unique)}")
    return tuple(Guess(code, value, value == truth) for value, code in unique.items())
