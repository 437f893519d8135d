"""Download the weights of a network: one download at a time for all visitors, in its own process.

torchvision writes under another name and renames the file at the end, so a download that broke off
is never taken for a whole one.
"""

import socket
import threading
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from lib.models.pretrained_networks import WEIGHTS, available, cached
from lib.processes import LocalWorkers
from lib.words import Sentence, mark

PATIENCE = 30.0  # seconds without an answer after which it is given up
LONGEST = 300  # letters of an error that are shown
MEGABYTE = 2**20  # torchvision's own "_file_size" counts in these
UNFINISHED = ".*.partial"  # what torch.hub adds to the name meanwhile

FAILED = mark(
    "The weights of {network} could not be downloaded. Is there a connection to the internet? The "
    "error was: {error}"
)


class Progress(NamedTuple):
    """How far a download is.

    Attributes:
        running: the network whose weights are coming; empty if none are.
        done: megabytes that have come.
        total: megabytes there will be.
        problem: why the last one failed, if it did.
    """

    running: str
    done: float
    total: float
    problem: Sentence | None


class _Download(NamedTuple):
    name: str
    workers: LocalWorkers
    future: Future[None]


_lock = threading.Lock()
_last: _Download | None = None


def size(name: str) -> float:
    """Return how many megabytes the weights of a network are."""
    return float(WEIGHTS[name].meta["_file_size"])


def fetch(name: str) -> None:
    """Download the weights of a network, in the calling process, where it sets the patience.

    Raises:
        OSError: if there is no connection, or no place for the file.
        RuntimeError: if what came is not what torchvision expects.
    """
    socket.setdefaulttimeout(PATIENCE)  # torchvision itself would wait forever
    WEIGHTS[name].get_state_dict(progress=False, check_hash=True)


def start(name: str) -> None:
    """Begin to download, unless a download is running.

    Raises:
        ValueError: if there is nothing to download for this name.
    """
    global _last  # noqa: PLW0603
    if name not in WEIGHTS or available(name):
        raise ValueError(f"name={name!r} is no network whose weights are missing")
    with _lock:
        if _last and not _last.future.done():
            return
        # Workers of its own, or it would keep visitors from computing for minutes.
        workers = LocalWorkers(1)
        future = workers.submit(fetch, name)
        _last = _Download(name, workers, future)
    future.add_done_callback(lambda _: _clear(name, workers))


def stop() -> None:
    """Give up the download, if one is running."""
    if last := _last:
        last.workers.stop(last.future)


def progress() -> Progress:
    """Return how far the download is, or what came of the last one."""
    last = _last  # another visitor may start the next one meanwhile
    if last is None:
        return Progress("", 0, 0, None)
    if last.future.done():
        return Progress("", 0, 0, _problem(last))
    done = 0
    for file in _unfinished(last.name):
        with suppress(OSError):  # it has just been renamed
            done += file.stat().st_size
    total = size(last.name)
    return Progress(last.name, min(done / MEGABYTE, total), total, None)


def _unfinished(name: str) -> list[Path]:
    """Return the files that a download of these weights is writing."""
    file = cached(name)
    return list(file.parent.glob(file.name + UNFINISHED))


def _clear(name: str, workers: LocalWorkers) -> None:
    """Leave nothing unfinished behind, however the download ended."""
    for file in _unfinished(name):
        file.unlink(missing_ok=True)
    workers.shutdown(wait=False, cancel_futures=False)


def _problem(download: _Download) -> Sentence | None:
    """Return a sentence on why a download failed; None if it did not, or was stopped."""
    try:
        error = download.future.exception()
    except CancelledError:
        return None
    if error is None or isinstance(error, CancelledError):
        return None
    words = " ".join(str(error).split())[:LONGEST]
    return FAILED, {"network": download.name, "error": words}
