"""A folder on the server for one visitor's files, gone when the visitor is.

Streamlit tells of the end in one way only: it empties the caches of a session whose connection
has closed. It also does so for everybody when anybody's browser asks it to clear the cache: then
the visitors are still there a moment later, and so are their folders.
"""

import atexit
import shutil
from pathlib import Path
from tempfile import mkdtemp
from threading import Timer

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

PREFIX = "playground-"
MOMENT = 2.0  # seconds from a cache that is emptied to the look at who is still there
_folders: dict[str, Path] = {}  # by session


def session_folder() -> Path:
    """Return the visitor's folder; nobody else's page gets to see it."""
    context = get_script_run_ctx()
    session = _announced(context.session_id if context else "")
    if session not in _folders:
        _folders[session] = Path(mkdtemp(prefix=PREFIX))
    return _folders[session]


def _left(session: str) -> None:
    """Remove the folder of a session, unless it goes on."""
    if not runtime.exists():
        _remove(session)
        return
    timer = Timer(MOMENT, _remove_if_gone, [session])
    timer.daemon = True
    timer.start()


def _remove_if_gone(session: str) -> None:
    if not (runtime.exists() and runtime.get_instance().is_active_session(session)):
        _remove(session)


def _remove(session: str) -> None:
    if folder := _folders.pop(session, None):
        shutil.rmtree(folder, ignore_errors=True)


@st.cache_resource(scope="session", on_release=_left, show_spinner=False)
def _announced(session: str) -> str:
    """Have Streamlit call ``_left`` when this session ends."""
    return session


@atexit.register
def _remove_all() -> None:
    """Remove what is left when the server ends."""
    for session in [*_folders]:
        _remove(session)
