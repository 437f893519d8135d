"""What is recorded of each epoch, and drawn: losses, weights, the map, the neurons' outputs."""

from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.lesson import Trained, measured
from lib.lessons.training.loop.network import features_of, linear_layers
from lib.lessons.training.loop.points import SHAPES, Points, spiral, split_points
from lib.lessons.training.loop.state import Run, SoFar, so_far

MAP = 40  # points on each side of the decision map
THUMB = 10  # and of the picture of one neuron's output


class Frame(NamedTuple):
    """One epoch as it is recorded.

    Attributes:
        epoch: how many epochs have been trained.
        trained: losses and accuracies.
        gradients: for each layer, the norm of the gradient that the last batch left.
        weights: all weights and biases, layer by layer, float32.
        map: (MAP, MAP), the output of the network in each place, see ``shades``; uint8. The
            first row is the lowest.
        neurons: (hidden neurons, THUMB, THUMB), the output of each, from -1 to 1 as 0 to 255.
        confusion: (classes, classes), test points by true and predicted class; empty for numbers.
        so_far: what is remembered of this epoch and all before it.
    """

    epoch: int
    trained: Trained
    gradients: np.ndarray
    weights: np.ndarray
    map: np.ndarray
    neurons: np.ndarray
    confusion: np.ndarray
    so_far: SoFar


class Record(NamedTuple):
    """What is recorded of an epoch while training goes on; its frame is drawn afterwards."""

    epoch: int
    trained: Trained
    weights: torch.Tensor  # (weights,)
    gradients: torch.Tensor  # (weights,)
    predicted: torch.Tensor  # (test points,), classes
    so_far: SoFar


def record(run: Run) -> Record:
    """Measure a run, which remembers it; neither its weights nor its random numbers change."""
    drops = run.recipe.loop == "no eval"  # then dropout draws numbers that training must not miss
    with torch.random.fork_rng(devices=(), enabled=drops):
        if drops:
            torch.manual_seed(run.recipe.seed + run.epoch)
        trained, outputs = measured(
            run.model, run.criterion, run.training, run.test, run.loop.evaluate
        )
    parameters = list(run.model.parameters())
    gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
    weights = nn.utils.parameters_to_vector(parameters).detach()
    gradient = nn.utils.parameters_to_vector(gradients).detach()
    losses = trained.train_loss, trained.test_loss
    finite = all(bool(torch.as_tensor(each).isfinite().all()) for each in
                 (losses, weights, gradient))  # fmt: skip
    run.so_far = so_far(run.so_far, run.epoch, *losses, finite=finite)
    return Record(run.epoch, trained, weights, gradient, outputs.argmax(dim=1), run.so_far)


def draw(run: Run, records: list[Record]) -> tuple[Frame, ...]:
    """Return the frames of some epochs, all computed at once from their weights."""
    if not records:
        return ()
    weights = torch.stack([each.weights for each in records])  # (E, weights)
    gradients = torch.stack([each.gradients for each in records])  # (E, weights)
    outputs, neurons = outputs_of(run.model, weights, grid(run.recipe))
    maps = shades(outputs, run.training.classes).reshape(-1, MAP, MAP).numpy()
    sizes = [sum(p.numel() for p in layer.parameters()) for layer in linear_layers(run.model)]
    norms = torch.stack([part.norm(dim=1) for part in gradients.split(sizes, dim=1)], dim=1)
    return tuple(
        Frame(
            epoch=each.epoch,
            trained=each.trained,
            gradients=norms[i].numpy(),
            weights=each.weights.numpy(),
            map=maps[i],
            neurons=neurons[i].numpy(),
            confusion=_confusion(each.predicted, run.test),
            so_far=each.so_far,
        )
        for i, each in enumerate(records)
    )


def grid(recipe: Recipe) -> torch.Tensor:
    """Return the features of the map's places, row by row from below: (MAP * MAP, features)."""
    along = (torch.arange(MAP) + 0.5) / MAP * 12 - 6  # (MAP,)
    x2, x1 = torch.meshgrid(along, along, indexing="ij")
    return features_of(torch.stack([x1.flatten(), x2.flatten()], dim=1), recipe.features)


