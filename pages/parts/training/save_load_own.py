"""A checkpoint to look into: a file that the visitor saved here, or one of their own."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import streamlit as st

from lib.core.rules import known_by
from lib.lessons.training.save_load.files import names_in
from lib.uploads.checkpoints import MOST_BYTES, UploadedCheckpoint, checkpoint_from
from pages.parts import _, control, lesson_context
from pages.parts.jobs import result_of
from pages.parts.messages import tell
from pages.parts.session_folder import session_folder

ENDINGS = ["pt", "pth", "safetensors"]
READ = "checkpoint"
UPLOAD = "upload"
# Two files at a time, for all visitors together: that bounds what hostile ones can take.
_waiting = ThreadPoolExecutor(2, thread_name_prefix="checkpoint")


@dataclass
class _Last:
    """The file that was read last, by what it is known by, and what came of it."""

    known: str = ""
    read: UploadedCheckpoint | None = None


def own_checkpoint() -> UploadedCheckpoint | None:
    """Let the visitor choose a file; return what is in it, or None as long as there is none."""
    slug = lesson_context.current().slug
    folder = session_folder()
    way = control.menu("file", _("file"), (UPLOAD, *names_in(folder)))
    if way != UPLOAD:
        data: bytes | None = (folder / way).read_bytes()
    else:
        privacy = _(
            "The file is sent to this server, read by a process of its own, and kept while you "
            "are here. Nothing in it is ever run."
        )
        file = st.file_uploader(
            _("A checkpoint of yours"),
            ENDINGS,
            max_upload_size=MOST_BYTES // 1024**2,
            key=f"{slug}.upload",
            help=privacy,
        )
        data = file.getvalue() if file else None
    if data is None:
        return None
    lesson_context.current().own = True
    last: _Last = st.session_state.setdefault(READ, _Last())
    if last.read is None or last.known != known_by(data):
        last.read = _read(data)
        last.known = known_by(data)
    tell(last.read.problems, last.read.notes)
    return last.read


def _read(data: bytes) -> UploadedCheckpoint:
    """Read a file in a process of its own, while another thread waits for it."""
    return result_of(_waiting.submit(checkpoint_from, data), lambda: None)
