"""Charts: TensorBoard's smoothed curves, and six real runs that a SummaryWriter really wrote."""

from typing import Any

from lib.lessons.inside.charts import lesson, runs
from lib.lessons.inside.charts import questions as asked
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _
from pages.parts.inside import charts_six_runs
from pages.parts.inside.charts_six_runs import NONE


def controls() -> Settings:
    """Show the controls."""
    return parts.shown(
        {"smoothing": _("smoothing (w)")}, rest={"batch_size": "batch_size", "seed": _("seed")}
    )


def smoothed(settings: Settings) -> lesson.Spike:
    """Return the losses of the short run and what smoothing makes of them."""
    result: lesson.Spike = parts.run(lesson.smoothed_run, **settings)
    return result


def questions(settings: Settings) -> list[Question]:
    """Ask what smoothing does to a spike, and what it begins with."""
    found, smoothing = smoothed(settings), settings["smoothing"]
    answers = asked.guesses(found, smoothing)
    words: dict[str, Any] = {"smoothing": smoothing, "place": found.place}
    height = _("Smoothing is {smoothing:g}. The loss at step {place} is too high by 1: a spike. By "
               "how much is the smoothed line too high there?", **words)  # fmt: skip
    half = _("Smoothing is {smoothing:g}. The spike at step {place} lifts the smoothed line. After "
             "how many points is half of that lift left, or less?", **words)  # fmt: skip
    first = _("Smoothing is {smoothing:g}. The first loss is {value:.2f}. What does the smoothed "
              "line begin with?", value=float(found.raw[0]), **words)  # fmt: skip
    feedback = [
        {code: _(text, **words) for code, text in each.items()}
        for each in (asked.FEEDBACK, asked.HALF_FEEDBACK, asked.FIRST_FEEDBACK)
    ]
    return [
        parts.question("height", height, parts.options(answers["height"], feedback[0])),
        parts.question("half", half, parts.options(answers["half"], feedback[1], asked.NAMES)),
        parts.question("first", first, parts.options(answers["first"], feedback[2])),
    ]


def challenge(settings: Settings) -> Goal:
    """Ask for the best of the six runs."""
    best = charts_six_runs.answer()
    accuracy: tuple[float, ...] = ()
    progress = _("Open them below; look at the test accuracy, and mind where the curves end.")
    if best != NONE:
        accuracy = charts_six_runs.trained(settings).accuracy
        percent = f"{accuracy[runs.NAMES.index(best)]:.1%}"
        progress = _("{run} ends with a test accuracy of {percent}. Another one has more.",
                     run=best, percent=percent)  # fmt: skip
    return Goal(
        _("Six real runs, six learning rates. Find the run with the best one from the charts "
          "alone: the highest test accuracy, over the last three measurements."),
        best != NONE and asked.reaches(accuracy, runs.NAMES, best),
        progress,
        _("A small learning rate is slow; a large one jumps about or gets nowhere. Choose hparams "
          "below to see them."),
    )  # fmt: skip


def program(settings: Settings) -> Program:
    """Return the program that trained the short run and smoothed its losses."""
    return Program(lesson.smoothed_run, settings)


def below(settings: Settings) -> None:
    """Show the six runs."""
    label = _("Six real runs, as TensorBoard shows them, or an event file of yours")
    with parts.folded("six", label) as is_open:
        if is_open:
            charts_six_runs.six_runs(settings)


def hints(_settings: Settings) -> Hints:
    """Say where to look in the charts."""
    return Hints(
        _("Look at the test accuracy, not at the loss, and at the end of each curve."),
        _("A single last point may be luck: compare the last three points of the two curves that "
          "end highest."),
        {"best": "run_5", "batch_size": "16", "seed": 0},
    )  # fmt: skip


parts.page(
    "charts",
    controls=controls,
    questions=questions,
    challenge=challenge,
    hints=hints,
    program_of=program,
    below=below,
)
