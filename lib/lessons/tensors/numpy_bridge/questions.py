"""Questions about one conversion: the right answers, and the wrong ones people give."""

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.tensors.numpy_bridge.lesson import Conversion, Sides

# What is said about an answer, by its code.
NUMBERS_FEEDBACK = {
    "changed": mark("It changes only if both names share one memory and you write into it."),
    "unchanged": mark("It stays if it is a copy, or if the other name moved to new memory."),
    "refused": mark("PyTorch and NumPy both allow this; no error is raised."),
}
BYTES_FEEDBACK = {
    "shared": mark("Sharing costs nothing: a second name for the same memory."),
    "copied": mark("A copy needs as many bytes as the numbers it copies."),
    "converted": mark("The copy is of another dtype: a float32 takes 4 bytes."),
    "before": mark("That is what the numbers took before. The copy is of another dtype."),
    "float32": mark("A float32 takes 4 bytes."),
    "float64": mark("A float64 takes 8 bytes."),
}


def other_side(result: Conversion, moment: Sides) -> tuple[float, ...]:
    """Return the numbers of the side that nobody wrote to by name."""
    return moment.tensor if result.source == "a" else moment.array


def guesses(result: Conversion) -> dict[str, tuple[Guess, ...]]:
    """Return two questions about these settings, each with its possible answers.

    - "numbers": what the other side holds after the change. Codes: "changed", "unchanged",
      "refused" (an error, whose value is the word "error").
    - "bytes": how many bytes of new memory the conversion took for the numbers. Codes: "shared",
      "copied" (in the same dtype), "converted" (in another one), "before" (what they took then),
      "float32", "float64" (a copy in that dtype).

    The first code stays where two come to the same value. Exactly one answer is right.
    """
    before, numbers = result.before, other_side(result, result.before)
    sizes = before.array_bytes, before.tensor_bytes
    old, new = sizes if result.source == "a" else sizes[::-1]
    same_dtype = before.tensor_dtype == f"torch.{before.array_dtype}"
    return {
        "numbers": answers(
            other_side(result, result.after),
            [
                ("changed", tuple(number + 1 for number in numbers)),
                ("unchanged", numbers),
                ("refused", "error"),
            ],
        ),
        "bytes": answers(
            0 if before.shared else new,
            [
                ("shared", 0),
                ("copied" if same_dtype else "converted", new),
                ("before", old),
                ("float32", 4 * len(numbers)),
                ("float64", 8 * len(numbers)),
            ],
        ),
    }


def reaches(result: Conversion) -> bool:
    """Return whether the tensor changed although only the array's name was used."""
    return result.source == "a" and result.before.tensor != result.after.tensor
