"""Long computations as chains of short chunks, each computed once for all who ask for it.

A chunk takes the state that the one before it left and gives a state and a result. Nobody has to
remember a run: whoever wants chunk 7 gets chunk 7, and what comes before it is computed unless it
is still in memory. When nobody asks for the next chunk, nothing runs.
"""

import threading
from collections import OrderedDict
from concurrent.futures import Future
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from lib.core.isolation import call_alone
from lib.runtime.pool import workers

MOST_CHUNKS = 400  # chunks, for all visitors together

ChunkFuture = Future[tuple[Any, Any]]


class ChunkedRun(Protocol):
    """What a run is made of. It hashes, and it can be sent to another process."""

    @property
    def source(self) -> "tuple[ChunkedRun, int] | None":
        """The run and the number of the chunk this one goes on from, if it does not begin."""

    def begin(self, state: Any) -> tuple[Any, Any]:
        """Return the state and the result of chunk 0, from the source's state."""

    def advance(self, state: Any) -> tuple[Any, Any]:
        """Return the state and the result of the next chunk."""


_futures: OrderedDict[tuple[ChunkedRun, int], ChunkFuture] = OrderedDict()
_tasks: WeakKeyDictionary[ChunkFuture, ChunkFuture] = (
    WeakKeyDictionary()
)  # chunk -> task of the workers
_lock = threading.Lock()


def chunk(run: ChunkedRun, number: int) -> ChunkFuture:
    """Return the future of a chunk's state and result; it is computed if it is not in memory.

    The first chunk of a run without a source is short: it is computed here and now. All others
    go to the workers, one after the other.

    Raises:
        ValueError: for a negative number.

    >>> class Count:
    ...     source = None
    ...     def begin(self, state):
    ...         return 1, "one"
    >>> chunk(Count(), 0).result()
    (1, 'one')
    """
    if number < 0:
        raise ValueError(f"number={number} is out of range: 0 or more")
    missing: list[tuple[ChunkedRun, int, ChunkFuture]] = []
    with _lock:
        wanted = _find(run, number, missing)
        while len(_futures) > max(MOST_CHUNKS, len(missing)):
            _futures.popitem(last=False)
    for each in reversed(missing):
        _compute(*each)
    return wanted


def finished_result(run: ChunkedRun, number: int) -> Any | None:
    """Return the result of a chunk that has been computed and is still there, else None.

    >>> class Count:
    ...     source = None
    ...     def begin(self, state):
    ...         return 1, "one"
    >>> run = Count()
    >>> finished_result(run, 0) is None
    True
    >>> _ = chunk(run, 0)
    >>> finished_result(run, 0)
    'one'
    """
    with _lock:
        future = _futures.get((run, number))
    done = future is not None and future.done() and not future.exception()
    return future.result()[1] if future and done else None


def tasks_ahead(future: ChunkFuture) -> int:
    """Return how many tasks of other visitors wait before this chunk.

    >>> tasks_ahead(Future())  # of nobody's
    0
    """
    task = _tasks.get(future)
    return (workers().tasks_ahead(task) or 0) if task else 0


def _find(
    run: ChunkedRun, number: int, missing: list[tuple[ChunkedRun, int, ChunkFuture]]
) -> ChunkFuture:
    """Return the chunk's future; note those that must be computed for it, the last one first."""
    place: tuple[ChunkedRun, int] | None = (run, number)
    while place is not None and place not in _futures:
        _futures[place] = Future()
        missing.append((*place, _futures[place]))
        place = _before(*place)
    _futures.move_to_end((run, number))
    return _futures[run, number]


def _before(run: ChunkedRun, number: int) -> tuple[ChunkedRun, int] | None:
    """Return the chunk whose state this one goes on from; None if it needs none."""
    return (run, number - 1) if number else run.source


def _compute(run: ChunkedRun, number: int, future: ChunkFuture) -> None:
    """Compute a chunk as soon as the one before it is there."""
    before = _before(run, number)
    if before is None:
        try:
            future.set_result(call_alone(run.begin, {"state": None}))
        except Exception as error:
            _fail(run, number, future, error)
        return
    with _lock:
        previous = _futures.get(before)
    if previous is None:  # already pushed out by others
        previous = chunk(*before)
    step = run.advance if number else run.begin
    previous.add_done_callback(lambda done: _go_on(run, number, future, step, done))


def _go_on(run: ChunkedRun, number: int, future: ChunkFuture, step: Any, done: ChunkFuture) -> None:
    """Send the chunk to the workers, now that its state is there."""
    try:
        state, _ = done.result()
        task = workers().submit(call_alone, step, {"state": state})
    except BaseException as error:  # CancelledError is no Exception
        _fail(run, number, future, error)
        return
    _tasks[future] = task
    task.add_done_callback(lambda task: _take(run, number, future, task))


def _take(run: ChunkedRun, number: int, future: ChunkFuture, task: ChunkFuture) -> None:
    """Hand the worker's answer on."""
    try:
        future.set_result(task.result())
    except BaseException as error:
        _fail(run, number, future, error)


def _fail(run: ChunkedRun, number: int, future: ChunkFuture, error: BaseException) -> None:
    """Tell those who wait, and forget the chunk, so that the next who asks tries again."""
    with _lock:
        _futures.pop((run, number), None)
    future.set_exception(error)
