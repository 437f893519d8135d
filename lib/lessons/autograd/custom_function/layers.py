"""Layers written by hand: what goes forward, and the slope that goes back.

Source: https://docs.pytorch.org/docs/stable/notes/extending.html
"""

from typing import Any

import torch

Layer = type[torch.autograd.Function]


class LegendrePolynomial3(torch.autograd.Function):
    """The third Legendre polynomial, (5x³ − 3x) / 2, as in PyTorch's tutorial."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        """Return y, and keep x for the way back."""
        ctx.save_for_backward(x)
        return 0.5 * (5 * x**3 - 3 * x)

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """Return how the loss grows with x, given how it grows with y."""
        (x,) = ctx.saved_tensors
        return grad_output * 1.5 * (5 * x**2 - 1)


class ReLU(torch.autograd.Function):
    """Negative numbers become 0."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        """Return y, and keep x for the way back."""
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """Let the gradient pass where x is positive; at the corner take 0, as PyTorch does."""
        (x,) = ctx.saved_tensors
        return grad_output * (x > 0)


class LeakyReLU(torch.autograd.Function):
    """Negative numbers are multiplied by a slope of your own."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, slope: float) -> torch.Tensor:
        """Return y; tensors go into save_for_backward, plain numbers may sit on ctx."""
        ctx.save_for_backward(x)
        ctx.slope = slope
        return torch.where(x > 0, x, slope * x)

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None]:
        """Return one gradient for each input of forward: None for the plain number."""
        (x,) = ctx.saved_tensors
        return grad_output * torch.where(x > 0, 1, ctx.slope), None


class Clamp(torch.autograd.Function):
    """Nothing below −1 and nothing above 1."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        """Return y, and keep x for the way back."""
        ctx.save_for_backward(x)
        return x.clamp(-1, 1)

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """Let the gradient pass between −1 and 1; at both corners take 0, as PyTorch does."""
        (x,) = ctx.saved_tensors
        return grad_output * (x > -1) * (x < 1)


class Round(torch.autograd.Function):
    """The nearest whole number, with a gradient that goes straight through."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        """Return y; the way back needs nothing of x."""
        return x.round()

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """Act as if y were x: the true slope, 0, would let nothing learn."""
        return grad_output
