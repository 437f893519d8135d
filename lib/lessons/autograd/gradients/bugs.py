"""Mistakes with gradients, each with its repair, and what old tutorials still teach."""

from typing import NamedTuple

import numpy as np
import torch

from lib.core.bugs import fixes, replaces


def backward_twice(x: float = 1.0) -> np.ndarray:
    """Run two backward passes through one graph."""
    leaf = torch.full((2, 2), float(x), requires_grad=True)  # (2, 2)
    out = (leaf * leaf).mean()  # ()
    out.backward()
    out.backward()
    return leaf.grad.numpy()


@fixes(
    backward_twice,
    "backward twice",
    "The first backward() frees what the graph saved. `retain_graph=True` keeps it; most often "
    "you want a new forward instead.",
)
def backward_twice_fixed(x: float = 1.0) -> np.ndarray:
    """Keep the graph for the second time; the gradients add up."""
    leaf = torch.full((2, 2), float(x), requires_grad=True)  # (2, 2)
    out = (leaf * leaf).mean()  # ()
    out.backward(retain_graph=True)
    out.backward()
    return leaf.grad.numpy()


def whole_numbers() -> np.ndarray:
    """Ask whole numbers for a gradient."""
    leaf = torch.tensor([1, 2], requires_grad=True)  # (2,)
    (leaf * leaf).sum().backward()
    return leaf.grad.numpy()


@fixes(
    whole_numbers,
    "whole numbers",
    "A gradient says what a tiny change does, and an integer has no tiny changes. `torch.tensor` "
    "makes int64 of Python's whole numbers: write `1.0` or give a dtype.",
)
def whole_numbers_fixed() -> np.ndarray:
    """Make them floating point."""
    leaf = torch.tensor([1.0, 2.0], requires_grad=True)  # (2,)
    (leaf * leaf).sum().backward()
    return leaf.grad.numpy()


def in_place_on_leaf(x: float = 1.0) -> np.ndarray:
    """Change a leaf while PyTorch records."""
    leaf = torch.full((2, 2), float(x), requires_grad=True)  # (2, 2)
    leaf -= 0.5
    return leaf.detach().numpy()


@fixes(
    in_place_on_leaf,
    "in place on a leaf",
    "A leaf that is overwritten while PyTorch records could not receive its gradient. Optimizers "
    "change weights under `torch.no_grad()`.",
)
def in_place_on_leaf_fixed(x: float = 1.0) -> np.ndarray:
    """Change it without recording, as an optimizer does."""
    leaf = torch.full((2, 2), float(x), requires_grad=True)  # (2, 2)
    with torch.no_grad():
        leaf -= 0.5
    return leaf.detach().numpy()


def changed_saved_tensor(x: float = 1.0) -> np.ndarray:
    """Change a tensor that backward still needs."""
    leaf = torch.full((2, 2), float(x), requires_grad=True)  # (2, 2)
    y = leaf + 2
    z = y * y  # saves y: its slope is 2 y
    y += 1
    z.mean().backward()
    return leaf.grad.numpy()


@fixes(
    changed_saved_tensor,
    "saved tensor changed",
    "Every tensor counts how often it was changed in place. backward() compares the count with "
    "the one it saved.",
)
def changed_saved_tensor_fixed(x: float = 1.0) -> np.ndarray:
    """Make a new tensor instead."""
    leaf = torch.full((2, 2), float(x), requires_grad=True)  # (2, 2)
    y = leaf + 2
    z = y * y  # saves y: its slope is 2 y
    y = y + 1
    z.mean().backward()
    return leaf.grad.numpy()


def backward_of_many(x: float = 1.0) -> np.ndarray:
    """Call backward() on a non-scalar."""
    leaf = torch.full((2, 2), float(x), requires_grad=True)  # (2, 2)
    z = leaf * leaf  # (2, 2)
    z.backward()
    return leaf.grad.numpy()


@fixes(
    backward_of_many,
    "non-scalar output",
    "With several outputs you must say how much each one counts: `backward(v)`. Ones give the "
    "gradient of their sum.",
)
def backward_of_many_fixed(x: float = 1.0) -> np.ndarray:
    """Say how much each of the four counts."""
    leaf = torch.full((2, 2), float(x), requires_grad=True)  # (2, 2)
    z = leaf * leaf  # (2, 2)
    z.backward(torch.ones_like(z))
    return leaf.grad.numpy()


class Fit(NamedTuple):
    """A short training of one weight, which should come to 5."""

    loss_before: float
    loss_after: float
    weight: float


