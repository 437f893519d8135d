"""Download the weights of a network: one download at a time for all visitors, in its own process.

torchvision writes under another name and renames the file at the end, so a download that broke off
is never taken for a whole one.
"""

from functools import partial
from pathlib import Path

from lib.core.i18n import mark
from lib.lessons.models.pretrained.networks import WEIGHTS, available, cached
from lib.runtime.downloads import Download, Downloader

MEGABYTE = 2**20  # torchvision's own "_file_size" counts in these
UNFINISHED = ".*.partial"  # what torch.hub adds to the name meanwhile

FAILED = mark(
    "The weights of {network} could not be downloaded. Is there a connection to the internet? The "
    "error was: {error}"
)

downloader = Downloader()


def size(name: str) -> int:
    """Return how many bytes the weights of a network are."""
    return round(float(WEIGHTS[name].meta["_file_size"]) * MEGABYTE)


def fetch(name: str) -> None:
    """Download the weights of a network, in the calling process.

    Raises:
        OSError: if there is no connection, or no place for the file.
        RuntimeError: if what came is not what torchvision expects.
    """
    WEIGHTS[name].get_state_dict(progress=False, check_hash=True)


def download_of(name: str) -> Download:
    """Return what to fetch for a network."""
    return Download(
        name=name,
        size=size(name),
        fetch=partial(fetch, name),
        unfinished=lambda: _unfinished(name),
        clear=lambda: _clear(name),
        failed=lambda _, words: (FAILED, {"network": name, "error": words}),
    )


def start(name: str) -> None:
    """Begin to download, unless a download is running.

    Raises:
        ValueError: if there is nothing to download for this name.
    """
    if name not in WEIGHTS or available(name):
        raise ValueError(f"name={name!r} is no network whose weights are missing")
    downloader.start(download_of(name))


def _unfinished(name: str) -> list[Path]:
    """Return the files that a download of these weights is writing."""
    file = cached(name)
    return list(file.parent.glob(file.name + UNFINISHED))


def _clear(name: str) -> None:
    for file in _unfinished(name):
        file.unlink(missing_ok=True)
