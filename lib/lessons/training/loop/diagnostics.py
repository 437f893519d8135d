"""What the training doctor looks at: the course of a run, and what would be usual for it."""

from collections.abc import Sequence
from functools import lru_cache
from math import log, sqrt

import numpy as np
import torch

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.frames import Frame
from lib.lessons.training.loop.points import SHAPES, spiral, split_points
from lib.uploads.points import EDGE

WINDOW = 30  # epochs that are looked at: long enough to tell jumps from a trend
NUMBERS = ("plane", "bumps")  # the shapes that have numbers instead of classes


class Course:
    """The last ``WINDOW`` epochs of a run, as arrays, and the frame before them.

    Attributes:
        recipe: the recipe of the last frame.
        last: the last frame; it remembers what came before the window.
        weights: (window + 1, weights).
        gradients: (window, layers), the norms that each epoch left.
        steps: (window,), how far the weights moved in each epoch.
        recent: (window + 1,), the train losses.
        changes: (window,), of the train loss.
        before: the train loss at the beginning of the window.
        loss: the train loss of the last few epochs.
        test: the test loss of the last few epochs.
        baseline: what ``baseline_loss`` returns.
    """

    def __init__(self, recipe: Recipe, frames: Sequence[Frame]) -> None:
        window = frames[-WINDOW - 1 :]
        self.recipe, self.last = recipe, frames[-1]
        self.weights = np.stack([each.weights for each in window]).astype(np.float64)
        # The first frame's gradient is of an epoch before the window or, after a fork, of weights
        # that were changed since.
        gradients = [each.gradients for each in window[1:]]
        self.gradients = np.array(gradients).reshape(-1, len(self.last.gradients)).astype(float)
        self.steps = np.linalg.norm(np.diff(self.weights, axis=0), axis=1)
        self.recent = np.array([each.trained.train_loss for each in window])
        self.changes = np.diff(self.recent)
        self.before = float(np.median(self.recent[:5]))
        self.loss = float(np.median(self.recent[-5:]))
        self.test = float(np.median([each.trained.test_loss for each in window[-5:]]))
        self.baseline = baseline_loss(recipe)


@lru_cache(maxsize=100)
def baseline_loss(recipe: Recipe) -> float:
    """Return the training loss of guessing.

    That is the loss of somebody who knows how many training points have which class (or, for
    numbers, their mean) and nothing else: the entropy of the classes, or the variance.
    """
    make = SHAPES.get(recipe.data, spiral)  # own points need no shape
    points, _ = split_points(make, recipe.noise, recipe.train_share, recipe.seed, recipe.own)
    if not points.classes:
        return points.y.var(correction=0).item()
    parts = torch.bincount(points.y) / len(points.y)  # (classes,)
    entropy = -sum(part * log(part) for part in parts.tolist() if part)
    return entropy or log(points.classes)  # the training points may all have one class


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
    if recipe.data in NUMBERS:
        slope = 2 * float(rest[:-1] @ most + rest[-1] + 1)
    return slope * sqrt(float(most @ most) + 1) + recipe.l1 * sqrt(outputs * len(most))
