"""A network's prediction, its blocks, photos by their features, and what a new head is worth."""

import base64
from collections.abc import Mapping, Sequence

from lib.core.i18n import Words, mark
from lib.lessons.models.pretrained.features import PIECES, Plane
from lib.lessons.models.pretrained.lesson import Frozen, Prediction
from lib.lessons.models.pretrained.linear_probe import Probed, margin
from lib.plots.figure import Figure
from lib.plots.numbers import table
from lib.plots.palette import CATEGORIES, GRID, MUTED, POSITIVE, TEXT
from lib.plots.traces import LEGEND_ABOVE, Part, axis, drawing, line, markers, text

WORDS = {
    "classes": (mark("class"), mark("probability")),
    "blocks": (mark("block"), mark("parameters"), mark("of them train")),
    "trains": mark("trains"),
    "frozen": mark("frozen"),
    "new head": mark("new head"),
    "parameters": mark("parameters, on a log scale"),
    "yours": mark("yours"),
    "variance": mark("{share:.0%} of the variance"),
    "spots": (mark("photo"), mark("piece"), "x", "y"),
    "head": mark("new head on frozen features"),
    "scratch": mark("small network from scratch"),
    "count": mark("images to learn from"),
    "accuracy": mark("accuracy on test images, %"),
    "curves": (
        mark("images"), mark("head: training"), mark("head: test"), mark("scratch: training"),
        mark("scratch: test"),
    ),
}  # fmt: skip
ROW, LEAST = 36, 190  # pixels for a class, and for the picture
SHEET = 160  # pixels for the examples of the challenge
LEFT = 0.36  # where the bars begin, as a share of the width
PHOTO_COLORS = (*CATEGORIES[:6], TEXT)


def top(prediction: Prediction, seen: bytes, revealed: bool = True, words: Words = WORDS) -> Figure:
    """Draw a picture as the network sees it, and its likeliest classes as bars.

    Args:
        prediction: what the network predicts.
        seen: the picture as a JPEG.
        revealed: whether the classes are shown.
        words: what is written in the picture.
    """
    count = len(prediction.classes)
    high = max(LEAST, ROW * count) + 16
    rows = [*zip(prediction.classes, prediction.probabilities, strict=True)]
    ends = [(1 - LEFT) * (probability if revealed else 0) for _, probability in rows]
    texts = [f"{name}  {probability:.1%}" if revealed else "?" for name, probability in rows]
    places = [ROW * row for row in range(count)]
    rail = {"line": {"color": GRID, "width": 9}, "layer": "below"}
    return Figure(
        data=[
            line(
                [x for end in ends for x in (LEFT, LEFT + end, None)],
                [y for place in places for y in (place + 26, place + 26, None)],
                POSITIVE,
                9,
                hoverinfo="skip",
            ),
            text(
                [LEFT] * count,
                [place + 10 for place in places],
                texts,
                TEXT if revealed else MUTED,
                13,
                "middle right",
            ),
        ],
        layout=drawing(
            high,
            (0, 1),
            (high - 8, 0),
            margin={"l": 4, "r": 4, "t": 4, "b": 4},
            shapes=[
                {"type": "line", "x0": LEFT, "x1": 1, "y0": place + 26, "y1": place + 26, **rail}
                for place in places
            ],
            images=[_photo(seen, sizex=LEFT - 0.03)],
            meta={
                "numbers": table(words["classes"], [(name, f"{p:.2%}") for name, p in rows])
                if revealed
                else None
            },
        ),
    )


def blocks(result: Frozen, revealed: bool = True, words: Words = WORDS) -> Figure:
    """Draw how many parameters each block has, the frozen ones gray.

    Args:
        result: the blocks.
        revealed: whether the numbers beside the bars are shown.
        words: what is written in the picture.
    """
    names = [words["new head"] if part.name == "head" else part.name for part in result.parts]
    traces = []
    for kind, color in (("frozen", GRID), ("trains", POSITIVE)):
        rows = {
            row: part.parameters
            for row, part in enumerate(result.parts)
            if (part.trains > 0) == (kind == "trains")
        }
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": words[kind],
                "x": list(rows.values()),
                "y": list(rows),
                "text": [f"{amount:,}" if revealed else " " for amount in rows.values()],
                "textposition": "outside",
                "textfont": {"color": TEXT, "size": 11},
                "cliponaxis": False,
                "marker": {"color": color},
                "hoverinfo": "skip",
                "showlegend": True,
            }
        )
    counts = [
        (name, part.parameters, part.trains) for name, part in zip(names, result.parts, strict=True)
    ]
    return Figure(
        data=traces,
        layout={
            "height": 84 + 20 * len(names),
            "margin": {"l": 96, "r": 64, "t": 30, "b": 44},
            "bargap": 0.25,
            "barmode": "overlay",
            "hovermode": False,
            "dragmode": False,
            "legend": LEGEND_ABOVE,
            "xaxis": axis(
                words["parameters"],
                type="log",
                range=[2, 7.3],
                tickvals=[100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000],
                ticktext=["100", "1k", "10k", "100k", "1M", "10M"],
            ),
            "yaxis": {
                "range": [len(names) - 0.4, -0.6],
                "fixedrange": True,
                "tickvals": list(range(len(names))),
                "ticktext": names,
                "showgrid": False,
                "zeroline": False,
            },
            "meta": {"numbers": table(words["blocks"], counts) if revealed else None},
        },
    )


