"""Kernels: the presets, what a kernel may be, and how typed text is read."""

import re
from fractions import Fraction
from math import isfinite
from numbers import Real

Kernel = tuple[tuple[float, ...], ...]

SIZES = (3, 5)
LARGEST = 100
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
LONGEST = 250  # characters of a typed kernel

# As they are typed, by size: commas between the numbers of a row, semicolons between the rows.
PRESETS = {
    3: {
        "identity": "0, 0, 0; 0, 1, 0; 0, 0, 0",
        "blur": "1/9, 1/9, 1/9; 1/9, 1/9, 1/9; 1/9, 1/9, 1/9",
        "sharpen": "0, -1, 0; -1, 5, -1; 0, -1, 0",
        "sobel_x": "-1, 0, 1; -2, 0, 2; -1, 0, 1",
        "sobel_y": "-1, -2, -1; 0, 0, 0; 1, 2, 1",
        "laplacian": "0, 1, 0; 1, -4, 1; 0, 1, 0",
        "emboss": "-2, -1, 0; -1, 1, 1; 0, 1, 2",
    },
    5: {
        "identity": "0,0,0,0,0; 0,0,0,0,0; 0,0,1,0,0; 0,0,0,0,0; 0,0,0,0,0",
        "blur": "; ".join([", ".join(["1/25"] * 5)] * 5),
        "sharpen": "0,0,-1,0,0; 0,-1,-2,-1,0; -1,-2,17,-2,-1; 0,-1,-2,-1,0; 0,0,-1,0,0",
        "sobel_x": "-1,-2,0,2,1; -4,-8,0,8,4; -6,-12,0,12,6; -4,-8,0,8,4; -1,-2,0,2,1",
        "sobel_y": "-1,-4,-6,-4,-1; -2,-8,-12,-8,-2; 0,0,0,0,0; 2,8,12,8,2; 1,4,6,4,1",
        "laplacian": "0,0,1,0,0; 0,1,2,1,0; 1,2,-16,2,1; 0,1,2,1,0; 0,0,1,0,0",
        "emboss": "-1,-1,-1,-1,0; -1,-1,-1,0,1; -1,-1,1,1,1; -1,0,1,1,1; 0,1,1,1,1",
    },
}
NAMES = tuple(PRESETS[3])
SOBEL_X: Kernel = ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))


class KernelRule:
    """A square of 3 by 3 or 5 by 5 numbers, row by row."""

    def __str__(self) -> str:
        """Say what is allowed, in a line."""
        return f"3 by 3 or 5 by 5 numbers, each -{LARGEST} to {LARGEST}"

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is such a kernel."""
        if not isinstance(value, tuple) or not all(isinstance(row, tuple) for row in value):
            raise ValueError(f"{name}={value!r} is not a tuple of rows such as {SOBEL_X}")
        lengths = [len(row) for row in value]
        if len(value) not in SIZES or lengths != [len(value)] * len(value):
            raise ValueError(f"{name} has rows of {lengths} numbers: 3 by 3 or 5 by 5 are allowed")
        for number in (number for row in value for number in row):
            if isinstance(number, bool) or not isinstance(number, Real):
                raise ValueError(f"{name}: {number!r} is not a number")
            _in_range(repr(number), float(number))


def parse(text: str) -> Kernel:
    """Read a kernel: ``"0, -1, 0; -1, 5, -1; 0, -1, 0"``. Nothing of the text is ever run.

    Commas or spaces stand between the numbers of a row, semicolons between the rows. A number
    may be a fraction such as ``1/9``.

    Raises:
        ValueError: naming what cannot be read, where, and what can.
    """
    parts = text.strip().removesuffix(";").split(";")
    rows = tuple(
        tuple(_number(word, place) for word in part.replace(",", " ").split())
        for place, part in enumerate(parts, start=1)
    )
    if len(rows) not in SIZES:
        raise ValueError(
            f"the kernel has {len(rows)} rows: 3 or 5 are allowed, with ; between them"
        )
    for place, row in enumerate(rows, start=1):
        if len(row) != len(rows):
            raise ValueError(
                f"row {place} has {len(row)} numbers: {len(rows)} rows need {len(rows)}"
            )
    return rows


def words_of(kernel: Kernel) -> list[list[str]]:
    """Return the numbers of a kernel as they are typed, row by row.

    >>> words_of(((0.5, 1, 1 / 9), (0, 0, 0), (0, 0, 0)))[0]
    ['0.5', '1', '1/9']
    """
    return [[_word(number) for number in row] for row in kernel]


def text_of(kernel: Kernel) -> str:
    """Return a kernel as one types it; ``parse`` reads it.

    >>> text_of(SOBEL_X)
    '-1, 0, 1; -2, 0, 2; -1, 0, 1'
    """
    return "; ".join(", ".join(row) for row in words_of(kernel))


def preset_of(kernel: Kernel) -> str:
    """Return which preset a kernel is; empty for none.

    >>> preset_of(SOBEL_X), preset_of(((0, 0, 0),) * 3)
    ('sobel_x', '')
    """
    presets = PRESETS[len(kernel)].items()
    return next((name for name, text in presets if parse(text) == kernel), "")


def resized(kernel: Kernel, size: int) -> Kernel:
    """Return a kernel in another size: the same preset, or its middle, with zeros around it.

    >>> resized(SOBEL_X, 5)[0], resized(((1, 2, 3),) * 3, 5)[1]
    ((-1, -2, 0, 2, 1), (0, 1, 2, 3, 0))
    """
    if name := preset_of(kernel):
        return parse(PRESETS[size][name])
    if size < len(kernel):
        return tuple(row[1:-1] for row in kernel[1:-1])
    if size > len(kernel):
        edge = (0,) * size
        return (edge, *((0, *row, 0) for row in kernel), edge)
    return kernel


def same_rotated(kernel: Kernel) -> bool:
    """Return whether a kernel is the same after a rotation by 180°."""
    return kernel == tuple(row[::-1] for row in kernel[::-1])


def finds_edges(kernel: Kernel) -> bool:
    """Return whether the numbers add up to 0, so that an even surface gives 0."""
    return abs(sum(sum(row) for row in kernel)) < 1e-6


def _word(number: float) -> str:
    """Return a number as a fraction where that is what was typed, such as 1/9."""
    short = f"{number:.6g}"
    fraction = Fraction(number).limit_denominator(99)
    return str(fraction) if float(short) != number == float(fraction) else repr(number)


def _number(word: str, place: int) -> float:
    """Return one number, an int, a float or a fraction."""
    top, stroke, bottom = word.replace("−", "-").partition("/")
    parts = [top, bottom] if stroke else [top]
    if len(word) > 20 or not all(NUMBER.fullmatch(part) for part in parts):
        raise ValueError(f"{word[:20]!r} in row {place} is not a number such as -1, 0.5 or 1/9")
    if stroke and not float(bottom):
        raise ValueError(f"{word!r} in row {place} divides by zero")
    number = float(top) / float(bottom) if stroke else float(top)
    _in_range(word, number)
    return int(number) if number.is_integer() else number


def _in_range(word: str, number: float) -> None:
    if not isfinite(number) or abs(number) > LARGEST:
        raise ValueError(f"{word} is out of range: -{LARGEST} to {LARGEST}")
