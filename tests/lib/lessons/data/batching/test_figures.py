"""The pictures of batches hold what the results say."""

import base64
import io
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lib.lessons.data.batching import figures as tiles
from lib.lessons.data.batching import lesson as batching
from lib.lessons.data.batching import mix_figures as mixes
from lib.lessons.data.batching import timeline_figures as timelines
from lib.lessons.data.batching.figures import Shown
from lib.lessons.data.batching.lesson import Loaded, mix, seen, two_epochs
from lib.lessons.data.batching.workers import Load, Span, Timeline

CASES: list[dict[str, Any]] = [
    {},
    {"order": batching.shuffled, "drop_last": True},
    {"samples": 96, "batch_size": 1},
    {"samples": 96, "batch_size": 23, "drop_last": True},
    {"samples": 8, "batch_size": 48},
    {"samples": 8, "batch_size": 48, "drop_last": True},  # no batch at all
    {"order": batching.with_replacement, "samples": 50, "batch_size": 3},
]


def drawn(settings: dict[str, Any], *, whole: bool = True) -> tuple[Loaded, list[Shown], Any]:
    """Return a result, what is shown of it, and the figure: everything, or the dataset alone."""
    result = two_epochs(**settings)
    pictures = batching.mixed(len(result.labels)).images
    shown = [
        Shown(epoch, seen(result, epoch).never) if whole else Shown(())
        for epoch in (result.first, result.second)
    ]
    size = settings.get("batch_size", 5)
    return result, shown, tiles.tiles(result, shown, pictures, size)


def groups_of(shown: list[Shown]) -> list[tuple[tuple[int, ...], int | None]]:
    """Return who stands in each block, and the number of its batch; None for no batch."""
    return [
        group
        for each in shown
        for group in [
            *((batch, i) for i, batch in enumerate(each.batches)),
            *([(each.never, None)] if each.never else []),
        ]
    ]


def painted(figure: Any) -> np.ndarray:
    """Return the tiles' picture, gray levels and alpha, (high, wide, 4)."""
    source = figure.layout["images"][0]["source"]
    data = base64.b64decode(source.removeprefix("data:image/png;base64,"))
    return np.array(Image.open(io.BytesIO(data)).convert("RGBA"))


