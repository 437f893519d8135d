"""What a download has in the place of lib/datasets/assets/__init__.py."""

from pathlib import Path


def asset(name: str) -> Path:
    """Return the path of a data file, which lies in the folder that this runs in."""
    return Path(name)  # the page you have this from offers the file for download, too
