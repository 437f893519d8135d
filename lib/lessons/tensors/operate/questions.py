"""Questions about one operation or one conversion: the right answers, and likely wrong ones."""

from collections.abc import Iterator
from math import floor

import torch

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.tensors.operate.broadcasting import Shape
from lib.lessons.tensors.operate.conversion import Converted, Route
from lib.lessons.tensors.operate.forms import Compute, line_of, operation_of
from lib.lessons.tensors.operate.lesson import Combined

START = ((4, 1), (3,))  # the shapes the challenge begins with
GOAL = (2, 4, 3)
ERROR = "error"

# The feedback to an answer, by its code.
SHAPE_FEEDBACK = {
    "fits": mark("Lined up from the right, two lengths fit if they are equal, or one is 1 or "
                 "missing; the longer one counts."),
    "matmul": mark("matmul turns rows of x and columns of y into one number each; axes before "
                   "those are stretched."),
    "left": mark("That lines the axes up from the left. PyTorch begins at the right."),
    "x": mark("That holds only where y alone is stretched, and x is not."),
    "y": mark("That holds only where x alone is stretched, and y is not."),
    "not matmul": mark("Not with matmul: it uses up the last axis of x, and the axis of y that "
                       "meets it."),
    "joined": mark("Axes meet in pairs; they are not put one after the other."),
    "error": mark("An error comes from lengths that differ without a 1, from dtypes that do not "
                  "go together, and from a result that does not fit where it is to be written."),
    "matmul error": mark("matmul wants at least one axis in each, as many columns in x as rows in "
                         "y, axes before those that fit, and one dtype for everything, not bool."),
}  # fmt: skip
DTYPE_FEEDBACK = {
    "same": mark("x and y have one dtype, and the result has it, too."),
    "promoted": mark("That is `torch.result_type(x, y)`: floats win over integers, integers over "
                     "bool, and within a kind the larger one wins."),
    "halves": mark("float16 and bfloat16 are equally large, and neither has all numbers of the "
                   "other. float32 has, so it is `torch.result_type(x, y)`."),
    "gives way": mark("That is `torch.result_type(x, y)`. Within a kind, a tensor without axes "
                      "gives way to one with axes, however large its dtype."),
    "divided": mark("Integers and bools are divided as floats, in PyTorch's default: float32."),
    "out": mark("`out=` decides: `torch.empty` made `result` float32, and it stays so."),
    "into x": mark("In place, the result is x itself, and x keeps its dtype."),
    "into y": mark("In place, the result is y itself, and y keeps its dtype."),
    "overruled": mark("`torch.result_type(x, y)` does not decide where the result is written into "
                      "a tensor that is there, where integers are divided, or where an error "
                      "comes."),
    "not promoted": mark("matmul does not promote: `torch.result_type(x, y)` does not matter."),
    "x": mark("x decides, whatever y is, only if the result is written into x."),
    "y": mark("y decides, whatever x is, only if the result is written into y."),
    "float32": mark("float32 is PyTorch's default: dividing integers gives it, and so does "
                    "`torch.empty` for `out=`."),
    "float64": mark("NumPy goes to float64 early. PyTorch does only if it finds one in x or y."),
    "int64": mark("int64 comes out only if x or y is int64."),
    "error": SHAPE_FEEDBACK["error"],
    "matmul error": SHAPE_FEEDBACK["matmul error"],
}  # fmt: skip
VALUE_FEEDBACK = {
    "same": mark("The number is one that the new dtype has, so nothing happens to it."),
    "truncated": mark("What is behind the point is cut off: toward zero, not down."),
    "rounded": mark("Floats take the nearest number they have."),
    "wrapped": mark("Past the end of the range it goes on at the other end: only the last bits "
                    "are kept."),
    "overflow": mark("It is past the largest number there is, so it becomes infinite."),
    "truth": mark("bool only asks whether it is zero; everything else is True."),
    "other": mark("Past the range, a float may become anything: C++ leaves that open."),
    "made": mark("Making x has changed the number already: an integer dtype cuts the fraction "
                 "off, bool keeps True or False only. What x holds, the new dtype has."),
    "typed": mark("x never held that number: its own dtype does not have it."),
    "fraction": mark("Floats have fractions; nothing makes the number whole."),
    "size": mark("bool does not look at the size of a number, only at whether it is zero."),
    "kept": mark("The new dtype does not have this number."),
    "clamped": mark("Nothing stops at the end of the range; `clamp` before converting does."),
    "nearest": mark("Converting to integers does not round; `x.round()` before it does."),
    "down": mark("It does not round down; `x.floor()` before it does."),
    "scaled": mark("Converting keeps 255 as 255; you divide by 255 yourself."),
    "error": mark("`torch.tensor` refuses a float past the range of an integer dtype. Converting "
                  "does not look."),
}  # fmt: skip
COST_FEEDBACK = {
    "itself": mark("`to` gives x itself back if it has that dtype already."),
    "target": mark("A new tensor: one number of the new dtype, beside the old one."),
    "beside": mark("A new tensor of the new dtype would take that, if one were made."),
    "source": mark("The new numbers take as much as the new dtype does."),
    "default": mark("A float32 takes 4 bytes."),
    "long": mark("An int64 or a float64 takes 8 bytes."),
    "error": mark("There is no x to convert: the number is past the range of its dtype."),
}
LABELS = {ERROR: mark("an error")}
# Where the result lies, by ``Combined.memory``.
MEMORY = {
    "x": mark("that of x: both have the same `data_ptr()`"),
    "y": mark("that of y: both have the same `data_ptr()`"),
    "new": mark("its own: its `data_ptr()` is neither that of x nor that of y"),
}
AROUND = mark(
    "For a float past the range of an integer C++ promises nothing; this machine goes around, "
    "and from an integer every machine does."
)


