"""Pictures of the lesson on gradients."""

import numpy as np

from lib.lessons.autograd.gradients.reference import Curve
from lib.plots.figure import Figure
from lib.plots.palette import GRID, MUTED, TEXT, signed


def curve(record: Curve, guess: bool = False) -> Figure:
    """Draw the output as one element of x moves, and a line as steep as x.grad says.

    After one backward the line touches the curve; after two that added up it cuts through it,
    and the true tangent is dashed beside it. Without a gradient there is no line.

    Args:
        record: what ``lib.lessons.autograd.gradients.reference.curve`` returns.
        guess: leave out all that tells the slope: the visitor is to guess it.

    Returns:
        A figure with the points of the curve in ``layout.meta["numbers"]``.
    """
    here = {"x": [record.at], "y": [_finite(record.value)]}
    note = "x.grad[0, 0] = None" if record.grad is None else f"x.grad[0, 0] = {record.grad:.4g}"
    steep = record.grad if record.grad is not None else 0.0
    if guess:
        note = "x.grad[0, 0] = ?"
    color = signed(0.0 if np.isnan(steep) else steep)
    off = record.grad is None or not np.isclose(record.grad, record.slope, rtol=1e-3, atol=1e-6)
    low, high = _range(record)
    return Figure(
        data=[
            _line(record.x, record.out, {"color": TEXT, "width": 2}),
            _tangent(record, record.slope if off and not guess else None, MUTED, "dash"),
            _tangent(record, None if guess else record.grad, color, "solid"),
            {
                "type": "scatter",
                "mode": "markers",
                **here,
                "marker": {"color": TEXT, "size": 12},
                "hovertemplate": "x[0, 0] = %{x:.4g}<br>out = %{y:.4g}<extra></extra>",
            },
        ],
        layout={
            "height": 320,
            "margin": {"l": 56, "r": 12, "t": 34, "b": 44},
            "showlegend": False,
            "xaxis": {"title": {"text": "x[0, 0]"}, "range": [-4, 4], "dtick": 1, "zeroline": True},
            "yaxis": {"title": {"text": "out"}, "range": [low, high], "gridcolor": GRID},
            "annotations": [
                {
                    "text": note,
                    "xref": "paper",
                    "yref": "paper",
                    "x": 0.5,
                    "y": 1,
                    "yanchor": "bottom",
                    "showarrow": False,
                    "font": {"size": 14},
                }
            ],
            "meta": {"numbers": _numbers(record)},
        },
    )


def _line(x: np.ndarray, y: np.ndarray, style: dict[str, object]) -> dict[str, object]:
    """Return a trace of a line."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x.astype(np.float32),
        # A larger number would become infinite on the way to the browser.
        "y": np.clip(y, -1e38, 1e38).astype(np.float32),
        "line": style,
        "hovertemplate": "x[0, 0] = %{x:.4g}<br>out = %{y:.4g}<extra></extra>",
    }


def _tangent(record: Curve, slope: float | None, color: str, dash: str) -> dict[str, object]:
    """Return a line through the point with the slope; an empty one if there is no slope."""
    ends = np.array([-4.0, 4.0])
    drawn = slope is not None and np.isfinite(slope) and np.isfinite(record.value)
    y = record.value + (slope or 0.0) * (ends - record.at) if drawn else ends * np.nan
    return _line(ends, y, {"color": color, "width": 3, "dash": dash})


def _range(record: Curve) -> tuple[float, float]:
    """Return what of the output is shown: the whole curve, which a moved slider seldom changes."""
    seen = record.out[np.isfinite(record.out) & (np.abs(record.out) < 1e30)]
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (0.0, 1.0)
    space = 0.08 * (high - low) or 1.0
    return low - space, high + space


def _finite(value: float) -> float | None:
    """Return a number that can be drawn, else None."""
    return value if np.isfinite(value) else None


def _numbers(record: Curve) -> dict[str, object]:
    """Return every fifth point of the curve as a table."""
    rows = [
        [f"{x:.4g}", f"{out:.4g}"]
        for x, out in zip(record.x[::5].tolist(), record.out[::5].tolist(), strict=True)
    ]
    return {"columns": ["x[0, 0]", "out"], "rows": rows}
