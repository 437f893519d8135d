"""A folder on the server for one visitor's files, gone when the visitor is.

Streamlit tells of the end in one way only: it empties the caches of a session whose connection
has closed. A visitor whose connection comes back has an empty folder.
"""

import atexit
import shutil
from pathlib import Path
from tempfile import mkdtemp

import streamlit as st

PREFIX = "playground-"
_folders: set[Path] = set()


def session_folder() -> Path:
    """Return the visitor's folder; nobody else's page gets to see it."""
    folder: Path = _folder()
    return folder


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _folders.discard(folder)


@st.cache_resource(scope="session", on_release=_remove, show_spinner=False)
def _folder() -> Path:
    folder = Path(mkdtemp(prefix=PREFIX))
    _folders.add(folder)
    return folder


@atexit.register
def _remove_all() -> None:
    """Remove what is left when the server ends."""
    for folder in [*_folders]:
        _remove(folder)
