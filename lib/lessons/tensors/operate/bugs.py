"""Mistakes with operations on two tensors, each with its repair, all of them real."""

from typing import NamedTuple

import torch

from lib.core.bugs import fixes, replaces


def rows_minus_means(size: int = 4) -> list[float]:
    """Subtract from each row its mean."""
    x = torch.arange(size * (size + 1.0)).reshape(size, size + 1)  # (size, size + 1)
    means = x.mean(dim=1)  # (size,)
    centered = x - means  # (size, size + 1)
    return centered[0].tolist()


@fixes(
    rows_minus_means,
    "shapes do not line up",
    "From the right, 5 columns meet 4 means. `keepdim=True` keeps the axis that was averaged as a "
    "1, and a 1 stretches. On a square x the broken line runs, and subtracts the wrong means.",
)
def rows_minus_means_fixed(size: int = 4) -> list[float]:
    """Keep the axis of the mean, so that every row meets its own."""
    x = torch.arange(size * (size + 1.0)).reshape(size, size + 1)  # (size, size + 1)
    means = x.mean(dim=1, keepdim=True)  # (size, 1)
    centered = x - means  # (size, size + 1)
    return centered[0].tolist()


def halves_into_counts(size: int = 4) -> list[float]:
    """Add halves to integer counts, in place."""
    counts = torch.arange(size)  # (size,)
    counts.add_(torch.full((size,), 0.5))
    return counts.tolist()


@fixes(
    halves_into_counts,
    "floats into integers",
    "In place, the dtype stays: int64 memory cannot hold 0.5. A new tensor can.",
)
def halves_into_counts_fixed(size: int = 4) -> list[float]:
    """Let the sum be a new tensor, which may be of another dtype."""
    counts = torch.arange(size)  # (size,)
    counts = counts + torch.full((size,), 0.5)  # (size,)
    return counts.tolist()


def total_that_grows(size: int = 4) -> list[float]:
    """Add a whole batch to a total of one row, in place."""
    total = torch.zeros(3)  # (3,)
    batch = torch.ones(size, 3)  # (size, 3)
    total.add_(batch)
    return total.tolist()


@fixes(
    total_that_grows,
    "a result that would grow",
    "In place, the shape stays too: the other side may stretch, `total` may not.",
)
def total_that_grows_fixed(size: int = 4) -> list[float]:
    """Sum the batch over its rows first."""
    total = torch.zeros(3)  # (3,)
    batch = torch.ones(size, 3)  # (size, 3)
    total.add_(batch.sum(dim=0))
    return total.tolist()


class Fit(NamedTuple):
    """A line after training, which should come to weight 2 and loss 0.

    Attributes:
        compared: the shape of the differences.
        loss: the loss at the end.
        weight: the slope at the end.
    """

    compared: str
    loss: float
    weight: float


def fit(x: torch.Tensor, y: torch.Tensor) -> Fit:
    """Fit y = 2 x by 100 steps down the gradient."""
    weight = torch.zeros(1, requires_grad=True)  # (1,)
    for _ in range(100):
        difference = x * weight - y  # every prediction minus its target, if shapes are equal
        loss = (difference**2).mean()  # ()
        loss.backward()
        with torch.no_grad():
            weight -= 0.3 * weight.grad
        weight.grad = None
    return Fit(str(tuple(difference.shape)), loss.item(), weight.item())


def every_pair(size: int = 5) -> Fit:
    """Fit y = 2 x with predictions of shape (n, 1) and targets of shape (n,)."""
    x = torch.linspace(-1, 1, size).reshape(size, 1)  # (n, 1)
    y = 2 * torch.linspace(-1, 1, size)  # (n,)
    return fit(x, y)  # (n, 1) minus (n,) is (n, n)


@fixes(
    every_pair,
    "every pair in the loss",
    "No error: (n, 1) minus (n,) is (n, n), every prediction against every target, and the weight "
    "stays at 0 instead of 2. `F.mse_loss` at least warns.",
    silent=True,
)
def every_pair_fixed(size: int = 5) -> Fit:
    """Give the targets the shape of the predictions."""
    x = torch.linspace(-1, 1, size).reshape(size, 1)  # (n, 1)
    y = 2 * torch.linspace(-1, 1, size).reshape(size, 1)  # (n, 1)
    return fit(x, y)  # (n, 1) minus (n, 1) is (n, 1)


def out_of_integers(size: int = 4) -> list[float]:
    """Write a sum of floats into a result of integers."""
    x, y = torch.ones(size), torch.full((size,), 0.5)  # (size,), (size,)
    result = torch.empty(size, dtype=torch.long)  # (size,)
    torch.add(x, y, out=result)
    return result.tolist()


@fixes(
    out_of_integers,
    "out= of integers",
    "`out=` decides the dtype of the memory. `torch.result_type` says which one fits.",
)
def out_of_integers_fixed(size: int = 4) -> list[float]:
    """Make the result with the dtype that the sum will have."""
    x, y = torch.ones(size), torch.full((size,), 0.5)  # (size,), (size,)
    result = torch.empty(size, dtype=torch.result_type(x, y))  # (size,)
    torch.add(x, y, out=result)
    return result.tolist()


def brighter(by: int = 60) -> list[int]:
    """Make four pixels brighter."""
    pixels = torch.tensor([10, 100, 200, 250], dtype=torch.uint8)  # (4,)
    return (pixels + by).tolist()


