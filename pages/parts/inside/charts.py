"""What TensorBoard's pages show of runs, one function for each page."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from lib.core.rules import Between
from lib.export import snippets
from lib.lessons.inside.charts import (
    figures,
    graph_figures,
    histogram_figures,
    projection,
    projector_figures,
)
from lib.lessons.inside.charts import lesson as smoothing
from lib.lessons.inside.charts.runs import Runs
from lib.tensorboard.records import Histogram, Picture, Run
from lib.uploads.event_files import named
from pages import parts
from pages.parts import _, control
from pages.parts.inside.charts_event_file import event_file
from pages.parts.listing import listing
from pages.parts.run_result import quoted


def drawn_as() -> dict[str, Any]:
    """Show the controls of a chart of scalars; return what they say."""
    return {
        "axis": control.buttons("axis", _("horizontal axis"), smoothing.AXES),
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
    alt = _("Curves of {tag} for {count} runs, smoothed by {weight:g}.",
            tag=named(tag), count=len(lines), weight=weight)  # fmt: skip
    what = {"lines": lines, "places": places, "along": how["axis"], "log": how["log"]}
    parts.chart(figures.scalars, **what, span=span, key="scalars", alt=alt)
    st.markdown(_("Thin: as written. Thick: smoothed, by TensorBoard's own rule:"))
    text = snippets.listing(smoothing.smooth).text
    listing(text, key="charts.smooth", name=_("TensorBoard's smoothing"))


def images(pictures: Sequence[Picture], tag: str, key: str = "images") -> None:
    """Draw the pictures of one tag, step after step."""
    alt = _("Pictures of {tag} at {count} steps.", tag=tag, count=len(pictures))
    parts.chart(figures.images, pictures=pictures, key=key, alt=alt)


def histograms(found: Sequence[Histogram], tag: str, mode: str, key: str = "") -> None:
    """Draw the histograms of one tag over the steps."""
    is_ridges = mode == "histograms"
    draw = histogram_figures.ridges if is_ridges else histogram_figures.distributions
    alt = _("Histograms of {tag} at {count} steps.", tag=tag, count=len(found))
    parts.chart(draw, found=found, key=key or mode, alt=alt)


def graph(run: Run) -> None:
    """Draw the graph of a run."""
    alt = _("The network as a graph of {count} nodes.", count=len(run.graph))
    parts.chart(graph_figures.graph, ops=run.graph, key="graph", alt=alt)


def projector(run: Run, places: Any, how: Mapping[str, Any]) -> None:
    """Draw the points of a run's embedding, and who is near the one chosen."""
    if (embedding := run.embedding) is None:
        return
    point = how["point"]
    near = projection.nearest(embedding.features, point, 5, how["metric"])
    alt = _("{count} points in {dimensions} dimensions; the chosen one is {label}.",
            count=len(embedding.labels), dimensions=places.shape[1],
            label=embedding.labels[point])  # fmt: skip
    what = {"places": places, "colored": how["colored"], "point": point, "neighbors": near}
    key = f"projector{places.shape[1]}"
    parts.chart(projector_figures.projector, embedding=embedding, **what, key=key, alt=alt)
    alt = _("The chosen picture and its five nearest neighbors.")
    near_by: dict[str, Any] = {"which": (point, *near.points), "distances": (0.0, *near.distances)}
    parts.chart(projector_figures.neighbors, embedding=embedding, **near_by, key="neighbors",
                alt=alt)  # fmt: skip
    st.caption(
        _("Under each picture: its point, and how far away it is by all {count} numbers.",
          count=embedding.features.shape[1])
    )  # fmt: skip


def nearby(most: int) -> dict[str, Any]:
    """Show the controls of the projector; return what they say."""
    return {
        "method": control.buttons("method", _("method"), ("PCA", "t-SNE")),
        "dimensions": int(control.buttons("dimensions", _("dimensions"), ("2", "3"))),
        "colored": control.switch("colored", _("color by label"), True),
        "point": control.number("point", _("chosen point"), Between(0, most - 1), 0),
        "metric": control.buttons("metric", _("nearest by"), projection.METRICS),
    }


def own_file(weight: float, steered: Any, place: Any) -> None:
    """Draw a visitor's own file."""
    with steered:
        how = drawn_as()
    with place:
        found = event_file()
        if found is None:
            st.markdown(
                _("`SummaryWriter()` writes into the folder `runs` unless you say otherwise.")
            )
            return
        tags = [curve.tag for curve in found.curves]
        if tags:  # a tag may be anything, also nothing or a page of text
            tag = st.selectbox(_("tag"), tags, key="charts.own.tag", format_func=named)
            scalars([found], [found.name], tag, weight, how)
        for number, (tag, pictures) in enumerate(found.images.items()):
            st.markdown(quoted(named(tag)))
            images(pictures, named(tag), f"images.{number}")
        for number, (tag, each) in enumerate(found.histograms.items()):
            st.markdown(quoted(named(tag)))
            histograms(each, named(tag), "histograms", f"histograms.{number}")


def folder(six: Runs) -> None:
    """Show what was written, and give it away."""
    parts.numbers(
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
