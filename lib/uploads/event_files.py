"""Event files from visitors: bounded, checked record by record, and only then read.

An event file is a row of records: the length of the data in 8 bytes, a checksum of these, the
data, a checksum of it. A length is believed only once its checksum is right and the file is that
long. Only so much of it is then read as a page can draw: do it in a process that can be stopped.
"""

import struct
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from lib.core.i18n import Message, mark
from lib.tensorboard.records import Curve, Histogram, Picture, Run
from lib.uploads.images import SCALED, image_from

T = TypeVar("T")

MOST_BYTES = 5 * 1024**2
MOST_RECORDS = 50_000
MOST_TAGS = 50
MOST_POINTS = 20_000  # of one tag
MOST_PICTURES = 50  # of one tag; so many histograms, too
MOST_BUCKETS = 2_000  # of one histogram
ALL_BUCKETS = 250_000  # of all histograms of a file
LONGEST = 80  # signs of a tag in a sentence
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
NO_EVENT = mark("Records that hold something else than an event and are left out: {count}.")
NOTHING = mark("There are no scalars, pictures or histograms in it.")
LEFT_OUT = mark("There are {count} tags. The first {most} are shown.")
THINNED = mark("{tag} has {count} points. {most} of them are shown, evenly spread.")
FEWER_PICTURES = mark("{tag} has {count} pictures. {most} of them are shown, evenly spread.")
FEWER_HISTOGRAMS = mark("{tag} has {count} histograms. {most} of them are shown, evenly spread.")
FEWER_BUCKETS = mark(
    "{tag} has histograms of up to {count} buckets. Neighbors were put together: {most} are shown."
)
NO_NUMBER = mark("Values of {tag} that are not one number and are left out: {count}.")
NO_HISTOGRAM = mark(
    "Values of {tag} that are no histogram of finite numbers and are left out: {count}."
)
NO_PICTURES = mark("Values of {tag} that are no pictures and are left out: {count}.")
BAD_PICTURE = mark("Pictures of {tag} that cannot be used and are left out: {count}. The first:")


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
    records, problem = _sound(data)
    if not records:
        return _refused(Message(NO_EVENTS, {}))
    run, problems, notes = _read(records)
    if problem:
        problems.insert(0, problem)
    if not (run.curves or run.images or run.histograms):
        return _refused(*problems, Message(NOTHING, {}))
    return UploadedEvents(run, tuple(problems), tuple(notes))


def _refused(*problems: Message) -> UploadedEvents:
    return UploadedEvents(None, problems, ())


def _sound(data: bytes) -> tuple[list[bytes], Message | None]:
    """Return the whole records from the start, and what is wrong with the rest."""
    from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import (  # noqa: PLC0415
        masked_crc32c,
    )

    records: list[bytes] = []
    place = 0
    while place < len(data):
        count = len(records)
        if count == MOST_RECORDS:
            return records, Message(TOO_MANY, {"most": MOST_RECORDS})
        head = data[place : place + 12]
        if len(head) < 12:
            return records, Message(CUT, {"count": count + 1})
        length, check = struct.unpack("<QI", head)
        if masked_crc32c(head[:8]) != check:
            return records, Message(BROKEN, {"count": count, "place": place})
        end = place + 12 + length
        if end + 4 > len(data):
            return records, Message(CUT, {"count": count + 1})
        (check,) = struct.unpack("<I", data[end : end + 4])
        if masked_crc32c(data[place + 12 : end]) != check:
            return records, Message(BROKEN, {"count": count, "place": place})
        records.append(data[place + 12 : end])
        place = end + 4
    return records, None


