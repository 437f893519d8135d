"""One batch, line by line: what each line of the training loop produced when it really ran."""

import linecache
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, NamedTuple

import torch
from torch import nn

from lib.core.i18n import Sentence, mark
from lib.export.source import NOTE
from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.state import Checkpoint, Run

Names = dict[str, Any]  # the loop's variables after a line ran
Numbers = dict[str, float | tuple[int, ...]]


class Line(NamedTuple):
    """A line that ran.

    Attributes:
        text: the line as it stands in the file, without its indentation.
        number: its number in the file.
        numbers: what it produced, by name; see ``LINES``.
        words: how that is said, with the names of ``numbers`` as fields.
    """

    text: str
    number: int
    numbers: Numbers
    words: str

    @property
    def effect(self) -> Sentence:
        """What the line did, in words."""
        written = {
            name: f"{value:.4g}" if isinstance(value, float) else value
            for name, value in self.numbers.items()
        }
        first = [f"{v:.3g}" for name, v in self.numbers.items() if name.startswith("first_")]
        return self.words, {**written, "first": ", ".join(first)}


class State(NamedTuple):
    """What a line can change, copied.

    Attributes:
        weights: (weights,), all weights and biases.
        gradient: the norm of all gradients together; 0 where there are none.
    """

    weights: torch.Tensor
    gradient: float


def state_of(model: nn.Module) -> State:
    """Return how a model stands."""
    gradients = [p.grad.view(-1) for p in model.parameters() if p.grad is not None]
    return State(
        torch.cat([p.detach().view(-1) for p in model.parameters()]),
        torch.cat(gradients).norm().item() if gradients else 0.0,
    )


def _outputs(names: Names, _before: State, _after: State) -> Numbers:
    outputs = names["outputs"].detach()
    first = {f"first_{i}": number for i, number in enumerate(outputs[0].tolist())}
    return {"points": len(names["batch"]), "shape": tuple(outputs.shape), **first}


def _gradient(_names: Names, before: State, after: State) -> Numbers:
    return {"gradient_before": before.gradient, "gradient_after": after.gradient}


def _step(_names: Names, before: State, after: State) -> Numbers:
    moved = after.weights - before.weights
    place = int(moved.abs().argmax())  # of the weight that moved most; the first if none did
    return {
        "moved": moved.norm().item(),
        "place": place,  # as in ``Frame.weights``
        "weight_before": before.weights[place].item(),
        "weight_after": after.weights[place].item(),
    }


GRADIENT = mark("gradient norm: {gradient_before} → {gradient_after}")

# By how a line of the loop begins: its numbers, from the loop's variables after it ran and the
# model before and after it; and how they are said.
LINES: dict[str, tuple[Callable[[Names, State, State], Numbers], str]] = {
    "model.train()": (
        lambda names, _before, _after: {"training": float(names["model"].training)},
        mark("training mode: dropout is on"),
    ),
    "for ": (
        lambda names, _before, _after: {"points": len(names["batch"])},
        mark("a batch of {points} points"),
    ),
    "outputs = ": (_outputs, mark("outputs of shape {shape}; the first point gives {first}")),
    "loss = ": (
        lambda names, _before, _after: {"loss": names["loss"].item()},
        mark("loss {loss}"),
    ),
    "optimizer.zero_grad()": (_gradient, GRADIENT),
    "loss.backward()": (_gradient, GRADIENT),
    "optimizer.step()": (
        _step,
        mark(
            "the weights moved by {moved}; the one that moved most: "
            "{weight_before} → {weight_after}"
        ),
    ),
}


class Watcher:
    """Writes down what each line of one function did; made for ``sys.settrace``."""

    def __init__(self, code: CodeType, model: nn.Module) -> None:
        self.code = code
        self.model = model
        self.lines: list[Line] = []
        self.running: int | None = None  # the number of the line that runs
        self.before = state_of(model)

    def trace(self, frame: FrameType, event: str, arg: object) -> Any:
        """Follow the function; let every other one run on untraced."""
        if frame.f_code is not self.code:
            return None
        if event in ("line", "return"):
            if self.running is not None:
                self._ran(self.running, frame)
            self.running = frame.f_lineno if event == "line" else None
        return self.trace

    def _ran(self, number: int, frame: FrameType) -> None:
        after = state_of(self.model)
        text = NOTE.sub("", linecache.getline(self.code.co_filename, number)).strip()
        for start, (measure, words) in LINES.items():
            if text.startswith(start):
                numbers = measure(frame.f_locals, self.before, after)
                self.lines.append(Line(text, number, numbers, words))
        self.before = after


def watch(recipe: Recipe, checkpoint: Checkpoint) -> tuple[Checkpoint, tuple[Line, ...]]:
    """Train one batch with the recipe's own loop and tell what each of its lines did.

    The batch is the first one of a new random order of all points. So the checkpoint that comes
    back has the same epoch, weights that are one step on, and random numbers that go on from
    there: batches watched one after another are drawn from all points, each time anew, and do
    not add up to an epoch.

    Args:
        recipe: the run's recipe; its ``loop`` is the function that runs.
        checkpoint: where the run stands.

    Returns:
        Where the batch left the run, and the lines in the order in which they ran. The loop's
        last look at ``for``, which finds no further batch, is not one of them.
    """
    run = Run(recipe)
    run.load(checkpoint)
    batches = run.batches()[:1]
    watcher = Watcher(run.loop.epoch.__code__, run.model)
    before = sys.gettrace()
    sys.settrace(watcher.trace)
    try:
        run.train(batches)
    finally:
        sys.settrace(before)
    return run.save(), tuple(watcher.lines[:-1])
