"""Questions about a chain of steps: the right answers, and the wrong ones people give."""

import torch

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.tensors.reshape.lesson import Chain, Layout, follow

# What is said about an answer, by its code.
STRIDE_FEEDBACK = {
    "in_order": mark("Read in order: the last axis has stride 1; each axis before it, the size "
                     "times the stride of the axis after it."),
    "moved": mark("The memory stays as it is. The strides move along with their axes."),
    "repeated": mark("A repeated axis does not move through memory at all: its stride is 0."),
    "unchanged": mark("The step changed the axes, and every axis has a stride of its own."),
    "rearranged": mark("Only true if the numbers had been put in a new order; they stayed."),
    "sizes": mark("That is how long the axes are, not how far apart in memory their elements lie."),
    "backward": mark("The other way round: the first number belongs to the first axis."),
    "bytes": mark("NumPy counts bytes in its strides; PyTorch counts elements."),
    "ones": mark("That would mean that a step along any axis lands on the very next element."),
}  # fmt: skip
LABELS = {
    "shares": mark("no copy"),
    "copied": mark("a copy"),
    "refused": mark("an error"),
}
VIEW_FEEDBACK = {
    "shares": mark("`view` never copies; it works wherever one stride for each axis is enough."),
    "copied": mark("`reshape` and `flatten` copy where no strides can describe the new shape, "
                   "`contiguous` wherever memory does not hold the elements row by row."),
    "refused": mark("A step is impossible: sizes or numbers that do not fit, an axis that is not "
                    "there, or a `view` that one stride for each axis cannot describe."),
}  # fmt: skip


def subject(result: Chain) -> Layout:
    """Return the tensor whose strides are asked for: the one after the first step.

    Without one, the first and the last axis swap: the strides of x itself are no secret.
    """
    if len(result.layouts) > 1:
        return result.layouts[1]
    return follow(result.layouts[0].shape, (("transpose", (0, -1)),)).layouts[1]


def guesses(result: Chain) -> dict[str, tuple[Guess, ...]]:
    """Return two questions about these steps, each with its possible answers.

    - "strides": of the tensor that ``subject`` names. Codes: the truth is "in_order",
      "moved" or "repeated"; wrong are "unchanged" (the strides of x), "rearranged" (those a copy
      would have), "sizes", "backward", "bytes" (as NumPy counts) and "ones".
    - "view": what comes of the chain followed by ``.view(-1)``. Codes: "shares" (all of it
      works and reads the memory of x), "copied" (it works, but new memory was made), "refused".

    The first code stays where two come to the same value. Exactly one answer is right.
    """
    x, first = result.layouts[0], subject(result)
    truth = first.stride
    unmoved = "in_order" if truth == in_order(first.shape) else "moved"
    why = "repeated" if 0 in truth else unmoved
    options = [
        (why, truth),
        ("unchanged", x.stride),
        ("rearranged", in_order(first.shape)),
        ("backward", truth[::-1]),
        ("sizes", first.shape),
        ("bytes", tuple(8 * stride for stride in truth)),
        ("ones", (1,) * max(1, len(truth))),
    ]
    different = dict.fromkeys(value for _, value in options)
    few = [*different][:4]
    return {
        "strides": answers(
            str(truth), [(code, str(value)) for code, value in options if value in few]
        ),
        "view": answers(flat_view(result), [(code, code) for code in VIEW_FEEDBACK]),
    }


def in_order(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the strides of a new tensor of this shape."""
    return torch.empty(shape).stride()


def flat_view(result: Chain) -> str:
    """Try ``.view(-1)`` on the end of the chain: "shares", "copied" or "refused".

    Whether a view works depends on sizes and strides alone, so it is tried on a twin of the
    last tensor.
    """
    last = result.layouts[-1]
    twin = torch.tensor(last.memory).as_strided(last.shape, last.stride, last.storage_offset)
    try:
        twin.view(-1)  # (elements,)
    except RuntimeError:
        return "refused"
    if result.error:
        return "refused"
    return "shares" if last.shares_memory else "copied"
