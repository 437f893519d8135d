"""A training run on the page: asked for chunk by chunk, played and scrubbed in the browser."""

from functools import partial
from typing import Any, NamedTuple
from zlib import crc32

import streamlit as st

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.frames import Frame, scene
from lib.lessons.training.loop.runs import EPOCHS, Branch, packed
from lib.plots import plotly_script
from lib.plots.palette import CATEGORIES, NEGATIVE, POSITIVE
from lib.runtime import chunks
from pages.parts import lesson_context
from pages.parts.browser.component import component
from pages.parts.browser.serve import address
from pages.parts.jobs import chunk
from pages.parts.run import explain, run
from pages.parts.training import loop_player_payload as sent
from pages.parts.training.loop_player_events import STATE, TOLD, told_by_browser

_player = component("training")

COLORS = (NEGATIVE, POSITIVE, CATEGORIES[2], CATEGORIES[3])


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
    lesson = lesson_context.current()
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
    _last, frames = chunk(branch, number)
    if number and frames[-1].epoch < EPOCHS.high:
        # The worker goes on while the browser plays this one and asks for the next; with a single
        # chunk it was done before the question came.
        chunks.chunk(branch, number + 2)
    seen = run(scene, recipe=recipe)
    callbacks: dict[str, Any] = {
        f"on_{each}_change": partial(told_by_browser, lesson.slug, each) for each in TOLD
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
            "layers": sent.layers(recipe, seen.classes),
            "colors": COLORS,
            "palette": CATEGORIES,
            "train": sent.encoded(seen.train),
            "test": sent.encoded(seen.test) if show_test else "",
            "inputs": sent.encoded(seen.inputs),
            "discrete": discrete,
            "loop": sent.loop_body(recipe),
            "lines": sent.watched(branch, state["batch"]),
            "findings": sent.findings(branch, number),
            "alt": alt,
            "plotly": address(plotly_script.PATH),
            "words": sent.words(),
        },
        **callbacks,
    )
    epoch = max(branch.epoch, state["at"])
    return Shown(branch, epoch, sent.frame(branch, epoch))


def _branch(recipe: Recipe, state: dict[str, Any]) -> Branch:
    """Return the run: the recipe's own, or one that goes on from where the visitor forked off.

    Where that cannot be, as with a network of another shape or a weight that is too large, the
    visitor is told, and what was there before stays.
    """
    while origin := state.get("origin"):
        try:
            branch = Branch(recipe, *origin)
            chunk(branch, 0)
        except ValueError as error:
            state.update(refused=(recipe, error), origin=state.pop("before", None))
        else:
            return branch
    return Branch(recipe)
