"""A visitor's own event file: read by a worker process, and kept in the session."""

import streamlit as st

from lib.core.i18n import Message, mark
from lib.runtime.workers import WorkerLost
from lib.tensorboard.records import Run
from lib.uploads.event_files import MOST_BYTES, UploadedEvents, events_from
from pages.parts import lesson_context
from pages.parts.jobs import within
from pages.parts.messages import tell
from pages.parts.text import _

LONGEST = 15  # seconds that reading a file may take
KEPT = "events"

COSTLY = mark("Reading the file took too long, so it was given up.")


def event_file() -> Run | None:
    """Show where to give a file; return what is in it, None as long as there is nothing."""
    most = MOST_BYTES // 1024**2
    file = st.file_uploader(
        _("An event file of yours, `events.out.tfevents…`"),
        key=f"{lesson_context.current().slug}.file",
        max_upload_size=most,
        help=_("It is sent to this server, and kept while you are here. It is never in a link."),
    )
    if file is None:
        st.session_state.pop(KEPT, None)
        return None
    known, read = st.session_state.get(KEPT, ("", None))
    if read is None or known != file.file_id:
        read = _read(file.getvalue())
        st.session_state[KEPT] = (file.file_id, read)
    lesson_context.current().own = True  # what is drawn of it is not kept for others
    tell(read.problems, read.notes)
    run: Run | None = read.run
    return run


def _read(data: bytes) -> UploadedEvents:
    """Read a file in a worker process, which is ended if it takes too long."""
    try:
        return within(LONGEST, events_from, data)
    except (TimeoutError, WorkerLost):
        return UploadedEvents(None, (Message(COSTLY, {}),), ())
