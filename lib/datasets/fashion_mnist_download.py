"""Download all of Fashion-MNIST: one download at a time for all visitors, in its own process.

torchvision downloads into a folder of its own, checks and unpacks there; only whole files are then
moved to where others look for them. So a download that broke off is never in the way.
"""

import shutil
from collections.abc import Sequence
from contextlib import redirect_stderr
from functools import partial
from io import StringIO
from pathlib import Path
from urllib.error import URLError

from lib.core.i18n import Sentence, mark
from lib.datasets.fashion_mnist_full import FILES, raw, root
from lib.runtime.downloads import Fetcher, Wanted

TOTAL = 30_878_645  # bytes of the four files as they are sent, packed
UNFINISHED = "FashionMNIST.unfinished"

NO_CONNECTION = mark(
    "Fashion-MNIST could not be downloaded. Is there a connection to the internet? The error was: "
    "{error}"
)
NO_PLACE = mark("Fashion-MNIST could not be written to {folder}. The error was: {error}")

fetcher = Fetcher()


def fetch(folder: Path, mirrors: Sequence[str] = ()) -> None:
    """Download all files into ``folder``, in the calling process.

    Args:
        folder: torchvision's root; it is made if there is none.
        mirrors: where to look instead of where torchvision does.

    Raises:
        RuntimeError: if torchvision gets no file, or not the right one.
        OSError: if there is no connection, or the folder cannot be written to.
    """
    from torchvision.datasets import FashionMNIST  # noqa: PLC0415 - slow, and seldom needed

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
    folder = root().absolute()
    unfinished = folder / UNFINISHED
    fetcher.start(
        Wanted(
            name="Fashion-MNIST",
            size=TOTAL,
            fetch=partial(fetch, folder, mirrors),
            unfinished=lambda: raw(unfinished).glob("*.gz"),
            clear=lambda: shutil.rmtree(unfinished, ignore_errors=True),
            failed=partial(_failed, folder),
        )
    )


def _failed(folder: Path, error: BaseException, words: str) -> Sentence:
    """Return a sentence that tells whether the net or the folder is to blame."""
    is_of_net = isinstance(error, URLError | TimeoutError | ConnectionError)
    if isinstance(error, OSError) and not is_of_net:
        return NO_PLACE, {"folder": str(folder), "error": words}
    return NO_CONNECTION, {"error": words}
