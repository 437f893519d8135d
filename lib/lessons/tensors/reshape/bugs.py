"""Mistakes with shapes, each with its repair, all of them real."""

from typing import NamedTuple

import numpy as np
import torch

from lib.core.bugs import fixes, replaces


def view_after_transpose() -> list[int]:
    """Read a transposed tensor as one row."""
    x = torch.arange(16).view(4, 4)  # (4, 4)
    y = x.transpose(0, 1)  # (4, 4), strides (1, 4)
    return y.view(16).tolist()  # (16,)


@fixes(
    view_after_transpose,
    "view after transpose",
    "Read in the transposed order, memory goes 0 4 8 12 1 5: no single stride does that, and "
    "`view` never copies. `reshape` does when it has to.",
)
def view_after_transpose_fixed() -> list[int]:
    """Let ``reshape`` copy where a view is impossible."""
    x = torch.arange(16).view(4, 4)  # (4, 4)
    y = x.transpose(0, 1)  # (4, 4), strides (1, 4)
    return y.reshape(16).tolist()  # (16,)


def wrong_count() -> list[int]:
    """Ask for 15 places for 16 elements."""
    x = torch.arange(16).view(4, 4)  # (4, 4)
    y = x.view(3, 5)  # (3, 5)
    return list(y.shape)


@fixes(
    wrong_count,
    "wrong count",
    "The sizes must multiply to the number of elements. Put -1 for the one you would have to work "
    "out.",
)
def wrong_count_fixed() -> list[int]:
    """Give one size and let PyTorch work out the other."""
    x = torch.arange(16).view(4, 4)  # (4, 4)
    y = x.view(2, -1)  # (2, 8)
    return list(y.shape)


def two_unknowns() -> list[int]:
    """Flatten a batch of images and leave both sizes open."""
    batch = torch.zeros(5, 1, 28, 28)  # (N, C, H, W)
    flat = batch.view(-1, -1)
    return list(flat.shape)


@fixes(
    two_unknowns,
    "two -1",
    "One size can be worked out from the others, two cannot.",
)
def two_unknowns_fixed() -> list[int]:
    """Keep the number of images and leave only the rest open."""
    batch = torch.zeros(5, 1, 28, 28)  # (N, C, H, W)
    flat = batch.view(batch.size(0), -1)  # (5, 784)
    return list(flat.shape)


class Channels(NamedTuple):
    """The planes of an image whose every pixel is red 1, green 2, blue 3."""

    shape: list[int]
    red: list[int]
    green: list[int]
    blue: list[int]


def reshape_an_image() -> Channels:
    """Turn H W C into C H W with ``reshape``.

    The shape is right and no error is raised. But reshape only cuts the same row of numbers into
    other lengths, so each plane holds a bit of all three colors.
    """
    image = torch.tensor([1, 2, 3]).repeat(2, 3, 1)  # (2, 3, 3): H W C
    planes = image.reshape(3, 2, 3)  # (3, 2, 3)
    red, green, blue = planes.flatten(1).tolist()  # (3, 6)
    return Channels(list(planes.shape), red, green, blue)


@fixes(
    reshape_an_image,
    "reshape for permute",
    "No error and the right shape, but the colors are mixed. `reshape` keeps the order of the "
    "numbers; `permute` moves axes.",
    silent=True,
)
def reshape_an_image_fixed() -> Channels:
    """Turn H W C into C H W with ``permute``, which moves whole axes."""
    image = torch.tensor([1, 2, 3]).repeat(2, 3, 1)  # (2, 3, 3): H W C
    planes = image.permute(2, 0, 1)  # (3, 2, 3): C H W
    red, green, blue = planes.flatten(1).tolist()  # (3, 6)
    return Channels(list(planes.shape), red, green, blue)


class Written(NamedTuple):
    """A tensor after its first number was set to 1."""

    first_row: list[float]
    second_row: list[float]


def write_into_expanded() -> Written:
    """Set one number of an expanded tensor.

    The row has only one number in memory, read four times with a stride of 0: all four change.
    """
    y = torch.zeros(2, 1).expand(2, 4)  # (2, 1) -> (2, 4)
    y[0, 0] = 1
    return Written(*y.tolist())


@fixes(
    write_into_expanded,
    "write into expand",
    "`expand` repeats without copying, so one number in memory stands for the whole row.",
    silent=True,
)
def write_into_expanded_fixed() -> Written:
    """Give every number its own place in memory first."""
    y = torch.zeros(2, 1).expand(2, 4).clone()  # (2, 1) -> (2, 4)
    y[0, 0] = 1
    return Written(*y.tolist())


def add_to_expanded() -> list[list[float]]:
    """Add to every number of an expanded tensor in place."""
    y = torch.zeros(2, 1).expand(2, 4)  # (2, 1) -> (2, 4)
    y += 1
    return y.tolist()