def examples(sheet: bytes) -> Figure:
    """Draw the examples of the challenge.

    Args:
        sheet: all of them, as one JPEG.
    """
    return Figure(
        data=[line([], [], hoverinfo="skip")],
        layout=drawing(
            SHEET,
            (0, 1),
            (0, 1),
            margin={"l": 0, "r": 0, "t": 0, "b": 8},
            images=[_photo(sheet, sizex=1)],
        ),
    )


def plane(result: Plane, seen: Mapping[str, bytes], words: Words = WORDS) -> Figure:
    """Draw where the pieces of each photo lie, with the photo itself at its place.

    Args:
        result: the places.
        seen: every photo as a JPEG, by name.
        words: what is written in the picture.
    """
    xs, ys = [spot.x for spot in result.spots], [spot.y for spot in result.spots]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    photos = list(dict.fromkeys(spot.photo for spot in result.spots))
    traces, images = [], []
    for photo, color in zip(photos, PHOTO_COLORS, strict=False):
        own = [spot for spot in result.spots if spot.photo == photo]
        traces.append(
            markers(
                [spot.x for spot in own],
                [spot.y for spot in own],
                name=words["yours"] if photo == "yours" else photo,
                marker={"color": color, "size": 9, "line": {"color": TEXT, "width": 1}},
                hoverinfo="skip",
            )
        )
        whole = next(spot for spot in own if spot.piece == PIECES[0])
        images.append(
            _photo(
                seen[photo],
                xref="x",
                yref="y",
                x=whole.x,
                y=whole.y,
                sizex=0.19 * wide,
                sizey=0.2 * high,
                xanchor="center",
                yanchor="middle",
                layer="below",
            )
        )
    across, up = (words["variance"].format(share=share) for share in result.explained)
    bare = {"showticklabels": False, "showgrid": False, "zeroline": False}
    rows = [(spot.photo, spot.piece, round(spot.x, 2), round(spot.y, 2)) for spot in result.spots]
    return Figure(
        data=traces,
        layout={
            "height": 460,
            "margin": {"l": 30, "r": 8, "t": 8, "b": 40},
            "hovermode": False,
            "dragmode": False,
            "legend": LEGEND_ABOVE,
            "xaxis": axis(across, range=[min(xs) - 0.14 * wide, max(xs) + 0.14 * wide], **bare),
            "yaxis": axis(up, range=[min(ys) - 0.16 * high, max(ys) + 0.16 * high], **bare),
            "images": images,
            "meta": {"numbers": table(words["spots"], rows)},
        },
    )


def curves(result: Sequence[Probed], chosen: int, words: Words = WORDS) -> Figure:
    """Draw the accuracy on test images by how many there were to learn from.

    Args:
        result: what came of each number of images.
        chosen: the number of images that is marked.
        words: what is written in the picture.
    """
    counts = [each.images for each in result]
    traces = []
    for name, color, dash in (("head", CATEGORIES[0], "solid"), ("scratch", CATEGORIES[1], "dot")):
        measured = [getattr(each, f"{name}_test") for each in result]
        curve = line(
            counts,
            [100 * accuracy for accuracy in measured],
            color,
            dash=dash,
            mode="lines+markers",
            name=words[name],
            marker={"color": color, "size": [12 if count == chosen else 6 for count in counts]},
            error_y={
                "type": "data",
                "array": [100 * margin(accuracy) for accuracy in measured],
                "color": color,
                "thickness": 1,
                "width": 4,
            },
            hovertemplate=f"%{{x}}: %{{y:.1f}}%<extra>{words[name]}</extra>",
        )
        traces.append(curve)
    chance = {"type": "line", "x0": counts[0], "x1": counts[-1], "y0": 10, "y1": 10}
    rows = [
        (each.images, *(f"{accuracy:.1%}" for accuracy in (
            each.head_train, each.head_test, each.scratch_train, each.scratch_test)))
        for each in result
    ]  # fmt: skip
    return Figure(
        data=traces,
        layout={
            "height": 360,
            "margin": {"l": 48, "r": 12, "t": 52, "b": 44},
            "dragmode": False,
            "legend": LEGEND_ABOVE,
            "xaxis": axis(
                words["count"], type="log", tickvals=counts, ticktext=[*map(str, counts)]
            ),
            "yaxis": axis(words["accuracy"], range=[0, 100]),
            "shapes": [{**chance, "line": {"color": MUTED, "width": 1, "dash": "dash"}}],
            "meta": {"numbers": table(words["curves"], rows)},
        },
    )


def _photo(jpeg: bytes, **place: object) -> Part:
    """Return a photo, at the top left unless ``place`` says otherwise."""
    return {
        "source": "data:image/jpeg;base64," + base64.b64encode(jpeg).decode(),
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "sizey": 1,
        "xanchor": "left",
        "yanchor": "top",
        "sizing": "contain",
        **place,
    }
