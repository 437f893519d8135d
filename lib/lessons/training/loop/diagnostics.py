"""What the training doctor looks at: the course of a run, and what would be usual for it."""

from collections.abc import Sequence
from math import log, sqrt

import numpy as np

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.frames import Frame
from lib.uploads.points import EDGE

WINDOW = 30  # epochs that are looked at: long enough to tell jumps from a trend

# The loss of always answering the mean, for the shapes that have numbers: their variance.
VARIANCES = {"plane": 0.24, "bumps": 0.07}


class Course:
    """The course of a run, as arrays; the last ``WINDOW`` epochs where all are not needed.

    Attributes:
        recipe: the recipe of the last frame.
        last: the last frame.
        epochs: (n,), all epochs.
        train: (n,), the train losses of all epochs.
        test: (n,), the test losses of all epochs.
        weights: (window + 1, weights).
        gradients: (window, layers), the norms.
        steps: (window,), how far the weights moved in each epoch.
        recent: (window + 1,), the train losses.
        changes: (window,), of the train loss.
        loss: the train loss of the last few epochs.
        baseline: the loss of somebody who knows how many points have which class (or their mean)
            and nothing else.
    """

    def __init__(self, recipe: Recipe, frames: Sequence[Frame]) -> None:
        window = frames[-WINDOW - 1 :]
        self.recipe, self.last = recipe, frames[-1]
        self.epochs = np.array([each.epoch for each in frames])
        self.train = np.array([each.trained.train_loss for each in frames])
        self.test = np.array([each.trained.test_loss for each in frames])
        self.weights = np.stack([each.weights for each in window]).astype(np.float64)
        self.gradients = np.stack([each.gradients for each in window[-WINDOW:]]).astype(np.float64)
        self.steps = np.linalg.norm(np.diff(self.weights, axis=0), axis=1)
        self.recent = self.train[-WINDOW - 1 :]
        self.changes = np.diff(self.recent)
        self.loss = float(np.median(self.train[-5:]))
        self.baseline = baseline_loss(recipe, self.last)


def baseline_loss(recipe: Recipe, frame: Frame) -> float:
    """Return the loss of guessing; see ``Course``."""
    if not len(frame.confusion):
        return VARIANCES[recipe.data]
    parts = frame.confusion.sum(axis=1) / max(1, frame.confusion.sum())
    entropy = -sum(part * log(part) for part in parts.tolist() if part)
    return entropy or log(len(parts))  # the test points may all have one class


def largest_gradient(recipe: Recipe, weights: np.ndarray) -> float:
    """Return the largest norm that one batch's gradient in the last layer can have.

    The gradient is what the outputs should change by, times the last layer's input (and 1, for
    its bias). For cross entropy, softmax minus one-hot is at most sqrt(2) long; for numbers, the
    squared error's slope is 2 * (output - target). A layer's input is bounded by going through
    the network with absolute values.
    """
    bounded = {"x1": EDGE, "x2": EDGE, "sin(x1)": 1.0, "sin(x2)": 1.0}
    most = np.array([bounded.get(name, EDGE * EDGE) for name in recipe.features])  # (inputs,)
    rest = np.abs(weights)
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
    return slope * sqrt(float(most @ most) + 1) + recipe.l1 * sqrt(outputs * len(most))
