"""The pictures of a classifier: its curves, what it confuses, and single images."""

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any

import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.training.classify.metrics import BINS, Calibration, Mistake
from lib.lessons.training.classify.questions import GOAL
from lib.lessons.training.classify.runs import Epoch
from lib.plots.cells import SIGNED
from lib.plots.figure import Figure
from lib.plots.numbers import table
from lib.plots.palette import CATEGORIES, GRID, MUTED, NEGATIVE, POSITIVE, TEXT
from lib.plots.traces import Part, drawing, hidden_axis, markers, note, text

# --- curves ---------------------------------------------------------------------------------------

CURVE_WORDS = {
    "epoch": mark("epoch"),
    "loss": mark("loss"),
    "accuracy": mark("accuracy, %"),
    "train": mark("training images"),
    "test": mark("test images"),
    "goal": mark("85%"),
    "columns": (
        mark("epoch"), mark("train loss"), mark("test loss"), mark("train accuracy, %"),
        mark("test accuracy, %"),
    ),
}  # fmt: skip
TRAIN, TEST = CATEGORIES[0], CATEGORIES[5]
LOW = 20.0  # per cent the accuracy's axis begins at, unless a run stays below


def curves(epochs: Sequence[Epoch], end: int, words: Words = CURVE_WORDS) -> Figure:
    """Draw loss above and accuracy below for every epoch so far, on axes for all of them.

    Args:
        epochs: those that are there, from 0 on.
        end: how many there will be.
        words: what the picture says, with the keys of ``CURVE_WORDS``.
    """
    rows = [_in_percent(each) for each in epochs]
    _, *columns = zip(*rows, strict=True) if rows else [()] * 5
    losses, accuracies = [*columns[0], *columns[1]], [*columns[2], *columns[3]]
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": words[name],
            "x": [each.epoch for each in epochs],
            "y": [value if isfinite(value) else None for value in values],
            "xaxis": f"x{axis}",
            "yaxis": f"y{axis}",
            "line": {"color": color, "width": 2.5},
            "marker": {"size": 6, "symbol": symbol},
            "showlegend": axis == "",
            "hovertemplate": f"{words['epoch']} %{{x}}: %{{y:.4g}}",
        }
        for values, axis, (name, color, symbol) in zip(
            columns, ("", "", "2", "2"),
            (("train", TRAIN, "circle"), ("test", TEST, "diamond")) * 2, strict=True,
        )
    ]  # fmt: skip
    across = {
        "range": [-0.03 * end, 1.03 * end],
        "zeroline": False,
        "gridcolor": GRID,
        # Whole epochs only; every second one where there is no room for all.
        "dtick": 1 if end <= 10 else 2,
    }
    highest = 1.05 * min(max([0.5, *filter(isfinite, losses)]), 5.0)
    lowest = max(0.0, min([LOW, *(value - 5 for value in accuracies)]))
    return Figure(
        traces,
        {
            "height": 430,
            "margin": {"l": 56, "r": 12, "t": 34, "b": 44},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "hovermode": "x",
            "xaxis": {**across, "anchor": "y", "showticklabels": False},
            "xaxis2": {**across, **_titled(words["epoch"], 6), "anchor": "y2"},
            "yaxis": {
                **_titled(words["loss"]),
                "domain": [0.55, 1],
                "range": [0, highest],
                "zeroline": False,
            },
            "yaxis2": {
                **_titled(words["accuracy"]),
                "domain": [0, 0.48],
                "anchor": "x2",
                "range": [lowest, 101],
                "zeroline": False,
            },
            "shapes": [
                {
                    **_dashed(0, 100 * GOAL, 1, 100 * GOAL, 1),
                    "xref": "x2 domain",
                    "yref": "y2",
                }
            ],
            "annotations": [
                note(
                    words["goal"], 0.01, 100 * GOAL, MUTED, 11,
                    xref="x2 domain", xanchor="left", yref="y2", yanchor="bottom",
                )
            ],
            "meta": _numbers(
                words["columns"],
                ([v if isfinite(v) else "nan" for v in row] for row in rows),
            ),
        },
    )  # fmt: skip


def _in_percent(epoch: Epoch) -> tuple[float, ...]:
    """Return an epoch's number, its losses, and its accuracies in percent."""
    accuracies = 100 * epoch.train_accuracy, 100 * epoch.test_accuracy
    return (epoch.epoch, epoch.train_loss, epoch.test_loss, *accuracies)


# --- all test images ------------------------------------------------------------------------------

MATRIX_WORDS = {"class": mark("true class"), "answer": mark("predicted class")}


