"""A training run in pieces: begun, trained on from a checkpoint, edited by hand.

A run is a chain of chunks, each a pure function of the recipe and the checkpoint before it, so in
one go, in pieces or after a lost worker the numbers are the same bit for bit, and the same as
those of ``loop.train``.
"""

import io
from typing import Any

import torch
from torch import nn

from lib.core.rules import Between
from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.frames import Frame, note, picture
from lib.lessons.training.loop.state import Checkpoint, Run


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
