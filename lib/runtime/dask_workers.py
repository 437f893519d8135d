"""Workers on other machines: the Dask cluster behind a scheduler's address.

Dask runs the task of a lost worker again by itself, as often as the scheduler's setting
``distributed.scheduler.allowed-failures`` says. The cluster's machines need this project, too.
"""

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures import wait as wait_for
from typing import Any, ParamSpec, TypeVar

from lib.runtime.workers import WorkerLost, Workers, answer, pack, settle

P = ParamSpec("P")
R = TypeVar("R")

SCHEDULER = "PLAYGROUND_SCHEDULER"  # the environment variable with the scheduler's address
CONNECT_TIMEOUT = 5  # seconds to wait for the scheduler


class DaskWorkers(Workers):
    """A Dask cluster that others look after: closing these workers only hangs up.

    Args:
        address: of the scheduler, such as ``tcp://host:8786``.

    Raises:
        ModuleNotFoundError: if Dask is not installed.
        ConnectionError: if no scheduler answers at this address.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._connecting = threading.Lock()
        self._closed = False
        self._tasks: dict[Future[Any], Any] = {}
        self._client = self._connect()

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Send ``fn(*args, **kwargs)`` to the cluster. What cannot be pickled raises at once.

        Raises:
            ConnectionError: if the scheduler has gone away and not come back.
            RuntimeError: after ``shutdown``.
        """
        call = pack(fn, *args, **kwargs)
        with self._connecting:
            if self._closed:
                raise RuntimeError("These workers have been shut down.")
            if self._client.status == "closed":  # Dask has given up on an absent scheduler
                self._client = self._connect()
            task = self._client.submit(answer, call, pure=False)
            future: Future[R] = Future()
            self._tasks[future] = task
        future.add_done_callback(self._forget)
        task.add_done_callback(lambda task: self._take(task, future))
        return future

    def stop(self, future: Future[Any]) -> None:
        """Cancel a task. What runs already runs on, unseen: Dask cannot interrupt it."""
        future.cancel()

    def tasks_ahead(self, future: Future[Any]) -> None:
        """Return None: only the scheduler knows."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:
        """Hang up, by default at once, canceling every task; the cluster goes on."""
        with self._connecting:
            self._closed = True
            unfinished = list(self._tasks)
        for future in unfinished if cancel_futures else []:
            self.stop(future)
        if not cancel_futures:  # no answer comes once we have hung up
            wait_for(unfinished)
        self._client.close()

    def _connect(self) -> Any:
        """Return a client of the scheduler."""
        try:
            from distributed import Client  # noqa: PLC0415 - optional, and slow to import
        except ModuleNotFoundError as missing:
            raise ModuleNotFoundError(
                f"{SCHEDULER}={self._address} asks for a Dask cluster, which needs the package "
                "distributed: pip install distributed"
            ) from missing
        try:
            return Client(self._address, timeout=CONNECT_TIMEOUT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ConnectionError(
                f"No Dask scheduler answers at {SCHEDULER}={self._address} within "
                f"{CONNECT_TIMEOUT} s."
            ) from error

    def _forget(self, future: Future[Any]) -> None:
        """Let go of a task that is done, on the cluster too."""
        task = self._tasks.pop(future)
        if future.cancelled():
            task.cancel()

    def _take(self, task: Any, future: Future[Any]) -> None:
        """Hand the outcome of Dask's task over to our future."""
        if not future.set_running_or_notify_cancel():
            return
        try:
            packed = task.result()
        except (Exception, CancelledError) as error:
            lost = WorkerLost(
                f"The cluster could not finish this computation ({type(error).__name__})."
            )
            lost.__cause__ = error
            future.set_exception(lost)
        else:
            settle(future, packed)
