"""Questions about a new tensor, the answers people give, and whether the challenge is met."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.tensors.create import lesson as create
from lib.lessons.tensors.create.distributions import Draws
from lib.lessons.tensors.create.lesson import Constructor, Made
from lib.lessons.tensors.create.settings import Rows

ELEMENTS, BYTES = 24, 48  # the challenge

# The feedback to an answer, by its code.
BYTES_FEEDBACK = {
    "right": mark("The bytes are the elements times the bytes of one: `numel() * element_size()`."),
    "float32": mark("That takes 4 bytes for each element, as float32 and int32 do."),
    "float64": mark("That takes 8 bytes for each element, as float64, int64 and complex64 do."),
    "float16": mark("That takes 2 bytes for each element, as float16 and bfloat16 do."),
    "count": mark("That is one byte for each element: true of int8, uint8 and bool."),
    "lengths": mark("The lengths of the axes are multiplied, not added."),
}
LAST_FEEDBACK = {
    "empty": mark("`empty` writes nothing: whatever lay in that memory shows through."),
    "zeros": mark("Zeros everywhere, written as the dtype writes a zero."),
    "ones": mark("Ones everywhere, written as the dtype writes a one."),
    "full": mark("One number everywhere, in the dtype of the tensor."),
    "cut": mark("An integer dtype has no fractions: what is behind the point is cut off."),
    "truth": mark("In bool, every number but zero is True."),
    "around": mark("uint8 begins at 0; below that it goes on from the other end, so −1 is 255."),
    "arange": mark("It counts from 0, so the last number is one less than the count."),
    "single": mark("With one element there is no room for the end: it is the start, 0."),
    "linspace": mark("It goes from 0 to 1 and reaches both, unlike `arange`."),
    "eye": mark(
        "Ones on the diagonal, where row and column have the same number. The last "
        "element lies on it only in a square."
    ),
    "tensor": mark("Your number in the one dtype that all of them share."),
    "new_ones": mark("Ones: from x come the device and, unless you name one, the dtype."),
    "zeros_like": mark(
        "Zeros: from x come the shape, the device and, unless you name one, the dtype, not the "
        "values."
    ),
    "unknown": mark("This constructor writes every element, none of them at random."),
    "zero": mark("Nobody writes a zero there."),
    "one": mark("Nobody writes a one there."),
    "copied": mark("x holds that number, but its values are not taken over."),
    "lay_there": mark(
        "Here a seven lies there, because `out=` takes memory full of sevens. Plain `empty` takes "
        "any."
    ),
    "end": mark("The end of `arange` is left out, as in Python's `range`."),
    "count": mark("That is how many there are; `linspace` goes no further than its end, 1."),
    "left_out": mark("That would leave the end out, as `arange` does."),
    "as_typed": mark("All elements have one dtype, so a number may have to change."),
    "refused": mark("PyTorch converts the number without a word."),
}
DRAWS_FEEDBACK = {
    "rand": mark("Uniformly from [0, 1): mean 1/2, standard deviation 1/√12 ≈ 0.289."),
    "randn": mark(
        "The standard normal distribution: mean 0, standard deviation 1. n is for normal."
    ),
    "randn_complex": mark(
        "Real and imaginary part share a variance of 1: the std of each is 1/√2."
    ),
    "randint": mark("0 to 9, all equally often; 10 is left out."),
    "uniform": mark("That is `rand`: uniform on [0, 1)."),
    "normal": mark("That is `randn`: the normal, or Gaussian, distribution."),
    "half": mark(
        "0.5 is as far as a number from [0, 1) gets from the mean, not the typical distance."
    ),
    "signed": mark("That is uniform from −1 to 1."),
    "ten": mark("That counts 10 in, but the end is left out."),
}
UNKNOWN, ERROR = "?", "error"
CONVERTED, OTHER = "converted", "other"
LABELS = {
    UNKNOWN: mark("nobody can know"),
    ERROR: mark("an error"),
    CONVERTED: mark("a tensor: what does not fit is converted"),
    OTHER: mark("a tensor of another dtype or shape"),
}
REFUSED_FEEDBACK = {
    ERROR: mark("PyTorch makes no tensor of these settings. Below the picture it says why, in its "
                "own words."),
    CONVERTED: mark("PyTorch converts some numbers. But not every constructor knows every dtype, "
                    "and neither rows of unequal length nor a number far past the range of an "
                    "integer dtype, nor more than two axes for `eye`, come to a tensor."),
    OTHER: mark("PyTorch never takes another dtype or shape than the one you name."),
}  # fmt: skip


class Question(NamedTuple):
    """A question about the numbers in a new tensor.

    Attributes:
        name: "draws" or "last".
        words: what is asked.
        answers: its possible answers.
        feedback: what is said about each, by its code.
    """

    name: str
    words: str
    answers: tuple[Guess, ...]
    feedback: Mapping[str, str]


def about_numbers(made: Made, drawn: Draws | None, settings: Mapping[str, Any]) -> Question:
    """Return what to ask about the numbers: what they are on average, or what the last one is.

    Args:
        made: the tensor.
        drawn: 10 000 numbers drawn in the same way; None if they are not random.
        settings: what the tensor was made with.
    """
    constructor = settings["constructor"]
    if drawn is None:
        more = {name: settings[name] for name in ("fill", "rows") if name in settings}
        last_ones = last_answers(made, constructor, **more)
        return Question("last", mark("What is the last element?"), last_ones, LAST_FEEDBACK)
    words = mark("Draw 10 000 such numbers; std is how far from the mean they typically lie. What "
                 "are their mean ± std?")  # fmt: skip
    if drawn.is_complex:
        words = mark("Draw 10 000 such numbers: the mean ± std of their real parts?")
    return Question("draws", words, draws_answers(constructor, drawn), DRAWS_FEEDBACK)


def refused_answers() -> tuple[Guess, ...]:
    """Return what may come of settings that PyTorch makes no tensor of: an error."""
    return answers(ERROR, [(each, each) for each in (ERROR, CONVERTED, OTHER)])


def bytes_answers(made: Made) -> tuple[Guess, ...]:
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


def last_answers(
    made: Made, constructor: Constructor, fill: float = 7, rows: Rows = (5.5, 3)
) -> tuple[Guess, ...]:
    """Return what the last element of a tensor that is not random may hold, as it is written."""
    count = made.numel
    zero, one, end = (_as_in(made, number) for number in (0, 1, count))
    row = rows[-1]
    typed = row[-1] if isinstance(row, tuple) else row
    likely: dict[Constructor, list[tuple[str, str]]] = {
        create.zeros: [("one", one)],
        create.ones: [("zero", zero)],
        create.full: [("as_typed", spelled(fill)), ("zero", zero), ("refused", ERROR)],
        create.arange: [("end", end), ("one", one)],
        create.linspace: [("left_out", spelled(1 - 1 / count)), ("count", end)],
        create.eye: [("one", one), ("zero", zero)],
        create.tensor: [("as_typed", spelled(typed)), ("zero", zero), ("refused", ERROR)],
        create.new_ones: [("copied", "5.5"), ("zero", zero)],
        create.zeros_like: [("copied", "5.5"), ("one", one)],
        create.empty: [("zero", zero), ("lay_there", _as_in(made, 7)), ("one", one)],
    }
    truth = UNKNOWN if constructor is create.empty else last(made)
    code = "single" if constructor is create.linspace and count == 1 else constructor.__name__
    if constructor in (create.full, create.tensor):
        code = _change(made, fill if constructor is create.full else typed) or code
    return answers(truth, [(code, truth), *likely[constructor], ("unknown", UNKNOWN)])


def _change(made: Made, number: float) -> str:
    """Return what became of a number in the last element, as a code; empty if it is still there."""
    if values(made).flat[-1].item() == number:
        return ""
    if made.dtype == "torch.bool":
        return "truth"
    if made.dtype == "torch.uint8" and number < 0:
        return "around"
    return "cut" if "int" in made.dtype else ""  # a float may be rounded


def draws_answers(constructor: Constructor, drawn: Draws) -> tuple[Guess, ...]:
    """Return what mean and standard deviation of 10 000 draws may come to: "mean ± std"."""
    uniform, normal, signed = (
        ("uniform", "0.5 ± 0.289"),
        ("normal", "0 ± 1"),
        ("signed", "0 ± 0.577"),
    )
    likely: dict[Constructor, list[tuple[str, str]]] = {
        create.rand: [normal, ("half", "0.5 ± 0.5"), signed],
        create.randint: [("ten", "5 ± 3.16"), uniform, normal],
    }
    code = constructor.__name__ if constructor in likely else "randn"
    truth = f"{drawn.theory.mean:.3g} ± {drawn.theory.std:.3g}"
    right = f"{code}_complex" if drawn.is_complex and code == "randn" else code
    return answers(truth, [(right, truth), *likely.get(constructor, [uniform, signed, normal])])


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
