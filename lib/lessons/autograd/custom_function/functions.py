"""Autograd functions written by hand, each with a right backward and with four wrong ones.

Source: https://docs.pytorch.org/docs/stable/notes/extending.html
"""
# ruff: noqa: D102  (of a wrong backward, the class says what is wrong with it)

import inspect
from collections.abc import Callable
from typing import Any

import torch

AutogradFunction = type[torch.autograd.Function]


class LegendrePolynomial3(torch.autograd.Function):
    """The third Legendre polynomial, (5x³ − 3x) / 2, as in PyTorch's tutorial."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        """Return y, and save x for the backward pass."""
        ctx.save_for_backward(x)
        return 0.5 * (5 * x**3 - 3 * x)

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """Return how the loss grows with x, given how it grows with y."""
        (x,) = ctx.saved_tensors
        return grad_output * 1.5 * (5 * x**2 - 1)


class LegendreSign(LegendrePolynomial3):
    """The minus does not belong here."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        (x,) = ctx.saved_tensors
        return -grad_output * 1.5 * (5 * x**2 - 1)


class LegendreFactor(LegendrePolynomial3):
    """The half of forward is forgotten: twice too much."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        (x,) = ctx.saved_tensors
        return grad_output * 3 * (5 * x**2 - 1)


class LegendreTerm(LegendrePolynomial3):
    """The slope of −3x is missing."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        (x,) = ctx.saved_tensors
        return grad_output * 7.5 * x**2


class LegendreNoGradOutput(LegendrePolynomial3):
    """The gradient that arrives is forgotten."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        (x,) = ctx.saved_tensors
        return 1.5 * (5 * x**2 - 1)


class ReLU(torch.autograd.Function):
    """Negative numbers become 0."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        """Return y, and save x for the backward pass."""
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """Let the gradient pass where x is positive; at the corner take 0, as PyTorch does."""
        (x,) = ctx.saved_tensors
        return grad_output * (x > 0)


class ReLUSign(ReLU):
    """The minus does not belong here."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        (x,) = ctx.saved_tensors
        return -grad_output * (x > 0)


class ReLUFactor(ReLU):
    """Twice too much."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        (x,) = ctx.saved_tensors
        return 2 * grad_output * (x > 0)


class ReLUTerm(ReLU):
    """Where x is negative nothing may pass; that is missing."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        return grad_output


class ReLUNoGradOutput(ReLU):
    """The gradient that arrives is forgotten."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        (x,) = ctx.saved_tensors
        return (x > 0).to(x.dtype)


class LeakyReLU(torch.autograd.Function):
    """Negative numbers are multiplied by a slope of your own."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, negative_slope: float) -> torch.Tensor:
        """Return y; tensors go into save_for_backward, plain numbers may sit on ctx."""
        ctx.save_for_backward(x)
        ctx.negative_slope = negative_slope
        return torch.where(x > 0, x, negative_slope * x)

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None]:
        """Return one gradient for each input of forward: None for the plain number."""
        (x,) = ctx.saved_tensors
        return torch.where(x > 0, grad_output, ctx.negative_slope * grad_output), None


class LeakyReLUSign(LeakyReLU):
    """The minus does not belong here."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None]:
        (x,) = ctx.saved_tensors
        return -torch.where(x > 0, grad_output, ctx.negative_slope * grad_output), None


class LeakyReLUFactor(LeakyReLU):
    """Twice too much."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None]:
        (x,) = ctx.saved_tensors
        return 2 * torch.where(x > 0, grad_output, ctx.negative_slope * grad_output), None


class LeakyReLUTerm(LeakyReLU):
    """The slope of the negative side is missing."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None]:
        (x,) = ctx.saved_tensors
        return grad_output * (x > 0), None


class LeakyReLUNoGradOutput(LeakyReLU):
    """The gradient that arrives is forgotten."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None]:
        (x,) = ctx.saved_tensors
        return torch.where(x > 0, torch.ones_like(x), ctx.negative_slope), None


class Clamp(torch.autograd.Function):
    """Nothing below −1 and nothing above 1."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        """Return y, and save x for the backward pass."""
        ctx.save_for_backward(x)
        return x.clamp(-1, 1)

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """Let the gradient pass between −1 and 1; at both corners take 0, as PyTorch does."""
        (x,) = ctx.saved_tensors
        return grad_output * (x > -1) * (x < 1)


class ClampSign(Clamp):
    """The minus does not belong here."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        (x,) = ctx.saved_tensors
        return -grad_output * (x > -1) * (x < 1)


class ClampFactor(Clamp):
    """Twice too much."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        (x,) = ctx.saved_tensors
        return 2 * grad_output * (x > -1) * (x < 1)


class ClampTerm(Clamp):
    """The upper limit is missing."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        (x,) = ctx.saved_tensors
        return grad_output * (x > -1)


class ClampNoGradOutput(Clamp):
    """The gradient that arrives is forgotten."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        (x,) = ctx.saved_tensors
        return ((x > -1) & (x < 1)).to(x.dtype)


class Round(torch.autograd.Function):
    """The nearest whole number, with a gradient that goes straight through."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        """Return y; the backward pass needs nothing of x."""
        return x.round()

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """Act as if y were x: the true slope, 0, would let nothing learn."""
        return grad_output


class RoundSign(Round):
    """The minus does not belong here."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        return -grad_output


class RoundFactor(Round):
    """Twice too much."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        return 2 * grad_output


class RoundTerm(Round):
    """Straight through is missing: this is the true slope of the stairs."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        return torch.zeros_like(grad_output)


class RoundNoGradOutput(Round):
    """The gradient that arrives is forgotten."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        return torch.ones_like(grad_output)


MISTAKES = ("none", "sign", "factor", "term", "grad_output")

# Every function by its name and the mistake in its backward.
FUNCTIONS: dict[str, dict[str, AutogradFunction]] = {
    name: dict(zip(MISTAKES, functions, strict=True))
    for name, functions in {
        "Legendre P3": (LegendrePolynomial3, LegendreSign, LegendreFactor, LegendreTerm,
                        LegendreNoGradOutput),
        "ReLU": (ReLU, ReLUSign, ReLUFactor, ReLUTerm, ReLUNoGradOutput),
        "leaky ReLU": (LeakyReLU, LeakyReLUSign, LeakyReLUFactor, LeakyReLUTerm,
                       LeakyReLUNoGradOutput),
        "clamp": (Clamp, ClampSign, ClampFactor, ClampTerm, ClampNoGradOutput),
        "round": (Round, RoundSign, RoundFactor, RoundTerm, RoundNoGradOutput),
    }.items()
}  # fmt: skip


def returned(method: Callable[..., object]) -> str:
    """Return what a forward or a backward returns, as its own source says it."""
    return inspect.getsource(method).rpartition("return ")[2].strip()
