"""What is tested of every lesson's mistakes, beside what its own tests say of each of them."""

import inspect
from collections.abc import Callable, Collection, Sequence
from typing import Any

from lib.core.bugs import Bug
from lib.core.isolation import attempt

Program = Callable[..., Any]


def pair(bugs: Sequence[Bug], name: str) -> tuple[Program, Program]:
    """Return the program that makes a mistake, and its repair."""
    return next((bug.broken, bug.fixed) for bug in bugs if bug.broken.__name__ == name)


def check_titles(bugs: Sequence[Bug], loud: Collection[str], silent: Collection[str]) -> None:
    """Check that the tests know every mistake, and that the silent ones are called so."""
    assert {bug.broken.__name__ for bug in bugs} == {*loud, *silent}
    for bug in bugs:
        assert bug.silent == (bug.broken.__name__ in silent)


def check_loud(
    bugs: Sequence[Bug], name: str, error: str, words: str, line: str, **settings: Any
) -> None:
    """Check what a mistake raises, with which words and on which line; the repair says nothing."""
    broken, fixed = (attempt(program, settings) for program in pair(bugs, name))
    assert broken.error == error
    assert words in broken.message
    source = inspect.getsource(inspect.getmodule(pair(bugs, name)[0])).splitlines()
    assert line in source[broken.line - 1]
    assert (fixed.error, fixed.warnings) == ("", ())
