"""Batching: how a dataset becomes batches, and who loads them."""

from typing import Any

import streamlit as st

from lib.lessons.data.batching import figures
from lib.lessons.data.batching import figures_mix as mixes
from lib.lessons.data.batching import lesson as batching
from lib.lessons.data.batching import metrics as facts
from lib.lessons.data.batching import questions as asked
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.data.batching_workers import loaders, workers
from pages.parts.lesson import lesson
from pages.parts.numbers import numbers
from pages.parts.predict import ask, options, reveal
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.tabs import tabs
from pages.parts.text import _, translated

RULES = batching.two_epochs.rules
NONE = "none"


def page() -> None:
    """Show the lesson."""
    questions = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with right:
        view, measured = tabs("view", [_("Batches"), _("Worker processes, measured")])
    with left:
        settings = controls()
        if measured.open:
            loading = loaders(settings)
        shown = reveal(_("Show the batches"))
    result: batching.Loaded = run(batching.two_epochs, **settings)
    if view.open:
        with view:
            pictures(result, settings, shown)
    with questions:
        predictions(result, settings)
    if view.open:
        table(result, shown)
        program(batching.two_epochs, **settings)
    below = st.container()
    goal(result, shown)
    if measured.open:  # last: it may take a while
        with measured:
            workers(loading, below)


def controls() -> dict[str, Any]:
    """Show the controls and return the settings."""
    data = control.choice("data", _("data"), batching.DATA)
    samples = control.slider("samples", _("samples"), RULES["samples"], 32)
    batch_size = control.slider("batch_size", "batch_size", RULES["batch_size"], 5)
    sampler = control.menu("sampler", "sampler", (NONE, *batching.SAMPLERS))
    if sampler != NONE:  # it takes the place of shuffle
        st.caption(_(facts.WORDS[sampler]))
        order = batching.SAMPLERS[sampler]
    elif control.switch("shuffle", "shuffle", True):
        order = batching.shuffled
    else:
        order = batching.in_order
    return {
        "data": data,
        "order": order,
        "samples": samples,
        "batch_size": batch_size,
        "drop_last": control.switch("drop_last", "drop_last"),
        "seed": control.number("seed", _("seed"), RULES["seed"], 0),
    }


def predictions(result: batching.Loaded, settings: dict[str, Any]) -> None:
    """Ask how many batches there are, how large the last is, and what comes next."""
    answers = asked.guesses(result, settings["batch_size"])
    count = _("What is len(train_dl), the number of batches?")
    last = _("How many samples are in the last batch?")
    order = _("In the next epoch, is the order the same?")
    ask(
        ("batches", count, options(answers["batches"], asked.TOLD), settings),
        ("last", last, options(answers["last"], asked.TOLD_LAST), settings),
        ("order", order, options(answers["order"], asked.TOLD_ORDER, asked.ORDERS), settings),
    )


def pictures(result: batching.Loaded, settings: dict[str, Any], shown: bool) -> None:
    """Draw this epoch beside the next, and the classes in every batch."""
    images = run(settings["data"], samples=settings["samples"]).images
    words = translated(figures.WORDS)
    names = (_("This epoch"), _("The next epoch"))
    epochs = (result.first, result.second)
    keys = ("first", "second")
    for place, key, name, epoch in zip(st.columns(2), keys, names, epochs, strict=True):
        with place:
            st.markdown(f"**{name}**")
            alt = _("{epoch}: {samples} pictures of clothes as tiles.")
            if shown:
                alt += " " + _("Below, in the order they are loaded, {batches} batches.")
            alt = alt.format(epoch=name, samples=len(result.labels), batches=len(epoch))
            never = facts.seen(result, epoch).never
            chart(figures.tiles, result, epoch, never, images, words, not shown, key=key, alt=alt)
    st.markdown(_("How many samples of each class are in each batch:"))
    counts = (facts.mix(result, result.first), facts.mix(result, result.second))
    alt = _("A grid with a row for each of the ten classes and a column for each batch.")
    what = (result.labels, counts, translated(mixes.WORDS), not shown)
    chart(mixes.mix, *what, key="mix", alt=alt)


def table(result: batching.Loaded, shown: bool) -> None:
    """Show the loader in numbers."""
    first, second = facts.seen(result, result.first), facts.seen(result, result.second)
    kinds = len(set(result.labels))
    rows = {
        _("samples, and classes among them"): f"`{len(result.labels)}` `{kinds}`",
        "`len(train_dl)`": result.batches,
        _("`xb.shape` of the first batch"): result.shape if result.shape else _("no batch"),
        _("samples in the last batch"): len(result.first[-1]) if result.first else 0,
        _("samples in no batch, this epoch and the next"): (
            f"`{len(first.never)}` `{len(second.never)}`"
        ),
        _("samples that came more than once, in each"): f"`{first.again}` `{second.again}`",
        _("batches with all ten classes, in each"): f"`{first.complete}` `{second.complete}`",
        _("the next epoch has the same order"): result.first == result.second,
    }
    numbers(rows, shown, always=[next(iter(rows))])


def goal(result: batching.Loaded, shown: bool) -> None:
    """Set the challenge; how far the visitor is would give away what the questions ask for."""
    progress = _("Show the batches to see how far you are.")
    if shown:
        progress = _("{batches} batches an epoch. {lacking} batches of both epochs lack a class.")
    challenge(
        _("Find settings under which every batch of both epochs holds all ten classes, with four "
          "batches an epoch or more."),
        asked.reaches(result),
        progress.format(batches=result.batches, lacking=asked.incomplete(result)),
        _("Large batches make it likely. A sampler that knows the labels makes it certain."),
    )  # fmt: skip


lesson("batching", page)