def never_zeroed(x: float = 1.0) -> Fit:
    """Train the weight to 5, but never forget an old gradient."""
    w = torch.tensor(float(x), requires_grad=True)  # ()
    losses = []
    for _ in range(40):
        loss = (w - 5) ** 2  # ()
        loss.backward()
        with torch.no_grad():
            w -= 0.1 * w.grad
        losses.append(loss.item())
    return Fit(losses[0], losses[-1], w.item())


@fixes(
    never_zeroed,
    "never zeroed",
    "No error: old gradients add to new ones, so every step is taken with the sum of all slopes "
    "so far. Compare the losses.",
    silent=True,
)
def never_zeroed_fixed(x: float = 1.0) -> Fit:
    """Forget the gradient after each step."""
    w = torch.tensor(float(x), requires_grad=True)  # ()
    losses = []
    for _ in range(40):
        loss = (w - 5) ** 2  # ()
        loss.backward()
        with torch.no_grad():
            w -= 0.1 * w.grad
        w.grad = None
        losses.append(loss.item())
    return Fit(losses[0], losses[-1], w.item())


class TwoWeights(NamedTuple):
    """Two weights after training, which both began at 0.5, and the loss at the end."""

    first: float
    second: float
    loss_after: float


def detached_by_mistake(x: float = 1.0) -> TwoWeights:
    """Train two weights, but cut the graph between them."""
    first = torch.tensor(0.5, requires_grad=True)  # ()
    second = torch.tensor(0.5, requires_grad=True)  # ()
    optimizer = torch.optim.SGD([first, second], lr=0.05)
    for _ in range(10):
        hidden = (x + first * 4).detach()  # ()
        loss = (second + hidden - 9) ** 2  # ()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return TwoWeights(first.item(), second.item(), loss.item())


@fixes(
    detached_by_mistake,
    "detach",
    "No error: nothing flows back past `detach()`, so the first weight never moves.",
    silent=True,
)
def detached_by_mistake_fixed(x: float = 1.0) -> TwoWeights:
    """Leave the graph whole."""
    first = torch.tensor(0.5, requires_grad=True)  # ()
    second = torch.tensor(0.5, requires_grad=True)  # ()
    optimizer = torch.optim.SGD([first, second], lr=0.05)
    for _ in range(10):
        hidden = x + first * 4  # ()
        loss = (second + hidden - 9) ** 2  # ()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return TwoWeights(first.item(), second.item(), loss.item())


def grad_of_non_leaf(x: float = 1.0) -> np.ndarray | None:
    """Ask a non-leaf tensor for its gradient."""
    leaf = torch.full((2, 2), float(x), requires_grad=True)  # (2, 2)
    y = leaf + 2
    (y * y).mean().backward()
    return y.grad


@fixes(
    grad_of_non_leaf,
    "grad of a non-leaf tensor",
    "Only leaf tensors keep their gradient. A non-leaf tensor gives None and a warning, unless "
    "you call `retain_grad()` before backward().",
)
def grad_of_non_leaf_fixed(x: float = 1.0) -> np.ndarray | None:
    """Tell it beforehand to keep its gradient."""
    leaf = torch.full((2, 2), float(x), requires_grad=True)  # (2, 2)
    y = leaf + 2
    y.retain_grad()
    (y * y).mean().backward()
    return y.grad.numpy()


class Slope(NamedTuple):
    """A gradient, and what it should be for the numbers that went forward."""

    kind: str
    grad: float
    should_be: float


def variable_and_data(x: float = 1.0) -> Slope:
    """Wrap x in a Variable and change a tensor through .data."""
    leaf = torch.autograd.Variable(torch.tensor(float(x)), requires_grad=True)  # ()
    y = leaf + 2
    out = y * y  # ()
    y.data += 1  # autograd does not notice
    out.backward()
    return Slope(type(leaf).__name__, leaf.grad.item(), 2 * (x + 2))


@replaces(
    variable_and_data,
    "Old tutorials wrap tensors in `Variable` and change them through `.data`.",
    "`Variable` has been an empty shell since PyTorch 0.4: what you get is a Tensor. Changing a "
    "tensor through `.data` goes unnoticed, so backward computes with the changed number and "
    "`x.grad` is silently wrong. Work on `x.detach().clone()`.",
)
def tensor_and_detach(x: float = 1.0) -> Slope:
    """Ask the tensor itself to record, and change a detached copy."""
    leaf = torch.tensor(float(x), requires_grad=True)  # ()
    y = leaf + 2
    out = y * y  # ()
    copy = y.detach().clone()
    copy += 1
    out.backward()
    return Slope(type(leaf).__name__, leaf.grad.item(), 2 * (x + 2))