class Seen(NamedTuple):
    """What there is to see before any training.

    Attributes:
        train: (points, 3), x1, x2 and the class or number of each point, float32.
        test: the same for those the network never sees.
        inputs: (features, THUMB, THUMB), the value of each feature, its largest as 255.
        classes: how many classes there are; 0 for numbers.
    """

    train: np.ndarray
    test: np.ndarray
    inputs: np.ndarray
    classes: int


def scene(recipe: Recipe) -> Seen:
    """Return the points and the features of a recipe."""
    make = SHAPES.get(recipe.data, spiral)  # own points need no shape
    parts = split_points(make, recipe.noise, recipe.train_share, recipe.seed, recipe.own)
    features = grid(recipe)[_few()].T  # (features, THUMB * THUMB)
    inputs = _levels(features / features.abs().amax(dim=1, keepdim=True))
    train, test = (
        torch.cat([part.x, part.y.reshape(-1, 1).float()], dim=1).numpy() for part in parts
    )
    return Seen(train, test, inputs.reshape(-1, THUMB, THUMB).numpy(), parts[0].classes)


@torch.no_grad()
def outputs_of(
    model: nn.Sequential, weights: torch.Tensor, places: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a network's outputs in each place with each of some sets of weights.

    Args:
        model: the network; its own weights do not count.
        weights: (E, weights), E sets of all its weights and biases, layer by layer.
        places: (MAP * MAP, features).

    Returns:
        The outputs, (E, MAP * MAP, outputs), and those of each hidden neuron, from -1 to 1 as 0
        to 255, (E, neurons, THUMB, THUMB).
    """
    few = _few()
    rest, seen = weights, []
    h = places.expand(len(weights), -1, -1)  # (E, places, features)
    for layer in model:
        if isinstance(layer, nn.Linear):
            size = layer.out_features * layer.in_features
            w, bias, rest = rest.split(
                [size, layer.out_features, rest.shape[1] - size - layer.out_features], 1
            )
            w = w.reshape(-1, layer.out_features, layer.in_features)
            h = torch.baddbmm(bias[:, None], h, w.transpose(1, 2))  # (E, places, width)
        elif not isinstance(layer, nn.Dropout):
            h = layer(h)
            seen.append(h[:, few].transpose(1, 2))  # (E, width, THUMB * THUMB)
    thumbs = torch.cat(seen, dim=1) if seen else h.new_zeros(len(weights), 0, THUMB * THUMB)
    return h, _levels(thumbs).reshape(len(weights), -1, THUMB, THUMB)


def _few() -> torch.Tensor:
    """Return the positions of a thumbnail's places among those of the map."""
    step = MAP // THUMB
    every = torch.arange(MAP * MAP).reshape(MAP, MAP)
    return every[step // 2 :: step, step // 2 :: step].flatten()


def shades(outputs: torch.Tensor, classes: int) -> torch.Tensor:
    """Return outputs as one small integer each: (..., classes) -> (...), uint8.

    For classes, 64 times the likeliest class, plus its certainty from 0 (all are equally likely)
    to 63. For numbers, from -1 to 1 as 0 to 255.
    """
    if not classes:
        return _levels(outputs[..., 0])
    probability, winner = outputs.softmax(dim=-1).nan_to_num(1 / classes).max(dim=-1)
    certainty = ((probability - 1 / classes) / (1 - 1 / classes)).clamp(0, 1)
    return (winner * 64 + (certainty * 63).round().long()).to(torch.uint8)


def _levels(values: torch.Tensor) -> torch.Tensor:
    """Return numbers from -1 to 1 as 0 to 255; NaN as the middle."""
    return ((values.nan_to_num(0.0).clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)


def _confusion(predicted: torch.Tensor, points: Points) -> np.ndarray:
    """Return how many points of each class (rows) were predicted as each class (columns)."""
    if not points.classes:
        return np.zeros((0, 0), dtype=np.int64)
    counts = torch.bincount(points.y * points.classes + predicted, minlength=points.classes**2)
    return counts.reshape(points.classes, points.classes).numpy()