def combined_answers(
    result: Combined, compute: Compute, x: Shape, y: Shape, x_dtype: str, y_dtype: str
) -> dict[str, tuple[Guess, ...]]:
    """Return two questions about an operation, each with its possible answers.

    - "shape": the shape of the result. Codes: those of ``SHAPE_FEEDBACK``; "fits" or "matmul" is
      what the rules give.
    - "dtype": the dtype of the result. Codes: those of ``DTYPE_FEEDBACK``; the right one is what
      ``deciding`` returns.

    The first code stays where two come to the same value. Exactly one answer is right.
    """
    matmul = operation_of(compute) == "matmul"
    by_rule = _stretched(x, y) if result.shape is None and not matmul else result.shape
    from_left = _stretched(x[::-1], y[::-1])
    shapes = [
        ("matmul" if matmul else "fits", by_rule),
        ("not matmul" if matmul else "left", None if from_left is None else from_left[::-1]),
        ("not matmul" if matmul else "x", x),
        ("not matmul" if matmul else "y", y),
        ("joined", x + y),
    ]
    shown = [(code, str(shape)) for code, shape in shapes if shape is not None]
    error = ("matmul error" if matmul else ERROR, ERROR)
    dtypes = [
        (deciding(result, compute, x_dtype, y_dtype), result.dtype or ERROR),
        ("not promoted" if matmul else "overruled", result.promoted),
        ("x", f"torch.{x_dtype}"),
        ("y", f"torch.{y_dtype}"),
        ("float32", "torch.float32"),
        ("float64", "torch.float64"),
        ("int64", "torch.int64"),
        error,
    ]
    return {
        "shape": answers(ERROR if result.shape is None else str(result.shape), [*shown, error]),
        "dtype": answers(result.dtype or ERROR, dtypes),
    }


def deciding(result: Combined, compute: Compute, x_dtype: str, y_dtype: str) -> str:
    """Return what decided the dtype of the result, as a code of ``DTYPE_FEEDBACK``."""
    operation, line = operation_of(compute), line_of(compute)
    if not result.dtype:
        return "matmul error" if operation == "matmul" else "error"
    if "out=" in line:
        return "out"
    if result.memory in ("x", "y"):
        return f"into {result.memory}"
    return _new(result, x_dtype, y_dtype)


