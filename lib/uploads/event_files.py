"""Event files from visitors: bounded, checked record by record, and only then read.

An event file is a row of records: the length of the data in 8 bytes, a checksum of these, the
data, a checksum of it. A length is believed only once its checksum is right and the file is that
long. What the data says is then read by TensorBoard's own reader: do it in a process that can be
stopped.
"""

import struct
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from lib.core.i18n import Message, mark
from lib.tensorboard.records import Run
from lib.uploads.images import image_from

MOST_BYTES = 5 * 1024**2
MOST_RECORDS = 50_000
MOST_TAGS = 50
MOST_POINTS = 20_000  # of one tag
MOST_PICTURES = 50  # of one tag
MOST_BUCKETS = 2_000
NAME = "your file"

EMPTY = mark("The file is empty.")
TOO_LARGE = mark("The file has {size} bytes. {most} are allowed.")
NO_EVENTS = mark(
    "This is no event file: it does not begin with a record of TensorBoard's. Look for a file "
    "with tfevents in its name."
)
BROKEN = mark("The file is damaged after {count} records, at byte {place}. The rest is left out.")
CUT = mark("The file ends in the middle of record {count}. The records before it are used.")
TOO_MANY = mark("The file has more than {most} records. The first {most} are used.")
UNREADABLE = mark("A record holds something else than an event, so the file cannot be read.")
NOTHING = mark("There are no scalars, pictures or histograms in it.")
LEFT_OUT = mark("There are {count} tags. The first {most} are shown.")
THINNED = mark("{tag} has {count} points. The first {most} are shown.")
BAD_PICTURE = mark("A picture of {tag} cannot be read and is left out.")


class UploadedEvents(NamedTuple):
    """What came of a file.

    Attributes:
        run: what there is to draw; None if nothing is, and ``problems`` then says why.
        problems: what could not be used.
        notes: what was left out since it is too much.
    """

    run: Run | None
    problems: tuple[Message, ...]
    notes: tuple[Message, ...]


def events_from(data: bytes) -> UploadedEvents:
    """Read an event file, in bounds of every kind."""
    if not data:
        return _refused(Message(EMPTY, {}))
    if len(data) > MOST_BYTES:
        return _refused(Message(TOO_LARGE, {"size": len(data), "most": MOST_BYTES}))
    length, problem = _sound(data)
    problems = [problem] if problem else []
    if not length:
        return _refused(Message(NO_EVENTS, {}))
    try:
        run = _read(data[:length])
    except Exception:  # protobuf, NumPy and TensorBoard have many words for it
        return _refused(Message(UNREADABLE, {}))
    run, left_out, notes = _bounded(run)
    if not (run.curves or run.images or run.histograms):
        return _refused(*problems, *left_out, Message(NOTHING, {}))
    return UploadedEvents(run, (*problems, *left_out), tuple(notes))


def _refused(*problems: Message) -> UploadedEvents:
    return UploadedEvents(None, problems, ())


def _sound(data: bytes) -> tuple[int, Message | None]:
    """Return how many bytes from the start are whole records, and what is wrong with the rest."""
    from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import (  # noqa: PLC0415
        masked_crc32c,
    )

    place = count = 0
    while place < len(data):
        if count == MOST_RECORDS:
            return place, Message(TOO_MANY, {"most": MOST_RECORDS})
        head = data[place : place + 12]
        if len(head) < 12:
            return place, Message(CUT, {"count": count + 1})
        length, check = struct.unpack("<QI", head)
        if masked_crc32c(head[:8]) != check:
            return place, Message(BROKEN, {"count": count, "place": place})
        end = place + 12 + length
        if end + 4 > len(data):
            return place, Message(CUT, {"count": count + 1})
        (check,) = struct.unpack("<I", data[end : end + 4])
        if masked_crc32c(data[place + 12 : end]) != check:
            return place, Message(BROKEN, {"count": count, "place": place})
        place, count = end + 4, count + 1
    return place, None


def _read(data: bytes) -> Run:
    """Read sound records with TensorBoard's own reader."""
    from lib.tensorboard.reader import read_events  # noqa: PLC0415 - slow to import

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "events.out.tfevents.0")
        file.write_bytes(data)
        return read_events([file], NAME)


def _bounded(run: Run) -> tuple[Run, list[Message], list[Message]]:
    """Return a run with so much left that a page can draw it, and what was left out."""
    problems: list[Message] = []
    notes: list[Message] = []
    for found in (run.curves, run.images, run.histograms):
        if len(found) > MOST_TAGS:
            notes.append(Message(LEFT_OUT, {"count": len(found), "most": MOST_TAGS}))
    curves = []
    for curve in run.curves[:MOST_TAGS]:
        if len(curve.steps) > MOST_POINTS:
            about = {"tag": curve.tag, "count": len(curve.steps), "most": MOST_POINTS}
            notes.append(Message(THINNED, about))
        curves.append(curve._replace(**{
            name: getattr(curve, name)[:MOST_POINTS] for name in ("steps", "walls", "values")
        }))  # fmt: skip
    images = {}
    for tag, pictures in [*run.images.items()][:MOST_TAGS]:
        sound = [_redrawn(each) for each in pictures[:MOST_PICTURES]]
        if None in sound:
            problems.append(Message(BAD_PICTURE, {"tag": tag}))
        if usable := tuple(each for each in sound if each is not None):
            images[tag] = usable
    histograms = {
        tag: usable
        for tag, found in [*run.histograms.items()][:MOST_TAGS]
        if (usable := tuple(h for h in found[:MOST_PICTURES] if 0 < len(h.buckets) <= MOST_BUCKETS))
    }
    bounded = Run(run.name, tuple(curves), images, histograms)
    return bounded, problems, notes


def _redrawn(picture: Any) -> Any:
    """Return a picture that was decoded and encoded anew, None if that is not possible."""
    read = image_from(picture.png)
    return None if read.png is None else picture._replace(png=read.png)
