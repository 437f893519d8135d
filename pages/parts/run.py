"""The one way from a page to a computation."""

import copy
import pickle
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from lib.core import isolation as attempts
from lib.core.rules import known_by
from lib.runtime.cache import SizedCache
from pages.parts.jobs import computed_elsewhere
from pages.parts.text import _

R = TypeVar("R")

_results = SizedCache(200_000_000)  # bytes of results, for all visitors together
OWN = "own.results"  # those of a visitor's own picture
MOST_OWN = 30


def run(function: Callable[..., R], *, heavy: bool = False, **settings: Any) -> R:
    """Return ``function(**settings)``, computed once for all visitors with the same settings.

    The result is a copy of the visitor's own. What is computed from a picture of theirs is kept
    in their session only. An exception becomes a sentence on the page, and the page ends there.

    Args:
        function: a lesson function.
        heavy: whether it takes more than about 50 ms: a worker process then computes it, while
            the page shows the wait and a way to stop.
        settings: its settings.
    """
    name = _name(function, settings)
    try:
        if holds_own(settings):
            return _of_this_visitor(name, function, settings, heavy)
        if heavy:
            return computed_elsewhere(name, function, settings)
        return _shared(name, function, settings)
    except Exception as error:
        explain(error)
        st.stop()


def attempt(
    function: Callable[..., Any], *, heavy: bool = False, **settings: Any
) -> attempts.Attempt:
    """Call a function that may well fail, and return what came of it; ``heavy`` as in ``run``."""
    name = _name(function, settings)
    call = {"function": function, "settings": settings}
    if holds_own(settings):
        return _of_this_visitor(("attempt", *name), attempts.attempt, call, heavy)
    if heavy:
        try:
            return computed_elsewhere(("attempt", *name), attempts.attempt, call)
        except Exception as error:  # of the worker's, not of the function's
            explain(error)
            st.stop()
    return _shared(("attempt", *name), attempts.attempt, call)


def holds_own(settings: dict[str, Any]) -> bool:
    """Tell whether a setting is a visitor's own: the bytes of a picture."""
    return any(isinstance(value, bytes) for value in settings.values())


def explain(error: Exception) -> None:
    """Say in a sentence what went wrong: our own ``ValueError`` as it is, others by their type."""
    kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
    st.error(f"{_('That did not work:')} {kind}{error}", icon=":material/error:")


def _of_this_visitor(
    name: tuple[str, ...], function: Callable[..., R], settings: dict[str, Any], heavy: bool
) -> R:
    """Return ``function(**settings)``, kept in the visitor's session and nowhere else."""
    own_results: OrderedDict[tuple[str, ...], R] = st.session_state.setdefault(OWN, OrderedDict())
    if name not in own_results:
        if heavy:
            own_results[name] = computed_elsewhere(name, function, settings, forget=True)
        else:
            own_results[name] = attempts.call_alone(function, settings)
        while len(own_results) > MOST_OWN:
            own_results.popitem(last=False)
    own_results.move_to_end(name)
    return copy.deepcopy(own_results[name])


def _name(function: Callable[..., Any], settings: dict[str, Any]) -> tuple[str, ...]:
    """Return what the cache knows a call by: plain words, since functions do not hash there."""
    values = (f"{name}={known_by(value)}" for name, value in sorted(settings.items()))
    return (function.__module__, function.__qualname__, *values)


def _shared(name: tuple[str, ...], function: Callable[..., R], settings: dict[str, Any]) -> R:
    """Return a copy of ``function(**settings)``, kept for all visitors."""
    packed = _results.get(name, lambda: pickle.dumps(attempts.call_alone(function, settings)))
    result: R = pickle.loads(packed)
    return result