@fixes(
    brighter,
    "a brighter picture",
    "No error: with a Python int added, a uint8 stays a uint8, and past 255 it goes on at 0. The "
    "brightest pixels turn dark.",
    silent=True,
)
def brighter_fixed(by: int = 60) -> list[int]:
    """Add in a dtype with room, stop at 255, then go back."""
    pixels = torch.tensor([10, 100, 200, 250], dtype=torch.uint8)  # (4,)
    sums = pixels.to(torch.int16) + by  # (4,)
    return sums.clamp(0, 255).to(torch.uint8).tolist()


class Doubled(NamedTuple):
    """Pixels times two, and their dtype."""

    dtype: str
    doubled: list[float]


def float_not_kept(by: int = 2) -> Doubled:
    """Convert to float, but go on with the old tensor."""
    pixels = torch.tensor([10, 100, 200, 250], dtype=torch.uint8)  # (4,)
    pixels.float()
    return Doubled(str(pixels.dtype), (pixels * by).tolist())


@fixes(
    float_not_kept,
    "float() not kept",
    "No error: `float()` returns a new tensor and leaves the old one as it is.",
    silent=True,
)
def float_not_kept_fixed(by: int = 2) -> Doubled:
    """Give the converted tensor the name."""
    pixels = torch.tensor([10, 100, 200, 250], dtype=torch.uint8)  # (4,)
    pixels = pixels.float()
    return Doubled(str(pixels.dtype), (pixels * by).tolist())


def class_of_one(size: int = 4) -> int:
    """Take the class with the highest score, for one picture."""
    scores = torch.arange(size) / size  # (classes,)
    return int(scores.argmax(dim=1))


@fixes(
    class_of_one,
    "no such dim",
    "The scores of one picture have a single axis, number 0; number 1 is there only in a batch. "
    "`dim=-1` is the last axis, with a batch or without.",
)
def class_of_one_fixed(size: int = 4) -> int:
    """Take it along the last axis, wherever that is."""
    scores = torch.arange(size) / size  # (classes,)
    return int(scores.argmax(dim=-1))


def counts_times_weights(size: int = 4) -> list[float]:
    """Multiply integer counts with a matrix of weights."""
    counts = torch.arange(size)  # (size,)
    weights = torch.full((size, 2), 0.5)  # (size, 2)
    return (counts @ weights).tolist()


@fixes(
    counts_times_weights,
    "matmul of two dtypes",
    "`counts * 0.5` would make floats of the integers. `@` does not promote: both sides need one "
    "dtype.",
)
def counts_times_weights_fixed(size: int = 4) -> list[float]:
    """Make floats of the counts first."""
    counts = torch.arange(size)  # (size,)
    weights = torch.full((size, 2), 0.5)  # (size, 2)
    return (counts.float() @ weights).tolist()


def middle(size: int = 4) -> int:
    """Take the element in the middle."""
    x = torch.arange(size)  # (size,)
    half = torch.tensor(size) / 2  # ()
    return int(x[half])


@fixes(
    middle,
    "half a place",
    "`/` gives floats, even of integers, and a float names no place. `//` rounds down and keeps "
    'the dtype, as `torch.div(x, y, rounding_mode="floor")` does.',
)
def middle_fixed(size: int = 4) -> int:
    """Divide to an integer."""
    x = torch.arange(size)  # (size,)
    half = torch.tensor(size) // 2  # ()
    return int(x[half])


class Predicted(NamedTuple):
    """The class that each picture was taken for, and the share that is right."""

    classes: list[int]
    accuracy: float


def argmax_over_the_batch() -> Predicted:
    """Take the class with the highest score, for three pictures."""
    scores = torch.tensor([[1, 7, 2], [1, 0, 9], [5, 1, 4]])  # (N, classes)
    labels = torch.tensor([1, 2, 0])  # (N,)
    classes = scores.argmax(dim=0)  # the best picture of each class
    return Predicted(classes.tolist(), (classes == labels).float().mean().item())


@fixes(
    argmax_over_the_batch,
    "argmax over the batch",
    "No error, as there are as many pictures as classes: `dim` is the axis that goes away. "
    "`dim=0` compares the pictures with each other, `dim=1` the classes of one picture.",
    silent=True,
)
def argmax_over_the_batch_fixed() -> Predicted:
    """Let the axis of the classes go away, so that one number for each picture is left."""
    scores = torch.tensor([[1, 7, 2], [1, 0, 9], [5, 1, 4]])  # (N, classes)
    labels = torch.tensor([1, 2, 0])  # (N,)
    classes = scores.argmax(dim=1)  # the best class of each picture
    return Predicted(classes.tolist(), (classes == labels).float().mean().item())


# --- then and now ---------------------------------------------------------------------------------


class Floats(NamedTuple):
    """A picture as floats.

    Attributes:
        dtype: the dtype.
        values: the numbers: 255 stays 255.
    """

    dtype: str
    values: list[float]


def float_tensor() -> Floats:
    """Convert with the name of a type of tensor."""
    images = torch.tensor([0, 128, 255], dtype=torch.uint8)  # (3,)
    floats = images.type(torch.FloatTensor)  # (3,)
    return Floats(str(floats.dtype), floats.tolist())


@replaces(
    float_tensor,
    "Old code writes `images.type(torch.FloatTensor)` beside `images.float()`.",
    "Both still work and give the same numbers; 255 becomes 255.0, not 1. But `torch.FloatTensor` "
    "also means *on the CPU*: with it a tensor leaves its GPU. Write `.float()` or "
    "`.to(torch.float32)`.",
)
def float_method() -> Floats:
    """Convert with the name of a dtype."""
    images = torch.tensor([0, 128, 255], dtype=torch.uint8)  # (3,)
    floats = images.float()  # (3,), the same as images.to(torch.float32)
    return Floats(str(floats.dtype), floats.tolist())
