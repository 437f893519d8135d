"""What goes wrong: a program that makes a mistake, its repair, why; and what is outdated."""

from collections.abc import Callable
from typing import Any, NamedTuple


class Bug(NamedTuple):
    """A mistake that people make.

    Attributes:
        title: its name in a word or two; "(silent)" at the end if no error is raised.
        broken: the program that makes it; runs without settings.
        fixed: the same program repaired.
        why: why it happens and what the repair does, in a sentence or two.
        heavy: whether one of them takes more than about 50 ms; a worker process then runs them.
    """

    title: str
    broken: Callable[..., Any]
    fixed: Callable[..., Any]
    why: str
    heavy: bool = False


class Then(NamedTuple):
    """Something that was written differently once, or never was true.

    Attributes:
        claim: what the notes or old tutorials say.
        then: a program written their way.
        now: the same, written for today.
        truth: what running both shows.
        heavy: whether one of them takes more than about 50 ms; a worker process then runs them.
    """

    claim: str
    then: Callable[..., Any]
    now: Callable[..., Any]
    truth: str
    heavy: bool = False
