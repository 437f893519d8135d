"""One batch, line by line: what each line of the training loop produced when it really ran."""

import linecache
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, NamedTuple

import torch
from torch import nn

from lib.export.source import NOTE
from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.state import Checkpoint, Run

Said = dict[str, float | tuple[int, ...]]


class Line(NamedTuple):
    """A line that ran.

    Attributes:
        text: the line as it stands in the file, without its indentation.
        number: its number in the file.
        said: what it produced, by name; see ``SAYS``.
    """

    text: str
    number: int
    said: Said


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


# What each line tells, from the loop's variables after it ran and the model before and after it.


def _batch(names: dict[str, Any], before: State, after: State) -> Said:
    return {"points": len(names["batch"])}


def _mode(names: dict[str, Any], before: State, after: State) -> Said:
    return {"training": float(names["model"].training)}


def _outputs(names: dict[str, Any], before: State, after: State) -> Said:
    outputs = names["outputs"].detach()
    first = {f"first_{i}": number for i, number in enumerate(outputs[0].tolist())}
    return {"points": len(names["batch"]), "shape": tuple(outputs.shape), **first}


def _loss(names: dict[str, Any], before: State, after: State) -> Said:
    return {"loss": names["loss"].item()}


def _gradient(names: dict[str, Any], before: State, after: State) -> Said:
    return {"gradient_before": before.gradient, "gradient_after": after.gradient}


def _step(names: dict[str, Any], before: State, after: State) -> Said:
    moved = after.weights - before.weights
    place = int(moved.abs().argmax())  # the weight that moved most; the first if none did
    return {
        "moved": moved.norm().item(),
        "place": place,
        "weight_before": before.weights[place].item(),
        "weight_after": after.weights[place].item(),
    }


# By how the line begins.
#
# - model.train(): "training", 1 if dropout is on.
# - for ...: "points", how many points the batch has.
# - outputs: "points"; "shape" of the outputs; "first_0", "first_1", ..., those of the first point.
# - loss: "loss".
# - zero_grad() and backward(): the norm of all gradients together, "gradient_before" and
#   "gradient_after".
# - step(): "moved", the norm of what it added to the weights; "place", the position in
#   ``Frame.weights`` of the weight that moved most, "weight_before" and "weight_after".
SAYS: dict[str, Callable[[dict[str, Any], State, State], Said]] = {
    "model.train()": _mode,
    "for ": _batch,
    "outputs = ": _outputs,
    "loss = ": _loss,
    "optimizer.zero_grad()": _gradient,
    "loss.backward()": _gradient,
    "optimizer.step()": _step,
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
        for start, say in SAYS.items():
            if text.startswith(start):
                self.lines.append(Line(text, number, say(frame.f_locals, self.before, after)))
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
        run.loop.epoch(run.model, run.optimizer, run.objective, run.x, run.training.y, batches)
    finally:
        sys.settrace(before)
    return run.save(), tuple(watcher.lines[:-1])
