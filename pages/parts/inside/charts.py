"""What TensorBoard's pages show of runs, one function for each page."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from lib.core.rules import Between
from lib.export import snippets
from lib.lessons.inside.charts import figures, points
from lib.lessons.inside.charts import figures_histograms as over_steps
from lib.lessons.inside.charts import figures_pictures as graphs
from lib.lessons.inside.charts import figures_projector as projectors
from lib.lessons.inside.charts import lesson as smoothing
from lib.lessons.inside.charts import questions as asked
from lib.lessons.inside.charts.runs import Runs
from lib.tensorboard.records import Curve, Histogram, Picture, Run
from pages.parts import control
from pages.parts.chart import chart
from pages.parts.inside.charts_event_file import event_file
from pages.parts.listing import listing
from pages.parts.numbers import numbers
from pages.parts.text import _, translated


def drawn_as() -> dict[str, Any]:
    """Show the controls of a chart of scalars; return what they say."""
    return {
        "axis": control.buttons("axis", _("to the right"), smoothing.AXES),
        "log": control.switch("log", _("log axis")),
        "ignore": control.switch("outliers", _("ignore outliers")),
    }


def scalars(
    runs: Sequence[Run], every: Sequence[str], tag: str, weight: float, how: Mapping[str, Any]
) -> None:
    """Draw one tag of the runs chosen; ``every`` are the names of all, which give the colors."""
    curves = [(run.name, curve) for run in runs if (curve := run.curve(tag))]
    lines = [smoothing.line(name, curve, weight, how["axis"]) for name, curve in curves]
    places = [list(every).index(each.name) for each in lines]
    span = smoothing.without_outliers(lines) if how["ignore"] else None
    alt = _("Curves of {tag} for {count} runs, smoothed by {weight:g}.")
    told = alt.format(tag=tag, count=len(lines), weight=weight)
    what = (lines, places, how["axis"], how["log"], span, translated(figures.WORDS))
    chart(figures.scalars, *what, key="scalars", alt=told)
    st.markdown(_("Thin: as written. Thick: smoothed, by TensorBoard's own rule:"))
    text = snippets.listing(smoothing.smooth).text
    listing(text, key="charts.smooth", name=_("TensorBoard's smoothing"))


def images(pictures: Sequence[Picture], tag: str, key: str = "images") -> None:
    """Draw the pictures of one tag, step after step."""
    alt = _("Pictures of {tag} at {count} steps.").format(tag=tag, count=len(pictures))
    chart(figures.images, pictures, translated(figures.WORDS), key=key, alt=alt)


def histograms(found: Sequence[Histogram], tag: str, mode: str, key: str = "") -> None:
    """Draw the histograms of one tag over the steps."""
    draw = over_steps.ridges if mode == "histograms" else over_steps.distributions
    alt = _("Histograms of {tag} at {count} steps.").format(tag=tag, count=len(found))
    chart(draw, found, translated(over_steps.WORDS), key=key or mode, alt=alt)


def graph(run: Run) -> None:
    """Draw the graph of a run."""
    alt = _("The network as a graph of {count} nodes.").format(count=len(run.graph))
    chart(graphs.graph, run.graph, translated(graphs.WORDS), key="graph", alt=alt)


def projector(run: Run, places: Any, how: Mapping[str, Any]) -> None:
    """Draw the points of a run's embedding, and who is near the one chosen."""
    if (embedding := run.embedding) is None:
        return
    near = points.nearest(embedding.features, how["point"], 5, how["metric"])
    alt = _("{count} points in {dimensions} dimensions; the chosen one is {label}.")
    told = alt.format(
        count=len(embedding.labels),
        dimensions=places.shape[1],
        label=embedding.labels[how["point"]],
    )
    what = (embedding, places, how["colored"], how["point"], near, translated(projectors.WORDS))
    chart(projectors.projector, *what, key=f"projector{places.shape[1]}", alt=told)
    tiles = (embedding, (how["point"], *near.points), (0.0, *near.distances))
    alt = _("The chosen picture and its five nearest neighbors.")
    chart(projectors.neighbors, *tiles, key="neighbors", alt=alt)
    words = _("Under each picture: its point, and how far away it is by all {count} numbers.")
    st.caption(words.format(count=embedding.features.shape[1]))


def nearby(most: int) -> dict[str, Any]:
    """Show the controls of the projector; return what they say."""
    return {
        "method": control.buttons("method", _("method"), ("PCA", "t-SNE")),
        "dimensions": int(control.buttons("dimensions", _("dimensions"), ("2", "3"))),
        "colored": control.switch("colored", _("color by label"), True),
        "point": control.number("point", _("chosen point"), Between(0, most - 1), 0),
        "metric": control.buttons("metric", _("nearest by"), points.METRICS),
    }


def own_file(weight: float, steered: Any, place: Any) -> None:
    """Draw a visitor's own file."""
    with steered:
        how = drawn_as()
    with place:
        found = event_file()
        if found is None:
            st.markdown(_("TensorBoard's folder is called `runs` unless you say otherwise."))
            return
        tags = [curve.tag for curve in found.curves]
        if tags and (tag := st.selectbox(_("tag"), tags, key="charts.own.tag")):
            scalars([found], [found.name], tag, weight, how)
        for tag, pictures in found.images.items():
            st.markdown(f"`{tag}`")
            images(pictures, tag, f"images.{tag}")
        for tag, each in found.histograms.items():
            st.markdown(f"`{tag}`")
            histograms(each, tag, "histograms", f"histograms.{tag}")


def spike(curve: Curve | None, weight: float) -> None:
    """Draw a curve with a spike, and what smoothing makes of it."""
    if curve is not None:
        found = asked.spike(curve, weight)
        alt = _("A spike of 1 in the middle of a curve; in the smoothed line it is {height:.3f}.")
        words = translated(figures.WORDS)
        chart(figures.spike, found, words, key="spike", alt=alt.format(height=found.height))


def folder(six: Runs) -> None:
    """Show what was written, and give it away."""
    numbers(
        {
            _("files the writers wrote, in six folders"): six.files,
            _("bytes in them"): six.size,
            _("seconds to train and write, measured on this machine"): f"`{six.seconds:.1f}`",
        }
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            _("Download the folder"),
            six.archive,
            file_name="runs.zip",
            mime="application/zip",
            key="charts.zip",
            on_click="ignore",
            icon=":material/folder_zip:",
        )
        st.markdown(_("Unpack it and open it with `tensorboard --logdir runs`."))
