"""Fetch something large from elsewhere: one thing at a time, for all visitors, in its own process.

It tells how far it is from the files that are being written, can be stopped, and leaves nothing
unfinished behind.
"""

import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from lib.core.i18n import Sentence
from lib.runtime.local_workers import LocalWorkers

TIMEOUT = 30.0  # seconds without an answer after which it is given up
LONGEST = 300  # letters of an error that are shown


class Download(NamedTuple):
    """What to fetch.

    Attributes:
        name: what visitors call it.
        size: how many bytes will come.
        fetch: fetches it; it must be possible to pickle it.
        unfinished: returns the files that are being written.
        clear: removes what is unfinished, however it ended.
        failed: returns a sentence on an error, which is given with its words on one line.
    """

    name: str
    size: int
    fetch: Callable[[], None]
    unfinished: Callable[[], Iterable[Path]]
    clear: Callable[[], None]
    failed: Callable[[BaseException, str], Sentence]


class Progress(NamedTuple):
    """How far it is.

    Attributes:
        running: the name of what is coming; empty if nothing is.
        done: bytes that have come.
        total: bytes there will be.
        problem: why the last one failed, if it did.
    """

    running: str
    done: int
    total: int
    problem: Sentence | None


class ActiveDownload(NamedTuple):
    """What is being fetched, or was, and what does it."""

    wanted: Download
    workers: LocalWorkers
    future: Future[None]


class Downloader:
    """Fetches one thing at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: ActiveDownload | None = None

    def start(self, wanted: Download) -> None:
        """Begin to fetch, unless something is being fetched."""
        with self._lock:
            if self._last and not self._last.future.done():
                return
            # Workers of its own, or it would keep visitors from computing for minutes.
            workers = LocalWorkers(1)
            future = workers.submit(fetch_with_timeout, wanted.fetch)
            begun = self._last = ActiveDownload(wanted, workers, future)
        future.add_done_callback(lambda _: _clear(begun))

    def stop(self) -> None:
        """Give it up, if something is being fetched."""
        if last := self._last:
            last.workers.stop(last.future)

    def progress(self) -> Progress:
        """Return how far it is, or what came of the last one."""
        last = self._last  # another visitor may start the next one meanwhile
        if last is None:
            return Progress("", 0, 0, None)
        wanted, future = last.wanted, last.future
        if future.done():
            return Progress("", 0, 0, _problem(wanted, future))
        done = 0
        for file in wanted.unfinished():
            with suppress(OSError):  # it has just been moved
                done += file.stat().st_size
        return Progress(wanted.name, min(done, wanted.size), wanted.size, None)


def fetch_with_timeout(fetch: Callable[[], None]) -> None:
    """Call ``fetch`` in a process that gives up a server that says nothing for ``TIMEOUT``."""
    socket.setdefaulttimeout(TIMEOUT)  # torchvision itself would wait forever
    fetch()


def _clear(begun: ActiveDownload) -> None:
    """Leave nothing behind, however it ended."""
    begun.wanted.clear()
    begun.workers.shutdown(wait=False, cancel_futures=False)


def _problem(wanted: Download, future: Future[None]) -> Sentence | None:
    """Return a sentence on why it failed; None if it did not, or was stopped."""
    try:
        error = future.exception()
    except CancelledError:
        return None
    if error is None or isinstance(error, CancelledError):
        return None
    return wanted.failed(error, " ".join(str(error).split())[:LONGEST])
