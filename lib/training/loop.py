"""Training, live: a network learns points in the plane, epoch by epoch.

``train`` is the program a student takes home. ``begin`` and ``advance`` do the same in pieces: a
run is a chain of chunks, each a pure function of the recipe and the checkpoint before it, so in
one go, in pieces or after a lost worker the numbers are the same bit for bit.

Source: https://docs.pytorch.org/tutorials/beginner/basics/optimization_tutorial.html
"""

import io
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from lib.settings import Between, OneOf, checked
from lib.training.loop_epochs import LOOPS, Loop, epoch, evaluate
from lib.training.loop_network import OPTIMIZERS, features_of, linear_layers, make_model
from lib.training.loop_points import SHAPES, Maker, OwnPoints, Points, spiral, split_points
from lib.training.loop_recipe import RULES, Epochs, Recipe

MAP = 40  # points on each side of the decision map
THUMB = 10  # and of what one neuron sees


class WithL1(nn.Module):
    """A loss and, on top of it, the sum of all absolute weights."""

    def __init__(self, criterion: nn.Module, model: nn.Module, l1: float) -> None:
        super().__init__()
        self.criterion = criterion
        self.weights = [layer.weight for layer in linear_layers(model)]
        self.l1 = l1

    def forward(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the loss of these outputs, with the penalty."""
        penalty = sum(weight.abs().sum() for weight in self.weights)
        total: torch.Tensor = self.criterion(outputs, targets) + self.l1 * penalty
        return total


class Trained(NamedTuple):
    """What a network can do after training.

    Attributes:
        train_loss: the mean loss on the training points.
        test_loss: the same on points it has never seen.
        train_accuracy: the part of the training points it gets right; None for numbers.
        test_accuracy: the same on points it has never seen.
    """

    train_loss: float
    test_loss: float
    train_accuracy: float | None
    test_accuracy: float | None


def accuracy(outputs: torch.Tensor, points: Points) -> float | None:
    """Return the part of the points whose largest output is that of their class."""
    if not points.classes:
        return None
    return (outputs.argmax(dim=1) == points.y).float().mean().item()


@checked(
    **{name: rule for name, rule in RULES.items() if name not in ("data", "loop")},
    points=OneOf(*SHAPES.values()),
    epochs=Epochs(0, 5000),
)
def train(
    points: Maker = spiral,
    noise: float = 0.0,
    share: float = 0.5,
    batch: int = 10,
    features: tuple[str, ...] = ("x1", "x2"),
    hidden: tuple[int, ...] = (4, 2),
    activation: str = "tanh",
    optimizer: str = "SGD",
    rate: float = 0.03,
    l1: float = 0.0,
    l2: float = 0.0,
    dropout: float = 0.0,
    seed: int = 0,
    own: OwnPoints = (),
    epochs: int = 10,
    one_epoch: Callable[..., None] = epoch,
    measure: Callable[..., tuple[float, torch.Tensor]] = evaluate,
) -> Trained:
    """Train a network for some epochs and return what it can do then.

    Raises:
        ValueError: for a setting out of range.
    """
    training, test = split_points(points, noise, share, seed, own)
    x, test_x = features_of(training.x, features), features_of(test.x, features)
    torch.manual_seed(seed)
    model = make_model(x.shape[1], hidden, training.classes or 1, activation, dropout)
    steps = OPTIMIZERS[optimizer](model.parameters(), lr=rate, weight_decay=l2)
    criterion = nn.CrossEntropyLoss() if training.classes else nn.MSELoss()
    objective = WithL1(criterion, model, l1) if l1 else criterion
    for _ in range(epochs):
        batches = torch.randperm(len(x)).split(batch)
        one_epoch(model, steps, objective, x, training.y, batches)
    torch.manual_seed(seed + epochs)  # for a measurement that forgot eval() and so drops neurons
    train_loss, outputs = measure(model, criterion, x, training.y)
    test_loss, test_outputs = measure(model, criterion, test_x, test.y)
    return Trained(train_loss, test_loss, accuracy(outputs, training), accuracy(test_outputs, test))


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


class Checkpoint(NamedTuple):
    """Where a run stands.

    Attributes:
        epoch: how many epochs have been trained.
        state: the states of model, optimizer and random numbers, as ``torch.save`` writes them.
    """

    epoch: int
    state: bytes


class Run:
    """A run in memory: built from a recipe, put where a checkpoint says."""

    def __init__(self, recipe: Recipe) -> None:
        make = SHAPES.get(recipe.data, spiral)  # own points need none
        self.recipe = recipe
        self.loop: Loop = LOOPS[recipe.loop]
        self.training, self.test = split_points(
            make, recipe.noise, recipe.share, recipe.seed, recipe.own
        )
        self.x = features_of(self.training.x, recipe.features)
        self.test_x = features_of(self.test.x, recipe.features)
        torch.manual_seed(recipe.seed)
        self.model = make_model(
            self.x.shape[1], recipe.hidden, self.training.classes or 1, recipe.activation,
            recipe.dropout,
        )  # fmt: skip
        self.optimizer = OPTIMIZERS[recipe.optimizer](
            self.model.parameters(), lr=recipe.rate, weight_decay=recipe.l2
        )
        self.criterion: nn.Module = nn.CrossEntropyLoss() if self.training.classes else nn.MSELoss()
        self.objective = (
            WithL1(self.criterion, self.model, recipe.l1) if recipe.l1 else self.criterion
        )
        self.epoch = 0

    def batches(self) -> tuple[torch.Tensor, ...]:
        """Return the batches of the next epoch, as positions of points."""
        order = torch.randperm(len(self.x))  # (points,)
        batches: tuple[torch.Tensor, ...] = order.split(self.recipe.batch)
        return batches

    def one_epoch(self) -> None:
        """Train for one epoch."""
        self.loop.epoch(
            self.model, self.optimizer, self.objective, self.x, self.training.y, self.batches()
        )
        self.epoch += 1

    def save(self) -> Checkpoint:
        """Return where the run stands."""
        file = io.BytesIO()
        torch.save(
            {
                "model": self.model.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "random": torch.get_rng_state(),
                # Gradients that nobody zeroed belong to the next step.
                "gradients": [p.grad for p in self.model.parameters()],
            },
            file,
        )
        return Checkpoint(self.epoch, file.getvalue())

    def load(self, checkpoint: Checkpoint) -> None:
        """Go on from where a run of the same recipe stood."""
        state = torch.load(io.BytesIO(checkpoint.state))
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        for parameter, gradient in zip(self.model.parameters(), state["gradients"], strict=True):
            parameter.grad = gradient
        torch.set_rng_state(state["random"])
        self.epoch = checkpoint.epoch


class Note(NamedTuple):
    """What is kept of an epoch while training goes on; the pictures are made of it afterwards."""

    epoch: int
    trained: Trained
    weights: torch.Tensor  # (weights,)
    gradients: torch.Tensor  # (weights,)
    answers: torch.Tensor  # (test points,), the class said of each


def begin(recipe: Recipe) -> tuple[Checkpoint, Frame]:
    """Return the untrained network: its checkpoint, and what it says."""
    run = Run(recipe)
    return run.save(), picture(run, [note(run)])[0]


def advance(
    recipe: Recipe, checkpoint: Checkpoint, epochs: int
) -> tuple[Checkpoint, tuple[Frame, ...]]:
    """Train on for some epochs; return where that led, and every epoch on the way."""
    run = Run(recipe)
    run.load(checkpoint)
    notes = []
    for _ in range(epochs):
        run.one_epoch()
        notes.append(note(run))
    return run.save(), tuple(picture(run, notes) if notes else ())


def note(run: Run) -> Note:
    """Measure a run; neither its weights nor its random numbers change."""
    if run.recipe.loop == "no eval":  # dropout draws random numbers, which training must not miss
        before = torch.get_rng_state()
        torch.manual_seed(run.recipe.seed + run.epoch)
    measure = run.loop.evaluate
    train_loss, outputs = measure(run.model, run.criterion, run.x, run.training.y)
    test_loss, test_outputs = measure(run.model, run.criterion, run.test_x, run.test.y)
    if run.recipe.loop == "no eval":
        torch.set_rng_state(before)
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


def edited(
    recipe: Recipe, checkpoint: Checkpoint, edits: tuple[tuple[int, float], ...]
) -> tuple[Checkpoint, Frame]:
    """Set some weights by hand; return where that leaves the run.

    Args:
        recipe: the recipe to go on with; its network must have the shape of the checkpoint's.
        checkpoint: where another run stood.
        edits: pairs of a position in ``Frame.weights`` and the value it gets.

    Raises:
        ValueError: if the checkpoint's network has another shape, a position does not exist, or
            a value is not from -100 to 100.
    """
    run = Run(recipe)
    state: dict[str, Any] = torch.load(io.BytesIO(checkpoint.state))
    # By their order: with dropout, the layers that follow have other numbers in their names.
    ours, theirs = run.model.state_dict(), tuple(state["model"].values())
    if [each.shape for each in ours.values()] != [each.shape for each in theirs]:
        raise ValueError(
            "this run has a network of another shape: features, layers and classes must stay "
            "as they are to go on from there"
        )
    run.model.load_state_dict(dict(zip(ours, theirs, strict=True)))
    for parameter, gradient in zip(run.model.parameters(), state["gradients"], strict=True):
        parameter.grad = gradient  # what nobody zeroed goes on adding up
    if _same_kind(run.optimizer.state_dict(), state["optimizer"]):
        rates = run.optimizer.state_dict()["param_groups"]
        run.optimizer.load_state_dict({**state["optimizer"], "param_groups": rates})
    run.epoch = checkpoint.epoch
    torch.set_rng_state(state["random"])
    weights = nn.utils.parameters_to_vector(run.model.parameters()).detach()
    for place, value in edits:
        Between(0, len(weights) - 1).check("the weight's position", place)
        Between(-100.0, 100.0).check("the weight", value)
        weights[place] = value
    nn.utils.vector_to_parameters(weights, run.model.parameters())
    return run.save(), picture(run, [note(run)])[0]


def _same_kind(ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Tell whether an optimizer can go on with another one's state: they keep the same numbers."""
    keys = [set(state["param_groups"][0]) for state in (ours, theirs)]
    return keys[0] == keys[1]
