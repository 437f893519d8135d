"""Long computations as chains of short chunks, each computed once for all who ask for it.

A chunk takes the state that the one before it left and gives a state and a result. Nobody has to
remember a run: whoever wants chunk 7 gets chunk 7, and what comes before it is computed if it is
not kept. When nobody asks for the next chunk, nothing runs.
"""

import threading
from collections import OrderedDict
from concurrent.futures import Future
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from lib.core.isolation import call_alone
from lib.runtime.workers import workers

KEPT = 400  # chunks, for all visitors together

Link = Future[tuple[Any, Any]]


class Chain(Protocol):
    """What a run is made of. It hashes, and it can be sent to another process."""

    @property
    def source(self) -> "tuple[Chain, int] | None":
        """The chain and the number of the chunk this one goes on from, if it does not begin."""

    def begin(self, state: Any) -> tuple[Any, Any]:
        """Return the state and the result of chunk 0, from the source's state."""

    def advance(self, state: Any) -> tuple[Any, Any]:
        """Return the state and the result of the next chunk."""


_links: OrderedDict[tuple[Chain, int], Link] = OrderedDict()
_tasks: WeakKeyDictionary[Link, Link] = WeakKeyDictionary()  # link -> the workers' own future
_lock = threading.Lock()


def chunk(chain: Chain, number: int) -> Link:
    """Return the future of a chunk's state and result; it is computed if it is not kept.

    The first chunk of a chain without a source is short: it is computed here and now. All others
    go to the workers, one after the other.

    Raises:
        ValueError: for a negative number.
    """
    if number < 0:
        raise ValueError(f"number={number} is out of range: 0 or more")
    missing: list[tuple[Chain, int, Link]] = []
    with _lock:
        wanted = _find(chain, number, missing)
        while len(_links) > max(KEPT, len(missing)):
            _links.popitem(last=False)
    for each in reversed(missing):
        _compute(*each)
    return wanted


def kept(chain: Chain, number: int) -> Any | None:
    """Return the result of a chunk that has been computed and is still there, else None."""
    with _lock:
        link = _links.get((chain, number))
    done = link is not None and link.done() and not link.exception()
    return link.result()[1] if link and done else None


def ahead(link: Link) -> int:
    """Return how many tasks of other visitors wait before this chunk."""
    task = _tasks.get(link)
    return (workers().ahead(task) or 0) if task else 0


def _find(chain: Chain, number: int, missing: list[tuple[Chain, int, Link]]) -> Link:
    """Return the chunk's future; note those that must be computed for it, the last one first."""
    place: tuple[Chain, int] | None = (chain, number)
    while place is not None and place not in _links:
        _links[place] = Future()
        missing.append((*place, _links[place]))
        place = _before(*place)
    _links.move_to_end((chain, number))
    return _links[chain, number]


def _before(chain: Chain, number: int) -> tuple[Chain, int] | None:
    """Return the chunk whose state this one goes on from; None if it needs none."""
    return (chain, number - 1) if number else chain.source


def _compute(chain: Chain, number: int, link: Link) -> None:
    """Compute a chunk as soon as the one before it is there."""
    before = _before(chain, number)
    if before is None:
        try:
            link.set_result(call_alone(chain.begin, {"state": None}))
        except Exception as error:
            _fail(chain, number, link, error)
        return
    with _lock:
        previous = _links.get(before)
    if previous is None:  # already pushed out by others
        previous = chunk(*before)
    step = chain.advance if number else chain.begin
    previous.add_done_callback(lambda done: _go_on(chain, number, link, step, done))


def _go_on(chain: Chain, number: int, link: Link, step: Any, done: Link) -> None:
    """Send the chunk to the workers, now that its state is there."""
    try:
        state, _ = done.result()
        task = workers().submit(call_alone, step, {"state": state})
    except BaseException as error:  # CancelledError is no Exception
        _fail(chain, number, link, error)
        return
    _tasks[link] = task
    task.add_done_callback(lambda task: _take(chain, number, link, task))


def _take(chain: Chain, number: int, link: Link, task: Link) -> None:
    """Hand the worker's answer on."""
    try:
        link.set_result(task.result())
    except BaseException as error:
        _fail(chain, number, link, error)


def _fail(chain: Chain, number: int, link: Link, error: BaseException) -> None:
    """Tell those who wait, and forget the chunk, so that the next who asks tries again."""
    with _lock:
        _links.pop((chain, number), None)
    link.set_exception(error)