def _new(result: Combined, x_dtype: str, y_dtype: str) -> str:
    """Return what decided the dtype of a result that nothing was there for."""
    if x_dtype == y_dtype == result.dtype.removeprefix("torch."):
        return "same"
    if result.dtype != result.promoted:
        return "divided"
    if {x_dtype, y_dtype} == {"float16", "bfloat16"} and result.dtype == "torch.float32":
        return "halves"
    both = torch.promote_types(getattr(torch, x_dtype), getattr(torch, y_dtype))
    return "promoted" if result.promoted == str(both) else "gives way"


def conversion_answers(
    made: Converted, route: Route | None, value: float, source: str, target: str
) -> dict[str, tuple[Guess, ...]]:
    """Return two questions about a conversion, each with its possible answers.

    - "value": what the number becomes. Codes: those of ``VALUE_FEEDBACK``; the right one is what
      ``Route.kind`` says, or "made" where x was another number from the start.
    - "bytes": how much new memory it takes. Codes: those of ``COST_FEEDBACK``.

    Where the first dtype cannot hold the number, the right answer to both is "error". The first
    code stays where two come to the same value. Exactly one answer is right.
    """
    is_new = bool(made.new_bytes)
    sizes = {
        "itself": 0,
        "target" if is_new else "beside": getattr(torch, target).itemsize,
        "source": getattr(torch, source).itemsize,
        "default": 4,
        "long": 8,
    }
    if route is None:
        low, high = torch.iinfo(getattr(torch, source)).min, torch.iinfo(getattr(torch, source)).max
        ends = [("typed", written(value)), ("clamped", written(min(max(value, low), high)))]
        return {
            "value": answers(ERROR, [(ERROR, ERROR), *ends]),
            "bytes": answers(ERROR, [(ERROR, ERROR), *sizes.items()]),
        }
    return {
        "value": answers(written(made.became), [*_values(made, route, value, source, target)]),
        "bytes": answers(made.new_bytes, sizes.items()),
    }


def _values(
    made: Converted, route: Route, value: float, source: str, target: str
) -> Iterator[tuple[str, object]]:
    """Yield what a number may become, with a code; the truth first."""
    start, truth = route.stored, written(made.became)
    changed = written(value) != written(start)
    if target == "bool":
        is_made = changed and (route.kind == "same" or bool(value) != made.became)
        yield "made" if is_made else route.kind, truth
        yield "size", written(not made.became)
        if start not in (0, 1):
            yield "kept", written(start)
    else:
        yield "made" if changed and route.kind == "same" else route.kind, truth
        yield "kept", written(start)
        yield "clamped", written(min(max(start, route.low), route.high))
    if changed:
        yield "typed", written(value)
    is_float = getattr(torch, target).is_floating_point
    if source == "uint8" and is_float:
        yield "scaled", written(start / 255)
    if start % 1 and target != "bool":
        yield "fraction" if is_float else "nearest", written(round(start))
        yield "fraction" if is_float else "down", written(floor(start))
    yield ERROR, ERROR


def written(number: float | bool | None) -> str:
    """Return a number in up to seven digits, True and False as they are."""
    if isinstance(number, bool) or number is None:
        return str(number)
    return f"{number + 0.0:.7g}"


def reaches(result: Combined, x: Shape, y: Shape) -> bool:
    """Return whether the shape of the challenge is reached with one of the two shapes changed."""
    return result.shape == GOAL and (x == START[0]) != (y == START[1])


def wraps_to_44(made: Converted, target: str) -> bool:
    """Return whether a number above 1000 came out as 44, as 300 does."""
    stored = made.stored
    return target == "uint8" and made.became == 44 and stored is not None and stored > 1000


def _stretched(x: Shape, y: Shape) -> Shape | None:
    """Return what two shapes become together; None if they do not fit."""
    try:
        return tuple(torch.broadcast_shapes(x, y))
    except RuntimeError:
        return None
