"""Work in another process: the page shows the wait, the place in the queue and a way to stop."""

import pickle
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, wait
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Any, TypeVar
from zlib import crc32

import streamlit as st

from lib.core.isolation import call_alone
from lib.runtime import chunks
from lib.runtime.cache import SizedCache
from lib.runtime.pool import workers
from pages.parts.text import _

R = TypeVar("R")
Name = tuple[str, ...]

LOOK = 0.2  # seconds between two looks at the queue
QUIET = 0.3  # how long nothing is said of a short wait
STOPPED = "stopped"


@dataclass(eq=False)
class _Job:
    """A computation, and how many visitors wait for it."""

    future: Future[Any]
    watchers: int = 0


_results = SizedCache(300_000_000)  # bytes of results, for all visitors together
_jobs: dict[Name, _Job] = {}  # what is being computed
_lock = threading.Lock()


def computed_elsewhere(
    name: Name, function: Callable[..., R], settings: dict[str, Any], *, forget: bool = False
) -> R:
    """Return ``function(**settings)`` from a worker process.

    All who want the same wait for one computation. When the last of them has left or stopped,
    it is given up; nobody watching, nothing running.

    Args:
        name: what tells the computation from others.
        function: what is computed.
        settings: its settings.
        forget: whether the result is not kept for others.

    Raises:
        Exception: whatever the function raised.
    """
    if st.session_state.get(STOPPED) == name:
        st.info(_("Stopped."), icon=":material/stop_circle:")
        st.button(_("Run again"), key="wait.again", on_click=_set_stopped, args=(None,))
        st.stop()
    packed = _results.find(name)
    if packed is None:
        packed = _computed(name, function, settings)
        if not forget:
            _results.put(name, packed)
    result: R = pickle.loads(packed)
    return result


def result_of(future: Future[R], ahead: Callable[[], int | None], seconds: float = inf) -> R:
    """Wait quietly for a future that others may wait for as well, and return its result.

    A wait that is felt is shown, with the place in the queue. A moved control or a closed page
    ends it.

    Args:
        future: what to wait for.
        ahead: tells how many tasks wait before it.
        seconds: how long it may run once its turn has come.

    Raises:
        TimeoutError: if it runs longer.
    """
    place = st.empty()
    wait([future], timeout=QUIET)
    end = inf
    while not future.done():
        place.markdown(_computing(ahead()))  # may end this run
        if future.running():
            end = min(end, monotonic() + seconds)
        wait([future], timeout=LOOK)
        if monotonic() > end and not future.done():
            place.empty()
            raise TimeoutError(f"It ran for more than {seconds:g} seconds.")
    place.empty()
    return future.result()


def chunk(run_of: chunks.ChunkedRun, number: int) -> tuple[Any, Any]:
    """Return the state and the result of a chunk; wait for it if it is not there."""
    link = chunks.chunk(run_of, number)
    return result_of(link, lambda: chunks.tasks_ahead(link))


def within(seconds: float, function: Callable[..., R], *args: Any) -> R:
    """Return what a worker makes of ``function(*args)``, for this visitor alone.

    It is given up when it takes too long, and when the visitor leaves.

    Args:
        seconds: how long it may run once its turn has come.
        function: can be imported by a worker.
        args: what it gets.

    Raises:
        TimeoutError: if it runs longer.
        WorkerLost: if its process dies each time.
    """
    future = workers().submit(function, *args)
    try:
        return result_of(future, lambda: workers().tasks_ahead(future), seconds)
    finally:
        if not future.done():
            workers().stop(future)


def _computed(name: Name, function: Callable[..., Any], settings: dict[str, Any]) -> bytes:
    """Return the result, packed, as soon as the one computation for all who want it is done."""
    job = _join(name, function, settings)
    try:
        wait([job.future], timeout=QUIET)
        if not job.future.done():
            _show_wait(name, job.future)
        return pickle.dumps(job.future.result())
    except CancelledError:
        st.stop()  # somebody shut the workers down
    finally:
        _leave(name, job)


def _join(name: Name, function: Callable[..., Any], settings: dict[str, Any]) -> _Job:
    """Return the job of that name, begun if there is none, with one watcher more."""
    with _lock:
        if name not in _jobs:
            _jobs[name] = _Job(workers().submit(call_alone, function, settings))
        job = _jobs[name]
        job.watchers += 1
    return job


def _leave(name: Name, job: _Job) -> None:
    """Take a watcher away; after the last, forget the job, and give it up if it is not done."""
    with _lock:
        job.watchers -= 1
        is_last = job.watchers == 0
        if is_last and _jobs.get(name) is job:
            del _jobs[name]
    if is_last and not job.future.done():
        workers().stop(job.future)


def _show_wait(name: Name, future: Future[Any]) -> None:
    """Show the wait until the future is done; a moved control or a closed page ends it."""
    place = st.empty()
    key = f"wait.stop.{crc32(repr(name).encode()):08x}"  # a page may wait for one after the other
    with place.container(border=True, horizontal=True, vertical_alignment="center"):
        words = st.empty()
        st.button(_("Stop"), key=key, on_click=_set_stopped, args=(name,))
    while not future.done():
        words.markdown(_computing(workers().tasks_ahead(future)))  # may end this run
        wait([future], timeout=LOOK)
    place.empty()


def _computing(ahead: int | None) -> str:
    """Return the words for a wait, with the place in the queue if others are before."""
    queue = f" {_('In the queue before you:')} {ahead}." if ahead else ""
    return f":material/hourglass_top: {_('Computing.')}{queue}"


def _set_stopped(name: Name | None) -> None:
    st.session_state[STOPPED] = name
