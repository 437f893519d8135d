"""A network's prediction, its blocks, photos by their features, and what a new head is worth."""

import base64
from collections.abc import Mapping, Sequence

from lib.core.i18n import Words, mark
from lib.lessons.models.pretrained.features import PIECES, Plane
from lib.lessons.models.pretrained.lesson import Frozen, Views
from lib.lessons.models.pretrained.linear_probe import CLASSES, TESTS, Probed, margin
from lib.plots.figure import Figure
from lib.plots.numbers import table
from lib.plots.palette import (
    BACKGROUND,
    CATEGORIES,
    GRID,
    MUTED,
    NEGATIVE,
    POSITIVE,
    RAISED,
    TEXT,
    translucent,
)
from lib.plots.traces import (
    BLANK,
    LEGEND_ABOVE,
    Part,
    axis,
    drawing,
    hidden_axis,
    line,
    markers,
    text,
)

WORDS = {
    "classes": (mark("class"), mark("probability")),
    "blocks": (mark("block"), mark("parameters"), mark("of them train")),
    "trains": mark("trains"),
    "frozen": mark("frozen"),
    "head": mark("head"),
    "parameters": mark("parameters, on a log scale"),
    "yours": mark("yours"),
    "variance": mark("{share:.0%} of the variance"),
    "spots": (mark("photo"), mark("piece"), "x", "y"),
    "probe": mark("new head on frozen features"),
    "scratch": mark("small network from scratch"),
    "count": mark("images to learn from"),
    "accuracy": mark("accuracy on test images, %"),
    "curves": (
        mark("images"), mark("head: training"), mark("head: test"), mark("scratch: training"),
        mark("scratch: test"),
    ),
}  # fmt: skip
SHEET = 160  # pixels for the examples of the challenge
# Pixels: the picture, the photo's width, the side of the part that is seen, where the bars begin.
WIDE, HIGH, WHOLE, SEEN, BARS = 330, 326, 186, 124, 152
BAR = translucent(POSITIVE, 0.45)
DOT = 130  # where the dot stands on the axis of parameters
# From which frame on: the photo is cut, the answer is there, blocks are frozen, the head is new.
CUT, ANSWERED, FROZEN, HEADED = 1, 6, 7, 8
PHOTO_COLORS = (*CATEGORIES[:6], TEXT)


def answer(
    views: Views,
    predicted: Sequence[tuple[str, float]],
    captions: Sequence[str],
    revealed: bool = True,
    words: Words = WORDS,
) -> Figure:
    """Draw a photo, the part of it that the network sees, and the likeliest classes as bars.

    Args:
        views: the photo and the part.
        predicted: the likeliest classes, each with its probability.
        captions: what is said at each frame.
        revealed: whether the classes may be seen.
        words: what is written in the picture.
    """
    scale = min(WHOLE / views.width, SEEN / views.height)
    wide, high = scale * views.width, scale * views.height
    side = views.share * min(wide, high)
    whole = (0.0, 0.0, wide, high)
    cut = ((wide - side) / 2, (high - side) / 2, (wide + side) / 2, (high + side) / 2)
    row = min(30.0, (HIGH - BARS) / len(predicted))
    places = [BARS + row * (number + 0.5) for number in range(len(predicted))]
    frames: list[tuple[str, list[Part]]] = []
    for number, caption in enumerate(captions):
        left, top, right, bottom = whole if number < CUT else cut
        known = number >= ANSWERED
        ends = [WIDE * probability if known and revealed else 0.0 for _, probability in predicted]
        named = [
            f"{name}  {probability:.1%}" if revealed else "?" for name, probability in predicted
        ]
        labels = [f"{views.width} × {views.height}", "x: (3, 224, 224)" if number >= CUT else BLANK]
        data: list[Part] = [
            {"type": "scatter", "x": [left, right, right, left, left],
             "y": [top, top, bottom, bottom, top]},
            {"type": "bar", "y": [SEEN + 2 if number < CUT else 0]},
            {"type": "bar", "x": ends},
            {"type": "scatter", "text": [*labels, *(named if known else [BLANK] * len(named))]},
        ]  # fmt: skip
        frames.append((caption, data))
    outline, cover, bars, texts = frames[-1][1]
    under = [(wide / 2, high + 10), (WIDE - SEEN / 2, SEEN + 10), *((4, y) for y in places)]
    return Figure(
        data=[
            {**line([], [], NEGATIVE, 3, hoverinfo="skip"), **outline},
            {"type": "bar", "x": [WIDE - SEEN / 2], "width": [SEEN + 2], "base": [-1],
             "marker": {"color": BACKGROUND}, "hoverinfo": "skip", **cover},
            {"type": "bar", "orientation": "h", "y": places, "width": [row - 4] * len(places),
             "base": [0] * len(places), "marker": {"color": BAR}, "hoverinfo": "skip", **bars},
            {**text([x for x, _ in under], [y for _, y in under], [], TEXT, 13,
                    ["middle center", "middle center", *["middle right"] * len(places)]),
             **texts},
        ],
        frames=[
            {"name": caption, "data": data, "traces": [*range(len(data))]}
            for caption, data in frames
        ],
        layout=drawing(
            HIGH + 8,
            (0, WIDE),
            (HIGH, 0),
            margin={"l": 4, "r": 4, "t": 4, "b": 4},
            barmode="overlay",
            xaxis=hidden_axis(0, WIDE, constrain="domain"),
            yaxis=hidden_axis(HIGH, 0, scaleanchor="x", constrain="domain"),
            shapes=[
                {"type": "rect", "layer": "below", "x0": 0, "x1": WIDE, "y0": y - row / 2 + 2,
                 "y1": y + row / 2 - 2, "fillcolor": RAISED, "line": {"width": 0}}
                for y in places
            ],
            images=[
                _photo(views.whole, xref="x", yref="y", y=0, sizex=wide, sizey=high, layer="below"),
                _photo(views.seen, xref="x", yref="y", x=WIDE - SEEN, y=0, sizex=SEEN, sizey=SEEN,
                       layer="below"),
            ],
            meta={
                "numbers": table(words["classes"], [(name, f"{p:.2%}") for name, p in predicted])
                if revealed
                else None
            },
        ),
    )  # fmt: skip


