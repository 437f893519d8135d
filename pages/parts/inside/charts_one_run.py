"""What one run has written: its images, histograms and graph, and the points of its embedding."""

from typing import Any

import streamlit as st

from lib.lessons.inside.charts import projection, runs
from lib.tensorboard.records import Run
from pages import parts
from pages.parts import _, control
from pages.parts.inside import charts as views


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
                projected = projection.pca(features, dimensions)
                st.markdown(
                    _("PCA keeps {part} of the variance of all {count} numbers a point has.",
                      part=f"{projected.explained:.0%}", count=features.shape[1])
                )  # fmt: skip
                places = projected.places
            else:
                settings = {"name": chosen.name, "dimensions": dimensions, **trained}
                places = parts.run(runs.placed_by_tsne, heavy=True, **settings)
                st.markdown(_("t-SNE keeps near points near. Far distances mean nothing in it."))
            views.projector(chosen, places, how)
