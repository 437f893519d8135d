"""What one run has written: its images, histograms and graph, and the points of its embedding."""

from typing import Any

import streamlit as st

from lib.lessons.inside.charts import points
from lib.lessons.inside.charts import runs as charts_runs
from lib.tensorboard.records import Run
from pages.parts import control
from pages.parts.inside import charts as views
from pages.parts.run import run
from pages.parts.text import _


def one_run(part: str, chosen: Run, trained: dict[str, Any], steered: Any, place: Any) -> None:
    """Show what one run has written, other than scalars."""
    if part == "images":
        with steered:
            tag = control.buttons("image", _("tag"), tuple(reversed([*chosen.images])))
        with place:
            views.images(chosen.images[tag], tag)
    elif part == "histograms":
        with steered:
            tag = control.buttons("histogram", _("tag"), (*chosen.histograms,))
            mode = control.buttons("mode", _("drawn as"), ("histograms", "distributions"))
        with place:
            views.histograms(chosen.histograms[tag], tag, mode)
    elif part == "graph":
        with place:
            st.markdown(_("What `add_graph` wrote: layers, and the weights they take."))
            views.graph(chosen)
    elif part == "projector" and chosen.embedding:
        with steered:
            how = views.nearby(len(chosen.embedding.labels))
        with place:
            features, dimensions = chosen.embedding.features, how["dimensions"]
            if how["method"] == "PCA":
                placed = points.pca(features, dimensions)
                words = _("PCA keeps {part} of the variance of all {count} numbers a point has.")
                st.markdown(words.format(part=f"{placed.kept:.0%}", count=features.shape[1]))
                places = placed.places
            else:
                settings = {"name": chosen.name, "dimensions": dimensions, **trained}
                places = run(charts_runs.placed_by_tsne, heavy=True, **settings)
                st.markdown(_("t-SNE keeps near points near. Far distances mean nothing in it."))
            views.projector(chosen, places, how)
