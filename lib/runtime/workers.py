"""What workers are, wherever they run: the interface, its errors, and how a task travels to them.

``local_workers.py`` and ``dask_workers.py`` implement it; ``pool.py`` chooses between them. A task
is a function that can be imported, with arguments and a result that can be pickled. A process may
die at any moment; its task is then run again, so a task must not mind being run twice.
"""

import pickle
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from typing import Any


class WorkerLost(RuntimeError):  # noqa: N818 - says what happened
    """The processes that ran a task died, each time, before it was done."""


class Stopped(CancelledError):  # noqa: N818
    """The task was stopped while it ran."""


class Workers(Executor, ABC):
    """An ``Executor`` whose tasks can be stopped and know their place in the queue."""

    @abstractmethod
    def stop(self, future: Future[Any]) -> None:
        """Give up a task that is not done; its ``result()`` then raises ``CancelledError``."""

    @abstractmethod
    def tasks_ahead(self, future: Future[Any]) -> int | None:
        """Return how many tasks wait before this one, or None where nobody can tell."""

    def warm(self) -> None:
        """Return when every worker has started; raise what prevented it."""


def pack(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> bytes:
    """Return a call as bytes, for ``answer``.

    Plain pickle copies tensors. multiprocessing's own would put them into shared memory, which
    is small in a container and goes away with the process that made it.

    >>> pickle.loads(pack(divmod, 7, 2))
    (<built-in function divmod>, (7, 2), {})
    """
    return pickle.dumps((fn, args, kwargs))


def answer(call: bytes) -> bytes:
    """Run a packed call, in a worker, and return its result or exception for ``settle``.

    >>> pickle.loads(answer(pack(divmod, 7, 2)))
    ((3, 1), None)
    """
    try:
        fn, args, kwargs = pickle.loads(call)
        return pickle.dumps((fn(*args, **kwargs), None))
    except BaseException as error:  # a task that calls sys.exit() must not end the worker
        error.add_note(f"In the worker:\n{traceback.format_exc()}")
        try:
            pickle.loads(packed := pickle.dumps((None, error)))
            return packed
        except Exception:  # some exceptions cannot be pickled, or not be read again
            return pickle.dumps((None, RuntimeError(f"{type(error).__name__}: {error}")))


def settle(future: Future[Any], packed: bytes) -> None:
    """Give a future the result, or the exception, that ``answer`` has packed.

    >>> future = Future()
    >>> settle(future, answer(pack(divmod, 7, 0)))
    >>> future.exception()
    ZeroDivisionError('integer division or modulo by zero')
    """
    try:
        result, error = pickle.loads(packed)
    except Exception as unreadable:
        result, error = None, unreadable
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
