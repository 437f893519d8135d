"""Questions about a new tensor, the answers people give, and whether the challenge is met."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.tensors.create.lesson import (
    Constructor,
    Made,
    arange,
    empty,
    eye,
    full,
    linspace,
    new_ones,
    ones,
    rand,
    randint,
    randn,
    randn_like,
    tensor,
    zeros,
    zeros_like,
)
from lib.lessons.tensors.create.metrics import Draws
from lib.lessons.tensors.create.settings import Rows

ELEMENTS, BYTES = 24, 48  # the challenge

# What to tell somebody who gave an answer, by its code.
TOLD_BYTES = {
    "right": mark("The bytes are the elements times the bytes of one: `numel() * element_size()`."),
    "float32": mark("That takes 4 bytes for each element, as float32 and int32 do."),
    "float64": mark("That takes 8 bytes for each element, as float64, int64 and complex64 do."),
    "float16": mark("That takes 2 bytes for each element, as float16 and bfloat16 do."),
    "count": mark("That is one byte for each element: true of int8, uint8 and bool."),
    "lengths": mark("The lengths of the axes are multiplied, not added."),
}
TOLD_LAST = {
    "empty": mark("`empty` writes nothing: whatever lay in that memory shows through."),
    "zeros": mark("Zeros everywhere, written as the dtype writes a zero."),
    "ones": mark("Ones everywhere, written as the dtype writes a one."),
    "full": mark("One number everywhere, converted to the dtype, which may drop its fraction."),
    "arange": mark("It counts from 0, so the last number is one less than the count."),
    "single": mark("A single step holds the start."),
    "linspace": mark("It goes from 0 to 1 and reaches both, unlike `arange`."),
    "eye": mark("Ones where row and column agree. The last row and column agree in a square."),
    "tensor": mark("Your number in the one dtype that all of them share."),
    "new_ones": mark("Ones: from x come only the dtype and the device."),
    "zeros_like": mark("Zeros: from x come the shape, the dtype and the device, not the values."),
    "unknown": mark("This constructor writes every element; nothing is left to chance."),
    "zero": mark("Nobody writes a zero there."),
    "one": mark("Nobody writes a one there."),
    "copied": mark("x holds that number, but its values are not taken over."),
    "end": mark("The end of `arange` is left out, as in Python's `range`."),
    "left_out": mark("That would leave the end out, as `arange` does."),
    "as_typed": mark("All elements have one dtype, so a number may have to change."),
    "refused": mark("PyTorch converts the number without a word."),
}
TOLD_DRAWS = {
    "rand": mark("Evenly from 0 to 1: the mean is 1/2, the spread 1/√12 ≈ 0.289."),
    "randn": mark("The standard normal distribution: mean 0 and spread 1; the n is for normal."),
    "randn_complex": mark("Real and imaginary part share a variance of 1: each spreads by 1/√2."),
    "randint": mark("0 to 9, all equally often; 10 is left out."),
    "uniform": mark("That is `rand`: evenly from 0 to 1."),
    "normal": mark("That is `randn`: the normal, or Gaussian, distribution."),
    "half": mark("0.5 is as far as a number from 0 to 1 gets from its mean, not the usual way."),
    "signed": mark("That is spread evenly from −1 to 1."),
    "ten": mark("That counts 10 in, but the end is left out."),
}
UNKNOWN, ERROR = "?", "error"
NAMES = {UNKNOWN: mark("nobody can know"), ERROR: mark("an error")}


REFUSED = mark("PyTorch makes no tensor of these settings. Below it says why, in its own words.")


class Question(NamedTuple):
    """A question about the numbers in a new tensor.

    Attributes:
        name: "draws" or "last".
        words: what is asked.
        guesses: its possible answers.
        told: what to tell somebody who gave one, by its code.
    """

    name: str
    words: str
    guesses: tuple[Guess, ...]
    told: Mapping[str, str]


def about_numbers(made: Made, drawn: Draws | None, settings: Mapping[str, Any]) -> Question:
    """Return what to ask about the numbers: what they are on average, or what the last one is.

    Args:
        made: the tensor.
        drawn: 10 000 numbers drawn in the same way; None if nothing is left to chance.
        settings: what the tensor was made with.
    """
    constructor = settings["constructor"]
    if drawn is None:
        more = {name: settings[name] for name in ("fill", "rows") if name in settings}
        guesses = last_guesses(made, constructor, **more)
        return Question("last", mark("What is the last element?"), guesses, TOLD_LAST)
    words = mark("10 000 such numbers: what are their mean ± spread?")
    if drawn.is_complex:
        words = mark("10 000 such numbers: the mean ± spread of their real parts?")
    return Question("draws", words, draws_guesses(constructor, drawn), TOLD_DRAWS)


def bytes_guesses(made: Made) -> tuple[Guess, ...]:
    """Return what the bytes of the tensor may be; exactly one is right."""
    count = made.numel
    options = [
        ("right", made.nbytes),
        ("float32", count * 4),
        ("float64", count * 8),
        ("float16", count * 2),
        ("count", count),
        ("lengths", sum(made.shape) * made.element_size),
    ]
    return answers(made.nbytes, options)


def last_guesses(
    made: Made, constructor: Constructor, fill: float = 7, rows: Rows = (5.5, 3)
) -> tuple[Guess, ...]:
    """Return what the last element of a tensor that is not random may hold, as it is written."""
    count = made.numel
    zero, one, end = (_as_in(made, number) for number in (0, 1, count))
    row = rows[-1]
    typed = row[-1] if isinstance(row, tuple) else row
    likely: dict[Constructor, list[tuple[str, str]]] = {
        zeros: [("one", one)],
        ones: [("zero", zero)],
        full: [("as_typed", spelled(fill)), ("zero", zero), ("refused", ERROR)],
        arange: [("end", end), ("one", one)],
        linspace: [("left_out", spelled(1 - 1 / count)), ("end", end)],
        eye: [("one", one), ("zero", zero)],
        tensor: [("as_typed", spelled(typed)), ("zero", zero), ("refused", ERROR)],
        new_ones: [("copied", "5.5"), ("zero", zero)],
        zeros_like: [("copied", "5.5"), ("one", one)],
        empty: [("zero", zero), ("one", one)],
    }
    truth = UNKNOWN if constructor is empty else last(made)
    code = "single" if constructor is linspace and count == 1 else constructor.__name__
    return answers(truth, [(code, truth), *likely[constructor], ("unknown", UNKNOWN)])


def draws_guesses(constructor: Constructor, drawn: Draws) -> tuple[Guess, ...]:
    """Return what the mean and the spread of 10 000 draws may come to, as "mean ± spread"."""
    uniform, normal = ("uniform", "0.5 ± 0.289"), ("normal", "0 ± 1")
    likely: dict[Constructor, list[tuple[str, str]]] = {
        rand: [normal, ("half", "0.5 ± 0.5"), ("signed", "0 ± 0.577")],
        randint: [("ten", "5 ± 3.16"), uniform, normal],
        randn: [uniform, ("signed", "0 ± 0.577"), normal],
        randn_like: [uniform, ("signed", "0 ± 0.577"), normal],
    }
    code = constructor.__name__ if constructor in (rand, randint) else "randn"
    truth = f"{drawn.law.mean:.3g} ± {drawn.law.spread:.3g}"
    right = f"{code}_complex" if drawn.is_complex and code == "randn" else code
    return answers(truth, [(right, truth), *likely[constructor]])


def last(made: Made) -> str:
    """Return the last element of the tensor, as it is written."""
    return spelled(values(made).flat[-1].item())


def spelled(value: complex) -> str:
    """Return a number as Python writes it, with up to four digits: 7, 7.0, True or 1+0j."""
    if isinstance(value, complex):
        return f"{value.real:.4g}{value.imag:+.4g}j"
    return repr(float(f"{value:.4g}")) if isinstance(value, float) else repr(value)


def reaches(made: Made) -> bool:
    """Return whether the tensor has 24 elements in exactly 48 bytes."""
    return made.numel == ELEMENTS and made.nbytes == BYTES


def values(made: Made) -> np.ndarray:
    """Return the numbers of a tensor that was made.

    Raises:
        ValueError: if it was not.
    """
    if made.values is None:
        raise ValueError(f"there is no tensor: {made.refused}")
    return made.values


def _as_in(made: Made, number: int) -> str:
    """Return a number as an element of the tensor, as it is written."""
    return spelled(values(made).dtype.type(number).item())
