"""Workers on this machine: a few processes with PyTorch loaded, replaced when they die."""

import atexit
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from types import ModuleType
from typing import Any, ParamSpec, TypeVar

import torch

from lib.runtime.environment import cores
from lib.runtime.workers import Stopped, WorkerLost, Workers, answer, pack, settle

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 3  # a task whose process dies this often is taken to be the cause

# A fork server imports torch once; every worker is a copy of it, made in milliseconds. Windows
# has neither fork servers nor process groups: there, each worker imports torch for itself.
_HAS_FORK = "forkserver" in multiprocessing.get_all_start_methods()
_context = multiprocessing.get_context("forkserver" if _HAS_FORK else "spawn")
_context.set_forkserver_preload(
    ["lib.runtime.preload", "lib.core.isolation", "lib.runtime.local_workers"]
)
_starting = threading.Lock()
_log = logging.getLogger(__name__)


def start_process(target: Callable[..., None], *args: Any) -> Any:
    """Start a process with PyTorch loaded, and return it; whoever starts it sees to its end."""
    process = _context.Process(target=target, args=args)  # type: ignore[attr-defined]
    with _no_main_module():
        process.start()
    return process


class _Slot:
    """A place for one process; a new one is started after the last has ended."""

    def __init__(self) -> None:
        self._process: Any = None

    def start(self) -> None:
        """Start a process, unless there is one."""
        if self._process is None:
            self._line, far = _context.Pipe()
            process = start_process(_serve, far)
            far.close()
            self._process = process

    def call(self, call: bytes) -> bytes:
        """Return the answer to a packed call; raise ``EOFError`` or ``OSError`` if it died."""
        self._line.send_bytes(call)
        # What the process has started may hold the line open after its death: watch both.
        if self._line not in wait([self._line, self._process.sentinel]):
            raise EOFError("the process ended")
        return self._line.recv_bytes()

    def kill(self) -> None:
        """Kill the process, if there is one, and what it has started."""
        if (process := self._process) is not None:
            process.kill()
            if _HAS_FORK:
                with suppress(ProcessLookupError, PermissionError):  # nothing left to kill
                    os.killpg(process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill the process, if there is one, and return when it is gone."""
        if self._process is not None:
            self.kill()
            self._process.join()
            self._line.close()
            self._process = None


@dataclass(eq=False)
class _Task:
    """A packed call, and the slot that runs it."""

    call: bytes
    future: Future[Any] = field(default_factory=Future)
    slot: _Slot = field(default_factory=_Slot)
    stopped: bool = False


class LocalWorkers(Workers):
    """Slots of one process each, fed by one thread each from a common queue.

    Args:
        slots: how many tasks run at a time; None for one less than there are cores.

    Raises:
        ValueError: if ``slots`` is less than 1.
    """

    def __init__(self, slots: int | None = None) -> None:
        slots = max(1, cores() - 1) if slots is None else slots
        if slots < 1:
            raise ValueError(f"slots={slots} is out of range: 1 or more")
        self._changed = threading.Condition()  # held by whoever reads or changes these three
        self._waiting: deque[_Task] = deque()
        self._running: dict[Future[Any], _Task] = {}
        self._closed = False
        self._first = [_Task(pack(os.getpid)) for _ in range(slots)]
        self._threads = [
            threading.Thread(target=self._work, args=(task,), daemon=True) for task in self._first
        ]
        for task, thread in zip(self._first, self._threads, strict=True):
            self._begin(task, task.slot)
            thread.start()
        atexit.register(self.shutdown)

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Queue ``fn(*args, **kwargs)``. What cannot be pickled raises at once."""
        task = _Task(pack(fn, *args, **kwargs))
        with self._changed:
            if self._closed:
                raise RuntimeError("These workers have been shut down.")
            self._waiting.append(task)
            self._changed.notify()
        return task.future

    def stop(self, future: Future[Any]) -> None:
        """Cancel a waiting task; kill the process of a running one, which raises ``Stopped``."""
        if future.cancel():
            return
        with self._changed:  # as long as it is held, no slot goes on to its next task
            if task := self._running.get(future):
                task.stopped = True
                task.slot.kill()

    def tasks_ahead(self, future: Future[Any]) -> int:
        """Return how many tasks wait before this one: 0 if it is next, running or done."""
        with self._changed:
            waiting = [task.future for task in self._waiting if not task.future.cancelled()]
        return waiting.index(future) if future in waiting else 0

    def warm(self) -> None:
        """Return when every worker has started; raise what prevented it."""
        for task in self._first:
            task.future.result()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:
        """End all processes: at once, stopping every task, unless ``cancel_futures`` is False."""
        with self._changed:
            self._closed = True
            unfinished = [*self._running, *(task.future for task in self._waiting)]
            self._changed.notify_all()
        for future in unfinished if cancel_futures else []:
            self.stop(future)
        for thread in self._threads if wait else []:
            thread.join()
        atexit.unregister(self.shutdown)

    def _work(self, first: _Task) -> None:
        """Be the thread of a slot. Its first task only shows that the process has started."""
        self._run(first)
        while task := self._next(first.slot):
            self._run(task)
        first.slot.end()

    def _next(self, slot: _Slot) -> _Task | None:
        """Wait for a task that is not cancelled; None when there will be no more."""
        with self._changed:
            while self._changed.wait_for(lambda: self._waiting or self._closed) and self._waiting:
                task = self._waiting.popleft()
                if self._begin(task, slot):
                    return task
        return None

    def _begin(self, task: _Task, slot: _Slot) -> bool:
        """Give a task its slot, unless it has been cancelled."""
        if begun := task.future.set_running_or_notify_cancel():
            task.slot = slot
            self._running[task.future] = task
        return begun

    def _run(self, task: _Task) -> None:
        """See one task through, to its answer or to the last try."""
        packed, cause = None, None
        for _ in range(TRIES):
            try:
                task.slot.start()
                if task.stopped:  # while there was no process yet that could be killed
                    break
                packed = task.slot.call(task.call)
                break
            except Exception as error:  # the process died, or none could be started
                cause = error
                task.slot.end()
                if task.stopped:
                    break
                _log.warning("A worker process was lost with its task: %r", error)
        with self._changed:
            del self._running[task.future]  # from now on nobody kills the process for it
        if task.stopped:
            task.slot.end()
            task.future.set_exception(Stopped("The computation was stopped."))
        elif packed is None:
            lost = WorkerLost(
                f"The process of this computation died {TRIES} times before it was done; often "
                "that means too little memory. Smaller settings may help."
            )
            lost.__cause__ = cause
            task.future.set_exception(lost)
        else:
            settle(task.future, packed)


@contextmanager
def _no_main_module() -> Iterator[None]:
    """Keep multiprocessing from importing the main module again in a new process.

    That is the server's script or, while Streamlit runs a page, that page: slow, and with
    effects that no worker should have. multiprocessing finds it by its file or its spec.
    """
    with _starting:
        main, blank = sys.modules["__main__"], ModuleType("__main__")
        vars(blank).update(vars(main), __spec__=None)
        vars(blank).pop("__file__", None)
        sys.modules["__main__"] = blank
        try:
            yield
        finally:
            if sys.modules["__main__"] is blank:  # Streamlit may have put a page there meanwhile
                sys.modules["__main__"] = main


def _serve(line: Connection) -> None:
    """Be a worker: answer one call after the other until the server is gone."""
    if _HAS_FORK:
        os.setpgid(0, 0)  # Ctrl-C in the terminal is for the server; kill() reaches children too
    torch.set_num_threads(1)
    threading.Thread(target=_die_with_server, daemon=True).start()
    with suppress(EOFError):
        while True:
            line.send_bytes(answer(line.recv_bytes()))


def _die_with_server() -> None:
    """Wait for the server's end, however it came, and end this process in mid-task."""
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
    if _HAS_FORK:
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
