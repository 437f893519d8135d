"""Questions about one operation or one conversion: the right answers, and likely wrong ones."""

from math import floor

import torch

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.tensors.operate.broadcasting import Shape
from lib.lessons.tensors.operate.conversion import Converted, Route
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
    "x": mark("x is stretched too, where it has 1 or no axis and y has more."),
    "y": mark("y is stretched too, where it has 1 or no axis and x has more."),
    "joined": mark("Axes meet in pairs; they are not put one after the other."),
    "error": mark("An error comes from lengths that differ without a 1, from dtypes that do not "
                  "go together, and from a result that does not fit where it is to be written."),
}  # fmt: skip
DTYPE_FEEDBACK = {
    "promoted": mark("That is `torch.result_type(x, y)`: floats win over integers, integers over "
                     "bool, and within a kind the larger one wins."),
    "gives way": mark("That is `torch.result_type(x, y)`. Within a kind, a tensor without axes "
                      "gives way to one with axes, however large its dtype."),
    "x": mark("x decides alone only if the result is written into x."),
    "y": mark("y decides alone only if the result is written into y."),
    "float32": mark("float32 is PyTorch's default: dividing integers gives it, and so does "
                    "`torch.empty` for `out=`."),
    "float64": mark("NumPy goes to float64 early. PyTorch does only if it finds one in x or y."),
    "int64": mark("int64 comes out only where no float is around."),
    "error": SHAPE_FEEDBACK["error"],
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
    "kept": mark("The new dtype does not have this number."),
    "clamped": mark("Nothing stops at the end of the range; `clamp` before converting does."),
    "nearest": mark("Converting to integers does not round; `x.round()` before it does."),
    "down": mark("It does not round down; `x.floor()` before it does."),
    "scaled": mark("Converting keeps 255 as 255; you divide by 255 yourself."),
    "error": mark("`torch.tensor` refuses a number that its dtype cannot hold. Converting does "
                  "not look."),
}  # fmt: skip
COST_FEEDBACK = {
    "itself": mark("`to` gives x itself back if it has that dtype already."),
    "target": mark("A new tensor: one number of the new dtype, beside the old one."),
    "source": mark("The new numbers take as much as the new dtype does."),
    "default": mark("A float32 takes 4 bytes."),
    "long": mark("An int64 or a float64 takes 8 bytes."),
    "error": mark("There is no x to convert: its dtype cannot hold the number."),
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
    result: Combined, x: Shape, y: Shape, x_dtype: str, y_dtype: str, matmul: bool
) -> dict[str, tuple[Guess, ...]]:
    """Return two questions about an operation, each with its possible answers.

    - "shape": the shape of the result. Codes: "fits" or "matmul" (what the rules give), "left"
      (lined up from the left), "x", "y", "joined" (one after the other), "error".
    - "dtype": the dtype of the result. Codes: "promoted", or "gives way" where a tensor without
      axes does not count in full, "x", "y", "float32", "float64", "int64", "error".

    The first code stays where two come to the same value. Exactly one answer is right.
    """
    by_rule = _stretched(x, y) if result.shape is None and not matmul else result.shape
    from_left = _stretched(x[::-1], y[::-1])
    shapes = {
        "matmul" if matmul else "fits": by_rule,
        "left": None if from_left is None else from_left[::-1],
        "x": x,
        "y": y,
        "joined": x + y,
    }
    both = torch.promote_types(getattr(torch, x_dtype), getattr(torch, y_dtype))
    dtypes = {
        "promoted" if result.promoted == str(both) else "gives way": result.promoted,
        "x": f"torch.{x_dtype}",
        "y": f"torch.{y_dtype}",
        "float32": "torch.float32",
        "float64": "torch.float64",
        "int64": "torch.int64",
        ERROR: ERROR,
    }
    shown = [(code, str(shape)) for code, shape in shapes.items() if shape is not None]
    return {
        "shape": answers(
            ERROR if result.shape is None else str(result.shape), [*shown, (ERROR, ERROR)]
        ),
        "dtype": answers(result.dtype or ERROR, dtypes.items()),
    }


def conversion_answers(
    made: Converted, route: Route | None, value: float, source: str, target: str
) -> dict[str, tuple[Guess, ...]]:
    """Return two questions about a conversion, each with its possible answers.

    - "value": what the number becomes. Codes: what ``Route.kind`` may be, for the right one;
      "clamped" (to the end of the range), "kept", "scaled" (divided by 255), "nearest", "down",
      "error".
    - "bytes": how much new memory it takes. Codes: "itself", "target", "source", "default",
      "long".

    Where the first dtype cannot hold the number, the right answer to both is "error". The first
    code stays where two come to the same value. Exactly one answer is right.
    """
    sizes = {
        "itself": 0,
        "target": getattr(torch, target).itemsize,
        "source": getattr(torch, source).itemsize,
        "default": 4,
        "long": 8,
    }
    if route is None:
        low, high = torch.iinfo(getattr(torch, source)).min, torch.iinfo(getattr(torch, source)).max
        ends = [("kept", written(value)), ("clamped", written(min(max(value, low), high)))]
        return {
            "value": answers(ERROR, [(ERROR, ERROR), *ends]),
            "bytes": answers(ERROR, [(ERROR, ERROR), *sizes.items()]),
        }
    truth, start = written(made.became), route.stored
    values: list[tuple[str, object]] = [
        (route.kind, truth),
        ("clamped", written(min(max(start, route.low), route.high))),
        ("kept", written(start)),
    ]
    if source == "uint8" and getattr(torch, target).is_floating_point:
        values.append(("scaled", written(start / 255)))
    if start % 1:
        values += [("nearest", written(round(start))), ("down", written(floor(start)))]
    return {
        "value": answers(truth, [*values, (ERROR, ERROR)]),
        "bytes": answers(made.new_bytes, sizes.items()),
    }


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
