"""Pictures of the lesson on gradients."""

import numpy as np

from lib.lessons.autograd.gradients.lesson import STEP, Gradients, X
from lib.lessons.autograd.gradients.reference import Curve, Formula
from lib.plots.figure import Figure
from lib.plots.numbers import digits, table
from lib.plots.palette import GRID, MUTED, signed
from lib.plots.traces import Part, line, markers, note

# The point is dragged: where the finger is along x becomes every element of x.
DRAGGED = {"control": "gradients.x", "low": X.low, "high": X.high, "step": STEP}
HOVER = "x[0, 0] = %{x:.4g}<br>out = %{y:.4g}<extra></extra>"


def curve(points: Curve, result: Gradients, exact: Formula, revealed: bool = True) -> Figure:
    """Draw the output as one element of x moves, and a line as steep as x.grad says.

    After one backward the line touches the curve; after two that added up it cuts through it,
    and the true tangent is dashed beside it. Without a gradient there is no line.

    Args:
        points: what ``reference.curve`` returns.
        result: what ``what_backward_leaves`` returns.
        exact: what ``reference.formula`` returns.
        revealed: whether what tells the slope may be seen.

    Returns:
        A figure with the points of the curve in ``layout.meta["numbers"]``.
    """
    grad = None if result.grad is None else float(result.grad[0, 0])
    differs = grad is None or not np.isclose(grad, exact.slope, rtol=1e-3, atol=1e-6)
    here = (points.at, result.out)
    color = signed(0.0 if grad is None or np.isnan(grad) else grad)
    written = "?" if not revealed else "None" if grad is None else digits(grad)
    seen = points.out[np.isfinite(points.out) & (np.abs(points.out) < 1e30)]
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (0.0, 1.0)
    space = 0.08 * (high - low) or 1.0
    rows = zip(map(digits, points.x[::5]), map(digits, points.out[::5]), strict=True)
    height = result.out if np.isfinite(result.out) else None
    return Figure(
        data=[
            line(points.x.astype(np.float32), points.out, hovertemplate=HOVER),
            _tangent(here, exact.slope if differs and revealed else None, MUTED, "dash"),
            _tangent(here, grad if revealed else None, color, "solid"),
            markers([points.at], [height], size=12, hovertemplate=HOVER),
        ],
        layout={
            "height": 330,
            "margin": {"l": 56, "r": 12, "t": 34, "b": 44},
            "showlegend": False,
            "xaxis": {"title": {"text": "x[0, 0]"}, "range": [-4, 4], "dtick": 1, "zeroline": True},
            "yaxis": {
                "title": {"text": "out"},
                "range": [low - space, high + space],
                "gridcolor": GRID,
            },
            "annotations": [
                note(f"x.grad[0, 0] = {written}", 0.5, 1, size=14, xref="paper", yref="paper",
                     yanchor="bottom")
            ],
            "meta": {"numbers": table(["x[0, 0]", "out"], rows), "touch": {"x": DRAGGED}},
        },
    )  # fmt: skip


def _tangent(here: tuple[float, float], slope: float | None, color: str, dash: str) -> Part:
    """Return a line through the point with the slope; an empty one if there is no slope."""
    ends = np.array([-4.0, 4.0])
    drawn = slope is not None and np.isfinite(slope) and np.isfinite(here[1])
    y = here[1] + (slope or 0.0) * (ends - here[0]) if drawn else ends * np.nan
    return line(ends.astype(np.float32), y, color, 3, dash, hovertemplate=HOVER)