def unknown() -> Figure:
    """Return what stands for the answer while it is not known: the one that is shown stays."""
    return Figure(layout={"height": HIGH + 8, "meta": {"stays": True}})


def blocks(
    result: Frozen,
    passed: Sequence[int],
    captions: Sequence[str],
    revealed: bool = True,
    words: Words = WORDS,
) -> Figure:
    """Draw how many parameters each block has; those that are frozen turn gray.

    Args:
        result: the blocks.
        passed: the row that a photo has reached at each frame; one that is not there for none.
        captions: what is said at each frame.
        revealed: whether the numbers beside the bars are shown.
        words: what is written in the picture.
    """
    names = [words["head"] if part.name == "head" else part.name for part in result.parts]
    rows = [*range(len(names))]
    now = [part.parameters for part in result.parts]
    frames: list[tuple[str, list[Part]]] = []
    for number, (caption, block) in enumerate(zip(captions, passed, strict=True)):
        amounts = now if number >= HEADED else [*now[:-1], result.old_head]
        is_frozen = [not part.trains and number >= FROZEN for part in result.parts]
        data: list[Part] = [
            {"type": "bar", "x": amounts,
             "text": [f"{amount:,}" if revealed else BLANK for amount in amounts],
             "marker": {"color": [GRID if frozen else POSITIVE for frozen in is_frozen]}},
            {"type": "scatter", "y": [block]},
        ]  # fmt: skip
        frames.append((caption, data))
    bars, dot = frames[-1][1]
    counts = [
        (name, part.parameters, part.trains) for name, part in zip(names, result.parts, strict=True)
    ]
    key = {"type": "bar", "x": [None], "y": [None], "showlegend": True}
    return Figure(
        data=[
            {"type": "bar", "orientation": "h", "y": rows, "textposition": "outside",
             "textfont": {"color": TEXT, "size": 11}, "constraintext": "none", "cliponaxis": False,
             "hoverinfo": "skip", "showlegend": False, **bars},
            {**markers([DOT], [0], NEGATIVE, 13, hoverinfo="skip", showlegend=False), **dot},
            *({**key, "name": words[kind], "marker": {"color": color}}
              for kind, color in (("frozen", GRID), ("trains", POSITIVE))),
        ],
        frames=[
            {"name": caption, "data": data, "traces": [*range(len(data))]}
            for caption, data in frames
        ],
        layout={
            "height": HIGH + 8,
            "margin": {"l": 84, "r": 56, "t": 28, "b": 40},
            "bargap": 0.25,
            "barmode": "overlay",
            "hovermode": False,
            "dragmode": False,
            "legend": LEGEND_ABOVE,
            "xaxis": axis(
                words["parameters"],
                type="log",
                range=[2, 6.6],
                tickvals=[100, 10_000, 1_000_000],
                ticktext=["100", "10k", "1M"],
            ),
            "yaxis": {
                "range": [len(names) - 0.4, -0.6],
                "fixedrange": True,
                "tickvals": rows,
                "ticktext": names,
                "tickfont": {"size": 11 if len(names) > 10 else 13},
                "showgrid": False,
                "zeroline": False,
            },
            "meta": {"numbers": table(words["blocks"], counts) if revealed else None},
        },
    )  # fmt: skip


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


def curves(result: Sequence[Probed], data: str, chosen: int, words: Words = WORDS) -> Figure:
    """Draw the accuracy on test images by how many there were to learn from.

    Args:
        result: what came of each number of images.
        data: what the images are.
        chosen: the number of images that is marked.
        words: what is written in the picture.
    """
    counts = [each.images for each in result]
    traces = []
    looks = {"probe": (CATEGORIES[0], "solid"), "scratch": (CATEGORIES[1], "dot")}
    for name, (color, dash) in looks.items():
        measured = [each.head_test if name == "probe" else each.scratch_test for each in result]
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
                "array": [100 * margin(accuracy, TESTS[data]) for accuracy in measured],
                "color": color,
                "thickness": 1,
                "width": 4,
            },
            hovertemplate=f"%{{x}}: %{{y:.1f}}%<extra>{words[name]}</extra>",
        )
        traces.append(curve)
    chance = {"type": "line", "x0": counts[0], "x1": counts[-1], "y0": 100 / CLASSES[data],
              "y1": 100 / CLASSES[data]}  # fmt: skip
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
