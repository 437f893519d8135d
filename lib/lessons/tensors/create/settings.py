"""What the shape and the typed numbers of a new tensor may be, and how typed text is read."""

import re
from math import isfinite
from numbers import Real

# How long each axis may be, by the number of axes: so many cells fit into the picture.
LENGTHS = {1: (12,), 2: (6, 6), 3: (3, 4, 4), 4: (2, 3, 4, 4)}
AT_FIRST = {1: (5,), 2: (5, 3), 3: (3, 2, 3), 4: (2, 2, 3, 3)}

ROWS, COLUMNS, LARGEST = 6, 8, 1_000_000
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)
LONGEST = 24  # characters of one number

Numbers = tuple[float, ...]
Rows = Numbers | tuple[Numbers, ...]  # one row without, or rows with brackets of their own


class Shape:
    """A shape of one to four axes, each at least 1 and at most as in ``LENGTHS``."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is such a shape."""
        if not isinstance(value, tuple) or not all(type(length) is int for length in value):
            raise ValueError(f"{name}={value!r} is not a tuple of whole numbers such as (5, 3)")
        if len(value) not in LENGTHS:
            raise ValueError(f"{name}={value!r} has {len(value)} axes: 1 to 4 are allowed")
        most = LENGTHS[len(value)]
        if not all(1 <= length <= end for length, end in zip(value, most, strict=True)):
            raise ValueError(f"{name}={value!r} is out of range: (1, ...) to {most}")

    def __str__(self) -> str:
        """Say what is allowed, in a line."""
        return f"1 to {len(LENGTHS)} lengths, up to {' or '.join(map(str, LENGTHS.values()))}"


class NumberRows:
    """What ``parse`` returns: a row of numbers, or several rows, even of unequal length."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is such a tuple."""
        if not isinstance(value, tuple) or not value:
            raise ValueError(f"{name}={value!r} is not a tuple such as (5.5, 3) or ((1, 2),)")
        rows = value if all(isinstance(row, tuple) for row in value) else (value,)
        if len(rows) > ROWS or not all(1 <= len(row) <= COLUMNS for row in rows):
            raise ValueError(f"{name}={value!r}: up to {ROWS} rows of 1 to {COLUMNS} numbers")
        for number in (number for row in rows for number in row):
            if isinstance(number, bool) or not isinstance(number, Real):
                raise ValueError(f"{name}={value!r}: {number!r} is not a number")
            _in_range(repr(number), float(number))

    def __str__(self) -> str:
        """Say what is allowed, in a line."""
        return f"up to {ROWS} rows of 1 to {COLUMNS} numbers, each -{LARGEST} to {LARGEST}"


def parse(text: str) -> Rows:
    """Read numbers: commas part the numbers of a row, semicolons part the rows.

    ``"5.5, 3"`` is one row and becomes one axis; ``"1, 2; 3, 4"`` is two rows and becomes two;
    ``"1, 2;"`` is one row that becomes two axes. A number with a point or an exponent is a float,
    one without is an int. Nothing of the text is ever run.

    Raises:
        ValueError: naming what cannot be read, where, and what can.
    """
    parts = text.split(";")
    closed = len(parts) > 1
    if closed and not parts[-1].strip():
        parts.pop()
    if len(parts) > ROWS:
        raise ValueError(f"{len(parts)} rows are too many: up to {ROWS} fit")
    rows = tuple(_row(part, place) for place, part in enumerate(parts, start=1))
    return rows if closed else rows[0]


def _row(text: str, place: int) -> Numbers:
    """Return the numbers of one row."""
    words = text.split(",")
    if len(words) > COLUMNS:
        raise ValueError(f"row {place} has {len(words)} numbers: up to {COLUMNS} fit")
    return tuple(_number(word.strip(), place) for word in words)


def _number(word: str, place: int) -> float:
    """Return one number, an int or a float."""
    plain = word.replace("−", "-")
    if not word:
        raise ValueError(f"row {place} has an empty place where a number should be, as in 5.5, 3")
    if len(word) > LONGEST or not NUMBER.fullmatch(plain):
        raise ValueError(f"{word!r} in row {place} is not a number such as 5.5, -3 or 1e3")
    _in_range(word, float(plain))
    return int(plain) if plain.lstrip("+-").isdigit() else float(plain)


def _in_range(word: str, number: float) -> None:
    if not isfinite(number) or abs(number) > LARGEST:
        raise ValueError(f"{word} is out of range: -{LARGEST} to {LARGEST}")
