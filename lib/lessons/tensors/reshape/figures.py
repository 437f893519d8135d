"""The memory lens: a strip of memory, the jumps that read it, and the grid they make."""

from collections.abc import Sequence

from lib.core.i18n import Words, mark
from lib.lessons.tensors.reshape.figures_drawing import Scene, state, still
from lib.lessons.tensors.reshape.figures_places import room, sheet
from lib.lessons.tensors.reshape.lesson import Chain, Look
from lib.lessons.tensors.reshape.rotation import Reading
from lib.plots.figure import Figure
from lib.plots.numbers import Table, table
from lib.plots.traces import BLANK, drawing

WORDS = {
    "start": mark("x, as it was made: memory is read in order."),
    "same": mark("{call}: no copy. The same memory, read with other jumps."),
    "nothing": mark("{call}: nothing changes, so nothing is copied."),
    "copy": mark("{call}: copied into new memory, in the order it was read."),
    "own": mark("memory of x"),
    "new": mark("new memory, a copy"),
    "axis": mark("axis {axis}: {size} long, jump {jump}"),
    "empty": mark("no elements"),
    "columns": (
        mark("step"), mark("shape"), mark("stride"), mark("storage offset"), mark("contiguous"),
        mark("memory"), mark("elements"),
    ),
    "yes": mark("yes"),
    "no": mark("no"),
}  # fmt: skip


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
    scenes = [_scene(look, i, words) for i, look in enumerate(chain.looks)]
    return _figure(chain.looks, scenes, words, _numbers(chain, words))


def reading(read: Reading, words: Words = WORDS) -> Figure:
    """Draw a memory and what is read from it with jumps that need not stay inside.

    Args:
        read: what ``read_memory`` returns.
        words: what the picture says, with the keys and fields of ``WORDS``.
    """
    scene = Scene(BLANK, words["own"], BLANK, f"shape {read.shape}, stride {read.stride}", True)
    columns = [f"[:, {column}]" for column in range(read.shape[1])]
    return _figure([read], [scene], words, table(columns, _rows(read)))


def _scene(look: Look, step: int, words: Words) -> Scene:
    says = "copy" if look.copied else "same"
    if step == 0:
        says = "start"
    elif look.call == ".contiguous()" and not look.copied:
        says = "nothing"
    return Scene(
        caption=words[says].format(call=look.call),
        left=words["own" if look.shares else "new"],
        right=f"is_contiguous(): {look.is_contiguous}",
        title=f"shape {look.shape}, stride {look.stride}",
        own=look.shares,
    )


def _figure(
    looks: Sequence[Look | Reading],
    scenes: list[Scene],
    words: Words,
    numbers: Table,
) -> Figure:
    """Return the picture of all moments, the first one drawn."""
    sheets = [sheet(look.shape) for look in looks]
    rooms = [room(looks, paper) for paper in sheets]
    height = max(each.height(paper) for each, paper in zip(rooms, sheets, strict=True))
    states = [
        state(look, scene, paper, each, words)
        for look, scene, paper, each in zip(looks, scenes, sheets, rooms, strict=True)
    ]
    frames = [
        {"name": scene.caption, "data": drawn, "traces": list(range(len(drawn)))}
        for scene, drawn in zip(scenes, states, strict=True)
    ]
    return Figure(
        data=[{**fixed, **moved} for fixed, moved in zip(still(rooms[0]), states[0], strict=True)],
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


def _rows(read: Reading) -> list[list[object]]:
    """Return what is read, row by row."""
    rows, columns = read.shape
    written = ["?" if element is None else element for element in read.elements]
    return [list(written[row * columns : (row + 1) * columns]) for row in range(rows)]


def _numbers(chain: Chain, words: Words) -> Table:
    """Return the picture as a table: one row for each step."""
    rows = [
        [
            look.call,
            str(look.shape),
            str(look.stride),
            look.storage_offset,
            words["yes"] if look.is_contiguous else words["no"],
            words["own" if look.shares else "new"],
            " ".join(map(str, look.elements)),
        ]
        for look in chain.looks
    ]
    return table(words["columns"], rows)
