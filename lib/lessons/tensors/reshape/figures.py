"""A strip of memory, the strides that read it, and the grid they make; a photo and its planes."""

import base64
from collections.abc import Sequence

import cv2
import numpy as np

from lib.core.i18n import Words, mark
from lib.lessons.tensors.reshape.frame_figures import Labels, frame, measures, place_grids
from lib.lessons.tensors.reshape.lesson import Chain, Layout
from lib.lessons.tensors.reshape.photo import Planes
from lib.lessons.tensors.reshape.rotation import Reading
from lib.plots.figure import Figure
from lib.plots.numbers import Table, table
from lib.plots.traces import BLANK, Part, drawing, hidden_axis, note

WORDS = {
    "start": mark("x, as it was made: memory is read in order."),
    "same": mark("{call}: no copy. The same memory, read with other strides."),
    "nothing": mark("{call}: nothing changes, so nothing is copied."),
    "copy": mark("{call}: copied into new memory, in the order it was read."),
    "own": mark("memory of x"),
    "new": mark("new memory, a copy"),
    "axis": mark("axis {axis}: {size} long, stride {stride}"),
    "empty": mark("no elements"),
    "columns": (
        mark("step"), mark("shape"), mark("stride"), mark("storage offset"), mark("contiguous"),
        mark("memory"), mark("elements"),
    ),
    "yes": mark("yes"),
    "no": mark("no"),
    "photo": mark("the photo: H W C"),
    "channel": mark("y[{channel}], read as {color}"),
    "colors": (mark("red"), mark("green"), mark("blue")),
    "pixels": (mark("pixel"), mark("red in the photo"), mark("y[0, 0]")),
}  # fmt: skip

# Between two pictures, and above each one for its name, in pixels of the photo.
GAP, NAME = 8, 18


def memory(chain: Chain, words: Words = WORDS) -> Figure:
    """Draw x, then the tensor after each step, each with the memory it reads.

    Each frame shows the memory as a strip of cells, shaded by the order the elements had in x;
    below it, for each axis, the places one lands on when walking along it from the first
    element; and below that the tensor itself.

    Args:
        chain: what ``follow`` returns.
        words: what the picture says, with the keys and fields of ``WORDS``.

    Returns:
        A figure with every step in ``layout.meta["numbers"]``.
    """
    labels = [_labels(layout, i, words) for i, layout in enumerate(chain.layouts)]
    rows = [
        (
            layout.call,
            str(layout.shape),
            str(layout.stride),
            layout.storage_offset,
            words["yes" if layout.is_contiguous else "no"],
            words["own" if layout.shares_memory else "new"],
            " ".join(map(str, layout.elements)),
        )
        for layout in chain.layouts
    ]
    return _figure(chain.layouts, labels, words, table(words["columns"], rows))


def reading(read: Reading, words: Words = WORDS) -> Figure:
    """Draw a memory and what is read from it with strides that need not stay inside.

    Args:
        read: what ``read_memory`` returns.
        words: what the picture says, with the keys and fields of ``WORDS``.
    """
    title = f"shape {read.shape}, stride {read.stride}"
    labels = Labels(BLANK, words["own"], BLANK, title, own=True)
    written = ["?" if each is None else each for each in read.elements]
    rows, columns = read.shape
    numbers = table(
        [f"[:, {column}]" for column in range(columns)],
        [written[row * columns : (row + 1) * columns] for row in range(rows)],
    )
    return _figure([read], [labels], words, numbers)


def _labels(layout: Layout, step: int, words: Words) -> Labels:
    caption = "copy" if layout.copied else "same"
    if step == 0:
        caption = "start"
    elif layout.call == ".contiguous()" and not layout.copied:
        caption = "nothing"
    return Labels(
        caption=words[caption].format(call=layout.call),
        left=words["own" if layout.shares_memory else "new"],
        right=f"is_contiguous(): {layout.is_contiguous}",
        title=f"shape {layout.shape}, stride {layout.stride}",
        own=layout.shares_memory,
    )


def _figure(
    layouts: Sequence[Layout | Reading], labels: list[Labels], words: Words, numbers: Table
) -> Figure:
    """Return the picture of all moments, the first one drawn."""
    placements = [place_grids(layout.shape) for layout in layouts]
    sizes = [measures(layouts, placement) for placement in placements]
    height = max(size.height(placement) for size, placement in zip(sizes, placements, strict=True))
    drawn = [frame(*each, words) for each in zip(layouts, labels, placements, sizes, strict=True)]
    frames = [
        {"name": each.caption, "data": traces, "traces": list(range(len(traces)))}
        for each, traces in zip(labels, drawn, strict=True)
    ]
    return Figure(
        data=drawn[0],
        frames=frames if len(frames) > 1 else [],
        layout=drawing(
            height + 8,
            (-0.004, 1.004),
            (height, 0),
            margin={"l": 4, "r": 4, "t": 4, "b": 4},
            barmode="overlay",
            meta={"numbers": numbers, "pause": 2200},
        ),
    )


def channels(result: Planes, words: Words = WORDS) -> Figure:
    """Draw the photo and the three planes of the tensor, each as a gray picture.

    Args:
        result: what ``channels_first`` returns.
        words: what the picture says, with the keys of ``WORDS``.

    Returns:
        A figure with the first pixels in ``layout.meta["numbers"]``.
    """
    pictures = [result.photo[..., ::-1], *result.planes]
    named = (words["channel"].format(channel=i, color=c) for i, c in enumerate(words["colors"]))
    high = max(picture.shape[0] for picture in pictures)
    wide = max(picture.shape[1] for picture in pictures)
    corners = [(x * (wide + GAP), y * (high + NAME) + NAME) for y in (0, 1) for x in (0, 1)]
    pixels = [(i, *pair) for i, pair in enumerate(zip(result.red, result.read, strict=True))]
    across, down = (0.0, 2.0 * wide + GAP), (2.0 * (high + NAME), 0.0)
    layout = drawing(
        330,
        across,
        down,
        xaxis=hidden_axis(*across, constrain="domain"),
        yaxis=hidden_axis(*down, constrain="domain", scaleanchor="x"),
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
        annotations=[
            note(name, *corner, size=12, xanchor="left", yanchor="bottom")
            for name, corner in zip([words["photo"], *named], corners, strict=True)
        ],
        meta={"numbers": table(words["pixels"], pixels)},
    )
    return Figure([_image(*each) for each in zip(pictures, corners, strict=True)], layout)


def _image(pixels: np.ndarray, corner: tuple[int, int]) -> Part:
    """Return a picture as it is, pixel by pixel; colors come as OpenCV has them, blue first."""
    good, packed = cv2.imencode(".png", np.ascontiguousarray(pixels))
    if not good:
        raise ValueError(f"pixels of shape {pixels.shape} are no picture")
    return {
        "type": "image",
        "source": "data:image/png;base64," + base64.b64encode(packed.tobytes()).decode(),
        "x0": corner[0] + 0.5,
        "y0": corner[1] + 0.5,
        "dx": 1,
        "dy": 1,
        "hoverinfo": "skip",
    }
