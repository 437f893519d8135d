"""Mistakes with autograd functions, each with its repair, and what old tutorials still teach."""

import weakref
from typing import NamedTuple

import torch
from torch.autograd import gradcheck
from torch.special import legendre_polynomial_p

from lib.core.bugs import fixes, replaces
from lib.core.rules import Between, checked

X, COUNT = Between(0.5, 2.0), Between(1, 20)


class Square(torch.autograd.Function):
    """x², with a right backward."""

    @staticmethod
    def forward(ctx, x):
        """Return y, and save x for the backward pass."""
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, grad_output):
        """Multiply the gradient that arrives by the slope, 2x."""
        (x,) = ctx.saved_tensors
        return grad_output * 2 * x


# --- in a backward, found by gradcheck; and in how gradcheck is called ----------------------------


@checked(x=X)
def wrong_factor(x: float = 1.0) -> bool:
    """Forget the half in the backward pass."""

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
    """Keep the half in the backward pass."""

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
    """Return the function's own slope and no more."""

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
    "grad_output forgotten",
    "No error: it is right as long as a 1 arrives, as in y.sum().backward(). As soon as anything "
    "comes after the function, the chain is broken. gradcheck notices.",
    silent=True,
)
@checked(x=X)
def grad_output_forgotten_fixed(x: float = 1.0) -> Slope:
    """Multiply by the gradient that arrives."""
    leaf = torch.tensor(x, requires_grad=True)  # ()
    loss = 5 * Square.apply(leaf)  # ()
    loss.backward()
    return Slope(leaf.grad.item(), 5 * 2 * x)


# --- in what is saved for the backward pass; and with no backward pass at all ---------------------


@checked(x=X)
def kept_on_ctx(x: float = 1.0) -> Slope:
    """Keep a tensor as an attribute, and change it before the backward pass."""

    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.x = x
            return x * x

        @staticmethod
        def backward(ctx, grad_output):
            return grad_output * 2 * ctx.x

    leaf = torch.tensor(x, requires_grad=True)  # ()
    y = leaf + 2  # ()
    z = Square.apply(y)  # ()
    y += 1
    z.backward()
    return Slope(leaf.grad.item(), 2 * (x + 2))


@checked(x=X)
def saved_then_changed(x: float = 1.0) -> Slope:
    """Save a tensor with save_for_backward, and change it before the backward pass."""
    leaf = torch.tensor(x, requires_grad=True)  # ()
    y = leaf + 2  # ()
    z = Square.apply(y)  # ()
    y += 1
    z.backward()
    return Slope(leaf.grad.item(), 2 * (x + 2))


@fixes(
    saved_then_changed,
    "saved, then changed",
    "The same program with `save_for_backward`: it notes how often the tensor had been changed, "
    "and `ctx.saved_tensors` refuses one that was changed since.",
)
@fixes(
    kept_on_ctx,
    "kept on ctx",
    "No error: nobody watches `ctx.x`, so backward computes with the changed number. "
    "`save_for_backward` watches, as the next tab shows.",
    silent=True,
)
@checked(x=X)
def kept_on_ctx_fixed(x: float = 1.0) -> Slope:
    """Save the tensor, and make a new one instead of changing it."""
    leaf = torch.tensor(x, requires_grad=True)  # ()
    y = leaf + 2  # ()
    z = Square.apply(y)  # ()
    y = y + 1
    z.backward()
    return Slope(leaf.grad.item(), 2 * (x + 2))


class Memory(NamedTuple):
    """Results that nobody needs any more: how many there were, and how many still take memory."""

    thrown_away: int
    still_there: int
    megabytes: float


def results_in_memory(function: type[torch.autograd.Function], count: int) -> Memory:
    """Compute results that nobody needs any more, and see how many are still there."""
    x = torch.ones(250_000)  # (250000,), 1 MB
    x.requires_grad_()
    made = []
    for _ in range(count):
        y = function.apply(x)  # (250000,)
        y.sum().backward()
        made.append(weakref.ref(y))
        del y
    there = [y() for y in made if y() is not None]
    return Memory(count, len(there), sum(y.nbytes for y in there) / 1e6)


