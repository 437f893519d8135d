"""Which lesson function walks for which optimizer, with which of the settings."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from lib.lessons.autograd.descent.lesson import (
    BY_CLOSURE,
    OPTIMIZERS,
    Walk,
    descend,
    descend_by_closure,
)
from lib.lessons.autograd.descent.metrics import Limit, limit

# The learning rate each optimizer begins with.
DEFAULT_LEARNING_RATES = {
    "SGD": 0.09,
    "momentum": 0.02,
    "Nesterov": 0.02,
    "Adagrad": 0.5,
    "RMSprop": 0.05,
    "Adam": 0.3,
    "AdamW": 0.3,
    "LBFGS": 0.5,
}
# Settings that only some optimizers know, and which these are.
TAKEN_BY = {
    "momentum": ("momentum", "Nesterov"),
    "beta1": ("Adam", "AdamW"),
    "beta2": ("Adam", "AdamW"),
}


class Run(NamedTuple):
    """A call of a lesson function: ``walk(**settings)``."""

    walk: Callable[..., Walk]
    settings: dict[str, Any]


def taken(setting: str, names: tuple[str, ...]) -> bool:
    """Tell whether one of the optimizers knows a setting."""
    return bool(set(TAKEN_BY.get(setting, names)) & set(names))


def run_of(name: str, lr: float, settings: Mapping[str, Any]) -> Run:
    """Return the call that lets the optimizer of that name walk, without what it does not know."""
    known = {each: value for each, value in settings.items() if taken(each, (name,))}
    if OPTIMIZERS[name] in BY_CLOSURE:
        return Run(descend_by_closure, {"lr": lr, **known})
    return Run(descend, {"method": OPTIMIZERS[name], "lr": lr, **known})


def limit_settings(name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with which ``metrics.limit`` tells this walk's limit."""
    known = {each: settings[each] for each in ("surface", "momentum") if each in settings}
    return {"method": OPTIMIZERS[name], **known}


def calls(
    optimizers: tuple[str, ...],
    rates: tuple[float, ...],
    momentum: float = 0.9,
    beta1: float = 0.9,
    beta2: float = 0.999,
    **settings: Any,
) -> dict[str, Run]:
    """Return the call of each optimizer by its name.

    Args:
        optimizers: their names.
        rates: the learning rate of each.
        momentum: for those that know it, as the following two.
        beta1: see ``descend``.
        beta2: see ``descend``.
        settings: what all of them take: ``surface``, ``schedule``, ``steps`` and the start.

    >>> calls(("SGD",), (0.1,), steps=10)["SGD"].settings["lr"]
    0.1
    """
    shared = {**settings, "momentum": momentum, "beta1": beta1, "beta2": beta2}
    return {name: run_of(name, lr, shared) for name, lr in zip(optimizers, rates, strict=True)}


def walks(optimizers: tuple[str, ...], rates: tuple[float, ...], **settings: Any
          ) -> dict[str, Walk]:  # fmt: skip
    """Return the walk of each optimizer by its name; the settings are those of ``calls``.

    Each walk is remembered by itself: when one learning rate moves, the others need not walk.

    >>> walks(("SGD",), (0.1,), steps=10)["SGD"].path.shape
    (11, 2)
    """
    made = calls(optimizers, rates, **settings)
    return {
        name: _walked(each.walk, tuple(sorted(each.settings.items())))
        for name, each in made.items()
    }


@lru_cache(maxsize=1000)  # of up to 6 kB each
def _walked(walk: Callable[..., Walk], settings: tuple[tuple[str, Any], ...]) -> Walk:
    made = walk(**dict(settings))
    for each in made:
        each.setflags(write=False)  # all visitors see the same arrays
    return made


def limits(optimizers: tuple[str, ...], rates: tuple[float, ...], **settings: Any
           ) -> dict[str, Limit]:  # fmt: skip
    """Return from where on each optimizer diverges; the settings are those of ``calls``.

    >>> limits(("SGD",), (0.1,))["SGD"].learning_rate
    1.0
    """
    made = calls(optimizers, rates, **settings)
    return {
        name: _limit(tuple(sorted(limit_settings(name, each.settings).items())))
        for name, each in made.items()
    }


@lru_cache(maxsize=1000)
def _limit(settings: tuple[tuple[str, Any], ...]) -> Limit:
    return limit(**dict(settings))
