"""Batching: how a dataset becomes batches, and who loads them."""

from typing import Any, NamedTuple

import streamlit as st

from lib.lessons.data.batching import figures, metrics, mix_figures
from lib.lessons.data.batching import lesson as batching
from lib.lessons.data.batching import questions as asked
from pages import parts
from pages.parts import _, control
from pages.parts.data import batching_workers as workers

RULES = batching.two_epochs.rules
NONE = "none"


class State(NamedTuple):
    """What the controls say, and what comes of it."""

    settings: dict[str, Any]
    result: batching.Loaded
    revealed: bool
    measured: workers.Measurement | None  # if its tab is open


def controls() -> State:
    """Show the controls: of the batches, or of the worker processes that load them."""
    batches, processes = parts.tabs("view", [_("Batches"), _("Worker processes, measured")])
    settings: dict[str, Any] = {}
    with batches:
        settings["data"] = control.choice("data", _("data"), batching.DATA)
    with processes if processes.open else batches:
        settings["samples"] = control.slider("samples", _("samples"), RULES["samples"], 32)
        settings["batch_size"] = control.slider("batch_size", "batch_size", RULES["batch_size"], 5)
    with batches:
        settings["order"] = _order()
        settings["drop_last"] = control.switch("drop_last", "drop_last")
        settings["seed"] = control.number("seed", _("seed"), RULES["seed"], 0)
    measured = None
    if processes.open:
        with processes:
            loading = workers.controls(settings["samples"], settings["batch_size"])
    revealed = parts.reveal(_("Show the batches"))
    if processes.open:  # last: it may take a while
        measured = workers.measured(loading)
    return State(settings, parts.run(batching.two_epochs, **settings), revealed, measured)


def _order() -> Any:
    """Show the controls of the order, and return the one that is chosen."""
    sampler = control.menu("sampler", "sampler", (NONE, *batching.SAMPLERS))
    if sampler != NONE:  # it takes the place of shuffle
        st.caption(_(metrics.EXPLANATIONS[sampler]))
        return batching.SAMPLERS[sampler]
    shuffle = control.switch("shuffle", "shuffle", True)
    return batching.shuffled if shuffle else batching.in_order


def picture(state: State) -> None:
    """Draw this epoch beside the next, and the classes in every batch."""
    if state.measured:
        workers.picture(state.measured)
        return
    result, settings = state.result, state.settings
    images = parts.run(settings["data"], samples=settings["samples"]).images
    names = (("first", _("This epoch")), ("second", _("The next epoch")))
    epochs = (result.first, result.second)
    for place, (key, name), epoch in zip(st.columns(2), names, epochs, strict=True):
        alt = _("{epoch}: {samples} pictures of clothes as tiles.",
                epoch=name, samples=len(result.labels))  # fmt: skip
        if state.revealed:
            alt += " " + _("Below, in the order they are loaded, {batches} batches.",
                           batches=len(epoch))  # fmt: skip
        never = metrics.seen(result, epoch).never
        shown = {"result": result, "batches": epoch, "never": never, "images": images}
        with place:
            st.markdown(f"**{name}**")
            parts.chart(figures.tiles, key=key, alt=alt, revealed=state.revealed, **shown)
    st.markdown(_("How many samples of each class are in each batch:"))
    parts.chart(
        mix_figures.mix,
        labels=result.labels,
        epochs=tuple(metrics.mix(result, epoch) for epoch in epochs),
        key="mix",
        alt=_("A grid with a row for each of the ten classes and a column for each batch."),
        revealed=state.revealed,
    )


def questions(state: State) -> None:
    """Ask how many batches there are, how large the last is, and what comes next."""
    answers, about = asked.guesses(state.result, state.settings["batch_size"]), state.settings
    order = parts.options(answers["order"], asked.FEEDBACK_ORDER, asked.ORDERS)
    parts.ask(
        ("batches", _("What is len(train_dl), the number of batches?"),
         parts.options(answers["batches"], asked.FEEDBACK), about),
        ("last", _("How many samples are in the last batch?"),
         parts.options(answers["last"], asked.FEEDBACK_LAST), about),
        ("order", _("In the next epoch, is the order the same?"), order, about),
    )  # fmt: skip


def numbers(state: State) -> None:
    """Show the loader in numbers."""
    if state.measured:
        workers.numbers(state.measured)
        return
    result = state.result
    first, second = metrics.seen(result, result.first), metrics.seen(result, result.second)
    dataset = _("samples, and classes among them")
    rows = {
        dataset: f"`{len(result.labels)}` `{len(set(result.labels))}`",
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
    parts.numbers(rows, state.revealed, always=[dataset])


def program(state: State) -> None:
    """Show the program that made the numbers."""
    if state.measured:
        workers.program(state.measured)
    else:
        parts.program(batching.two_epochs, **state.settings)


def challenge(state: State) -> None:
    """Ask for complete batches; how far one is would give away what the questions ask for."""
    progress = _("Show the batches to see how far you are.")
    if state.revealed:
        progress = _("{batches} batches an epoch. {lacking} batches of both epochs lack a class.",
                     batches=state.result.batches,
                     lacking=metrics.incomplete(state.result))  # fmt: skip
    parts.challenge(
        _("Find settings under which every batch of both epochs holds all ten classes, with four "
          "batches an epoch or more."),
        metrics.reaches(state.result),
        progress,
        _("Large batches make it likely. A sampler that knows the labels makes it certain."),
    )  # fmt: skip


parts.lesson(
    "batching",
    controls=controls,
    picture=picture,
    questions=questions,
    numbers=numbers,
    program=program,
    challenge=challenge,
)
