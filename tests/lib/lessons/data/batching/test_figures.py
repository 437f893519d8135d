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
from lib.lessons.data.batching.lesson import Loaded, two_epochs
from lib.lessons.data.batching.metrics import mix, seen
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


def drawn(settings: dict[str, Any], revealed: bool = True) -> tuple[Loaded, Any]:
    result = two_epochs(**settings)
    pictures = batching.mixed(len(result.labels)).images
    never = seen(result, result.first).never
    return result, tiles.tiles(result, result.first, never, pictures, revealed=revealed)


def painted(figure: Any) -> np.ndarray:
    """Return the tiles' picture, gray levels and alpha, (high, wide, 4)."""
    source = figure.layout.images[0].source
    data = base64.b64decode(source.removeprefix("data:image/png;base64,"))
    return np.array(Image.open(io.BytesIO(data)).convert("RGBA"))


@pytest.mark.parametrize("settings", CASES)
def test_every_tile_is_where_its_batch_is(settings: dict[str, Any]) -> None:
    result, figure = drawn(settings)
    paper, pictures = painted(figure), batching.mixed(len(result.labels)).images
    never = seen(result, result.first).never
    groups = [*result.first, *([never] if never else [])]
    covers = figure.data[1]
    assert len(covers.x) == len(groups)
    for i, group in enumerate(groups):
        left, top = covers.x[i] - (covers.width[i] - 2) / 2, covers.base[i] + 1
        for j, sample in enumerate(group):
            y = round(top + j // tiles.ACROSS * tiles.CELL)
            x = round(left + j % tiles.ACROSS * tiles.CELL)
            edge = tuple(paper[y, x, :3])
            color = tiles.GRAY if i == len(result.first) else tiles.COLORS[i % len(tiles.COLORS)]
            assert "#{:02x}{:02x}{:02x}".format(*edge) == color
            tile = paper[y + 2 : y + 30, x + 2 : x + 30, 0].astype(int)
            assert abs(tile - pictures[sample]).max() <= 16  # 16 shades of gray


@pytest.mark.parametrize("settings", CASES)
def test_nothing_lies_over_anything_else(settings: dict[str, Any]) -> None:
    result, figure = drawn(settings)
    rows = -(-len(result.labels) // tiles.ACROSS)
    below = painted(figure)[tiles.NAME + rows * tiles.CELL :, :, 3]
    shown = len(sum(result.first, ())) + len(seen(result, result.first).never)
    assert (below > 0).sum() == shown * tiles.CELL**2


@pytest.mark.parametrize("settings", CASES)
def test_the_moments_fill_the_batches_one_after_the_other(settings: dict[str, Any]) -> None:
    result, figure = drawn(settings)
    groups = len(result.first) + bool(seen(result, result.first).never)
    hidden = [sum(frame.data[1].marker.opacity) for frame in figure.frames]
    assert hidden[0] == hidden[-1] == 0
    assert hidden[1] == groups
    assert hidden[1:] == sorted(hidden[1:], reverse=True)
    assert 2 < len(figure.frames) <= tiles.STEPS + 2
    names = [frame.name for frame in figure.frames]
    assert names[0] == f"The whole epoch: {len(result.first)} batches. Play it."
    assert len(set(names)) == len(names)
    colors = np.array(figure.frames[-1].data[0].z).flatten()
    for number, batch in enumerate(result.first):
        if len(set(sum(result.first, ()))) == len(result.labels):  # each one is in one batch
            assert (colors[list(batch)] == 1 + number % 6).all()
    never = list(seen(result, result.first).never)
    assert (colors[never] == 7).all()
    texts = np.array(figure.frames[-1].data[0].text).flatten()
    assert (texts[never] == "×").all()
    assert (colors[len(result.labels) :] == 0).all()
    for frame in figure.frames:
        for data in frame.data:
            assert "" not in np.array(data.text if data.text is not None else [" "]).flatten()


def test_a_sample_that_came_twice_says_so() -> None:
    result, figure = drawn({"order": batching.with_replacement})
    times = np.bincount(sum(result.first, ()), minlength=32)
    texts = np.array(figure.frames[-1].data[0].text).flatten()[:32]
    for count, text in zip(times, texts, strict=True):
        assert text == ("×" if count == 0 else f"{count}×" if count > 1 else " ")


@pytest.mark.parametrize("settings", CASES)
def test_before_an_answer_the_dataset_only_is_shown(settings: dict[str, Any]) -> None:
    result, figure = drawn(settings, revealed=False)
    assert not figure.frames
    assert figure.layout.meta is None
    assert not np.array(figure.data[0].z).any()
    rows = -(-len(result.labels) // tiles.ACROSS)
    assert not painted(figure)[tiles.NAME + rows * tiles.CELL :].any()
    assert figure.layout.height == drawn(settings)[1].layout.height  # nothing jumps


def test_the_table_behind_the_tiles() -> None:
    result, figure = drawn({"drop_last": True})
    table = figure.layout.meta["numbers"]
    assert table["columns"] == ["batch", "samples in it", "where they stand in the dataset"]
    assert [row[2] for row in table["rows"][:-1]] == [
        " ".join(map(str, batch)) for batch in result.first
    ]
    assert table["rows"][-1] == ["in no batch", "2", "30 31"]


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
