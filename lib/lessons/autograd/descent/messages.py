"""Sentences about the walks, chosen by what came of them."""

from collections.abc import Mapping

from lib.core.i18n import Sentence, mark
from lib.lessons.autograd.descent.lesson import Surface, Walk, rosenbrock
from lib.lessons.autograd.descent.metrics import end

LIMIT = mark(
    "With SGD one step multiplies the distance along the direction of largest curvature by "
    "1 − lr·L. It shrinks as long as lr is below the limit 2/L. Momentum moves the limit to "
    "2(1 + momentum)/L, Nesterov to 2(1 + momentum)/((1 + 2 momentum)·L)."
)
SLOPE = mark(
    "the slope, `w.grad`. Here it is exact. In training it is that of a random batch, so SGD is "
    "called stochastic."
)

# What a step does to w, in Python; t counts the steps from 1, all else begins at 0.
_ADAM = (
    "m = beta1 * m + (1 - beta1) * g",
    "s = beta2 * s + (1 - beta2) * g**2",
    "w -= lr * m / (1 - beta1**t) / ((s / (1 - beta2**t)) ** 0.5 + 1e-8)",
)
UPDATES = {
    "SGD": ("w -= lr * g",),
    "momentum": ("v = momentum * v + g", "w -= lr * v"),
    "Nesterov": ("v = momentum * v + g", "w -= lr * (g + momentum * v)"),
    "Adagrad": ("s += g**2", "w -= lr * g / (s**0.5 + 1e-10)"),
    "RMSprop": ("s = 0.99 * s + 0.01 * g**2", "w -= lr * g / (s**0.5 + 1e-8)"),
    "Adam": _ADAM,
    "AdamW": ("w *= 1 - 0.01 * lr", *_ADAM),
}


def picture(walks: Mapping[str, Walk]) -> Sentence:
    """Return what the picture of the walks shows; the ends of those that have more than a start."""
    fields = {"names": " ".join(walks)}
    seen = {name: walk for name, walk in walks.items() if len(walk.losses) > 1}
    if not seen:
        return mark("The landscape, and where {names} begin."), fields
    losses = ", ".join(f"{name} {walk.losses[-1]:.3g}" for name, walk in seen.items())
    words = mark("The walks of {names} across the landscape. Their losses at the end: {losses}.")
    return words, {**fields, "losses": losses}


def ended(walk: Walk, lr: float, limit: float | None) -> tuple[Sentence, ...]:
    """Return what came of a walk, in pieces that stand one after the other.

    Args:
        walk: the walk.
        lr: its learning rate at the start.
        limit: from which learning rate on it would diverge; None if no formula tells.
    """
    at_end = end(walk)
    x, y = at_end.place
    place = {"loss": at_end.loss, "x": x, "y": y}
    pieces: list[Sentence] = [(mark("`{loss:.4g}` at `({x:.4g}, {y:.4g})`"), place)]
    if at_end.arrived is not None:
        pieces.append((mark(", below 0.001 since step {step}"), {"step": at_end.arrived}))
    elif at_end.outcome == "no lower":
        pieces.append((mark(", no lower than it began"), {}))
    if limit is not None:
        pieces.append((mark("; lr = {lr:g}, limit {limit:.4g}"), {"lr": lr, "limit": limit}))
    return tuple(pieces)


def diverged(walks: Mapping[str, Walk]) -> tuple[Sentence, ...]:
    """Return a warning for each walk whose loss became NaN or infinite."""
    words = mark(
        "After step {step} the loss of {name} is NaN or infinite: the steps grew until float32, "
        "which ends at 3.4e38, could not hold them. Choose a smaller lr."
    )
    steps = {name: end(walk).diverged for name, walk in walks.items()}
    return tuple(
        (words, {"step": step, "name": name}) for name, step in steps.items() if step is not None
    )


def progress(surface: Surface, walk: Walk | None, revealed: bool) -> Sentence:
    """Return where somebody stands who has not met the challenge.

    Args:
        surface: the landscape that was chosen.
        walk: momentum's; None if it was not chosen.
        revealed: whether the walks may be seen; how far one came answers a question.
    """
    if surface is not rosenbrock:
        return mark("This is another landscape."), {}
    if walk is None:
        return mark("Momentum is not among the optimizers."), {}
    if not revealed:
        return mark("Answer the questions to see how far momentum comes."), {}
    words = mark("With lr = {lr:g} the loss of momentum after {steps} steps is {loss:.4g}.")
    rates, loss = walk.learning_rates, float(walk.losses[-1])
    return words, {"lr": float(rates[0]), "steps": len(rates), "loss": loss}
