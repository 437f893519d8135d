"""PyTorch's own example of a custom autograd function: fit sin(x) by a + b · P(c + d x).

Source: https://docs.pytorch.org/tutorials/beginner/examples_autograd/two_layer_net_custom_function.html
"""
# ruff: noqa: D102  (of a wrong backward, the class says what is wrong with it)

import math
from typing import Any, NamedTuple

import numpy as np
import torch

from lib.core.rules import Between, OneOf, checked
from lib.lessons.autograd.custom_function.functions import MISTAKES, AutogradFunction


class Legendre(torch.autograd.Function):
    """The Legendre polynomial of any degree, with the backward pass that PyTorch's own lacks."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, degree: int) -> torch.Tensor:
        """Return P(x), and save what backward needs."""
        ctx.save_for_backward(x)
        ctx.degree = degree
        return torch.special.legendre_polynomial_p(x, degree)

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None]:
        """Return a gradient for x, and None for the degree."""
        (x,) = ctx.saved_tensors
        return grad_output * legendre_slope(x, ctx.degree), None


def legendre_slope(x: torch.Tensor, degree: int) -> torch.Tensor:
    """Return P'(x), from one degree to the next: P'ₙ = n Pₙ₋₁ + x P'ₙ₋₁."""
    slope = torch.zeros_like(x)
    for n in range(1, degree + 1):
        slope = n * torch.special.legendre_polynomial_p(x, n - 1) + x * slope
    return slope


def last_term(x: torch.Tensor, degree: int) -> torch.Tensor:
    """Return the term of P'(x) with the lowest power of x: P'(0) if it is not 0, else P''(0) x."""
    zero = torch.zeros_like(x)
    # Legendre's equation at 0: P''(0) = -n (n + 1) P(0). Of the two terms one is always 0.
    curvature = -degree * (degree + 1) * torch.special.legendre_polynomial_p(zero, degree)
    return legendre_slope(zero, degree) + curvature * x


class WrongSign(Legendre):
    """The minus does not belong here."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None]:
        (x,) = ctx.saved_tensors
        return -grad_output * legendre_slope(x, ctx.degree), None


class WrongFactor(Legendre):
    """Twice too much."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None]:
        (x,) = ctx.saved_tensors
        return 2 * grad_output * legendre_slope(x, ctx.degree), None


class MissingTerm(Legendre):
    """The last term of the slope is missing: the constant, or what is multiplied by x alone."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None]:
        (x,) = ctx.saved_tensors
        return grad_output * (legendre_slope(x, ctx.degree) - last_term(x, ctx.degree)), None


class NoGradOutput(Legendre):
    """The gradient that arrives is forgotten."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None]:
        (x,) = ctx.saved_tensors
        return legendre_slope(x, ctx.degree), None


class SineFit(torch.nn.Module):
    """A network of four weights around an autograd function of your own."""

    def __init__(self, function: AutogradFunction, degree: int) -> None:
        super().__init__()
        self.function, self.degree = function, degree
        self.a = torch.nn.Parameter(torch.tensor(0.0))
        self.b = torch.nn.Parameter(torch.tensor(-1.0))
        self.c = torch.nn.Parameter(torch.tensor(0.0))
        self.d = torch.nn.Parameter(torch.tensor(0.3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return a + b · P(c + d x)."""
        return self.a + self.b * self.function.apply(self.c + self.d * x, self.degree)


FITS: dict[str, AutogradFunction] = dict(
    zip(MISTAKES, (Legendre, WrongSign, WrongFactor, MissingTerm, NoGradOutput), strict=True)
)
DEGREE = Between(1, 5)
EVERY = 50  # steps from one record to the next


class Fit(NamedTuple):
    """The fit, looked at every 50 steps.

    Attributes:
        steps: how many steps had been taken, (41,).
        losses: the sum of the squared distances from sin(x), (41,).
        weights: a, b, c and d, (41, 4).
        x: every 20th place, (100,).
        curves: the fit at these places, (41, 100).
    """

    steps: np.ndarray
    losses: np.ndarray
    weights: np.ndarray
    x: np.ndarray
    curves: np.ndarray


@checked(autograd_function=OneOf(*FITS.values()), degree=DEGREE)
def fit_sine(autograd_function: AutogradFunction = Legendre, degree: int = 3) -> Fit:
    """Fit sin(x) as PyTorch's tutorial does: 2000 points, 2000 steps, lr 5e-6.

    Args:
        autograd_function: one of ``FITS``.
        degree: the degree of the polynomial; the tutorial has 3.
    """
    x = torch.linspace(-math.pi, math.pi, 2000)  # (2000,)
    y = torch.sin(x)
    model = SineFit(autograd_function, degree)
    optimizer = torch.optim.SGD(model.parameters(), lr=5e-6)

    losses, weights, curves = [], [], []
    for step in range(2001):
        prediction = model(x)  # (2000,)
        loss = (prediction - y).square().sum()  # (2000,) -> ()
        if step % EVERY == 0:
            losses.append(loss.item())
            weights.append([weight.item() for weight in model.parameters()])
            curves.append(prediction.detach()[::20].numpy())  # (2000,) -> (100,)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return Fit(
        steps=np.arange(0, 2001, EVERY),
        losses=np.array(losses),
        weights=np.array(weights),
        x=x[::20].numpy(),  # (2000,) -> (100,)
        curves=np.array(curves),
    )