def matrix(
    counts: Sequence[Sequence[int]], names: Sequence[str], words: Words = MATRIX_WORDS
) -> Figure:
    """Draw how many test images of each class were predicted as which.

    Right answers are blue, wrong ones orange; the more, the stronger.

    Args:
        counts: by true class (rows) and predicted class (columns).
        names: of the classes.
        words: what the picture says, with the keys of ``MATRIX_WORDS``.
    """
    cells = np.array(counts)
    wrong = cells * (1 - np.eye(len(cells), dtype=int))
    full = max(1, cells.sum(axis=1).max())
    shades = np.diag(np.diag(cells)) / full - wrong / max(1, wrong.max())
    axis = {"fixedrange": True, "showgrid": False}
    return Figure(
        [
            {
                "type": "heatmap",
                "z": shades.astype(np.float32),
                "x": list(names),
                "y": list(names),
                "text": [[str(count) if count else " " for count in row] for row in cells.tolist()],
                "texttemplate": "%{text}",
                "textfont": {"color": TEXT, "size": 12},
                "colorscale": SIGNED,
                "zmin": -1,
                "zmax": 1,
                "showscale": False,
                "xgap": 2,
                "ygap": 2,
                "hovertemplate": (
                    f"{words['class']} %{{y}}, {words['answer']} %{{x}}: %{{text}}<extra></extra>"
                ),
            }
        ],
        {
            "height": 470,
            "margin": {"l": 4, "r": 4, "t": 8, "b": 4},
            "dragmode": False,
            "xaxis": {**axis, **_titled(words["answer"], 6), "tickangle": -90},
            "yaxis": {**axis, **_titled(words["class"], 6), "autorange": "reversed"},
            "meta": _numbers(
                ["", *names],
                ([name, *row] for name, row in zip(names, cells.tolist(), strict=True)),
            ),
        },
    )


CALIBRATION_WORDS = {
    "confidence": mark("confidence (how sure it is), %"),
    "accuracy": mark("accuracy (how often it is right), %"),
    "perfect": mark("as sure as it is right"),
    "columns": (
        mark("from, %"), mark("to, %"), mark("images"), mark("confidence, %"), mark("accuracy, %"),
    ),
}  # fmt: skip


def reliability(result: Calibration, words: Words = CALIBRATION_WORDS) -> Figure:
    """Draw how often a network is right, by how sure it is, beside a line where both agree.

    Args:
        result: what ``lib.lessons.training.classify.metrics.calibration`` returns.
        words: what the picture says, with the keys of ``CALIBRATION_WORDS``.
    """
    width = 100 / BINS
    middles = [width * (i + 0.5) for i in range(BINS)]
    right = [100 * r if n else 0 for r, n in zip(result.accuracy, result.counts, strict=True)]
    sure = [100 * each for each in result.confidence]
    there = [i for i, count in enumerate(result.counts) if count and isfinite(sure[i])]
    bars = {
        "type": "bar",
        "name": words["accuracy"],
        "x": middles,
        "y": right,
        "width": width * 0.94,
        "marker": {"color": POSITIVE},
        "hovertemplate": f"{words['accuracy']}: %{{y:.1f}}<extra></extra>",
    }
    points = markers(
        [sure[i] for i in there],
        [sure[i] for i in there],
        name=words["perfect"],
        marker={"color": NEGATIVE, "size": 9, "symbol": "diamond"},
        hovertemplate=f"{words['confidence']}: %{{x:.1f}}<extra></extra>",
    )
    written = [str(count) if count else "" for count in result.counts]
    counts = text(middles, [107] * BINS, written, MUTED, 11, showlegend=False)
    axis = {"dtick": 20, "fixedrange": True}
    rows = (
        [round(width * i), round(width * (i + 1)), count]
        + ([sure[i], right[i]] if i in there else ["", ""])
        for i, count in enumerate(result.counts)
    )
    return Figure(
        [bars, points, counts],
        {
            "height": 400,
            "margin": {"l": 56, "r": 12, "t": 40, "b": 46},
            "legend": {"orientation": "h", "x": 0, "y": 1.03, "yanchor": "bottom"},
            "dragmode": False,
            "xaxis": {
                **axis,
                **_titled(words["confidence"], 6),
                "range": [0, 100],
                "gridcolor": GRID,
            },
            "yaxis": {**axis, **_titled(words["accuracy"]), "range": [0, 113]},
            "shapes": [_dashed(0, 0, 100, 100, 1.5)],
            "meta": _numbers(words["columns"], rows),
        },
    )


# --- single images --------------------------------------------------------------------------------

SIDE = 28
ACROSS = 3  # mistakes side by side: on a phone their names must fit
TILE, BELOW = 0.86, 0.5  # of a column's width: one picture, and the words under it
COLUMN = 116  # pixels, as on a phone; on a wide page the columns stay together

MISTAKE_WORDS = {
    "caption": mark("true: {label}<br><b>pred.: {predicted}</b><br>{confidence}"),
    "columns": (
        mark("test image"), mark("true class"), mark("predicted class"), mark("confidence, %"),
    ),
}  # fmt: skip


