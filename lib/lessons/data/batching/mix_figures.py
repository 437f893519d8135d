"""Which classes meet in a batch: one column for every batch, one row for every class."""

import numpy as np

from lib.core.i18n import Words, mark
from lib.datasets.fashion_mnist import CLASSES
from lib.plots.figure import Figure
from lib.plots.numbers import table
from lib.plots.palette import CATEGORIES, MUTED, RAISED, TEXT, translucent
from lib.plots.traces import BLANK, Part, drawing

WORDS = {
    "all": mark("all"),
    "first": mark("This epoch: {complete} of {batches} batches hold all ten classes."),
    "second": mark("The next epoch: {complete} of {batches} batches hold all ten classes."),
    "batch": mark("number of the batch; “all” is the whole dataset"),
    "columns": (mark("epoch"), mark("batch")),
    "classes": CLASSES,
}

ROW = 24
BEGIN = 1.6  # columns from the left edge to the first batch; the dataset's own stands before
WRITTEN = 13  # most columns into which numbers fit on a phone
GREEN = CATEGORIES[2]


def mix(
    labels: tuple[int, ...],
    epochs: tuple[np.ndarray, np.ndarray],
    words: Words = WORDS,
    revealed: bool = True,
) -> Figure:
    """Draw how many samples of each class are in each batch; two moments, one for each epoch.

    Args:
        labels: the class of every sample of the dataset.
        epochs: the counts of this epoch and of the next, (batches, classes) each.
        words: what the picture says, with the keys of ``WORDS``.
        revealed: whether more than the dataset's own mix is shown; the questions ask for it.

    Returns:
        A figure with the counts in ``layout.meta["numbers"]``.
    """
    whole = np.bincount(labels, minlength=len(CLASSES))
    batches = len(epochs[0]) if revealed else 0
    moments = [_counts(epoch, batches < WRITTEN) for epoch in epochs] if batches else []
    ticks = range(0, batches, max(1, -(-batches // 12)))
    common = {"showgrid": False, "zeroline": False, "fixedrange": True}
    rows = [
        [str(number), str(batch), *map(str, counts)]
        for number, epoch in enumerate(epochs)
        for batch, counts in enumerate(epoch.tolist())
    ]
    numbers = table((*words["columns"], *words["classes"]), rows)
    return Figure(
        data=[
            {**_column(0, 1), **_counts(whole[None], True)},
            {**_column(BEGIN, max(1, batches)), **(moments[0] if moments else {})},
        ],
        frames=[
            {"name": _caption(epoch, words[name]), "data": [moment], "traces": [1]}
            for epoch, moment, name in zip(epochs, moments, ("first", "second"), strict=False)
        ],
        layout=drawing(
            ROW * len(CLASSES) + 66,
            (0, 0),
            (0, 0),
            margin={"l": 88, "r": 6, "t": 6, "b": 60},
            xaxis={
                "range": [0, BEGIN + max(batches, 8)],
                "tickvals": [0.5, *(BEGIN + 0.5 + batch for batch in ticks)],
                "ticktext": [words["all"], *map(str, ticks)],
                "tickangle": 0,
                "title": {"text": words["batch"], "font": {"size": 12, "color": MUTED}},
                **common,
            },
            yaxis={
                "range": [len(CLASSES), 0],
                "tickvals": [row + 0.5 for row in range(len(CLASSES))],
                "ticktext": words["classes"],
                **common,
            },
            meta={"numbers": numbers, "pause": 2500} if revealed else None,
        ),
    )


def _column(left: float, columns: int) -> Part:
    """Return what stays of some columns: where they stand, and their colors."""
    some, many = translucent(GREEN, 0.35), translucent(GREEN, 0.75)
    return {
        "type": "heatmap",
        **{"x0": left + 0.5, "dx": 1, "y0": 0.5, "dy": 1},
        "z": np.zeros((len(CLASSES), columns), dtype=np.uint8),
        "zmin": 0,
        "zmax": 3,
        # A class that is missing, one that is there once, and one that is there more often.
        "colorscale": [[0, RAISED], [0.17, RAISED], [0.17, some], [1, many]],
        "showscale": False,
        "xgap": 2 if columns < WRITTEN else 1,
        "ygap": 2,
        "texttemplate": "%{text}",
        "textfont": {"color": TEXT, "size": 12},
        "hoverinfo": "skip",
    }


def _counts(counts: np.ndarray, written: bool) -> Part:
    """Return one epoch: the counts as colors and, where they fit, as numbers."""
    standing = counts.T.astype(np.uint8)  # (classes, batches)
    texts = [[str(n) if n and written else BLANK for n in row] for row in standing.tolist()]
    return {"type": "heatmap", "z": standing, "text": texts}


def _caption(counts: np.ndarray, words: str) -> str:
    """Return the caption of an epoch."""
    complete = int((counts > 0).all(axis=1).sum())
    return words.format(complete=complete, batches=len(counts))
