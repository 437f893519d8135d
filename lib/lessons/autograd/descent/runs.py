"""Which lesson function walks for which optimizer, with which of the settings."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lib.lessons.autograd.descent.lesson import (
    BY_CLOSURE,
    OPTIMIZERS,
    Walk,
    descend,
    descend_by_closure,
)

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
LBFGS_COST = 5  # as long as one step of LBFGS takes, others take five


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


def effort(runs: Mapping[str, Run]) -> int:
    """Return how many plain steps take as long as these walks together; each about 0.1 ms."""
    return sum(
        int(each.settings["steps"]) * (LBFGS_COST if each.walk is descend_by_closure else 1)
        for each in runs.values()
    )
