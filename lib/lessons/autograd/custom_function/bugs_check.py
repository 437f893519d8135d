"""Mistakes in a backward that gradcheck finds, and one in how gradcheck is called."""

from typing import NamedTuple

import torch
from torch.autograd import gradcheck

from lib.core.bugs import fixes
from lib.core.rules import Between, checked

X = Between(0.5, 2.0)


@checked(x=X)
def wrong_factor(x: float = 1.0) -> bool:
    """Forget the half on the way back."""

    class Polynomial(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return (5 * x**3 - 3 * x) / 2

        @staticmethod
        def backward(ctx, grad_output):
            (x,) = ctx.saved_tensors
            slope = 15 * x**2 - 3
            return grad_output * slope

    at = torch.tensor([x, x + 1]).double()  # (2,)
    at.requires_grad_()
    return gradcheck(Polynomial.apply, at)


@fixes(
    wrong_factor,
    "wrong factor",
    "gradcheck moves each input a little to both sides and compares. Training alone would hardly "
    "tell you: a gradient twice too large acts like a larger learning rate for all that lies "
    "below.",
)
@checked(x=X)
def wrong_factor_fixed(x: float = 1.0) -> bool:
    """Keep the half on the way back."""

    class Polynomial(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return (5 * x**3 - 3 * x) / 2

        @staticmethod
        def backward(ctx, grad_output):
            (x,) = ctx.saved_tensors
            slope = (15 * x**2 - 3) / 2
            return grad_output * slope

    at = torch.tensor([x, x + 1]).double()  # (2,)
    at.requires_grad_()
    return gradcheck(Polynomial.apply, at)


@checked(x=X)
def in_float32(x: float = 1.0) -> bool:
    """Check a backward that is right, in float32."""

    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, grad_output):
            (x,) = ctx.saved_tensors
            return grad_output * 2 * x

    at = torch.tensor([x, x + 1])  # (2,)
    at.requires_grad_()
    return gradcheck(Square.apply, at)


@fixes(
    in_float32,
    "gradcheck in float32",
    "This backward is right. gradcheck moves x by 0.000001, and float32 has only seven digits, so "
    "the finite difference is rough. PyTorch warns; check in float64.",
)
@checked(x=X)
def in_float32_fixed(x: float = 1.0) -> bool:
    """Check it in float64, whatever you train in."""

    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, grad_output):
            (x,) = ctx.saved_tensors
            return grad_output * 2 * x

    at = torch.tensor([x, x + 1]).double()  # (2,)
    at.requires_grad_()
    return gradcheck(Square.apply, at)


@checked(x=X)
def one_gradient_too_few(x: float = 1.0) -> float:
    """Take two inputs, give one gradient."""

    class Scale(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, factor):
            ctx.factor = factor
            return x * factor

        @staticmethod
        def backward(ctx, grad_output):
            return grad_output * ctx.factor

    leaf = torch.tensor(x, requires_grad=True)  # ()
    Scale.apply(leaf, 3.0).backward()
    return leaf.grad.item()


@fixes(
    one_gradient_too_few,
    "one gradient too few",
    "backward returns as many gradients as forward takes inputs, in the same order: None for "
    "those that need none.",
)
@checked(x=X)
def one_gradient_too_few_fixed(x: float = 1.0) -> float:
    """Give one for each input; None for what is no tensor."""

    class Scale(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, factor):
            ctx.factor = factor
            return x * factor

        @staticmethod
        def backward(ctx, grad_output):
            return grad_output * ctx.factor, None

    leaf = torch.tensor(x, requires_grad=True)  # ()
    Scale.apply(leaf, 3.0).backward()
    return leaf.grad.item()


class Slope(NamedTuple):
    """A gradient, and what it should be."""

    grad: float
    should_be: float


@checked(x=X)
def grad_output_forgotten(x: float = 1.0) -> Slope:
    """Return the layer's own slope and no more."""

    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, grad_output):
            (x,) = ctx.saved_tensors
            return 2 * x

    leaf = torch.tensor(x, requires_grad=True)  # ()
    loss = 5 * Square.apply(leaf)  # ()
    loss.backward()
    return Slope(leaf.grad.item(), 5 * 2 * x)


@fixes(
    grad_output_forgotten,
    "grad_output forgotten (silent)",
    "No error: it is right as long as a 1 arrives, as in y.sum().backward(). As soon as anything "
    "stands above the layer, the chain is broken. gradcheck notices.",
)
@checked(x=X)
def grad_output_forgotten_fixed(x: float = 1.0) -> Slope:
    """Multiply by what arrives from the layers above."""

    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, grad_output):
            (x,) = ctx.saved_tensors
            return grad_output * 2 * x

    leaf = torch.tensor(x, requires_grad=True)  # ()
    loss = 5 * Square.apply(leaf)  # ()
    loss.backward()
    return Slope(leaf.grad.item(), 5 * 2 * x)
