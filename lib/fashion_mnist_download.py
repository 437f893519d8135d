"""Download all of Fashion-MNIST: one download at a time for all visitors, in its own process.

torchvision downloads into a folder of its own, checks and unpacks there; only whole files are then
moved to where others look for them. So a download that broke off is never in the way.
"""

import shutil
import socket
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError

from lib.fashion_mnist_full import FILES, raw, root
from lib.processes import LocalWorkers
from lib.words import Sentence, mark

TOTAL = 30_878_645  # bytes of the four files as they are sent, packed
PATIENCE = 30.0  # seconds without an answer after which it is given up
UNFINISHED = "FashionMNIST.unfinished"
LONGEST = 300  # letters of an error that are shown

NO_CONNECTION = mark(
    "Fashion-MNIST could not be downloaded. Is there a connection to the internet? The error was: "
    "{error}"
)
NO_PLACE = mark("Fashion-MNIST could not be written to {folder}. The error was: {error}")


class Progress(NamedTuple):
    """How far the download is.

    Attributes:
        running: whether there is one.
        done: bytes that have come.
        total: bytes there will be.
        problem: why the last one failed, if it did.
    """

    running: bool
    done: int
    total: int
    problem: Sentence | None


class _Download(NamedTuple):
    folder: Path
    workers: LocalWorkers
    future: Future[None]


_lock = threading.Lock()
_last: _Download | None = None


def fetch(folder: Path, mirrors: Sequence[str] = ()) -> None:
    """Download all files into ``folder``, in the calling process, where it sets the patience.

    Args:
        folder: torchvision's root; it is made if there is none.
        mirrors: where to look instead of where torchvision does.

    Raises:
        RuntimeError: if torchvision gets no file, or not the right one.
        OSError: if there is no connection, or the folder cannot be written to.
    """
    from torchvision.datasets import FashionMNIST  # noqa: PLC0415 - slow, and seldom needed

    socket.setdefaulttimeout(PATIENCE)  # torchvision itself would wait forever
    if mirrors:
        FashionMNIST.mirrors = list(mirrors)
    unfinished = folder / UNFINISHED
    shutil.rmtree(unfinished, ignore_errors=True)
    raw(unfinished).mkdir(parents=True)
    with redirect_stderr(StringIO()):  # its progress bar
        FashionMNIST(unfinished, download=True)
    raw(folder).mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (raw(unfinished) / name).replace(raw(folder) / name)


def start(mirrors: Sequence[str] = ()) -> None:
    """Begin to download into ``root()``, unless a download is running."""
    global _last  # noqa: PLW0603
    with _lock:
        if _last and not _last.future.done():
            return
        folder = root().absolute()
        # Workers of its own, or it would keep visitors from computing for minutes.
        workers = LocalWorkers(1)
        future = workers.submit(fetch, folder, mirrors)
        _last = _Download(folder, workers, future)
    future.add_done_callback(lambda _: _clear(folder, workers))


def stop() -> None:
    """Give up the download, if one is running."""
    if last := _last:
        last.workers.stop(last.future)


def progress() -> Progress:
    """Return how far the download is, or what came of the last one."""
    last = _last  # another visitor may start the next one meanwhile
    if last is None:
        return Progress(False, 0, TOTAL, None)
    if last.future.done():
        return Progress(False, 0, TOTAL, _problem(last))
    done = 0
    for file in raw(last.folder / UNFINISHED).glob("*.gz"):
        try:
            done += file.stat().st_size
        except OSError:  # it has just been moved
            continue
    return Progress(True, min(done, TOTAL), TOTAL, None)


def _clear(folder: Path, workers: LocalWorkers) -> None:
    """Leave nothing behind, however the download ended."""
    shutil.rmtree(folder / UNFINISHED, ignore_errors=True)
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
    is_of_net = isinstance(error, URLError | TimeoutError | ConnectionError)
    if isinstance(error, OSError) and not is_of_net:
        return NO_PLACE, {"folder": str(download.folder), "error": words}
    return NO_CONNECTION, {"error": words}
