"""Mistakes on the bridge between NumPy and PyTorch, each with its repair, all of them real."""

from typing import NamedTuple

import numpy as np
import torch

from lib.core.bugs import fixes, replaces


def negative_strides(size: int = 5) -> np.ndarray:
    """Hand a reversed array to PyTorch."""
    a = np.arange(size, dtype="float64")  # (size,)
    t = torch.from_numpy(a[::-1])  # (size,)
    return t.numpy()


@fixes(
    negative_strides,
    "reversed array",
    "`a[::-1]` walks backward through memory; a tensor's strides cannot be negative.",
)
def negative_strides_fixed(size: int = 5) -> np.ndarray:
    """Copy the reversed array first, so that it lies forward in memory."""
    a = np.arange(size, dtype="float64")  # (size,)
    t = torch.from_numpy(a[::-1].copy())  # (size,)
    return t.numpy()


def numpy_of_grad(size: int = 5) -> np.ndarray:
    """Look at weights that are being trained."""
    weights = torch.ones(size, requires_grad=True)  # (size,)
    return weights.numpy()


@fixes(
    numpy_of_grad,
    "requires grad",
    "NumPy cannot record gradients, so PyTorch wants you to say `detach()` yourself.",
)
def numpy_of_grad_fixed(size: int = 5) -> np.ndarray:
    """Detach them from the recording first."""
    weights = torch.ones(size, requires_grad=True)  # (size,)
    return weights.detach().numpy()


def item_of_many(size: int = 5) -> float:
    """Ask several elements for one number."""
    losses = torch.ones(size)  # (size,)
    return losses.item()


@fixes(
    item_of_many,
    "item of many",
    "`item()` is for one number. Reduce first.",
)
def item_of_many_fixed(size: int = 5) -> float:
    """Make one number of them first."""
    losses = torch.ones(size)  # (size,)
    return losses.mean().item()


def float64_into_float32_layer(size: int = 5) -> float:
    """Feed a NumPy array to a layer."""
    torch.manual_seed(0)
    layer = torch.nn.Linear(size, 1)
    x = torch.from_numpy(np.ones(size))  # (size,)
    y: torch.Tensor = layer(x)  # (1,)
    return y.item()


@fixes(
    float64_into_float32_layer,
    "float64 into a layer",
    "NumPy makes float64, layers hold float32. `+` would convert, but a layer multiplies matrices, "
    "and that converts nothing.",
)
def float64_into_float32_layer_fixed(size: int = 5) -> float:
    """Convert the numbers to the layer's float32."""
    torch.manual_seed(0)
    layer = torch.nn.Linear(size, 1)
    x = torch.from_numpy(np.ones(size)).float()  # (size,)
    y: torch.Tensor = layer(x)  # (1,)
    return y.item()


class Protected(NamedTuple):
    """A read-only array before and after the tensor was written to."""

    before: list[float]
    after: list[float]
    tensor: list[float]
    writeable: bool


def read_only_array(size: int = 5) -> Protected:
    """Write to a tensor that was made from a read-only array.

    PyTorch warns when it shares such memory and promises nothing about a later write. Here the
    write goes through and changes the array that was meant to be safe.
    """
    a = np.ones(size)  # (size,)
    a.setflags(write=False)
    before = a.tolist()
    t = torch.from_numpy(a)  # (size,)
    t += 1
    return Protected(before, a.tolist(), t.tolist(), a.flags.writeable)


@fixes(
    read_only_array,
    "read-only array",
    "A warning, and then writing is undefined: here the array changed although it is marked "
    "read-only.",
)
def read_only_array_fixed(size: int = 5) -> Protected:
    """Copy, so that the tensor has memory of its own."""
    a = np.ones(size)  # (size,)
    a.setflags(write=False)
    before = a.tolist()
    t = torch.tensor(a)  # (size,)
    t += 1
    return Protected(before, a.tolist(), t.tolist(), a.flags.writeable)


class Restored(NamedTuple):
    """The weights before training, and after going back to the backup."""

    before: list[float]
    restored: list[float]


