"""The curves of a classifier as they come: loss above, accuracy below."""

from collections.abc import Mapping, Sequence
from math import isfinite

from lib.core.i18n import mark
from lib.lessons.training.classify.questions import GOAL
from lib.lessons.training.classify.runs import Epoch
from lib.plots.figure import Figure
from lib.plots.palette import CATEGORIES, GRID, MUTED

WORDS = {
    "epoch": mark("epoch"),
    "loss": mark("loss"),
    "accuracy": mark("accuracy, %"),
    "train": mark("training images"),
    "test": mark("test images"),
    "goal": mark("85%"),
    "train_loss": mark("train loss"),
    "test_loss": mark("test loss"),
    "train_accuracy": mark("train accuracy, %"),
    "test_accuracy": mark("test accuracy, %"),
}
TRAIN, TEST = CATEGORIES[0], CATEGORIES[5]
HEIGHT = 430
LOW = 20.0  # per cent the accuracy's axis begins at, unless a run stays below


def curves(epochs: Sequence[Epoch], end: int, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw loss and accuracy of every epoch so far, on axes that reach to the last one.

    Args:
        epochs: those that are there, from 0 on.
        end: how many there will be.
        words: what the picture says, with the keys of ``WORDS``.
    """
    x = [each.epoch for each in epochs]
    rows = {
        "loss": ([e.train_loss for e in epochs], [e.test_loss for e in epochs], "y"),
        "accuracy": (
            [100 * e.train_accuracy for e in epochs],
            [100 * e.test_accuracy for e in epochs],
            "y2",
        ),
    }
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": words[name],
            "x": x,
            "y": [value if isfinite(value) else None for value in values],
            "xaxis": "x" if axis == "y" else "x2",
            "yaxis": axis,
            "line": {"color": color, "width": 2.5},
            "marker": {"size": 6, "symbol": symbol},
            "showlegend": axis == "y",
            "hovertemplate": f"{words['epoch']} %{{x}}: %{{y:.4g}}",
        }
        for seen, new, axis in rows.values()
        for name, values, color, symbol in (
            ("train", seen, TRAIN, "circle"), ("test", new, TEST, "diamond"),
        )
    ]  # fmt: skip
    span = [-0.03 * end, 1.03 * end]
    # Whole epochs only; every second one where there is no room for all.
    every = 1 if end <= 10 else 2
    across = {"range": span, "zeroline": False, "gridcolor": GRID, "dtick": every}
    losses = [v for v in (*rows["loss"][0], *rows["loss"][1]) if isfinite(v)]
    worst = min([LOW, *(v - 5 for v in (*rows["accuracy"][0], *rows["accuracy"][1]))])
    return Figure(
        traces,
        {
            "height": HEIGHT,
            "margin": {"l": 56, "r": 12, "t": 34, "b": 44},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "hovermode": "x",
            "xaxis": {**across, "anchor": "y", "showticklabels": False},
            "xaxis2": {**across, "anchor": "y2", "title": {"text": words["epoch"], "standoff": 6}},
            "yaxis": {
                "domain": [0.55, 1],
                "title": {"text": words["loss"], "standoff": 4},
                "range": [0, 1.05 * min(max([*losses, 0.5]), 5.0)],
                "zeroline": False,
            },
            "yaxis2": {
                "domain": [0, 0.48],
                "anchor": "x2",
                "title": {"text": words["accuracy"], "standoff": 4},
                "range": [max(0.0, worst), 101],
                "zeroline": False,
            },
            "shapes": [
                {
                    "type": "line", "xref": "x2 domain", "x0": 0, "x1": 1, "yref": "y2",
                    "y0": 100 * GOAL, "y1": 100 * GOAL,
                    "line": {"color": MUTED, "width": 1, "dash": "dash"},
                }
            ],
            "annotations": [
                {
                    "text": words["goal"], "xref": "x2 domain", "x": 0.01, "xanchor": "left",
                    "yref": "y2", "y": 100 * GOAL, "yanchor": "bottom", "showarrow": False,
                    "font": {"size": 11, "color": MUTED},
                }
            ],
            "meta": {
                "numbers": {
                    "columns": [
                        words[name]
                        for name in (
                            "epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy",
                        )
                    ],
                    "rows": [
                        [
                            e.epoch,
                            *(v if isfinite(v) else "nan" for v in (e.train_loss, e.test_loss)),
                            100 * e.train_accuracy,
                            100 * e.test_accuracy,
                        ]
                        for e in epochs
                    ],
                }
            },
        },
    )  # fmt: skip
