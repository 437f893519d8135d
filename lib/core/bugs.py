"""What goes wrong, and what is outdated: small programs, each registered beside its repair.

``@fixes`` stands above a repaired program and names the one it repairs; ``@replaces`` stands above
today's way of writing something and names the old one. A page shows all that its lesson's modules
named ``bugs...`` register, in the order of the files. Both decorators leave the function as it is.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple, TypeVar

Program = Callable[..., Any]
P = TypeVar("P", bound=Program)


class Bug(NamedTuple):
    """A mistake that people make.

    Attributes:
        title: its name in a word or two.
        broken: the program that makes it; runs without settings.
        fixed: the same program repaired.
        why: why it happens and what the repair does, in a sentence or two.
        silent: whether no error is raised: only what comes out is wrong.
        heavy: whether one of them takes more than about 50 ms; a worker process then runs them.
        only_if: tells whether it can be shown on this machine; None for everywhere.
    """

    title: str
    broken: Program
    fixed: Program
    why: str
    silent: bool = False
    heavy: bool = False
    only_if: Callable[[], bool] | None = None


class Outdated(NamedTuple):
    """Something that was written differently once, or never was true.

    Attributes:
        claim: what the notes or old tutorials say.
        then: a program written their way.
        now: the same, written for today.
        truth: what running both shows.
        heavy: whether one of them takes more than about 50 ms; a worker process then runs them.
    """

    claim: str
    then: Program
    now: Program
    truth: str
    heavy: bool = False


_bugs: dict[str, list[Bug]] = {}  # by the package of the lesson
_outdated: dict[str, list[Outdated]] = {}


def fixes(
    broken: Program,
    title: str,
    why: str,
    *,
    silent: bool = False,
    heavy: bool = False,
    only_if: Callable[[], bool] | None = None,
) -> Callable[[P], P]:
    """Register the decorated program as the repair of ``broken``.

    The words are collected for translators from where they stand (see the Makefile).

    Args:
        broken: the program that makes the mistake.
        title: the mistake's name in a word or two.
        why: why it happens and what the repair does.
        silent: whether no error is raised: only what comes out is wrong.
        heavy: whether one of them takes more than about 50 ms.
        only_if: tells whether it can be shown on this machine, such as
            ``torch.cuda.is_available``; None for everywhere.

    >>> def broken(): return 1 / 0
    >>> @fixes(broken, "divide by zero", "Nothing divides by zero.")
    ... def fixed(): return 1 / 1
    >>> fixed()
    1.0
    """

    def register(fixed: P) -> P:
        _of(fixed, _bugs).append(Bug(title, broken, fixed, why, silent, heavy, only_if))
        return fixed

    return register


def replaces(then: Program, claim: str, truth: str, *, heavy: bool = False) -> Callable[[P], P]:
    """Register the decorated program as today's way of writing ``then``.

    Args:
        then: a program written the old way.
        claim: what the notes or old tutorials say.
        truth: what running both shows.
        heavy: whether one of them takes more than about 50 ms.

    >>> def then(): return "xrange"
    >>> @replaces(then, "Old books write xrange.", "It is range today.")
    ... def now(): return "range"
    >>> now()
    'range'
    """

    def register(now: P) -> P:
        _of(now, _outdated).append(Outdated(claim, then, now, truth, heavy))
        return now

    return register


def bugs_of(package: str) -> tuple[Bug, ...]:
    """Return the mistakes of a lesson, such as "lib.lessons.autograd.gradients".

    >>> bugs_of("lib.lessons.autograd.gradients")[0].title
    'backward twice'
    """
    _load(package)
    return tuple(bug for bug in _bugs.get(package, ()) if bug.only_if is None or bug.only_if())


def outdated_of(package: str) -> tuple[Outdated, ...]:
    """Return what the notes or old tutorials say otherwise than the lesson, if anything.

    >>> outdated_of("lib.lessons.autograd.gradients")[0].now.__name__
    'tensor_and_detach'
    """
    _load(package)
    return tuple(_outdated.get(package, ()))


def _of(program: Program, registry: dict[str, list[Any]]) -> list[Any]:
    """Return the entries of the lesson that a program belongs to."""
    return registry.setdefault(program.__module__.rpartition(".")[0], [])


@cache
def _load(package: str) -> None:
    """Import what registers the mistakes of a lesson."""
    for module in iter_modules(import_module(package).__path__):
        if module.name.startswith("bugs"):
            import_module(f"{package}.{module.name}")
