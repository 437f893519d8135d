"""The picture of each layer, by the kind that ``lib.models.layers`` says it has."""

from collections.abc import Callable, Mapping
from typing import Any

from lib.figures.figure import Figure
from lib.figures.models.layers_curves import WORDS as OF_CURVES
from lib.figures.models.layers_curves import activation, loss
from lib.figures.models.layers_lstm import WORDS as OF_LSTM
from lib.figures.models.layers_lstm import lstm
from lib.figures.models.layers_steps import WORDS as OF_STEPS
from lib.figures.models.layers_steps import steps
from lib.figures.models.layers_values import WORDS as OF_VALUES
from lib.figures.models.layers_values import dropout, flat, norm, shares

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
