"""Numbers that a visitor types for a layer: what they may be, and how the text is read."""

import re
from math import isfinite
from numbers import Real

LARGEST, MOST = 99, 7  # the largest number, and the most rows and columns
INDICES, HIGHEST = 6, 9  # the most indices, and the highest one
NUMBER = re.compile(r"[+-]?([0-9]{1,4}\.?[0-9]{0,4}|\.[0-9]{1,4})")

Rows = tuple[tuple[float, ...], ...]


class NumberGrid:
    """Rows of numbers, all equally long; no row at all means that none were typed."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is such a tuple of tuples."""
        if not isinstance(value, tuple) or not all(isinstance(row, tuple) for row in value):
            raise ValueError(f"{name}={value!r} is not a tuple of rows such as ((0, 1), (1, 0))")
        _same_length(value, f"{name}={value!r}: ")
        for number in (number for row in value for number in row):
            if isinstance(number, bool) or not isinstance(number, Real):
                raise ValueError(f"{name}={value!r}: {number!r} is not a number")
            _in_range(repr(number), float(number))


def parse_rows(text: str) -> Rows:
    """Read rows of numbers: a comma between two numbers, a semicolon between two rows.

    Nothing of the text is ever run.

    Raises:
        ValueError: naming what cannot be read, where, and what can.
    """
    rows = tuple(
        tuple(_number(word.strip(), place) for word in part.split(","))
        for place, part in enumerate(text.strip().strip(";").split(";"), start=1)
    )
    _same_length(rows, "")
    return rows


def parse_indices(text: str) -> tuple[int, ...]:
    """Read up to six indices from 0 to 9, a comma between two.

    Raises:
        ValueError: naming what cannot be read, and what can.
    """
    words = [word.strip() for word in text.split(",")]
    for word in words:
        if not re.fullmatch(r"[0-9]", word):
            raise ValueError(f"{word!r} is not an index from 0 to {HIGHEST}, as in 0, 1, 1")
    if len(words) > INDICES:
        raise ValueError(f"{len(words)} indices are too many: up to {INDICES} fit")
    return tuple(map(int, words))


def _same_length(rows: Rows, start: str) -> None:
    """Raise unless the rows are up to seven, each of the same length of one to seven."""
    if len(rows) > MOST or not all(1 <= len(row) <= MOST for row in rows):
        raise ValueError(f"{start}up to {MOST} rows of 1 to {MOST} numbers fit")
    if len({len(row) for row in rows}) > 1:
        lengths = ", ".join(str(len(row)) for row in rows)
        raise ValueError(f"{start}all rows must be equally long, not {lengths} numbers")


def _number(word: str, place: int) -> float:
    """Return one number, an int or a float."""
    plain = word.replace("−", "-")
    if not NUMBER.fullmatch(plain):
        raise ValueError(f"{word!r} in row {place} is not a number such as 5, -3 or 0.5")
    _in_range(word, float(plain))
    return int(plain) if plain.lstrip("+-").isdigit() else float(plain)


def _in_range(word: str, number: float) -> None:
    if not isfinite(number) or abs(number) > LARGEST:
        raise ValueError(f"{word} is out of range: -{LARGEST} to {LARGEST}")
