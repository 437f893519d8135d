"""Which classes meet in a batch: one column for every batch, one row for every class."""

from collections.abc import Mapping

import numpy as np

from lib.core.i18n import mark
from lib.datasets.fashion_mnist import CLASSES
from lib.plots.figure import Figure
from lib.plots.palette import CATEGORIES, MUTED, RAISED, TEXT

# What is written in the picture; a page passes its own, in its own language.
WORDS = {
    "all": mark("all"),
    "first": mark("This epoch: {complete} of {batches} batches hold all ten classes."),
    "second": mark("The next epoch: {complete} of {batches} batches hold all ten classes."),
    "batch": mark("number of the batch; “all” is the whole dataset"),
    "columns": mark("epoch, batch"),
    **{name: name for name in CLASSES},
}

ROW = 24
APART = 0.6  # of a column, between the dataset and the batches
WRITTEN = 13  # most columns into which numbers fit on a phone
GREEN = CATEGORIES[2]


def mix(
    labels: tuple[int, ...],
    epochs: tuple[np.ndarray, np.ndarray],
    words: Mapping[str, str] = WORDS,
    guess: bool = False,
) -> Figure:
    """Draw how many samples of each class are in each batch; two moments, one for each epoch.

    Args:
        labels: the class of every sample of the dataset.
        epochs: the counts of this epoch and of the next, (batches, classes) each.
        words: what the picture says, with the keys of ``WORDS``.
        guess: draw the dataset's own mix only: the visitor is to guess the rest.

    Returns:
        A figure with the counts in ``layout.meta["numbers"]``.
    """
    whole = np.bincount(labels, minlength=len(CLASSES))
    shown = () if guess else epochs
    batches = 0 if guess else len(epochs[0])
    written = batches < WRITTEN
    # One more than there are batches on the axis before: where the batches begin.
    ticks = range(0, batches, max(1, -(-batches // 12)))
    begin = 1 + APART
    moments = [_counts(epoch, written) for epoch in shown]
    return Figure(
        data=[
            {**_column(0, 1), **_counts(whole[None], True)},
            {**_column(begin, max(1, batches)), **(moments[0] if moments and batches else {})},
        ],
        frames=[
            {"name": _said(epoch, name, words), "data": [moment], "traces": [1]}
            for epoch, moment, name in zip(shown, moments, ("first", "second"), strict=False)
            if batches
        ],
        layout={
            "height": ROW * len(CLASSES) + 66,
            "margin": {"l": 88, "r": 6, "t": 6, "b": 60},
            "showlegend": False,
            "hovermode": False,
            "dragmode": False,
            "xaxis": {
                "range": [0, begin + max(batches, 8)],
                "tickvals": [0.5, *(begin + 0.5 + batch for batch in ticks)],
                "ticktext": [words["all"], *map(str, ticks)],
                "tickangle": 0,
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
                "title": {"text": words["batch"], "font": {"size": 12, "color": MUTED}},
            },
            "yaxis": {
                "range": [len(CLASSES), 0],
                "tickvals": [row + 0.5 for row in range(len(CLASSES))],
                "ticktext": [words[name] for name in CLASSES],
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
            },
            "meta": None if guess else {"numbers": _numbers(epochs, words), "pause": 2500},
        },
    )


def _column(left: float, columns: int) -> dict[str, object]:
    """Return what stays of some columns: where they stand, and their look."""
    return {
        "type": "heatmap",
        "x0": left + 0.5,
        "dx": 1,
        "y0": 0.5,
        "dy": 1,
        "z": np.zeros((len(CLASSES), columns), dtype=np.uint8),
        "zmin": 0,
        "zmax": 3,
        # A class that is missing, one that is there once, and one that is there more often.
        "colorscale": [[0, RAISED], [0.17, RAISED], [0.17, _green(0.35)], [1, _green(0.75)]],
        "showscale": False,
        "xgap": 2 if columns < WRITTEN else 1,
        "ygap": 2,
        "texttemplate": "%{text}",
        "textfont": {"color": TEXT, "size": 12},
        "hoverinfo": "skip",
    }


def _green(share: float) -> str:
    """Return the green of the palette, seen through."""
    red, green, blue = (int(GREEN[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {share})"


def _counts(counts: np.ndarray, written: bool) -> dict[str, object]:
    """Return one epoch: the counts as colors and, where they fit, as numbers."""
    standing = counts.T.astype(np.uint8)  # (classes, batches)
    texts = [[str(n) if n and written else " " for n in row] for row in standing.tolist()]
    return {"type": "heatmap", "z": standing, "text": texts}


def _said(counts: np.ndarray, name: str, words: Mapping[str, str]) -> str:
    """Return what is said of an epoch."""
    complete = int((counts > 0).all(axis=1).sum())
    return words[name].format(complete=complete, batches=len(counts))


def _numbers(epochs: tuple[np.ndarray, np.ndarray], words: Mapping[str, str]) -> dict[str, object]:
    """Return the counts as a table."""
    rows = [
        [str(number), str(batch), *map(str, counts)]
        for number, epoch in enumerate(epochs)
        for batch, counts in enumerate(epoch.tolist())
    ]
    return {
        "columns": [*words["columns"].split(", "), *(words[name] for name in CLASSES)],
        "rows": rows,
    }
