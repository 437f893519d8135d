"""Batching: how a dataset becomes batches, and who loads them."""

import streamlit as st

from lib.core.questions import Guess
from lib.lessons.data.batching import lesson as batching
from lib.lessons.data.batching import mix_figures
from lib.lessons.data.batching import questions as asked
from lib.lessons.data.batching.scene import NONE
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _, control
from pages.parts.data import batching_workers
from pages.parts.prediction import revealed


def controls() -> Settings:
    """Show the sizes and the order first; a sampler takes the place of shuffle."""
    values = parts.shown({"samples": _("samples"), "batch_size": "batch_size"})
    left, right = st.columns(2)
    with parts.more():
        values |= parts.shown({"data": _("data"), "sampler": "sampler"})
        if values["sampler"] != NONE:
            name = next(k for k, each in batching.SAMPLERS.items() if each is values["sampler"])
            st.caption(_(batching.EXPLANATIONS[name]))
        values |= parts.shown({"seed": _("seed")})
    with right:
        values["drop_last"] = control.show("drop_last", "drop_last")
    if values["sampler"] == NONE:
        with left:
            values["shuffle"] = control.show("shuffle", "shuffle")
    return values


def dealt(settings: Settings) -> batching.Loaded:
    """Return the batches of both epochs."""
    result: batching.Loaded = parts.run(batching.two_epochs, **settings)
    return result


def questions(settings: Settings) -> list[Question]:
    """Ask how many batches there are, how large the last is, and what comes next."""
    answers = answers_at(settings)
    about = "`{samples}` samples, `batch_size={batch_size}`, `drop_last={drop_last}`".format(
        **settings
    )
    both = [
        parts.question(
            "batches",
            f"{about}. {_('What is `len(train_dl)`, the number of batches?')}",
            parts.options(answers["batches"], asked.FEEDBACK),
        ),
        parts.question(
            "last",
            f"{about}. {_('How many samples are in the last batch?')}",
            parts.options(answers["last"], asked.FEEDBACK_LAST),
        ),
    ]
    if "order" not in answers:
        return both
    order = _("{order}: in the next epoch, is the order the same?",
              order=f"`{asked.NAMES[settings['order']]}`")  # fmt: skip
    options = parts.options(answers["order"], asked.FEEDBACK_ORDER, asked.ORDERS)
    return [*both, parts.question("order", order, options)]


def answers_at(settings: Settings) -> dict[str, tuple[Guess, ...]]:
    """Return the questions that are asked at these settings, each with its possible answers."""
    return asked.guesses(dealt(settings), settings["batch_size"], settings["order"])


def challenge(settings: Settings) -> Goal:
    """Ask for complete batches; only the first one is told of before the answers."""
    result = dealt(settings)
    progress = _("not enough batches.")
    if all_revealed(settings):
        progress = _("{batches} batches an epoch; {lacking} of both epochs lack a class.",
                     batches=result.batches, lacking=batching.incomplete(result))  # fmt: skip
    elif len(result.first) > 1:
        progress = _("batch 0 holds {count} of the ten classes.",
                     count=len({result.labels[place] for place in result.first[0]}))  # fmt: skip
    return Goal(
        _("Let every batch of both epochs hold all ten classes, with four batches an epoch or "
          "more."),
        batching.reaches(result),
        progress,
        _("Shuffling leaves it to luck, and so do weights. Taking turns makes it certain, as long "
          "as the data has all ten classes, and every batch at least ten samples."),
    )  # fmt: skip


def all_revealed(settings: Settings) -> bool:
    """Return whether all batches may be seen."""
    may_be_seen = revealed("batching")
    return all(name in may_be_seen for name in answers_at(settings))


def program(settings: Settings) -> Program:
    """Return the program that walked through the data set twice."""
    return Program(batching.two_epochs, settings)


def below(settings: Settings) -> None:
    """Show the classes in every batch; last, since it takes a while, who loads the samples."""
    with parts.folded("mix", _("How many samples of each class are in each batch")) as is_open:
        if is_open:
            result = dealt(settings)
            parts.chart(
                mix_figures.mix,
                labels=result.labels,
                epochs=tuple(batching.mix(result, each) for each in (result.first, result.second)),
                key="mix",
                alt=_("A grid with a row for each of the ten classes and a column for each batch."),
                revealed=all_revealed(settings),
            )
            if not all_revealed(settings):
                st.caption(_("The batches come when you have answered all questions."))
    with parts.folded("workers", _("Who loads the samples: workers, measured")) as is_open:
        if is_open:
            batching_workers.measured(settings["samples"], settings["batch_size"])


def hints(_settings: Settings) -> Hints:
    """Say what a batch with all classes needs."""
    return Hints(
        _("A batch of fewer than ten samples cannot hold ten classes, and there must be four "
          "batches: count the samples you need."),
        _("Chance seldom gives every batch all ten. Under More there is a sampler that takes the "
          "classes in turn."),
        {"samples": 80, "batch_size": 20, "sampler": "TakingTurns", "data": "mixed"},
    )  # fmt: skip


parts.page(
    "batching",
    controls=controls,
    questions=questions,
    challenge=challenge,
    hints=hints,
    program_of=program,
    below=below,
)
