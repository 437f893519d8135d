"""All 70 000 pictures of Fashion-MNIST: read where somebody has put them, or downloaded there.

torchvision downloads into a folder of its own, checks and unpacks there; only whole files are then
moved to where others look for them. So a download that broke off is never in the way.
"""

import os
import shutil
from collections.abc import Sequence
from contextlib import redirect_stderr
from functools import cache, partial
from io import StringIO
from pathlib import Path
from urllib.error import URLError

import numpy as np

from lib.core.i18n import Sentence, mark
from lib.core.rules import OneOf, checked
from lib.runtime.downloads import Download, Downloader

DATA = "PLAYGROUND_DATA"  # the environment variable with the folder that holds FashionMNIST/raw
FILES = {  # name -> bytes
    "train-images-idx3-ubyte": 16 + 60_000 * 28 * 28,
    "train-labels-idx1-ubyte": 8 + 60_000,
    "t10k-images-idx3-ubyte": 16 + 10_000 * 28 * 28,
    "t10k-labels-idx1-ubyte": 8 + 10_000,
}
TOTAL = 30_878_645  # bytes of the four files as they are sent, packed
UNFINISHED = "FashionMNIST.unfinished"

NO_CONNECTION = mark(
    "Fashion-MNIST could not be downloaded. Is there a connection to the internet? The error was: "
    "{error}"
)
NO_PLACE = mark("Fashion-MNIST could not be written to {folder}. The error was: {error}")

downloader = Downloader()


def root() -> Path:
    """Return the folder for data sets, as torchvision calls it; it need not exist."""
    return Path(os.environ.get(DATA) or "data")


def raw(folder: Path) -> Path:
    """Return where in such a folder torchvision looks for the files."""
    return folder / "FashionMNIST" / "raw"


def available() -> bool:
    """Tell whether all files are there, none of them cut short."""
    try:
        return all((raw(root()) / name).stat().st_size == size for name, size in FILES.items())
    except OSError:
        return False


@checked(train=OneOf(True, False))
def full_fashion_mnist(train: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Return 60 000 pictures and their labels to learn from, or 10 000 to test with.

    A download has the function of lib/export/overrides.py in its place.

    Raises:
        ValueError: if the files are not there, or ``train`` is neither True nor False.
    """
    if not available():
        raise ValueError(f"The full Fashion-MNIST is not in {str(raw(root()))!r}")
    return _read(root(), train)


@cache
def _read(folder: Path, train: bool) -> tuple[np.ndarray, np.ndarray]:
    from torchvision.datasets import FashionMNIST  # noqa: PLC0415 - a second that few need to wait

    data = FashionMNIST(folder, train=train)
    images = data.data.numpy()  # (n, 28, 28)
    labels = data.targets.numpy().astype(np.uint8)  # (n,)
    images.flags.writeable = labels.flags.writeable = False
    return images, labels


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
    downloader.start(
        Download(
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
