"""What the training doctor looks at: the course of a run, and what would be usual for it."""

from collections.abc import Sequence
from math import log, sqrt
from typing import NamedTuple

import numpy as np

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.frames import Frame
from lib.lessons.training.loop.points import EDGE

WINDOW = 30  # epochs that are looked at: long enough to tell jumps from a trend

# The loss of always answering the mean, for the shapes that have numbers: their variance.
VARIANCES = {"plane": 0.24, "bumps": 0.07}


class Course(NamedTuple):
    """The course of a run, as arrays; the last ``WINDOW`` epochs where all are not needed.

    Attributes:
        epochs: (n,), all epochs.
        train: (n,), the train losses of all epochs.
        test: (n,), the test losses of all epochs.
        weights: (window + 1, weights).
        gradients: (window, layers), the norms.
        last: the last frame.
        clueless: the loss of somebody who knows how many points have which class (or their mean)
            and nothing else.
    """

    epochs: np.ndarray
    train: np.ndarray
    test: np.ndarray
    weights: np.ndarray
    gradients: np.ndarray
    last: Frame
    clueless: float

    @property
    def recent(self) -> np.ndarray:
        """The train losses of the window, and the one before it."""
        return self.train[-WINDOW - 1 :]

    @property
    def loss(self) -> float:
        """The train loss of these last few epochs."""
        return float(np.median(self.train[-5:]))

    @property
    def steps(self) -> np.ndarray:
        """How far the weights moved in each epoch of the window."""
        moved: np.ndarray = np.linalg.norm(np.diff(self.weights, axis=0), axis=1)
        return moved


def course_of(recipe: Recipe, frames: Sequence[Frame]) -> Course:
    """Return the course of a run from its frames, of which there is at least one."""
    window = frames[-WINDOW - 1 :]
    last = frames[-1]
    return Course(
        np.array([each.epoch for each in frames]),
        np.array([each.trained.train_loss for each in frames]),
        np.array([each.trained.test_loss for each in frames]),
        np.stack([each.weights for each in window]).astype(np.float64),
        np.stack([each.gradients for each in window])[-WINDOW:].astype(np.float64),
        last,
        clueless_loss(recipe, last),
    )


def clueless_loss(recipe: Recipe, frame: Frame) -> float:
    """Return the loss of guessing; see ``Course``."""
    if not len(frame.confusion):
        return VARIANCES[recipe.data]
    shares = frame.confusion.sum(axis=1) / max(1, frame.confusion.sum())
    entropy = -sum(share * log(share) for share in shares.tolist() if share)
    return entropy or log(len(shares))  # the test points may all have one class


def largest_gradient(recipe: Recipe, weights: np.ndarray) -> float:
    """Return the largest norm that one batch's gradient in the last layer can have.

    The gradient is what the outputs should change by, times what the last layer gets (and 1, for
    its bias). For cross entropy, softmax minus one-hot is at most sqrt(2) long; for numbers, the
    squared error's slope is 2 * (output - target). What a layer gets is bounded by going through
    the network with absolute values.
    """
    square = {"x1": EDGE, "x2": EDGE, "sin(x1)": 1.0, "sin(x2)": 1.0}
    most = np.array([square.get(name, EDGE * EDGE) for name in recipe.features])  # (inputs,)
    rest = np.abs(weights)
    penalty = recipe.l1
    for width in recipe.hidden:
        size = width * len(most)
        matrix, bias, rest = rest[:size], rest[size : size + width], rest[size + width :]
        most = matrix.reshape(width, -1) @ most + bias  # (width,)
        if recipe.activation in ("tanh", "sigmoid"):
            most = np.minimum(most, 1.0) if recipe.activation == "tanh" else np.ones(width)
        most = most / (1 - recipe.dropout)
    outputs = len(rest) // (len(most) + 1)
    slope = sqrt(2)
    if recipe.data in VARIANCES:
        slope = 2 * float(rest[:-1] @ most + rest[-1] + 1)
    return slope * sqrt(float(most @ most) + 1) + penalty * sqrt(outputs * len(most))
