"""Six real runs as TensorBoard shows them: made once, by a worker, when somebody opens them."""

from typing import Any

import streamlit as st

from lib.lessons.inside.charts import runs
from pages import parts
from pages.parts import Settings, _, control
from pages.parts.inside import charts as views
from pages.parts.inside.charts_one_run import one_run

TAGS = ("training loss", "test accuracy")
PARTS = ("scalars", "images", "histograms", "graph", "projector", "hparams", "own file")
NONE = "none"


def answer() -> str:
    """Show the control for the run that the visitor takes for the best; return its name."""
    return control.buttons("best", _("your answer: the best of the six runs"), (NONE, *runs.NAMES))


def is_answered() -> bool:
    """Tell whether a run was taken for the best one."""
    return bool(st.session_state.get("charts.best", NONE) != NONE)


def trained(settings: Settings) -> runs.Runs:
    """Return what six runs have written."""
    chosen = {name: settings[name] for name in ("batch_size", "seed")}
    result: runs.Runs = parts.run(runs.six_runs, heavy=True, **chosen)
    return result


def six_runs(settings: Settings) -> None:
    """Show one of TensorBoard's pages for the runs."""
    part = control.buttons("part", _("What TensorBoard shows"), PARTS)
    steered, right = st.columns([1, 2], gap="medium")
    below = st.container()
    if part == "own file":
        views.own_file(settings["smoothing"], steered, right)
        return
    with right:
        six = trained(settings)
    if part == "scalars":
        scalars(six, settings["smoothing"], steered, right)
    elif part == "hparams":
        with right:
            hyperparameters(six)
    else:
        with steered:
            name = control.menu("run", _("run"), runs.NAMES)
        chosen = runs.opened(six.packed[runs.NAMES.index(name)])
        about = {name: settings[name] for name in ("batch_size", "seed")}
        one_run(part, chosen, about, steered, right)
    with below:
        views.folder(six)
        first = runs.opened(six.packed[0])
        parts.program(
            runs.log_run,
            learning_rate=first.settings["learning rate"],
            batch_size=settings["batch_size"],
            seed=settings["seed"],
        )


def scalars(six: runs.Runs, smoothing: float, steered: Any, place: Any) -> None:
    """Compare the runs by one tag."""
    with steered:
        tag = control.buttons("tag", _("tag"), TAGS)
        chosen = control.several("runs", _("runs"), runs.NAMES, runs.NAMES, len(runs.NAMES))
        how = views.drawn_as()
    found = [runs.opened(six.packed[runs.NAMES.index(name)]) for name in sorted(chosen)]
    with place:
        views.scalars(found, runs.NAMES, tag, smoothing, how)


def hyperparameters(six: runs.Runs) -> None:
    """Show the table of settings and results; before the challenge, it keeps the secret."""
    st.markdown(
        _("What `add_hparams` wrote, and the test accuracy at the end. It would give the challenge "
          "away, so it opens once you have answered that, above.")
    )  # fmt: skip
    rows = {}
    for packed, accuracy in zip(six.packed, six.accuracy, strict=True):
        found = runs.opened(packed)
        written = ", ".join(f"{name} `{value:g}`" for name, value in sorted(found.settings.items()))
        rows[found.name] = f"{written}, {_('accuracy')} `{accuracy:.1%}`"
    if is_answered():
        parts.numbers(rows)
