"""Run a lesson function alone and tell what came of it: numbers, warnings or the real error.

PyTorch's random state and a few other switches belong to the whole process, and so to every
visitor at once. ``alone`` lends them to one function at a time and puts them back.
"""

import inspect
import random
import re
import threading
import traceback
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import torch

BOLD = re.compile(r"\x1b\[\d*m")  # what PyTorch puts around words for a terminal

_one_at_a_time = threading.RLock()


class Attempt(NamedTuple):
    """What came of calling a function: its result, or the error it raised.

    Attributes:
        result: what the function returned, a generator as the tuple of all it yields; None if
            it raised.
        error: the exception's type, such as "RuntimeError"; empty if there was none.
        message: the exception's own words.
        line: the line of the function's file that raised, 0 if none did.
        warnings: the warnings shown on the way, in order, each once.
    """

    result: Any = None
    error: str = ""
    message: str = ""
    line: int = 0
    warnings: tuple[str, ...] = ()


@contextmanager
def alone() -> Iterator[None]:
    """Let nobody else compute meanwhile, and put back the process-wide state afterwards.

    Put back: the random states of PyTorch on the CPU, of NumPy and of Python, and PyTorch's
    default dtype. Inside, gradients are recorded, whatever the caller had set.

    >>> state = torch.random.get_rng_state()
    >>> with alone():
    ...     numbers = torch.rand(3)
    >>> torch.equal(torch.random.get_rng_state(), state)
    True
    """
    with _one_at_a_time, torch.random.fork_rng(devices=[]):
        before = (np.random.get_state(), random.getstate(), torch.get_default_dtype())
        try:
            with torch.set_grad_enabled(True):
                yield
        finally:
            np.random.set_state(before[0])
            random.setstate(before[1])
            torch.set_default_dtype(before[2])


def call_alone(function: Callable[..., Any], settings: dict[str, Any]) -> Any:
    """Return ``function(**settings)``, computed ``alone``; a generator as a tuple of its steps.

    >>> call_alone(lambda base: (base**power for power in range(3)), {"base": 2})
    (1, 2, 4)
    """
    with alone():
        return _computed(function, settings)


def attempt(function: Callable[..., Any], settings: dict[str, Any]) -> Attempt:
    """Call ``function(**settings)`` alone and catch what it raises.

    PyTorch shows some warnings once per process; here they are shown every time.

    >>> made = attempt(lambda: 1 / 0, {})
    >>> made.error, made.message
    ('ZeroDivisionError', 'division by zero')
    """
    with alone(), _warnings_of_this_thread() as said:
        shown_always = torch.is_warn_always_enabled()
        torch.set_warn_always(True)
        try:
            made = Attempt(_computed(function, settings))
        except Exception as raised:
            made = Attempt(
                error=type(raised).__name__,
                message=BOLD.sub("", str(raised)),
                line=_line(raised, function),
            )
        finally:
            torch.set_warn_always(shown_always)
    return made._replace(warnings=tuple(dict.fromkeys(said)))


def _computed(function: Callable[..., Any], settings: dict[str, Any]) -> Any:
    """Call the function; a generator computes only when asked, so it is asked for all here."""
    result = function(**settings)
    return tuple(result) if isinstance(result, Generator) else result


@contextmanager
def _warnings_of_this_thread() -> Iterator[list[str]]:
    """Collect the warnings this thread shows; those of others go where they went before."""
    said: list[str] = []
    me = threading.get_ident()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        show = warnings.showwarning

        def collect(message: Any, category: type[Warning], *place: Any, **more: Any) -> None:
            if threading.get_ident() == me:
                said.append(f"{category.__name__}: {_plain(message)}")
            else:
                show(message, category, *place, **more)

        warnings.showwarning = collect
        yield said


def _plain(warning: object) -> str:
    """Return a warning's words without the place in PyTorch's own C++ that it adds."""
    return str(warning).partition(" (Triggered internally at")[0]


def _line(error: Exception, function: Callable[..., Any]) -> int:
    """Return the last line of ``function``'s own file that the traceback passes through."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    file = code.co_filename if code else ""
    lines = [f.lineno or 0 for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
    return lines[-1] if lines else 0