@checked(count=COUNT)
def result_on_ctx(count: int = 10) -> Memory:
    """Keep the result as an attribute: it keeps its node, and the node keeps it."""

    class Exp(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.y = x.exp()
            return ctx.y

        @staticmethod
        def backward(ctx, grad_output):
            return grad_output * ctx.y

    return results_in_memory(Exp, count)


@fixes(
    result_on_ctx,
    "result kept on ctx",
    "No error: the result holds its node in the graph, and the node's `ctx.y` holds the result. "
    "Such a circle stays in memory until Python's garbage collector comes by, which knows nothing "
    "of how large tensors are.",
    silent=True,
)
@checked(count=COUNT)
def result_on_ctx_fixed(count: int = 10) -> Memory:
    """Save it with save_for_backward, which makes no such circle."""

    class Exp(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            y = x.exp()
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx, grad_output):
            (y,) = ctx.saved_tensors
            return grad_output * y

    return results_in_memory(Exp, count)


class FourGradients(NamedTuple):
    """The gradients of the four weights; None where none arrived."""

    a: torch.Tensor | None
    b: torch.Tensor | None
    c: torch.Tensor | None
    d: torch.Tensor | None


@checked(x=X)
def no_backward(x: float = 1.0) -> FourGradients:
    """Use a function of PyTorch's that can only go forward."""
    weights = torch.tensor([0.0, -1.0, 0.0, 0.3]).unbind()  # (4,) -> four ()
    a, b, c, d = (weight.requires_grad_() for weight in weights)
    inner = c + d * x
    p3 = legendre_polynomial_p(inner, 3)
    (a + b * p3).backward()
    return FourGradients(a.grad, b.grad, c.grad, d.grad)


@fixes(
    no_backward,
    "no backward",
    "No error: PyTorch's own Legendre polynomial takes no part in autograd, so c and d would "
    "never learn. Write the backward yourself.",
    silent=True,
)
@checked(x=X)
def no_backward_fixed(x: float = 1.0) -> FourGradients:
    """Give it a backward pass: this is what custom autograd functions are for."""

    class Legendre3(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return legendre_polynomial_p(x, 3)

        @staticmethod
        def backward(ctx, grad_output):
            (x,) = ctx.saved_tensors
            return grad_output * 1.5 * (5 * x**2 - 1)

    weights = torch.tensor([0.0, -1.0, 0.0, 0.3]).unbind()  # (4,) -> four ()
    a, b, c, d = (weight.requires_grad_() for weight in weights)
    inner = c + d * x
    p3 = Legendre3.apply(inner)
    (a + b * p3).backward()
    return FourGradients(a.grad, b.grad, c.grad, d.grad)


@checked(x=X)
def no_setup_context(x: float = 1.0) -> float:
    """Hand the function to torch.func."""

    class Cube(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, grad_output):
            (x,) = ctx.saved_tensors
            return grad_output * 3 * x**2

    slope = torch.func.grad(Cube.apply)
    return slope(torch.tensor(x)).item()


@fixes(
    no_setup_context,
    "no setup_context",
    "`torch.func` wants forward without `ctx`, and a `setup_context` beside it that saves. With "
    "both, `apply` and `backward()` work as before.",
)
@checked(x=X)
def no_setup_context_fixed(x: float = 1.0) -> float:
    """Compute in forward, save in setup_context."""

    class Cube(torch.autograd.Function):
        @staticmethod
        def forward(x):
            return x**3

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(*inputs)

        @staticmethod
        def backward(ctx, grad_output):
            (x,) = ctx.saved_tensors
            return grad_output * 3 * x**2

    slope = torch.func.grad(Cube.apply)
    return slope(torch.tensor(x)).item()


@checked(x=X)
def methods_of_self(x: float = 1.0) -> float:
    """Write forward and backward as methods, and keep x on self."""

    class Square(torch.autograd.Function):
        def forward(self, x):
            self.x = x
            return x * x

        def backward(self, grad_output):
            return grad_output * 2 * self.x

    leaf = torch.tensor(x, requires_grad=True)  # ()
    Square()(leaf).backward()
    return leaf.grad.item()


@replaces(
    methods_of_self,
    "Tutorials from PyTorch's first years write `forward` and `backward` as ordinary methods, "
    "keep tensors on `self`, and call an instance. PyTorch's tutorial does not.",
    "PyTorch refuses it today, in these words. Both are static methods, everything goes through "
    "`ctx`, and you call `apply` on the class.",
)
@checked(x=X)
def static_methods(x: float = 1.0) -> float:
    """Write both as static methods, keep x with ctx, and call apply."""
    leaf = torch.tensor(x, requires_grad=True)  # ()
    Square.apply(leaf).backward()
    return leaf.grad.item()
