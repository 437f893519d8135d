"""Training runs as chains of chunks: from the beginning, or from where another run stood."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple

import numpy as np

from lib.core.rules import Between
from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.engine import advance, begin, edited
from lib.lessons.training.loop.frames import Frame
from lib.lessons.training.loop.lines import Line, watch
from lib.lessons.training.loop.state import Checkpoint
from lib.runtime.chunks import ChunkedRun

EPOCHS = Between(0, 5000, costly=3)  # of one run
FORKS, EDITS = Between(0, 20), Between(0, 100)  # nobody makes more by hand


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
