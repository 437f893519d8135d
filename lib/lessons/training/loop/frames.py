"""What is recorded of each epoch, and drawn: losses, weights, the map, what each neuron says."""

from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.lesson import Trained, accuracy
from lib.lessons.training.loop.network import features_of, linear_layers
from lib.lessons.training.loop.points import Points
from lib.lessons.training.loop.state import Run

MAP = 40  # points on each side of the decision map
THUMB = 10  # and of what one neuron sees


class Frame(NamedTuple):
    """One epoch as it is recorded.

    Attributes:
        epoch: how many epochs have been trained.
        trained: losses and accuracies.
        gradients: for each layer, the norm of the gradient that the last batch left.
        weights: all weights and biases, layer by layer, float32.
        map: (MAP, MAP), what the network says in each place, see ``shades``; uint8. The first
            row is the lowest.
        neurons: (hidden neurons, THUMB, THUMB), what each says, from -1 to 1 as 0 to 255.
        confusion: (classes, classes), test points by class and by answer; empty for numbers.
    """

    epoch: int
    trained: Trained
    gradients: np.ndarray
    weights: np.ndarray
    map: np.ndarray
    neurons: np.ndarray
    confusion: np.ndarray


class Note(NamedTuple):
    """What is kept of an epoch while training goes on; the pictures are made of it afterwards."""

    epoch: int
    trained: Trained
    weights: torch.Tensor  # (weights,)
    gradients: torch.Tensor  # (weights,)
    answers: torch.Tensor  # (test points,), the class said of each


def note(run: Run) -> Note:
    """Measure a run; neither its weights nor its random numbers change."""
    measure = run.loop.evaluate
    drops = run.recipe.loop == "no eval"  # then dropout draws numbers that training must not miss
    with torch.random.fork_rng(devices=(), enabled=drops):
        if drops:
            torch.manual_seed(run.recipe.seed + run.epoch)
        train_loss, outputs = measure(run.model, run.criterion, run.x, run.training.y)
        test_loss, test_outputs = measure(run.model, run.criterion, run.test_x, run.test.y)
    with torch.no_grad():
        weights = [p.view(-1) for p in run.model.parameters()]
        gradients = [
            w.new_zeros(w.shape) if p.grad is None else p.grad.view(-1)
            for w, p in zip(weights, run.model.parameters(), strict=True)
        ]
        return Note(
            run.epoch,
            Trained(
                train_loss,
                test_loss,
                accuracy(outputs, run.training),
                accuracy(test_outputs, run.test),
            ),
            torch.cat(weights),
            torch.cat(gradients),
            test_outputs.argmax(dim=1),
        )


def picture(run: Run, notes: list[Note]) -> list[Frame]:
    """Return the frames of some epochs, all computed at once from their weights."""
    weights = torch.stack([each.weights for each in notes])  # (E, weights)
    gradients = torch.stack([each.gradients for each in notes])  # (E, weights)
    said, neurons = look(run.model, weights, grid(run.recipe))
    maps = shades(said, run.training.classes).reshape(-1, MAP, MAP).numpy()
    sizes = [sum(p.numel() for p in layer.parameters()) for layer in linear_layers(run.model)]
    norms = torch.stack([part.norm(dim=1) for part in gradients.split(sizes, dim=1)], dim=1)
    return [
        Frame(
            epoch=each.epoch,
            trained=each.trained,
            gradients=norms[i].numpy(),
            weights=each.weights.numpy(),
            map=maps[i],
            neurons=neurons[i].numpy(),
            confusion=_confusion(each.answers, run.test),
        )
        for i, each in enumerate(notes)
    ]


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
        inputs: (features, THUMB, THUMB), what each feature says, its largest as 255.
        classes: how many classes there are; 0 for numbers.
    """

    train: np.ndarray
    test: np.ndarray
    inputs: np.ndarray
    classes: int


def scene(recipe: Recipe) -> Seen:
    """Return the points and the features of a recipe."""
    run = Run(recipe)
    features = grid(recipe)[_few()].T  # (features, THUMB * THUMB)
    inputs = _levels(features / features.abs().amax(dim=1, keepdim=True))
    train, test = (
        torch.cat([part.x, part.y.reshape(-1, 1).float()], dim=1).numpy()
        for part in (run.training, run.test)
    )
    return Seen(train, test, inputs.reshape(-1, THUMB, THUMB).numpy(), run.training.classes)


@torch.no_grad()
def look(
    model: nn.Sequential, weights: torch.Tensor, places: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what a network says in each place with each of some sets of weights.

    Args:
        model: the network; its own weights do not count.
        weights: (E, weights), E sets of all its weights and biases, layer by layer.
        places: (MAP * MAP, features).

    Returns:
        The outputs, (E, MAP * MAP, outputs), and what each hidden neuron says, from -1 to 1 as
        0 to 255, (E, neurons, THUMB, THUMB).
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
    chance, winner = outputs.softmax(dim=-1).nan_to_num(1 / classes).max(dim=-1)
    certainty = ((chance - 1 / classes) / (1 - 1 / classes)).clamp(0, 1)
    return (winner * 64 + (certainty * 63).round().long()).to(torch.uint8)


def _levels(values: torch.Tensor) -> torch.Tensor:
    """Return numbers from -1 to 1 as 0 to 255; NaN as the middle."""
    return ((values.nan_to_num(0.0).clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)


def _confusion(answers: torch.Tensor, points: Points) -> np.ndarray:
    """Return how many points of each class (rows) were taken for each class (columns)."""
    if not points.classes:
        return np.zeros((0, 0), dtype=np.int64)
    counts = torch.bincount(points.y * points.classes + answers, minlength=points.classes**2)
    return counts.reshape(points.classes, points.classes).numpy()