def _read(records: Sequence[bytes]) -> tuple[Run, list[Message], list[Message]]:
    """Return so much of a run that a page can draw it, what is unusable, and what is left out."""
    from lib.tensorboard import reader  # noqa: PLC0415 - slow to import

    found = reader.gathered(records)
    problems = [Message(NO_EVENT, {"count": found.odd})] if found.odd else []
    notes = [
        Message(LEFT_OUT, {"count": len(tags), "most": MOST_TAGS})
        for tags in found.values.values()
        if len(tags) > MOST_TAGS
    ]
    kinds = [dict([*tags.items()][:MOST_TAGS]) for tags in found.values.values()]
    curves: list[Curve] = []
    for tag, values in kinds[0].items():
        numbers, odd = _usable(reader.scalar, _thinned(tag, values, MOST_POINTS, THINNED, notes))
        if odd:
            problems.append(Message(NO_NUMBER, {"tag": named(tag), "count": odd}))
        if numbers:
            curves.append(reader.curve(tag, [value for value, _ in numbers]))
    images: dict[str, tuple[Picture, ...]] = {}
    for tag, values in kinds[1].items():
        few, odd = _usable(reader.pictures, values)
        if odd:
            problems.append(Message(NO_PICTURES, {"tag": named(tag), "count": odd}))
        every = [png for _, pngs in few for png in pngs]
        drawn = [
            _redrawn(each) for each in _thinned(tag, every, MOST_PICTURES, FEWER_PICTURES, notes)
        ]
        if reasons := [each for each in drawn if isinstance(each, Message)]:
            about = {"tag": named(tag), "count": len(reasons)}
            problems += [Message(BAD_PICTURE, about), reasons[0]]
        if usable := tuple(each for each in drawn if isinstance(each, Picture)):
            images[tag] = usable
    thinned = {
        tag: _thinned(tag, values, MOST_PICTURES, FEWER_HISTOGRAMS, notes)
        for tag, values in kinds[2].items()
    }
    count = sum(map(len, thinned.values()))
    most = min(MOST_BUCKETS, ALL_BUCKETS // max(count, 1))
    histograms: dict[str, tuple[Histogram, ...]] = {}
    for tag, few_values in thinned.items():
        made, odd = _usable(lambda value: reader.histogram(value, most), few_values)
        if odd:
            problems.append(Message(NO_HISTOGRAM, {"tag": named(tag), "count": odd}))
        largest = max((_buckets(value) for value, _ in made), default=0)
        if largest > most:
            about = {"tag": named(tag), "count": largest, "most": most}
            notes.append(Message(FEWER_BUCKETS, about))
        if made:
            histograms[tag] = tuple(each for _, each in made)
    return Run(NAME, tuple(curves), images, histograms), problems, notes


def _usable(read: Callable[[Any], T], values: Sequence[Any]) -> tuple[list[tuple[Any, T]], int]:
    """Return the values that can be read, with what is read, and how many cannot."""
    made = []
    for value in values:
        try:
            made.append((value, read(value)))
        except (ValueError, TypeError, OverflowError):
            continue
    return made, len(values) - len(made)


def _thinned(
    tag: str, found: Sequence[T], most: int, words: str, notes: list[Message]
) -> Sequence[T]:
    """Return at most so many, evenly spread from the first to the last, and say so."""
    if (count := len(found)) <= most:
        return found
    notes.append(Message(words, {"tag": named(tag), "count": count, "most": most}))
    return [found[place * (count - 1) // max(most - 1, 1)] for place in range(most)]


def _buckets(value: Any) -> int:
    """Return how many buckets a histogram says it has."""
    return int(value.tensor.tensor_shape.dim[0].size)


def named(tag: str) -> str:
    """Return a tag as it stands in a sentence."""
    return tag if len(tag) <= LONGEST else f"{tag[:LONGEST]}…"


def _redrawn(picture: Picture) -> Picture | Message:
    """Return a picture that was decoded and encoded anew, or why that is not possible.

    How large a picture is, it shows itself: what the file says beside it is not believed.
    """
    read = image_from(picture.png, least=1)
    if read.png is None:
        return read.problems[0]
    width, height = struct.unpack(">II", read.png[16:24])
    for note in read.notes:
        if note.template == SCALED:
            width, height = (int(str(note.fields[side])) for side in ("width", "height"))
    return picture._replace(width=width, height=height, png=read.png)