def mistakes(
    found: Sequence[Mistake],
    images: Sequence[np.ndarray],
    names: Sequence[str],
    words: Words = MISTAKE_WORDS,
) -> Figure:
    """Draw wrong predictions, the surest first, with the true and the predicted class of each.

    Args:
        found: what ``lib.lessons.training.classify.metrics.worst`` returns.
        images: the image of each, (28, 28), uint8.
        names: of the classes.
        words: what the picture says, with the keys and fields of ``MISTAKE_WORDS``.
    """
    rows = max(1, -(-len(found) // ACROSS))
    down = TILE + BELOW
    pixel = TILE / SIDE
    traces, notes = [], []
    for i, (each, image) in enumerate(zip(found, images, strict=True)):
        left, top = i % ACROSS, i // ACROSS * down
        traces.append(
            _grayscale(
                image, x0=left + (1 - TILE + pixel) / 2, dx=pixel, y0=top + pixel / 2, dy=pixel
            )
        )
        caption = words["caption"].format(
            label=names[each.label],
            predicted=names[each.predicted],
            confidence=f"{100 * each.confidence:.0f}%" if isfinite(each.confidence) else "nan",
        )
        notes.append(note(caption, left + 0.5, top + TILE + 0.04, size=11, yanchor="top"))
    square = {"constrain": "domain"}
    return Figure(
        traces,
        drawing(
            rows * down * COLUMN + 8,
            (0, ACROSS),
            (rows * down, 0),
            margin={"l": 0, "r": 0, "t": 4, "b": 4},
            xaxis=hidden_axis(0, ACROSS, **square),
            yaxis=hidden_axis(rows * down, 0, scaleanchor="x", **square),
            annotations=notes,
            meta=_numbers(
                words["columns"],
                (
                    [each.place, names[each.label], names[each.predicted], 100 * each.confidence]
                    for each in found
                ),
            ),
        ),
    )


ANSWER_WORDS = {"columns": (mark("class"), mark("probability, %"))}


def answer(
    image: np.ndarray,
    probabilities: Sequence[float],
    names: Sequence[str],
    words: Words = ANSWER_WORDS,
) -> Figure:
    """Draw one image as the network sees it, and the probability of each class.

    Args:
        image: (28, 28), uint8.
        probabilities: of each class.
        names: of the classes.
        words: what the picture says, with the keys of ``ANSWER_WORDS``.
    """
    percent = [100 * each if isfinite(each) else 0.0 for each in probabilities]
    first = int(np.argmax(percent))
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": percent,
        "y": list(names),
        "marker": {"color": [POSITIVE if i == first else CATEGORIES[6] for i in range(len(names))]},
        "text": [f"{each:.1f}" for each in percent],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    seen = {"visible": False, "fixedrange": True, "constrain": "domain"}
    return Figure(
        [bars, _grayscale(image, xaxis="x2", yaxis="y2")],
        {
            "height": 460,
            "margin": {"l": 4, "r": 12, "t": 8, "b": 44},
            "dragmode": False,
            "hovermode": False,
            "showlegend": False,
            "xaxis": {
                **_titled(words["columns"][1], 6),
                "domain": [0, 1],
                "anchor": "y",
                "range": [0, 118],
                "tickvals": [0, 20, 40, 60, 80, 100],
                "fixedrange": True,
            },
            "yaxis": {"domain": [0, 0.6], "autorange": "reversed", "fixedrange": True},
            "xaxis2": {**seen, "domain": [0, 1], "anchor": "y2"},
            "yaxis2": {**seen, "domain": [0.64, 1], "autorange": "reversed", "scaleanchor": "x2"},
            "meta": _numbers(words["columns"], zip(names, percent, strict=True)),
        },
    )


# --- parts ----------------------------------------------------------------------------------------


def _grayscale(image: np.ndarray, **more: Any) -> Part:
    """Return an image, from black to white."""
    return {
        "type": "heatmap",
        "z": image,
        "zmin": 0,
        "zmax": 255,
        "colorscale": ((0.0, "#000000"), (1.0, "#ffffff")),
        "showscale": False,
        "hoverinfo": "skip",
        **more,
    }


def _titled(words: str, standoff: int = 4) -> Part:
    """Return what makes an axis have a title."""
    return {"title": {"text": words, "standoff": standoff}}


def _dashed(x0: float, y0: float, x1: float, y1: float, width: float) -> Part:
    """Return a dashed line of the layout."""
    style = {"color": MUTED, "width": width, "dash": "dash"}
    return {"type": "line", "x0": x0, "y0": y0, "x1": x1, "y1": y1, "line": style}


def _numbers(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Part:
    """Return the table behind a picture, where the page looks for it."""
    return {"numbers": table(columns, rows)}