@fixes(
    add_to_expanded,
    "add to expand",
    "Here PyTorch notices: each place in memory would be written four times.",
)
def add_to_expanded_fixed() -> list[list[float]]:
    """Make a new tensor for the sums."""
    y = torch.zeros(2, 1).expand(2, 4)  # (2, 1) -> (2, 4)
    y = y + 1
    return y.tolist()


class Predicted(NamedTuple):
    """How many predictions come out of each batch."""

    batch_of_three: int
    batch_of_one: int


def squeeze_everything() -> Predicted:
    """Drop the channel axis of gray images, two numbers each, then count the images.

    ``squeeze()`` drops every axis of length 1: with a single image in the batch, the batch too.
    """
    three = torch.zeros(3, 1, 2).squeeze()  # (3, 1, 2) -> (3, 2)
    one = torch.zeros(1, 1, 2).squeeze()  # (1, 1, 2) -> (2,)
    return Predicted(len(three), len(one))


@fixes(
    squeeze_everything,
    "squeeze takes the batch",
    "It works until a batch holds a single image, as the last batch of an epoch may. Say which "
    "axis you mean.",
    silent=True,
)
def squeeze_everything_fixed() -> Predicted:
    """Name the axis to drop."""
    three = torch.zeros(3, 1, 2).squeeze(1)  # (3, 1, 2) -> (3, 2)
    one = torch.zeros(1, 1, 2).squeeze(1)  # (1, 1, 2) -> (1, 2)
    return Predicted(len(three), len(one))


class Batch(NamedTuple):
    """A batch, and how many images it seems to hold."""

    shape: list[int]
    images: int


def cat_for_stack() -> Batch:
    """Put four images of three channels into a batch."""
    images = [torch.full((3, 2, 2), n) for n in range(4)]  # 4 times (C, H, W)
    batch = torch.cat(images)  # (12, 2, 2)
    return Batch(list(batch.shape), len(batch))


@fixes(
    cat_for_stack,
    "cat for stack",
    "No error: `cat` joins along an axis that is there, here the channels, so `len` counts 12 "
    "channels as images. `stack` makes a new axis.",
    silent=True,
)
def cat_for_stack_fixed() -> Batch:
    """Give the batch an axis of its own."""
    images = [torch.full((3, 2, 2), n) for n in range(4)]  # 4 times (C, H, W)
    batch = torch.stack(images)  # (4, 3, 2, 2): N C H W
    return Batch(list(batch.shape), len(batch))


def transpose_of_a_batch() -> list[int]:
    """Multiply every matrix of a batch with its own transpose."""
    x = torch.ones(2, 3, 4)  # (N, rows, columns)
    products = x @ x.T
    return list(products.shape)


@fixes(
    transpose_of_a_batch,
    "T of a batch",
    "`.T` turns all axes around, that of the batch, too: (4, 3, 2). `.mT` swaps the last two, "
    "those of each matrix.",
)
def transpose_of_a_batch_fixed() -> list[int]:
    """Swap the axes of the matrices alone."""
    x = torch.ones(2, 3, 4)  # (N, rows, columns)
    products = x @ x.mT  # (2, 3, 4) @ (2, 4, 3) -> (2, 3, 3)
    return list(products.shape)


# --- then and now ---------------------------------------------------------------------------------


class Turned(NamedTuple):
    """The shape of the image after its axes were moved."""

    array: list[int]
    tensor: list[int]


def transpose_with_all_axes() -> Turned:
    """Write for a tensor what the notes write for an array."""
    image = np.zeros((80, 120, 3))  # (H, W, C)
    array = image.transpose((2, 0, 1))  # (C, H, W)
    tensor = torch.from_numpy(image).transpose((2, 0, 1))
    return Turned(list(array.shape), list(tensor.shape))


@replaces(
    transpose_with_all_axes,
    'The notes: "swap color axis because numpy image: H x W x C, torch image: C X H X W", `image '
    "= image.transpose((2, 0, 1))`.",
    "That line is NumPy's, and still right for an array. A tensor's `transpose` swaps two axes, "
    "and all of them at once is `permute(2, 0, 1)`. Both give a view: nothing is copied, so the "
    "numbers still lie in memory as H W C.",
)
def permute_all_axes() -> Turned:
    """Name all axes in ``permute``; a tensor's ``transpose`` swaps two."""
    image = np.zeros((80, 120, 3))  # (H, W, C)
    array = image.transpose((2, 0, 1))  # (C, H, W)
    tensor = torch.from_numpy(image).permute(2, 0, 1)  # (C, H, W)
    return Turned(list(array.shape), list(tensor.shape))
