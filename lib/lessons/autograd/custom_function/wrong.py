"""The same layers with a wrong way back, on purpose: only ``backward`` differs."""

from typing import Any

import torch

from lib.lessons.autograd.custom_function.layers import (
    Clamp,
    Layer,
    LeakyReLU,
    LegendrePolynomial3,
    ReLU,
    Round,
)


class LegendreSign(LegendrePolynomial3):
    """LegendrePolynomial3 with the wrong sign."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """The minus does not belong here."""
        (x,) = ctx.saved_tensors
        return -grad_output * 1.5 * (5 * x**2 - 1)


class LegendreFactor(LegendrePolynomial3):
    """LegendrePolynomial3 with a wrong factor."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """The half of forward is forgotten: twice too much."""
        (x,) = ctx.saved_tensors
        return grad_output * 3 * (5 * x**2 - 1)


class LegendreTerm(LegendrePolynomial3):
    """LegendrePolynomial3 with a term missing."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """The slope of −3x is missing."""
        (x,) = ctx.saved_tensors
        return grad_output * 7.5 * x**2


class LegendreNoGradOutput(LegendrePolynomial3):
    """LegendrePolynomial3 with what arrives from above left out."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """The gradient that arrives is forgotten."""
        (x,) = ctx.saved_tensors
        return 1.5 * (5 * x**2 - 1)


class ReLUSign(ReLU):
    """ReLU with the wrong sign."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """The minus does not belong here."""
        (x,) = ctx.saved_tensors
        return -grad_output * (x > 0)


class ReLUFactor(ReLU):
    """ReLU with a wrong factor."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """Twice too much."""
        (x,) = ctx.saved_tensors
        return 2 * grad_output * (x > 0)


class ReLUTerm(ReLU):
    """ReLU with a term missing."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """Where x is negative nothing may pass; that is missing."""
        return grad_output


class ReLUNoGradOutput(ReLU):
    """ReLU with what arrives from above left out."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """The gradient that arrives is forgotten."""
        (x,) = ctx.saved_tensors
        return (x > 0).to(x.dtype)


class LeakyReLUSign(LeakyReLU):
    """LeakyReLU with the wrong sign."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None]:
        """The minus does not belong here."""
        (x,) = ctx.saved_tensors
        return -grad_output * torch.where(x > 0, 1, ctx.slope), None


class LeakyReLUFactor(LeakyReLU):
    """LeakyReLU with a wrong factor."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None]:
        """Twice too much."""
        (x,) = ctx.saved_tensors
        return 2 * grad_output * torch.where(x > 0, 1, ctx.slope), None


class LeakyReLUTerm(LeakyReLU):
    """LeakyReLU with a term missing."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None]:
        """The slope of the negative side is missing."""
        (x,) = ctx.saved_tensors
        return grad_output * (x > 0), None


class LeakyReLUNoGradOutput(LeakyReLU):
    """LeakyReLU with what arrives from above left out."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None]:
        """The gradient that arrives is forgotten."""
        (x,) = ctx.saved_tensors
        return torch.where(x > 0, 1.0, ctx.slope).to(x.dtype), None


class ClampSign(Clamp):
    """Clamp with the wrong sign."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """The minus does not belong here."""
        (x,) = ctx.saved_tensors
        return -grad_output * (x > -1) * (x < 1)


class ClampFactor(Clamp):
    """Clamp with a wrong factor."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """Twice too much."""
        (x,) = ctx.saved_tensors
        return 2 * grad_output * (x > -1) * (x < 1)


class ClampTerm(Clamp):
    """Clamp with a term missing."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """The upper limit is missing."""
        (x,) = ctx.saved_tensors
        return grad_output * (x > -1)


class ClampNoGradOutput(Clamp):
    """Clamp with what arrives from above left out."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """The gradient that arrives is forgotten."""
        (x,) = ctx.saved_tensors
        return ((x > -1) & (x < 1)).to(x.dtype)


class RoundSign(Round):
    """Round with the wrong sign."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """The minus does not belong here."""
        return -grad_output


class RoundFactor(Round):
    """Round with a wrong factor."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """Twice too much."""
        return 2 * grad_output


class RoundTerm(Round):
    """Round with a term missing."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """Straight through is missing: this is the true slope of the stairs."""
        return torch.zeros_like(grad_output)


class RoundNoGradOutput(Round):
    """Round with what arrives from above left out."""

    @staticmethod
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        """The gradient that arrives is forgotten."""
        return torch.ones_like(grad_output)


MISTAKES = ("none", "sign", "factor", "term", "grad_output")

# Every layer by its name and the mistake in its backward.
LAYERS: dict[str, dict[str, Layer]] = {
    name: dict(zip(MISTAKES, layers, strict=True))
    for name, layers in {
        "Legendre P3": (
            LegendrePolynomial3,
            LegendreSign,
            LegendreFactor,
            LegendreTerm,
            LegendreNoGradOutput,
        ),
        "ReLU": (ReLU, ReLUSign, ReLUFactor, ReLUTerm, ReLUNoGradOutput),
        "leaky ReLU": (
            LeakyReLU,
            LeakyReLUSign,
            LeakyReLUFactor,
            LeakyReLUTerm,
            LeakyReLUNoGradOutput,
        ),
        "clamp": (Clamp, ClampSign, ClampFactor, ClampTerm, ClampNoGradOutput),
        "round": (Round, RoundSign, RoundFactor, RoundTerm, RoundNoGradOutput),
    }.items()
}
