"""Where a lesson's picture comes from: one that is shipped, or a visitor's own.

Shipped ones are in the link. A visitor's own is sent to the server, read by a worker process, and
kept in the session; a file that cannot be read changes nothing but adds a sentence.
"""

from dataclasses import dataclass, field
from typing import Any, Protocol

import streamlit as st

from lib.core.i18n import Message
from lib.core.rules import Between
from lib.datasets.images import FASHION, OWN_SIDE, PICTURES
from lib.runtime.workers import WorkerLost
from lib.uploads.images import COSTLY, MOST_BYTES, SIDE, UploadedImage, drawing_from, image_from
from pages.parts import control, lesson_context
from pages.parts.browser.component import component
from pages.parts.jobs import within
from pages.parts.messages import tell
from pages.parts.text import _

_canvas = component("drawing")

FASHION_NAME, UPLOAD, WEBCAM, DRAWING = "Fashion-MNIST", "upload", "webcam", "drawing"
ENDINGS = ["png", "jpg", "jpeg", "webp", "gif", "bmp"]
NUMBER = Between(0, FASHION - 1)
LONGEST = 10  # seconds that reading a file may take; a photo takes less than half a second
MEMORY = "pictures"


class File(Protocol):
    """What an uploader or the camera gives."""

    file_id: str

    def getvalue(self) -> bytes: ...  # noqa: D102


@dataclass
class _Memory:
    """What one control remembers of its visitor.

    Attributes:
        shipped: the shipped picture shown last.
        last: the picture that was chosen or could be read last.
        read: the files read last, as (what they were known by, what came of them), by way.
        ink: what is drawn on the canvas.
    """

    shipped: str
    last: str | bytes
    read: dict[str, tuple[str, UploadedImage]] = field(default_factory=dict)
    ink: str = ""


def picture_source(
    name: str = "image",
    label: str = "",
    default: str = "chelsea",
    fashion: bool = True,
    drawing: bool = False,
) -> str | bytes:
    """Let the visitor choose a picture; return it as ``lib.datasets.images.picture`` takes it.

    Args:
        name: which setting it is; the number of a Fashion-MNIST picture is ``{name}_number``.
        label: what it is called on the page.
        default: the shipped picture shown at first, such as "chelsea" or "fashion 7".
        fashion: whether Fashion-MNIST is among the choices.
        drawing: whether a drawing is, made like the pictures of Fashion-MNIST.
    """
    at_first, _sign, number = default.partition(" ")
    options = [*PICTURES, *([FASHION_NAME] if fashion else []), UPLOAD, WEBCAM]
    if drawing:
        options.append(DRAWING)
    start = FASHION_NAME if at_first == "fashion" else at_first
    chosen = control.menu(name, label or _("Picture"), options, start)
    memory = _memory(name, default)
    if chosen in {UPLOAD, WEBCAM, DRAWING}:
        # Also before there is one: no link, and so no live picture, can tell what is shown.
        lesson_context.current().own = True
        return _own(name, chosen, memory)
    if chosen == FASHION_NAME:
        text = _("Test picture of Fashion-MNIST, 0 to {last}").format(last=FASHION - 1)
        place = control.number(f"{name}_number", text, NUMBER, int(number or 0))
        chosen = f"fashion {place}"
    memory.last = memory.shipped = chosen
    return chosen


def _memory(name: str, default: str) -> _Memory:
    every: dict[str, _Memory] = st.session_state.setdefault(MEMORY, {})
    return every.setdefault(f"{lesson_context.current().slug}.{name}", _Memory(default, default))


def _own(name: str, way: str, memory: _Memory) -> str | bytes:
    """Show where to give a picture; return it, or what the page goes on to show without it."""
    if control.is_hidden(name):
        return memory.last
    key = f"{lesson_context.current().slug}.{name}.{way}"
    locked = control.is_locked(name)
    read = _drawn(key, memory, locked) if way == DRAWING else _uploaded(key, way, memory, locked)
    if read is None:  # also for a moment while one file takes the place of another
        st.caption(_("Until then, the page shows {name}.").format(name=memory.shipped))
        return memory.shipped
    tell(read.problems, read.notes)
    if read.png is None:
        still = memory.last if isinstance(memory.last, str) else _("your last picture")
        st.caption(_("The page still shows {name}.").format(name=still))
        return memory.last
    memory.last = read.png
    return read.png


def _drawn(key: str, memory: _Memory, locked: bool) -> UploadedImage | None:
    """Show the canvas; return the drawing, or None if there is none."""
    st.caption(
        _("Draw something to wear. It is scaled to 28 × 28 pixels, like Fashion-MNIST's pictures.")
    )
    canvas = _canvas(
        key=key,
        data={
            "side": SIDE,
            "ink": memory.ink,
            "disabled": locked,
            "alt": _("Canvas: draw with a mouse, a pen or a finger"),
            "words": {"brush": _("Brush"), "undo": _("Undo"), "clear": _("Clear")},
        },
        on_ink_change=lambda: None,
    )
    ink = getattr(canvas, "ink", None)
    drawn = drawing_from(memory.ink if ink is None else ink)
    if ink is not None and not drawn.problems:
        memory.ink = ink
    return drawn if drawn.png or drawn.problems else None


def _uploaded(key: str, way: str, memory: _Memory, locked: bool) -> UploadedImage | None:
    """Show the file field or the camera; return what came of it, or None for nothing yet."""
    privacy = _(
        "Your picture is sent to this server, scaled to {side} pixels, and kept while you are "
        "here. It is never in a link."
    ).format(side=OWN_SIDE)
    common: dict[str, Any] = {"key": key, "disabled": locked, "help": privacy}
    file: File | None
    if way == WEBCAM:
        file = st.camera_input(_("A picture from your camera"), **common)
    else:
        most = MOST_BYTES // 1024**2
        file = st.file_uploader(_("A picture of yours"), ENDINGS, max_upload_size=most, **common)
    if file is None:
        memory.read.pop(way, None)
        return None
    known, read = memory.read.get(way, ("", None))
    if read is None or known != file.file_id:
        read = _read(file.getvalue())
        memory.read[way] = (file.file_id, read)
    return read


def _read(data: bytes) -> UploadedImage:
    """Read a file in a worker process, which is ended if it takes too long."""
    try:
        return within(LONGEST, image_from, data)
    except (TimeoutError, WorkerLost):
        return UploadedImage(None, (Message(COSTLY, {}),), ())
