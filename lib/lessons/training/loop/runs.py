"""Training runs as chains of chunks: begun, trained on, forked, edited by hand.

Each chunk is a pure function of the recipe and the checkpoint before it, so in one go, in pieces
or after a lost worker the numbers are the same bit for bit, and the same as those of
``lesson.train``.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple

import numpy as np
from torch import nn

from lib.core.rules import Between
from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.frames import Frame, draw, record
from lib.lessons.training.loop.lines import Line, watch
from lib.lessons.training.loop.state import Checkpoint, Run
from lib.runtime.chunks import ChunkedRun

EPOCHS = Between(0, 5000, costly=3)  # of one run
FORKS, EDITS = Between(0, 20), Between(0, 100)  # nobody makes more by hand


def begin(recipe: Recipe) -> tuple[Checkpoint, Frame]:
    """Return the untrained network: its checkpoint and its frame."""
    run = Run(recipe)
    frame = draw(run, [record(run)])[0]
    return run.save(), frame


def advance(
    recipe: Recipe, checkpoint: Checkpoint, epochs: int
) -> tuple[Checkpoint, tuple[Frame, ...]]:
    """Train on for some epochs; return where that led, and every epoch on the way."""
    run = Run(recipe)
    run.load(checkpoint)
    records = []
    for _ in range(epochs):
        run.one_epoch()
        records.append(record(run))
    return run.save(), draw(run, records)


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
    run.load(checkpoint)
    weights = nn.utils.parameters_to_vector(run.model.parameters()).detach()
    for place, value in edits:
        Between(0, len(weights) - 1).check("the weight's position", place)
        Between(-100.0, 100.0).check("the weight", value)
        weights[place] = value
    nn.utils.vector_to_parameters(weights, run.model.parameters())
    run.so_far = None  # this run begins here
    frame = draw(run, [record(run)])[0]
    return run.save(), frame


@dataclass(frozen=True)
class Branch:
    """A run.

    Attributes:
        recipe: what is trained, and how.
        parent: the run it goes on from, if it does not start anew.
        epoch: the epoch of the parent it goes on from.
        edits: weights set by hand there: pairs of a position in ``Frame.weights`` and a value.
    """

    recipe: Recipe
    parent: "Branch | None" = None
    epoch: int = 0
    edits: tuple[tuple[int, float], ...] = ()

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for an epoch that no run has, and for too many forks or edits."""
        EPOCHS.check("epoch", self.epoch)
        EDITS.check("the number of weights set by hand", len(self.edits))
        forks, before = 0, self.parent
        while before:
            forks, before = forks + 1, before.parent
        FORKS.check("the number of forks", forks)
        if self.parent and self.epoch < self.parent.epoch:
            raise ValueError(
                f"epoch={self.epoch} is out of range: the run begins at {self.parent.epoch}"
            )

    @property
    def source(self) -> tuple[ChunkedRun, int] | None:
        """The parent's last whole chunk before the epoch, and its number."""
        if self.parent is None:
            return None
        return self.parent, self.parent.chunk_of(self.epoch)

    def chunk_of(self, epoch: int) -> int:
        """Return the number of the last chunk that ends at this epoch or before."""
        return (epoch - self.epoch) // self.recipe.epochs_a_chunk

    def begin(self, state: Checkpoint | None) -> tuple[Checkpoint, tuple[Frame, ...]]:
        """Return where the run starts, and the frame of it."""
        if self.parent is None or state is None:
            checkpoint, frame = begin(self.recipe)
        else:
            there, _ = advance(self.parent.recipe, state, self.epoch - state.epoch)
            checkpoint, frame = edited(self.recipe, there, self.edits)
        return checkpoint, (frame,)

    def advance(self, state: Checkpoint) -> tuple[Checkpoint, tuple[Frame, ...]]:
        """Train one chunk more."""
        return advance(self.recipe, state, self.recipe.epochs_a_chunk)


class Batch(NamedTuple):
    """One batch, watched.

    Attributes:
        lines: what each line of the loop did.
        frame: the network after it; its epoch is the one that was complete before.
    """

    lines: tuple[Line, ...]
    frame: Frame


@dataclass(frozen=True)
class Watched:
    """Batches trained one at a time from an epoch on: chunk 0 is the first of them."""

    branch: Branch
    epoch: int

    @property
    def source(self) -> tuple[ChunkedRun, int]:
        """The branch's last whole chunk before the epoch, and its number."""
        return self.branch, self.branch.chunk_of(self.epoch)

    def begin(self, state: Checkpoint) -> tuple[Checkpoint, Batch]:
        """Return where the first batch leads, and what it did."""
        there, _ = advance(self.branch.recipe, state, self.epoch - state.epoch)
        return self.advance(there)

    def advance(self, state: Checkpoint) -> tuple[Checkpoint, Batch]:
        """Return where one more batch leads, and what it did."""
        checkpoint, lines = watch(self.branch.recipe, state)
        _, frame = edited(self.branch.recipe, checkpoint, ())
        return checkpoint, Batch(lines, frame)


def packed(frames: Sequence[Frame]) -> str:
    """Return frames as JSON, arrays as base64: what a browser gets of a chunk."""
    return json.dumps(
        {
            "epochs": [frame.epoch for frame in frames],
            "losses": [[_finite(v) for v in frame.trained] for frame in frames],
            "gradients": [[_finite(v) for v in frame.gradients.tolist()] for frame in frames],
            "confusion": [frame.confusion.tolist() for frame in frames],
            "weights": _base64([frame.weights for frame in frames]),
            "map": _base64([frame.map for frame in frames]),
            "neurons": _base64([frame.neurons for frame in frames]),
        },
        separators=(",", ":"),
    )


def _finite(value: float | None) -> float | None:
    """Return a number as JSON can hold it: None for NaN and infinity."""
    return value if value is not None and isfinite(value) else None


def _base64(arrays: list[Any]) -> str:
    return base64.b64encode(np.stack(arrays).tobytes()).decode()
