"""A training run on the page: asked for chunk by chunk, played and scrubbed in the browser."""

import base64
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple
from zlib import crc32

import streamlit as st

from lib import chain, snippets
from lib.figures import plotly_script
from lib.figures.palette import CATEGORIES, NEGATIVE, POSITIVE
from lib.training import loop_doctor, loop_doctor_words, loop_lines
from lib.training.loop_epochs import LOOPS
from lib.training.loop_frames import Frame, scene
from lib.training.loop_recipe import Recipe
from lib.training.loop_runs import EPOCHS, Branch, Watched, packed
from lib.words import mark
from pages.parts import outline
from pages.parts.browser.component import component
from pages.parts.run import explain, run
from pages.parts.text import _
from pages.parts.wait import result_of

_player = component("training", "plotly", "element", "training_map", "training_network")

COLORS = (NEGATIVE, POSITIVE, CATEGORIES[2], CATEGORIES[3])
STATE = "loop.run"

# What each line of the loop did, by how the line begins; the numbers are those of loop_lines.py.
SAID = {
    "model.train()": mark("training mode: dropout is on"),
    "for ": mark("a batch of {points} points"),
    "outputs": mark("outputs of shape {shape}; the first point gives {first}"),
    "loss =": mark("loss {loss}"),
    "optimizer.zero_grad()": mark("length of all gradients: {gradient_before} → {gradient_after}"),
    "loss.backward()": mark("length of all gradients: {gradient_before} → {gradient_after}"),
    "optimizer.step()": mark(
        "the weights moved by {moved}; the one that moved most: {weight_before} → {weight_after}"
    ),
}


class Origin(NamedTuple):
    """Where a visitor forked off, and the weights set by hand there."""

    parent: Branch
    epoch: int
    edits: tuple[tuple[int, float], ...] = ()


class Shown(NamedTuple):
    """What the page shows of the run.

    Attributes:
        branch: the run.
        epoch: the epoch the visitor looks at.
        frame: that epoch, or None if it is not kept any more.
    """

    branch: Branch
    epoch: int
    frame: Frame | None


def training(recipe: Recipe, alt: str, *, show_test: bool, discrete: bool) -> Shown:
    """Show the run of a recipe, with all that can be done to it.

    Args:
        recipe: what is trained.
        alt: what the map shows, for those who do not see it.
        show_test: whether the test points are on the map.
        discrete: whether the map tells the winner only, not how sure the network is.

    Returns:
        What is on the page, as far as the server has been told.
    """
    lesson = outline.current()
    lesson.charts["training"] = alt
    state = st.session_state.setdefault(STATE, {})
    branch = _branch(recipe, state)
    about, refused = state.get("refused") or (None, None)
    if refused and about == recipe:  # until the visitor tries something else
        explain(refused)
    name = f"{crc32(repr(branch).encode()):08x}"
    if state.get("name") != name:
        state.update(name=name, branch=branch, number=0, at=branch.epoch, batch=None)
    number = state["number"]
    frames = _computed(branch, number)
    if number and frames[-1].epoch < EPOCHS.high:
        # The worker goes on while the browser plays this one and asks for the next; with a single
        # chunk it was done before the question came.
        chain.chunk(branch, number + 2)
    seen = run(scene, recipe=recipe)
    callbacks: dict[str, Any] = {
        f"on_{each}_change": partial(_told, lesson.slug, each) for each in TOLD
    }
    _player(
        key=f"{lesson.slug}.training",
        data={
            "branch": name,
            "number": number,
            "chunk": packed(frames),
            "per": recipe.epochs_a_chunk,
            "first": branch.epoch,
            "end": branch.epoch + int(EPOCHS.high),
            "forked": branch.parent is not None,
            "classes": seen.classes,
            "layers": _layers(recipe, seen.classes),
            "colors": COLORS,
            "palette": CATEGORIES,
            "train": _base64(seen.train),
            "test": _base64(seen.test) if show_test else "",
            "inputs": _base64(seen.inputs),
            "discrete": discrete,
            "loop": _loop_lines(recipe),
            "lines": _watched(branch, state["batch"]),
            "findings": _findings(branch, number),
            "alt": alt,
            "plotly": st.get_option("server.baseUrlPath").rstrip("/") + plotly_script.PATH,
            "words": _words(),
        },
        **callbacks,
    )
    epoch = max(branch.epoch, state["at"])
    return Shown(branch, epoch, _frame(branch, epoch))


def _branch(recipe: Recipe, state: dict[str, Any]) -> Branch:
    """Return the run: the recipe's own, or one that goes on from where the visitor forked off.

    Where that cannot be, as with a network of another shape or a weight that is too large, the
    visitor is told, and what was there before stays.
    """
    while origin := state.get("origin"):
        try:
            branch = Branch(recipe, *origin)
            _computed(branch, 0)
        except ValueError as error:
            state.update(refused=(recipe, error), origin=state.pop("before", None))
        else:
            return branch
    return Branch(recipe)


def _computed(run_of: chain.Chain, number: int) -> Any:
    """Return the result of a chunk; wait for it if it is not there."""
    link = chain.chunk(run_of, number)
    _state, result = result_of(link, lambda: chain.ahead(link))
    return result