def top_of(result: Loaded) -> int:
    """Return where the epochs begin below the dataset."""
    return tiles.NAME + -(-len(result.labels) // tiles.IN_DATASET) * tiles.CELL


@pytest.mark.parametrize("settings", CASES)
def test_every_tile_is_where_its_batch_is(settings: dict[str, Any]) -> None:
    result, shown, figure = drawn(settings)
    paper, pictures = painted(figure), batching.mixed(len(result.labels)).images
    hidden, groups = figure.frames[0].data[1], groups_of(shown)
    base = figure.data[1].base
    assert len(hidden.x) == len(groups)
    for i, (group, batch) in enumerate(groups):
        left, top = hidden.x[i] - (hidden.width[i] - 2) / 2, base[i] + 1
        for j, sample in enumerate(group):
            y = round(top + j // tiles.ACROSS * tiles.CELL)
            x = round(left + j % tiles.ACROSS * tiles.CELL)
            edge = tuple(paper[y, x, :3])
            color = tiles.GRAY if batch is None else tiles.COLORS[batch % len(tiles.COLORS)]
            assert "#{:02x}{:02x}{:02x}".format(*edge) == color
            tile = paper[y + 2 : y + 30, x + 2 : x + 30, 0].astype(int)
            assert abs(tile - pictures[sample]).max() <= 16  # 16 shades of gray


@pytest.mark.parametrize("settings", CASES)
def test_nothing_lies_over_anything_else(settings: dict[str, Any]) -> None:
    result, shown, figure = drawn(settings)
    below = painted(figure)[top_of(result) :, :, 3]
    count = sum(len(group) for group, _batch in groups_of(shown))
    assert (below > 0).sum() == count * tiles.CELL**2


@pytest.mark.parametrize("settings", CASES)
def test_the_moments_deal_one_batch_after_the_other(settings: dict[str, Any]) -> None:
    result, shown, figure = drawn(settings)
    groups = groups_of(shown)
    hidden = [sum(width > 0 for width in frame.data[1].width) for frame in figure.frames]
    assert hidden[0] == len(groups)
    assert hidden[-1] == 0
    assert hidden == sorted(hidden, reverse=True)
    assert 2 < len(figure.frames) <= 2 * tiles.STEPS + 1
    names = [frame.name for frame in figure.frames]
    assert names[0] == "Nothing is loaded yet."
    assert len(set(names)) == len(names)
    ends = {
        "This epoch": (result.first, [n for n, name in enumerate(names) if "This" in name][-1:]),
        "The next epoch": (result.second, [len(names) - 1]),
    }
    for epoch, frames in ends.values():
        for number in frames:
            heatmap = figure.frames[number].data[0]
            colors, texts = (np.array(each).flatten() for each in (heatmap.z, heatmap.text))
            if len(set(sum(epoch, ()))) == len(result.labels):  # each one is in one batch
                for place, batch in enumerate(epoch):
                    assert (colors[list(batch)] == 1 + place % len(tiles.COLORS)).all()
            never = list(seen(result, epoch).never)
            assert (colors[never] == 1 + len(tiles.COLORS)).all()
            assert (texts[never] == "×").all()
            assert (colors[len(result.labels) :] == 0).all()
    for frame in figure.frames:
        for data in frame.data:
            assert "" not in np.array(data.text if data.text is not None else [" "]).flatten()


def test_a_dozen_batches_have_a_color_each() -> None:
    assert len({*tiles.COLORS, tiles.GRAY}) == 13


def test_a_sample_that_came_twice_says_so() -> None:
    result, _shown, figure = drawn({"order": batching.with_replacement})
    times = np.bincount(sum(result.second, ()), minlength=32)
    texts = np.array(figure.frames[-1].data[0].text).flatten()[:32]
    for count, text in zip(times, texts, strict=True):
        assert text == ("×" if count == 0 else f"{count}×" if count > 1 else " ")


@pytest.mark.parametrize("settings", [each for each in CASES if "order" not in each])
def test_before_an_answer_the_dataset_only_is_shown(settings: dict[str, Any]) -> None:
    result, _shown, figure = drawn(settings, whole=False)
    assert len(figure.frames) == 1
    assert not figure.layout.meta["numbers"]["rows"]
    assert not np.array(figure.data[0].z).any()
    assert not painted(figure)[top_of(result) :].any()
    assert figure.layout.height == drawn(settings)[2].layout.height  # nothing jumps


def test_the_table_behind_the_tiles() -> None:
    result, _shown, figure = drawn({"drop_last": True})
    table = figure.layout.meta["numbers"]
    assert table["columns"] == [
        "epoch", "batch", "samples in it", "where they stand in the dataset",
    ]  # fmt: skip
    half = len(table["rows"]) // 2
    assert [row[3] for row in table["rows"][: half - 1]] == [
        " ".join(map(str, batch)) for batch in result.first
    ]
    assert table["rows"][half - 1] == ["this epoch", "in no batch", "2", "30 31"]
    assert table["rows"][-1] == ["the next epoch", "in no batch", "2", "30 31"]


# --- the mix of classes ---------------------------------------------------------------------------


@pytest.mark.parametrize("settings", CASES)
def test_the_mix_shows_the_counts(settings: dict[str, Any]) -> None:
    result = two_epochs(**settings)
    epochs = (mix(result, result.first), mix(result, result.second))
    figure = mixes.mix(result.labels, epochs)
    assert figure.data[0].z[:, 0].tolist() == np.bincount(result.labels, minlength=10).tolist()
    assert len(figure.frames) == (2 if result.batches else 0)
    for frame, counts in zip(figure.frames, epochs, strict=False):
        assert np.array(frame.data[0].z).tolist() == counts.T.tolist()
        complete = int((counts.min(axis=1) > 0).sum())
        assert f"{complete} of {result.batches} batches hold all ten classes" in frame.name
    rows = figure.layout.meta["numbers"]["rows"]
    assert len(rows) == 2 * result.batches
    assert [[int(cell) for cell in row[2:]] for row in rows[: result.batches]] == epochs[0].tolist()
    hidden = mixes.mix(result.labels, epochs, revealed=False)
    assert not hidden.frames
    assert not np.array(hidden.data[1].z).any()
    assert hidden.layout.height == figure.layout.height


# --- the timeline ---------------------------------------------------------------------------------

ALONE = Timeline(
    0, 11, (Load(0, 0, 11, 0, 2), Load(1, 1, 11, 5, 7)), (Span(0, 2), Span(5, 7)),
    (Span(2, 5), Span(7, 10)), 10, 200.0,
)  # fmt: skip
TOGETHER = Timeline(
    2, 11, (Load(0, 0, 22, 1, 3), Load(1, 1, 33, 1.5, 4)), (Span(0, 3.5), Span(6, 6.5)),
    (Span(3.5, 6), Span(6.5, 9)), 9, 222.2,
)  # fmt: skip


def test_the_timeline_shows_every_stretch_of_time() -> None:
    figure = timelines.timeline([ALONE, TOGETHER])
    waits, loads, steps = figure.data
    for trace, spans in (
        (waits, [*ALONE.waits, *TOGETHER.waits]),
        (loads, [*ALONE.loads, *TOGETHER.loads]),
        (steps, [*ALONE.steps, *TOGETHER.steps]),
    ):
        assert trace.base == pytest.approx([span.start for span in spans])
        assert trace.x == pytest.approx([span.end - span.start for span in spans])
    names = dict(zip(figure.layout.yaxis.tickvals, figure.layout.yaxis.ticktext, strict=True))
    lanes = [names[y] for y in loads.y]
    assert [lane.partition("<br>")[0] for lane in lanes] == ["main", "main", "worker 0", "worker 1"]
    assert "pid 33" in lanes[-1]
    assert {names[y].partition("<br>")[0] for y in (*waits.y, *steps.y)} == {"main"}
    assert loads.marker.color[0] == steps.marker.color[0] != loads.marker.color[1]
    assert "sample 1, batch 1, process 33" in loads.hovertext[3]
    titles = [each.text for each in figure.layout.annotations]
    assert "num_workers=2</b>: 222 samples per second" in titles[1]
    assert len(figure.layout.meta["numbers"]["rows"]) == 12
    assert figure.layout.meta["numbers"]["rows"][7] == ["2", "33", "loads", "1", "1", "1.5", "4.0"]


def test_lanes_do_not_overlap() -> None:
    figure = timelines.timeline([ALONE, TOGETHER])
    places = figure.layout.yaxis.tickvals
    assert all(b - a >= timelines.LANE for a, b in pairwise(places))
    assert places[-1] + timelines.LANE / 2 <= figure.layout.yaxis.range[0]
