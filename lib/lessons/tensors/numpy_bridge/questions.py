"""Questions about one crossing: the right answers, and the wrong ones people give."""

import numpy as np

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.tensors.numpy_bridge.lesson import Crossing, Look

# What to tell somebody who gave an answer, by its code.
TOLD = {
    "changed": mark("It changes only if both names share one memory and you write into it."),
    "unchanged": mark("It stays if it is a copy, or if the other name moved to new memory."),
    "refused": mark("PyTorch and NumPy both allow this; no error is raised."),
}
TOLD_COST = {
    "shared": mark("Sharing costs nothing: a second name for the same memory."),
    "kept": mark("A copy needs as many bytes as the numbers it copies."),
    "float32": mark("A float32 takes 4 bytes."),
    "float64": mark("A float64 takes 8 bytes."),
}


def other_side(result: Crossing, moment: Look) -> tuple[float, ...]:
    """Return the numbers of the side that nobody wrote to by name."""
    return moment.tensor if result.source == "a" else moment.array


def other_dtype(result: Crossing, moment: Look) -> str:
    """Return the dtype of the side that nobody wrote to by name, as that side writes it."""
    return moment.tensor_dtype if result.source == "a" else moment.array_dtype


def guesses(result: Crossing) -> dict[str, tuple[Guess, ...]]:
    """Return three questions about these settings, each with its possible answers.

    - "numbers": what the other side holds after the change. Codes: "changed", "unchanged",
      "refused" (an error, whose value is the word "error").
    - "dtype": which dtype the other side has. Codes: "kept", "float32" (PyTorch's default),
      "float64" (NumPy's default), "int64".
    - "bytes": how many bytes of new memory the crossing took for the numbers. Codes: "shared",
      "kept" (a copy in the same dtype), "float32", "float64" (a copy in that dtype).

    The first code stays where two come to the same value. Exactly one answer is right.
    """
    before, kept = result.before, _source_dtype(result)
    prefix = "torch." if result.source == "a" else ""
    numbers = other_side(result, before)
    size = len(numbers)
    copied = before.tensor_bytes if result.source == "a" else before.array_bytes
    return {
        "numbers": answers(
            other_side(result, result.after),
            [
                ("changed", tuple(number + 1 for number in numbers)),
                ("unchanged", numbers),
                ("refused", "error"),
            ],
        ),
        "dtype": answers(
            other_dtype(result, before),
            [
                ("kept", prefix + kept),
                ("float32", prefix + "float32"),
                ("float64", prefix + "float64"),
                ("int64", prefix + "int64"),
            ],
        ),
        "bytes": answers(
            0 if before.shared else copied,
            [
                ("shared", 0),
                ("kept", size * np.dtype(kept).itemsize),
                ("float32", size * 4),
                ("float64", size * 8),
            ],
        ),
    }


def reaches(result: Crossing) -> bool:
    """Return whether the tensor changed although only the array's name was used."""
    return result.source == "a" and result.before.tensor != result.after.tensor


def _source_dtype(result: Crossing) -> str:
    """Return the source's dtype without the word torch."""
    before = result.before
    spelled = before.array_dtype if result.source == "a" else before.tensor_dtype
    return spelled.removeprefix("torch.")
