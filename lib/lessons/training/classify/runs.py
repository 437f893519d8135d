"""The training of a classifier as a chain of chunks: an epoch each, or a part of one."""

import io
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the name it has everywhere
from torch import nn

from lib.lessons.training.classify.config import Recipe
from lib.lessons.training.classify.lesson import (
    MEASURED,
    Data,
    evaluate,
    fit,
    get_data,
    get_model,
    shuffled,
    train_batches,
    valid_batches,
)
from lib.lessons.training.classify.metrics import CLASSES, accuracy
from lib.lessons.training.classify.networks import NETWORKS
from lib.runtime.chunks import ChunkedRun


class Epoch(NamedTuple):
    """What is known of the network after an epoch; number 0 is before any training.

    Attributes:
        epoch: how many epochs it has been trained.
        train_loss: the mean loss on the first 1000 training images, or on all if they are fewer.
        test_loss: the same on images it has never seen.
        train_accuracy: the part of those training images it gets right.
        test_accuracy: the same on images it has never seen.
        seconds: what this epoch and measuring after it took of one core, on this machine.
    """

    epoch: int
    train_loss: float
    test_loss: float
    train_accuracy: float
    test_accuracy: float
    seconds: float


class Standing(NamedTuple):
    """What there is to see of a run so far.

    Attributes:
        chunk: how many chunks have been trained.
        parameters: how many weights and biases the network has.
        mean: what its images are normalized with; 0 before the first chunk.
        std: the same.
        epochs: every whole epoch so far; none before the first chunk.
        probabilities: (1000, 10), of each class for each test image after the last of them,
            float32; (0, 10) before the first chunk.
    """

    chunk: int
    parameters: int
    mean: float
    std: float
    epochs: tuple[Epoch, ...]
    probabilities: np.ndarray


class Checkpoint(NamedTuple):
    """Where a run stands.

    Attributes:
        standing: what there is to see of it.
        state: the states of network, optimizer and random numbers, as ``torch.save`` writes them.
        seconds: what the epoch that is not finished took so far.
    """

    standing: Standing
    state: bytes
    seconds: float


@dataclass(frozen=True)
class Run:
    """A run from the beginning to the last epoch of its recipe."""

    recipe: Recipe

    @property
    def source(self) -> tuple[ChunkedRun, int] | None:
        """Nothing: it begins."""
        return None

    def begin(self, state: None) -> tuple[Checkpoint, Standing]:
        """Return the untrained network; it is measured with the first chunk."""
        torch.manual_seed(self.recipe.seed)
        model, opt = _made(self.recipe)
        parameters = sum(weights.numel() for weights in model.parameters())
        nothing = np.zeros((0, CLASSES), dtype=np.float32)
        return _saved(Standing(0, parameters, 0.0, 1.0, (), nothing), model, opt, 0.0)

    def advance(self, state: Checkpoint) -> tuple[Checkpoint, Standing]:
        """Train one chunk more, and measure where an epoch ends."""
        train_ds, valid_ds = _data(self.recipe.source, self.recipe.size)
        model, opt = _loaded(self.recipe, state)
        standing, before = state.standing, state.seconds
        if not standing.chunk:
            standing = standing._replace(mean=train_ds.mean, std=train_ds.std)
            standing = _measured(standing, model, train_ds, valid_ds)
        # Of this process, which has one thread: so many seconds of one core.
        started = time.process_time()
        epoch, part = divmod(standing.chunk, self.recipe.parts)
        rows = shuffled(len(train_ds.x), self.recipe.seed, epoch).split(self.recipe.batch_size)
        first, last = (len(rows) * each // self.recipe.parts for each in (part, part + 1))
        batches = train_batches(train_ds, rows[first:last], self.recipe.augment)
        fit(model, opt, F.cross_entropy, batches)
        standing = standing._replace(chunk=standing.chunk + 1)
        if part + 1 < self.recipe.parts:
            return _saved(standing, model, opt, before + time.process_time() - started)
        standing = _measured(standing, model, train_ds, valid_ds)
        seconds = before + time.process_time() - started
        *earlier, latest = standing.epochs
        epochs = (*earlier, latest._replace(seconds=seconds))
        return _saved(standing._replace(epochs=epochs), model, opt, 0.0)


def trained(recipe: Recipe, checkpoint: Checkpoint) -> nn.Module:
    """Return the network as a checkpoint has it, ready to be asked."""
    return _loaded(recipe, checkpoint)[0].eval()


@lru_cache(maxsize=2)
def _data(source: str, size: int) -> tuple[Data, Data]:
    """Return the images, kept in this process: all who use them only read."""
    return get_data(source, size)


def _made(recipe: Recipe) -> tuple[nn.Module, torch.optim.Optimizer]:
    return get_model(
        NETWORKS[recipe.network], recipe.dropout, recipe.batch_norm, recipe.optimizer,
        recipe.learning_rate, recipe.weight_decay,
    )  # fmt: skip


def _saved(
    standing: Standing, model: nn.Module, opt: torch.optim.Optimizer, seconds: float
) -> tuple[Checkpoint, Standing]:
    file = io.BytesIO()
    state = {
        "model": model.state_dict(),
        "optimizer": opt.state_dict(),
        "random": torch.get_rng_state(),
    }
    torch.save(state, file)
    return Checkpoint(standing, file.getvalue(), seconds), standing


def _loaded(recipe: Recipe, checkpoint: Checkpoint) -> tuple[nn.Module, torch.optim.Optimizer]:
    model, opt = _made(recipe)
    state: dict[str, Any] = torch.load(io.BytesIO(checkpoint.state))
    model.load_state_dict(state["model"])
    opt.load_state_dict(state["optimizer"])
    torch.set_rng_state(state["random"])
    return model, opt


def _measured(standing: Standing, model: nn.Module, train_ds: Data, valid_ds: Data) -> Standing:
    """Return the standing with one epoch more; measuring draws no random numbers."""
    train_loss, train_outputs = evaluate(model, F.cross_entropy, valid_batches(train_ds, MEASURED))
    test_loss, outputs = evaluate(model, F.cross_entropy, valid_batches(valid_ds, MEASURED))
    epoch = Epoch(
        len(standing.epochs),
        train_loss,
        test_loss,
        accuracy(train_outputs, train_ds.y),
        accuracy(outputs, valid_ds.y),
        0.0,
    )
    probabilities = outputs.softmax(dim=1).numpy()  # (1000, 10)
    return standing._replace(epochs=(*standing.epochs, epoch), probabilities=probabilities)
