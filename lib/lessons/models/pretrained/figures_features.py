"""Photos laid out by their features, and what a head on frozen features is worth."""

import base64
from collections.abc import Mapping, Sequence

from lib.core.i18n import mark
from lib.lessons.models.pretrained.features import PIECES, Plane
from lib.lessons.models.pretrained.probe import Probed, margin
from lib.plots.figure import Figure
from lib.plots.palette import CATEGORIES, MUTED, TEXT

# What is written in the pictures; a page passes its own, in its own language.
WORDS = {
    "yours": mark("yours"),
    "axis": mark("{share:.0%} of the spread"),
    "plane": mark("photo, piece, x, y"),
    "head": mark("new head on frozen features"),
    "scratch": mark("small network from scratch"),
    "count": mark("images to learn from"),
    "right": mark("right on test images, %"),
    "probe": mark("images, head: training, head: test, scratch: training, scratch: test"),
}
PHOTO_COLORS = (*CATEGORIES[:6], TEXT)


def plane(result: Plane, seen: Mapping[str, bytes], words: Mapping[str, str] = WORDS) -> Figure:
    """Draw where the pieces of each photo lie, with the photo itself at its place.

    Args:
        result: the places.
        seen: every photo as a JPEG, by name.
        words: what is written in the picture.
    """
    xs, ys = [spot.x for spot in result.spots], [spot.y for spot in result.spots]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    x_range = [min(xs) - 0.14 * wide, max(xs) + 0.14 * wide]
    y_range = [min(ys) - 0.16 * high, max(ys) + 0.16 * high]
    photos = list(dict.fromkeys(spot.photo for spot in result.spots))
    traces, images = [], []
    for photo, color in zip(photos, PHOTO_COLORS, strict=False):
        own = [spot for spot in result.spots if spot.photo == photo]
        name = words["yours"] if photo == "yours" else photo
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": name,
                "x": [spot.x for spot in own],
                "y": [spot.y for spot in own],
                "marker": {"color": color, "size": 9, "line": {"color": TEXT, "width": 1}},
                "hoverinfo": "skip",
            }
        )
        first = next(spot for spot in own if spot.piece == PIECES[0])
        images.append(
            {
                "source": "data:image/jpeg;base64," + base64.b64encode(seen[photo]).decode(),
                "xref": "x",
                "yref": "y",
                "x": first.x,
                "y": first.y,
                "sizex": 0.15 * (x_range[1] - x_range[0]),
                "sizey": 0.15 * (y_range[1] - y_range[0]),
                "xanchor": "center",
                "yanchor": "middle",
                "layer": "below",
            }
        )
    rows = [[spot.photo, spot.piece, round(spot.x, 2), round(spot.y, 2)] for spot in result.spots]
    common = {"fixedrange": True, "showticklabels": False, "showgrid": False, "zeroline": False}
    across, up = (words["axis"].format(share=share) for share in result.explained)
    return Figure(
        data=traces,
        layout={
            "height": 460,
            "margin": {"l": 30, "r": 8, "t": 8, "b": 40},
            "hovermode": False,
            "dragmode": False,
            "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
            "xaxis": {**common, "range": x_range, "title": {"text": across, "standoff": 6}},
            "yaxis": {**common, "range": y_range, "title": {"text": up, "standoff": 6}},
            "images": images,
            "meta": {"numbers": {"columns": words["plane"].split(", "), "rows": rows}},
        },
    )


def curves(result: Sequence[Probed], chosen: int, words: Mapping[str, str] = WORDS) -> Figure:
    """Draw the accuracy on test images by how many there were to learn from.

    Args:
        result: what came of each number of images.
        chosen: the number of images that is marked.
        words: what is written in the picture.
    """
    counts = [each.images for each in result]
    traces = []
    for name, color, dash in (("head", CATEGORIES[0], "solid"), ("scratch", CATEGORIES[1], "dot")):
        shares = [getattr(each, f"{name}_test") for each in result]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": words[name],
                "x": counts,
                "y": [100 * share for share in shares],
                "error_y": {
                    "type": "data",
                    "array": [100 * margin(share) for share in shares],
                    "color": color,
                    "thickness": 1,
                    "width": 4,
                },
                "line": {"color": color, "width": 2, "dash": dash},
                "marker": {
                    "color": color,
                    "size": [12 if count == chosen else 6 for count in counts],
                },
                "hovertemplate": f"%{{x}}: %{{y:.1f}}%<extra>{words[name]}</extra>",
            }
        )
    rows = [
        [each.images]
        + [
            f"{share:.1%}"
            for share in (each.head_train, each.head_test, each.scratch_train, each.scratch_test)
        ]
        for each in result
    ]
    return Figure(
        data=traces,
        layout={
            "height": 360,
            "margin": {"l": 48, "r": 12, "t": 52, "b": 44},
            "dragmode": False,
            "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
            "xaxis": {
                "type": "log",
                "tickvals": counts,
                "ticktext": [str(count) for count in counts],
                "fixedrange": True,
                "title": {"text": words["count"], "standoff": 6},
            },
            "yaxis": {
                "range": [0, 100],
                "fixedrange": True,
                "title": {"text": words["right"], "standoff": 6},
            },
            "shapes": [
                {
                    "type": "line",
                    "x0": counts[0],
                    "x1": counts[-1],
                    "y0": 10,
                    "y1": 10,
                    "line": {"color": MUTED, "width": 1, "dash": "dash"},
                }
            ],
            "meta": {"numbers": {"columns": words["probe"].split(", "), "rows": rows}},
        },
    )
