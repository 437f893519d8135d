"""Mistakes in a backward that gradcheck finds, and one in how gradcheck is called."""

from typing import NamedTuple

import torch
from torch.autograd import gradcheck

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
