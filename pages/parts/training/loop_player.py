"""A training run on the page: asked for chunk by chunk, played and scrubbed in the browser."""

from functools import partial
from typing import Any, NamedTuple

import streamlit as st

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.frames import Frame, scene
from lib.lessons.training.loop.runs import EPOCHS, Branch, packed
from lib.plots import plotly_script
from lib.plots.palette import CATEGORIES, NEGATIVE, POSITIVE
from pages.parts import lesson_context
from pages.parts.browser.component import component
from pages.parts.browser.serve import address
from pages.parts.chunk_player import PLAYBACKS, resumed
from pages.parts.jobs import chunk
from pages.parts.run import explain, run
from pages.parts.training import loop_player_payload as payload
from pages.parts.training.loop_player_events import HANDLERS, Forks, LoopPlayback, handle

_player = component("training")

COLORS = (NEGATIVE, POSITIVE, CATEGORIES[2], CATEGORIES[3])


class ShownEpoch(NamedTuple):
    """What the page shows of the run.

    Attributes:
        branch: the run.
        epoch: the epoch the visitor looks at.
        frame: that epoch, or None if it has been dropped from memory.
    """

    branch: Branch
    epoch: int
    frame: Frame | None


def training(recipe: Recipe, alt: str, *, show_test: bool, discrete: bool) -> ShownEpoch:
    """Show the run of a recipe, with all that can be done to it.

    Args:
        recipe: what is trained.
        alt: what the map shows, for those who do not see it.
        show_test: whether the test points are on the map.
        discrete: whether the map tells the winner only, not how sure the network is.

    Returns:
        What is on the page, as far as the server knows.
    """
    lesson = lesson_context.current()
    lesson.charts["training"] = alt
    before = st.session_state.get(PLAYBACKS, {}).get(lesson.slug)
    forks = before.forks if before else Forks()
    branch = _branch(recipe, forks)
    if forks.refused and forks.refused[0] == recipe:  # until the visitor tries something else
        explain(forks.refused[1])
    playback = resumed(LoopPlayback(branch, epoch=branch.epoch, forks=forks))
    number = playback.number
    _last, frames = playback.chunk()
    if number and frames[-1].epoch < EPOCHS.high:
        # The worker goes on while the browser plays this one and asks for the next; with a single
        # chunk it was done before the question came.
        playback.prefetch(number + 2)
    seen = run(scene, recipe=recipe)
    epoch = max(branch.epoch, playback.epoch)
    callbacks: dict[str, Any] = {
        f"on_{each}_change": partial(handle, lesson.slug, each) for each in HANDLERS
    }
    _player(
        key=f"{lesson.slug}.training",
        data={
            "branch": playback.name,
            "number": number,
            "chunk": packed(frames),
            "per": recipe.epochs_a_chunk,
            "first": branch.epoch,
            "end": branch.epoch + int(EPOCHS.high),
            "forked": branch.parent is not None,
            "classes": seen.classes,
            "layers": payload.layers(recipe, seen.classes),
            "colors": COLORS,
            "palette": CATEGORIES,
            "train": payload.encoded(seen.train),
            "test": payload.encoded(seen.test) if show_test else "",
            "inputs": payload.encoded(seen.inputs),
            "discrete": discrete,
            "loop": payload.loop_body(recipe),
            "lines": payload.watched(branch, playback.batch),
            # Of the epoch the visitor rests at, and of the newest: the browser will be there soon.
            "findings": payload.findings(branch, epoch, frames[-1].epoch),
            "alt": alt,
            "plotly": address(plotly_script.PATH),
            "words": payload.words(),
        },
        **callbacks,
    )
    return ShownEpoch(branch, epoch, payload.frame(branch, epoch))


def _branch(recipe: Recipe, forks: Forks) -> Branch:
    """Return the run: the recipe's own, or one that goes on from where the visitor forked off.

    Where that cannot be, as with a network of another shape or a weight that is too large, the
    visitor gets a message, and what was there before stays.
    """
    while forks.origin:
        try:
            branch = Branch(recipe, *forks.origin)
            chunk(branch, 0)
        except ValueError as error:
            forks.step_back(recipe, error)
        else:
            return branch
    return Branch(recipe)
