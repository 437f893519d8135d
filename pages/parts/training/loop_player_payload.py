"""What the server sends to the browser of a training run, besides its epochs."""

import base64
from typing import Any

import numpy as np

from lib.export import snippets
from lib.lessons.training.loop import doctor
from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.diagnostics import WINDOW
from lib.lessons.training.loop.epochs import LOOPS
from lib.lessons.training.loop.frames import Frame
from lib.lessons.training.loop.runs import Branch, Watched, packed
from lib.runtime import chunks
from pages.parts.jobs import chunk
from pages.parts.text import _, sentence


def frame(branch: Branch, epoch: int) -> Frame | None:
    """Return an epoch of the run, if its chunk is still in memory."""
    frames = chunks.finished_result(branch, _chunk_of(branch, epoch)) or ()
    return next((frame for frame in frames if frame.epoch == epoch), None)


def findings(branch: Branch, *epochs: int) -> list[tuple[int, list[str]]]:
    """Return epochs, each with what the doctor says of the run up to there."""
    found = []
    for epoch in sorted(set(epochs)):
        seen = doctor.examine(branch.recipe, _frames_until(branch, epoch))
        found.append((epoch, [_(doctor.WORDS[each.code], **each.numbers) for each in seen]))
    return found


def _frames_until(branch: Branch, epoch: int) -> list[Frame]:
    """Return an epoch and those before it that the doctor looks at, as far as they are kept."""
    number, frames = _chunk_of(branch, epoch), list[Frame]()
    while number >= 0 and len(frames) <= WINDOW:
        kept = chunks.finished_result(branch, number)
        if kept is None:  # nothing from before a gap
            break
        frames = [*(each for each in kept if each.epoch <= epoch), *frames]
        number -= 1
    return frames if frames and frames[-1].epoch == epoch else []


def _chunk_of(branch: Branch, epoch: int) -> int:
    """Return the number of the chunk that an epoch is in."""
    return -(-(epoch - branch.epoch) // branch.recipe.epochs_a_chunk)


def watched(branch: Branch, batch: tuple[int, int] | None) -> dict[str, Any] | None:
    """Return what the lines of the loop did in the last single batch."""
    if batch is None:
        return None
    epoch, count = batch
    _state, seen = chunk(Watched(branch, epoch), count - 1)
    rows = [[line.text, sentence(line.effect)] for line in seen.lines]
    return {"key": f"{epoch}.{count}", "rows": rows, "frame": packed([seen.frame])}


def loop_body(recipe: Recipe) -> list[str]:
    """Return the body of the loop that trains, as it stands in its file."""
    source = snippets.listing(LOOPS[recipe.loop].epoch).text
    body = source[source.index("model.train()") :].rstrip().split("\n")
    return [line.removeprefix("    ") for line in body]


def layers(recipe: Recipe, classes: int) -> list[list[str]]:
    """Return what each neuron is called, layer by layer, from the features on."""
    hidden = [
        [f"{layer}.{i}" for i in range(1, width + 1)]
        for layer, width in enumerate(recipe.hidden, start=1)
    ]
    outputs = [f"{_('class')} {i}" for i in range(classes)] or ["y"]
    return [list(recipe.features), *hidden, outputs]


def encoded(array: np.ndarray) -> str:
    """Return an array's bytes as text."""
    return base64.b64encode(array.tobytes()).decode()


def words() -> dict[str, str]:
    """Return all words of the player."""
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "oneEpoch": _("One epoch"),
        "oneBatch": _("One batch"),
        "back": _("One epoch back"),
        "again": _("Start over"),
        "fork": _("Fork here"),
        "forkHelp": _("Go on from this epoch as B, with settings you change; the run so far is A"),
        "keep": _("Keep as A"),
        "keepHelp": _("Keep this run beside the next one to compare them"),
        "drop": _("Close A"),
        "epoch": _("epoch"),
        "train": _("train loss"),
        "test": _("test loss"),
        "correct": _("right"),
        "speed": _("epochs/s"),
        "low": "−1",
        "high": "+1",
        "testPoints": _("test points"),
        "curves": _("Which curves"),
        "curvesAlt": _("The curves of this run, epoch by epoch."),
        "loss": _("Loss"),
        "accuracy": _("Accuracy"),
        "gradients": _("Gradient per layer"),
        "layer": _("layer"),
        "confusion": _("Test points: class (rows) and answer (columns)"),
        "weight": _("A weight or bias"),
        "bias": _("bias of"),
        "value": _("Its value"),
        "set": _("Set"),
        "keptAlt": _("The map of the run kept as A."),
    }
