"""Checkpoints from visitors: what is in them comes out as names, shapes and small pictures.

Such a file can hold code. It is looked at and opened in a process of its own, with little time
and memory; nothing of it ever becomes an object here.
"""

from base64 import b64decode
from math import prod
from typing import Any, NamedTuple

import numpy as np

from lib.core.i18n import Message
from lib.runtime.sandbox import SandboxError, run_sandboxed
from lib.uploads.checkpoint_reader import NOTES, PROBLEMS, read

MOST_BYTES = 5 * 1024**2


class Entry(NamedTuple):
    """One tensor of a checkpoint.

    Attributes:
        name: its key.
        shape: its shape.
        dtype: such as "float32".
        statistics: smallest, largest, mean and standard deviation; nothing if it has no numbers.
        picture: a small picture, as ``lib.plots.weight_thumbnails`` makes them.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    statistics: tuple[float, ...]
    picture: np.ndarray


class UploadedCheckpoint(NamedTuple):
    """What came of a file.

    Attributes:
        entries: its tensors, in the file's order; none if it cannot be used.
        problems: why it cannot be used.
        notes: what was recognized.
    """

    entries: tuple[Entry, ...]
    problems: tuple[Message, ...]
    notes: tuple[Message, ...]


def checkpoint_from(data: bytes) -> UploadedCheckpoint:
    """Read a checkpoint from a file's bytes. Its name does not count, and nothing is ever raised.

    Takes a moment, and up to twenty seconds for a file made to take long.
    """
    if not data:
        return _refused("EMPTY", {})
    if len(data) > MOST_BYTES:
        return _refused("TOO_LARGE", {"size": len(data), "most": MOST_BYTES})
    try:
        found = run_sandboxed(read, data)
        if "problem" in found:
            return _refused(found["problem"], found["fields"])
        entries = tuple(_entry(each) for each in found["entries"])
        notes = tuple(Message(NOTES[name], _plain(fields)) for name, fields in found["notes"])
    except (SandboxError, KeyError, TypeError, ValueError):
        return _refused("COSTLY", {})
    return UploadedCheckpoint(entries, (), notes)


def _refused(problem: str, fields: dict[str, Any]) -> UploadedCheckpoint:
    return UploadedCheckpoint((), (Message(PROBLEMS[problem], _plain(fields)),), ())


def _plain(fields: dict[str, Any]) -> dict[str, object]:
    """Return the fields with large numbers in groups of digits."""
    return {
        str(name): f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")
        if isinstance(value, int)
        else str(value)
        for name, value in fields.items()
    }


def _entry(answer: dict[str, Any]) -> Entry:
    """Return an entry from the process's answer, part by part."""
    size = tuple(int(each) for each in answer["picture_shape"])
    picture = np.frombuffer(b64decode(answer["picture"]), np.uint8)
    if prod(size) != picture.size:
        raise ValueError(f"{picture.size} cells for a picture of {size}")
    return Entry(
        str(answer["name"]),
        tuple(int(each) for each in answer["shape"]),
        str(answer["dtype"]),
        tuple(float(each) for each in answer["statistics"]),
        picture.reshape(size),
    )