# --- what the browser tells -----------------------------------------------------------------------


def _ask(state: dict[str, Any], told: dict[str, Any]) -> None:
    """Note the chunk that is wanted next; not further ahead than a run is long."""
    longest = EPOCHS.high // state["branch"].recipe.epochs_a_chunk + 1
    state["number"] = max(0, min(int(told["number"]), int(longest)))


def _at(state: dict[str, Any], told: dict[str, Any]) -> None:
    state["at"] = _epoch(state, told)


def _batch(state: dict[str, Any], told: dict[str, Any]) -> None:
    state["batch"] = (_epoch(state, told), max(1, min(int(told["count"]), 50)))


def _fork(state: dict[str, Any], told: dict[str, Any]) -> None:
    _leave(state, Origin(state["branch"], _epoch(state, told)))


def _edit(state: dict[str, Any], told: dict[str, Any]) -> None:
    branch, edit = state["branch"], (int(told["place"]), float(told["value"]))
    epoch = _epoch(state, told)
    if branch.parent and epoch == branch.epoch:  # one weight more, before any training
        _leave(state, Origin(branch.parent, epoch, (*branch.edits, edit)))
    else:
        _leave(state, Origin(branch, epoch, (edit,)))


def _again(state: dict[str, Any], told: dict[str, Any]) -> None:
    _leave(state, None)


def _leave(state: dict[str, Any], origin: Origin | None) -> None:
    """Go on from another place; the last one is kept in case that is impossible."""
    state.update(before=state.get("origin"), origin=origin, refused=None)


TOLD: dict[str, Callable[[dict[str, Any], dict[str, Any]], None]] = {
    "ask": _ask, "at": _at, "batch": _batch, "fork": _fork, "edit": _edit, "again": _again,
}  # fmt: skip


def _told(slug: str, name: str) -> None:
    """Take what the browser told, unless it speaks of a run that is not shown any more."""
    told = st.session_state[f"{slug}.training"].get(name)
    state = st.session_state[STATE]
    if told and told.get("branch") == state.get("name"):
        try:
            TOLD[name](state, told)
        except (KeyError, TypeError, ValueError):
            st.toast(_("That could not be understood."))


def _epoch(state: dict[str, Any], told: dict[str, Any]) -> int:
    """Return the epoch told, within what a run can have."""
    branch: Branch = state["branch"]
    return max(branch.epoch, min(int(told["epoch"]), int(EPOCHS.high)))


# --- what the browser is sent ---------------------------------------------------------------------


def _frame(branch: Branch, epoch: int) -> Frame | None:
    """Return an epoch of the run, if its chunk is still kept."""
    number = -(-(epoch - branch.epoch) // branch.recipe.epochs_a_chunk)
    frames = chain.kept(branch, number) or ()
    return next((frame for frame in frames if frame.epoch == epoch), None)


def _findings(branch: Branch, number: int) -> list[str]:
    """Return what the training doctor says of the last few chunks."""
    frames = [
        frame for each in range(max(0, number - 5), number + 1)
        for frame in chain.kept(branch, each) or ()
    ]  # fmt: skip
    found = loop_doctor.examine(branch.recipe, frames)
    return [_(loop_doctor_words.TOLD[each.code]).format(**each.numbers) for each in found]


def _watched(branch: Branch, batch: tuple[int, int] | None) -> dict[str, Any] | None:
    """Return what the lines of the loop did in the last single batch."""
    if batch is None:
        return None
    epoch, count = batch
    watched = _computed(Watched(branch, epoch), count - 1)
    rows = [[line.text, _said(line)] for line in watched.lines]
    return {"key": f"{epoch}.{count}", "rows": rows, "frame": packed([watched.frame])}


def _said(line: loop_lines.Line) -> str:
    """Return what a line did, in words."""
    template = next((words for start, words in SAID.items() if line.text.startswith(start)), "")
    first = ", ".join(f"{v:.3g}" for name, v in line.said.items() if name.startswith("first_"))
    numbers = {
        name: f"{value:.4g}" if isinstance(value, float) else value
        for name, value in line.said.items()
    }
    return _(template).format(**numbers, first=first)


def _loop_lines(recipe: Recipe) -> list[str]:
    """Return the body of the loop that trains, as it stands in its file."""
    source = snippets.listing(LOOPS[recipe.loop].epoch).text
    lines = source[source.index("model.train()") :].rstrip().split("\n")
    return [line.removeprefix("    ") for line in lines]


def _layers(recipe: Recipe, classes: int) -> list[list[str]]:
    """Return what each neuron is called, layer by layer, from the features on."""
    hidden = [
        [f"{layer}.{i}" for i in range(1, width + 1)]
        for layer, width in enumerate(recipe.hidden, start=1)
    ]
    outputs = [f"{_('class')} {i}" for i in range(classes)] or ["y"]
    return [list(recipe.features), *hidden, outputs]


def _base64(array: Any) -> str:
    return base64.b64encode(array.tobytes()).decode()


def _words() -> dict[str, str]:
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