def backup_that_follows(size: int = 5) -> Restored:
    """Keep the weights with ``.numpy()``, train, then go back.

    The backup is the weights themselves under a second name, so there is nothing to go back to.
    """
    weights = torch.ones(size)  # (size,)
    before = weights.tolist()
    backup = weights.numpy()  # (size,)
    weights.add_(1)  # a step of training
    weights.copy_(torch.from_numpy(backup))
    return Restored(before, weights.tolist())


@fixes(
    backup_that_follows,
    "a backup that follows",
    "No error: `.numpy()` is the weights themselves under another name, not a copy.",
    silent=True,
)
def backup_that_follows_fixed(size: int = 5) -> Restored:
    """Keep a copy of the weights, train, then go back."""
    weights = torch.ones(size)  # (size,)
    before = weights.tolist()
    backup = weights.numpy().copy()  # (size,)
    weights.add_(1)  # a step of training
    weights.copy_(torch.from_numpy(backup))
    return Restored(before, weights.tolist())


class Plotted(NamedTuple):
    """What was drawn, and the weights afterwards."""

    drawn: list[float]
    weights: list[float]


def weights_for_a_plot(size: int = 5) -> Plotted:
    """Scale weights to 1 at most, to draw them."""
    weights = torch.arange(1.0, size + 1, requires_grad=True)  # (size,)
    drawn = weights.detach().numpy()  # (size,)
    drawn /= size
    return Plotted(drawn.tolist(), weights.tolist())


@fixes(
    weights_for_a_plot,
    "weights scaled for a plot",
    "No error: `detach()` stops the recording but copies nothing, so `/=` writes into the weights "
    "themselves. `drawn / size` makes a new array.",
    silent=True,
)
def weights_for_a_plot_fixed(size: int = 5) -> Plotted:
    """Let the scaled numbers be a new array."""
    weights = torch.arange(1.0, size + 1, requires_grad=True)  # (size,)
    drawn = weights.detach().numpy()  # (size,)
    drawn = drawn / size
    return Plotted(drawn.tolist(), weights.tolist())


def bfloat16_to_numpy(size: int = 5) -> np.ndarray:
    """Hand bfloat16 numbers to NumPy."""
    t = torch.ones(size, dtype=torch.bfloat16)  # (size,)
    return t.numpy()


@fixes(
    bfloat16_to_numpy,
    "bfloat16",
    "NumPy has no bfloat16. float32 holds every bfloat16 exactly.",
)
def bfloat16_to_numpy_fixed(size: int = 5) -> np.ndarray:
    """Convert to float32, which holds every bfloat16 exactly."""
    t = torch.ones(size, dtype=torch.bfloat16)  # (size,)
    return t.float().numpy()


# --- then and now ---------------------------------------------------------------------------------


class BothSides(NamedTuple):
    """What both names hold at the end, and whether they use the same memory."""

    array: list[float]
    tensor: list[float]
    shared: bool


def rebind(size: int = 7) -> BothSides:
    """Show a tensor that seems independent of its array.

    ``array + 1`` is a new array. The name moves to it, and the tensor keeps the old memory.
    """
    array = np.ones(size)  # (size,)
    tensor = torch.from_numpy(array)  # (size,)
    array = array + 1
    return BothSides(array.tolist(), tensor.tolist(), np.shares_memory(array, tensor.numpy()))


@replaces(
    rebind,
    "Popular courses show this and conclude: if the array changes, the tensor does not.",
    "The tensor only stays because `array = array + 1` makes a new array and moves the name to "
    "it. Write into the old memory, as `array += 1` does, and the tensor changes too.",
)
def in_place(size: int = 7) -> BothSides:
    """Show that the tensor follows its array.

    ``array += 1`` writes into the memory that both names stand for.
    """
    array = np.ones(size)  # (size,)
    tensor = torch.from_numpy(array)  # (size,)
    array += 1
    return BothSides(array.tolist(), tensor.tolist(), np.shares_memory(array, tensor.numpy()))
