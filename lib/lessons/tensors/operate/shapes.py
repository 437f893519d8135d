"""Shapes as they are typed and checked: a few axes, each a few numbers long."""

import re
from math import prod

Shape = tuple[int, ...]

AXES = 3  # how many axes a shape may have
LONGEST = 4  # how long each may be
MOST = 24  # how many numbers all of them together


class Small:
    """A shape of few axes that can be drawn."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is a tuple of lengths that can be drawn."""
        whole = isinstance(value, tuple) and all(type(length) is int for length in value)
        if not isinstance(value, tuple) or not whole:
            raise ValueError(f"{name}={value!r} is not a tuple of whole numbers such as (4, 1)")
        if len(value) > AXES:
            raise ValueError(f"{name}={value!r} has {len(value)} axes: 0 to {AXES} are allowed")
        for length in value:
            if not 1 <= length <= LONGEST:
                raise ValueError(f"{name}={value!r}: {length} is out of range: 1 to {LONGEST}")
        if prod(value) > MOST:
            raise ValueError(f"{name}={value!r} has {prod(value)} numbers: at most {MOST} fit")


SMALL = Small()


def shape(text: str, name: str = "shape") -> Shape:
    """Read a shape such as ``"4, 1"``; nothing, or ``"()"``, is a tensor without axes.

    Raises:
        ValueError: for a text that is no shape, or a shape that cannot be drawn.
    """
    inner = re.fullmatch(r"\s*(?:\((.*)\)|\[(.*)\]|([^()\[\]]*))\s*", text)
    words = re.split(r"[\s,x×]+", (inner[1] or inner[2] or inner[3] or "") if inner else "?")
    lengths = [word for word in words if word]
    if not all(re.fullmatch(r"[0-9]{1,3}", word) for word in lengths):
        raise ValueError(f"{name}={text!r} is not a shape such as 4, 1 or 2, 4, 3")
    read = tuple(int(word) for word in lengths)
    SMALL.check(name, read)
    return read
