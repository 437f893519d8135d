"""A photo, and the three channels that come of it."""

import base64
from collections.abc import Mapping

import cv2
import numpy as np

from lib.core.i18n import mark
from lib.lessons.tensors.reshape.photo import Planes
from lib.plots.figure import Figure
from lib.plots.palette import TEXT

# What is written in the picture; a page passes its own, in its own language.
WORDS = {
    "photo": mark("the photo: H W C"),
    "channel": mark("y[{channel}], read as {color}"),
    "colors": mark("red, green, blue"),
    "table": mark("pixel, red in the photo, y[0, 0]"),
}
HEIGHT = 330
GAP, NAME = 8, 18  # between two pictures, and above each one for its name, in pixels of the photo


def channels(result: Planes, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw the photo and the three planes of the tensor, each as a gray picture.

    Args:
        result: what ``channels_first`` returns.
        words: what the picture says, with the keys of ``WORDS``.

    Returns:
        A figure with the first pixels in ``layout.meta["numbers"]``.
    """
    high = max(result.photo.shape[0], result.planes.shape[1])
    wide = max(result.photo.shape[1], result.planes.shape[2])
    colors = words["colors"].split(", ")
    names = [
        words["photo"],
        *(words["channel"].format(channel=i, color=color) for i, color in enumerate(colors)),
    ]
    corners = [
        (column * (wide + GAP), row * (high + NAME) + NAME) for row in (0, 1) for column in (0, 1)
    ]
    return Figure(
        data=[
            _image(picture, left, top)
            for picture, (left, top) in zip(
                [result.photo[..., ::-1], *result.planes], corners, strict=True
            )
        ],
        layout={
            "height": HEIGHT,
            "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
            "hovermode": False,
            "dragmode": False,
            "xaxis": {
                "visible": False,
                "fixedrange": True,
                "range": [0, 2 * wide + GAP],
                "constrain": "domain",
            },
            "yaxis": {
                "visible": False,
                "fixedrange": True,
                "range": [2 * (high + NAME), 0],
                "scaleanchor": "x",
                "constrain": "domain",
            },
            "annotations": [
                {
                    "text": name,
                    "x": left,
                    "y": top,
                    "xanchor": "left",
                    "yanchor": "bottom",
                    "showarrow": False,
                    "font": {"size": 12, "color": TEXT},
                }
                for name, (left, top) in zip(names, corners, strict=True)
            ],
            "meta": {
                "numbers": {
                    "columns": words["table"].split(", ", 2),
                    "rows": [
                        [place, *pair]
                        for place, pair in enumerate(zip(result.red, result.read, strict=True))
                    ],
                }
            },
        },
    )


def _image(pixels: np.ndarray, left: int, top: int) -> dict[str, object]:
    """Return a picture as it is, pixel by pixel; colors come as OpenCV has them, blue first."""
    good, packed = cv2.imencode(".png", np.ascontiguousarray(pixels))
    if not good:
        raise ValueError(f"pixels of shape {pixels.shape} are no picture")
    return {
        "type": "image",
        "source": "data:image/png;base64," + base64.b64encode(packed.tobytes()).decode(),
        "x0": left + 0.5,
        "y0": top + 0.5,
        "dx": 1,
        "dy": 1,
        "hoverinfo": "skip",
    }
