"""A training run in memory, and its checkpoints."""

import io
from typing import NamedTuple

import torch
from torch import nn

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.epochs import LOOPS, Loop
from lib.lessons.training.loop.lesson import WithL1
from lib.lessons.training.loop.network import OPTIMIZERS, features_of, make_model
from lib.lessons.training.loop.points import SHAPES, spiral, split_points


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
