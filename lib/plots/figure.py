"""A picture as plain dictionaries, the way Plotly's script in the browser reads it.

``plotly.graph_objects.Figure`` checks every property each time a picture is made, which takes up
to 10 ms. Here the tests let it check them, once for all visitors.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

Part = Mapping[str, Any]

# The number types that Plotly's script reads from bytes; others are written out.
TYPED = {"i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8"}


@dataclass(frozen=True)
class Figure:
    """What ``plotly.graph_objects.Figure`` takes, kept as it came.

    Attributes:
        data: the traces.
        layout: axes, margins and the like; "height" and "meta" are read by the page, too.
        frames: what changes from one moment to the next, if the picture moves.

    Source: https://plotly.com/python/figure-structure/

    >>> Figure(data=[{"type": "scatter", "y": [1, 4]}]).to_json()
    '{"data":[{"type":"scatter","y":[1,4]}],"layout":{},"frames":[]}'
    """

    data: Sequence[Part] = ()
    layout: Part | None = None
    frames: Sequence[Part] = ()

    def unplayed(self) -> "Figure":
        """Return the picture as it is before anything moves, without the table behind it.

        That is what can be seen as long as the visitor is to predict what comes.

        >>> Figure(layout={"meta": {"numbers": {}}}, frames=[{"name": "after"}]).unplayed()
        Figure(data=(), layout={'meta': None}, frames=())
        """
        return Figure(self.data, {**(self.layout or {}), "meta": None})

    def to_json(self) -> str:
        """Return it as JSON, with arrays as bytes in base64 and nan as null."""
        parts = {"data": self.data, "layout": self.layout or {}, "frames": self.frames}
        return orjson.dumps(parts, default=_plain).decode()


def _plain(value: object) -> object:
    """Return what stands in JSON for an array or a number of NumPy's."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        kind = value.dtype.str[1:]
        if kind not in TYPED or value.dtype.byteorder == ">":
            return value.tolist()
        packed = b64encode(value.tobytes()).decode()
        shape = {"shape": ", ".join(map(str, value.shape))} if value.ndim > 1 else {}
        return {"dtype": kind, "bdata": packed, **shape}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError  # orjson says which type
