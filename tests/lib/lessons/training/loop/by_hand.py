"""What a network computes, in NumPy and float64: the oracle of the tests of this lesson."""

from itertools import pairwise

import numpy as np

from lib.lessons.training.loop.points import SHAPES, split_points
from lib.lessons.training.loop.runs import begin

CURVES = {
    "tanh": np.tanh,
    "ReLU": lambda x: np.maximum(x, 0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "linear": lambda x: x,
}
FEATURES = {
    "x1": lambda x: x[:, 0],
    "x2": lambda x: x[:, 1],
    "x1^2": lambda x: x[:, 0] ** 2,
    "x2^2": lambda x: x[:, 1] ** 2,
    "x1*x2": lambda x: x[:, 0] * x[:, 1],
    "sin(x1)": lambda x: np.sin(x[:, 0]),
    "sin(x2)": lambda x: np.sin(x[:, 1]),
}


def points_of(recipe):
    """Training and test points, as pairs of x and y."""
    make = SHAPES.get(recipe.data)
    parts = split_points(make, recipe.noise, recipe.train_share, recipe.seed, recipe.own)
    return [(part.x.double().numpy(), part.y.numpy()) for part in parts]


def layers_of(recipe, weights):
    """The matrices and biases in the order of ``Frame.weights``."""
    classes = len(begin(recipe)[1].confusion) or 1
    widths, rest, layers = [len(recipe.features), *recipe.hidden, classes], weights, []
    for before, after in pairwise(widths):
        matrix, bias, rest = np.split(rest, [before * after, before * after + after])
        layers.append((matrix.reshape(after, before), bias))
    assert not len(rest)
    return layers


def forward(recipe, weights, x):
    """The outputs, and what each hidden layer says, without dropout."""
    h = np.stack([FEATURES[name](x) for name in recipe.features], axis=1)
    said = []
    *hidden, (matrix, bias) = layers_of(recipe, weights.astype(np.float64))
    for w, b in hidden:
        h = CURVES[recipe.activation](h @ w.T + b)
        said.append(h)
    return h @ matrix.T + bias, said


def softmax(outputs):
    powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def loss_of(recipe, outputs, y):
    """Cross entropy or mean squared error, by its formula."""
    if recipe.data in ("plane", "bumps"):
        return ((outputs - y) ** 2).mean()
    return -np.log(softmax(outputs)[np.arange(len(y)), y]).mean()


def sizes_of(recipe, weights):
    return [matrix.size + bias.size for matrix, bias in layers_of(recipe, weights)]


def same_frame(one, other):
    """Whether two frames are equal, bit for bit."""
    pairs = list(zip(one, other, strict=True))
    return all(
        a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
        if isinstance(a, np.ndarray)
        else repr(a) == repr(b)
        for a, b in pairs
    )
