"""Parts that many pictures are made of: lines, marks, texts, notes, and layouts without axes."""

from collections.abc import Sequence
from html import escape

import numpy as np

from lib.plots.palette import TEXT

Part = dict[str, object]
Numbers = Sequence[float | None] | np.ndarray

# Plotly forgets to draw a text that was empty in the frame before: so none is ever empty.
BLANK = " "
LEGEND_ABOVE = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
LARGEST = 1e38  # a larger number would become infinite on the way to the browser


def line(
    x: Numbers, y: Numbers, color: str = TEXT, width: float = 2, dash: str = "solid", **more: object
) -> Part:
    """Return a line through points; NaN or None makes a gap.

    >>> line([0, 1], [2, 3])["mode"]
    'lines'
    """
    style = {"color": color, "width": width, "dash": dash}
    return {"type": "scatter", "mode": "lines", "x": x, "y": drawable(y), "line": style, **more}


def markers(x: Numbers, y: Numbers, color: object = TEXT, size: object = 9, **more: object) -> Part:
    """Return points as marks of one color and size, or of one each.

    >>> markers([0], [1])["marker"]
    {'color': '#010101', 'size': 9}
    """
    style = {"color": color, "size": size}
    return {"type": "scatter", "mode": "markers", "x": x, "y": y, "marker": style, **more}


def plain(words: str) -> str:
    """Return words from outside so that Plotly, which knows some HTML, writes them as they are.

    >>> plain("<a href=x>&")
    '&lt;a href=x&gt;&amp;'
    """
    return escape(words, quote=False)


def text(
    x: Numbers,
    y: Numbers,
    texts: Sequence[str],
    color: object = TEXT,
    size: int = 12,
    position: str | Sequence[str] = "middle center",
    **more: object,
) -> Part:
    """Return texts at points.

    >>> text([0], [1], [""])["text"]
    [' ']
    """
    return {
        "type": "scatter",
        "mode": "text",
        "x": x,
        "y": y,
        "text": [each or BLANK for each in texts],
        "textposition": position,
        "textfont": {"color": color, "size": size},
        "hoverinfo": "skip",
        "cliponaxis": False,
        **more,
    }


def note(words: str, x: float, y: float, color: str = TEXT, size: int = 13, **more: object) -> Part:
    """Return a text of the layout, without an arrow.

    >>> note("here", 0.5, 1)["showarrow"]
    False
    """
    font = {"color": color, "size": size}
    return {"text": words, "x": x, "y": y, "showarrow": False, "font": font, **more}


def hidden_axis(low: float, high: float, **more: object) -> Part:
    """Return an axis that only measures: it is not seen and cannot be zoomed.

    >>> hidden_axis(0, 4)["range"]
    [0, 4]
    """
    return {"visible": False, "fixedrange": True, "range": [low, high], **more}


def axis(title: str, **more: object) -> Part:
    """Return an axis with a title that cannot be zoomed.

    >>> axis("step")["title"]["text"]
    'step'
    """
    return {"title": {"text": title, "standoff": 6}, "fixedrange": True, **more}


def drawing(height: float, x: tuple[float, float], y: tuple[float, float], **more: object) -> Part:
    """Return the layout of a drawing: no axes, no legend, nothing that a mouse could move.

    Args:
        height: in pixels.
        x: what lies at the left and the right edge.
        y: what lies at the lower and the upper edge.
        more: further properties.

    >>> drawing(200, (0, 1), (9, 0))["yaxis"]["range"]
    [9, 0]
    """
    return {
        "height": round(height),
        "margin": {"l": 4, "r": 4, "t": 8, "b": 8},
        "showlegend": False,
        "hovermode": False,
        "dragmode": False,
        "xaxis": hidden_axis(*x),
        "yaxis": hidden_axis(*y),
        **more,
    }


def drawable(y: Numbers) -> Numbers:
    """Return numbers that survive the way to the browser: an array as float32, within bounds.

    >>> drawable(np.array([1e300])).tolist() == [np.float32(1e38)]
    True
    """
    if isinstance(y, np.ndarray) and y.dtype.kind == "f":
        return np.clip(y, -LARGEST, LARGEST).astype(np.float32)
    return y
