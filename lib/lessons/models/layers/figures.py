"""The picture of each layer, by the kind that ``lib.lessons.models.layers.lesson`` says it has."""

from collections.abc import Callable, Mapping
from typing import Any

from lib.lessons.models.layers.figures_curves import WORDS as OF_CURVES
from lib.lessons.models.layers.figures_curves import activation, loss
from lib.lessons.models.layers.figures_lstm import WORDS as OF_LSTM
from lib.lessons.models.layers.figures_lstm import lstm
from lib.lessons.models.layers.figures_steps import WORDS as OF_STEPS
from lib.lessons.models.layers.figures_steps import steps
from lib.lessons.models.layers.figures_values import WORDS as OF_VALUES
from lib.lessons.models.layers.figures_values import dropout, flat, norm, shares
from lib.plots.figure import Figure

WORDS = {**OF_STEPS, **OF_VALUES, **OF_CURVES, **OF_LSTM}

DRAW: dict[str, Callable[..., Figure]] = {
    "steps": steps,
    "flat": flat,
    "dropout": dropout,
    "shares": shares,
    "norm": norm,
    "lstm": lstm,
    "curve": activation,
    "loss": loss,
}


def picture(
    kind: str, result: Any, hidden: bool = False, words: Mapping[str, str] = WORDS
) -> Figure:
    """Draw a layer.

    Args:
        kind: which kind of picture it has.
        result: what its lesson function returned; for "steps" what ``at_work`` did.
        hidden: leave out what the visitor is to guess.
        words: what is written, with the keys of ``WORDS``.
    """
    return DRAW[kind](result, hidden, words)
