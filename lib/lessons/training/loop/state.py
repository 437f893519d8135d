"""A training run in memory, and its checkpoints."""

import io
from typing import Any, NamedTuple

import torch

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.epochs import LOOPS, Loop
from lib.lessons.training.loop.lesson import set_up
from lib.lessons.training.loop.points import SHAPES, spiral


class SoFar(NamedTuple):
    """What is remembered of all epochs of a run, since their frames are not kept for ever.

    Attributes:
        train_loss: the lowest loss on the training points.
        test_loss: the lowest loss on the test points.
        test_epoch: the epoch that had it.
        train_then: the loss on the training points in that epoch.
        broken: the epoch since which there is a NaN or an infinite number; None if there is none.
    """

    train_loss: float
    test_loss: float
    test_epoch: int
    train_then: float
    broken: int | None


def so_far(
    before: SoFar | None, epoch: int, train_loss: float, test_loss: float, *, finite: bool
) -> SoFar:
    """Return what is remembered after one epoch more; ``before`` is None for the first one."""
    if before is None:
        return SoFar(train_loss, test_loss, epoch, train_loss, None if finite else epoch)
    if not finite:
        broken = epoch if before.broken is None else before.broken
        return before._replace(broken=broken)
    made = before._replace(train_loss=min(before.train_loss, train_loss), broken=None)
    if test_loss < made.test_loss:
        made = made._replace(test_loss=test_loss, test_epoch=epoch, train_then=train_loss)
    return made


class Checkpoint(NamedTuple):
    """Where a run stands.

    Attributes:
        epoch: how many epochs have been trained.
        state: the states of model, optimizer and random numbers, as ``torch.save`` writes them.
        so_far: what is remembered of the epochs; None if none has been recorded.
    """

    epoch: int
    state: bytes
    so_far: SoFar | None = None


class Run:
    """A run in memory: built from a recipe, put where a checkpoint says."""

    def __init__(self, recipe: Recipe) -> None:
        settings = recipe.settings
        del settings["batch_size"]
        self.recipe = recipe
        self.loop: Loop = LOOPS[recipe.loop]
        (self.training, self.test, self.model, self.optimizer, self.criterion, self.objective) = (
            set_up(SHAPES.get(recipe.data, spiral), **settings)  # own points need no shape
        )
        self.epoch = 0
        self.so_far: SoFar | None = None

    def batches(self) -> tuple[torch.Tensor, ...]:
        """Return the batches of the next epoch, as positions of points."""
        order = torch.randperm(len(self.training.x))  # (points,)
        batches: tuple[torch.Tensor, ...] = order.split(self.recipe.batch_size)
        return batches

    def train(self, batches: tuple[torch.Tensor, ...]) -> None:
        """Train on some batches with the recipe's loop."""
        x, y = self.training.x, self.training.y
        self.loop.epoch(self.model, self.optimizer, self.objective, x, y, batches)

    def one_epoch(self) -> None:
        """Train for one epoch."""
        self.train(self.batches())
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
        return Checkpoint(self.epoch, file.getvalue(), self.so_far)

    def load(self, checkpoint: Checkpoint) -> None:
        """Go on from where a run stood, of this recipe or of one whose network has this shape.

        An optimizer goes on with what another one has accumulated if it keeps the same numbers.

        Raises:
            ValueError: if the checkpoint's network has another shape.
        """
        state: dict[str, Any] = torch.load(io.BytesIO(checkpoint.state))
        # By their order: with dropout, the layers that follow have other numbers in their names.
        ours, theirs = self.model.state_dict(), tuple(state["model"].values())
        if [each.shape for each in ours.values()] != [each.shape for each in theirs]:
            raise ValueError(
                "this run has a network of another shape: features, layers and classes must stay "
                "as they are to go on from there"
            )
        self.model.load_state_dict(dict(zip(ours, theirs, strict=True)))
        for parameter, gradient in zip(self.model.parameters(), state["gradients"], strict=True):
            parameter.grad = gradient  # what nobody zeroed goes on adding up
        groups = self.optimizer.state_dict()["param_groups"]
        if set(groups[0]) == set(state["optimizer"]["param_groups"][0]):
            self.optimizer.load_state_dict({**state["optimizer"], "param_groups": groups})
        torch.set_rng_state(state["random"])
        self.epoch, self.so_far = checkpoint.epoch, checkpoint.so_far
