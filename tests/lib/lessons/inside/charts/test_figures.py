"""The pictures show the numbers they are given."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lib.lessons.inside.charts import (
    figures,
    graph_figures,
    histogram_figures,
    projector_figures,
)
from lib.lessons.inside.charts.lesson import STEPS, line, smoothed_run
from lib.lessons.inside.charts.projection import Neighbors, nearest
from lib.tensorboard.records import Curve, Embedding, Histogram, Op, Picture


def curve(count: int = 50) -> Curve:
    values = np.random.default_rng(0).uniform(1, 2, count).astype(np.float32)
    return Curve("training loss", np.arange(count) * 5, 1e9 + np.arange(count), values)


def png(width: int, height: int, value: int = 0) -> bytes:
    packed = io.BytesIO()
    Image.new("L", (width, height), value).save(packed, "PNG")
    return packed.getvalue()


def test_two_traces_a_run_in_its_own_color() -> None:
    lines = [line("run_2", curve(), 0.9), line("run_5", curve(), 0.9)]
    figure = figures.scalars(lines, [1, 4], "step", False, None)
    raw, smooth, _, other = figure.data
    np.testing.assert_array_equal(raw.y, lines[0].raw)
    np.testing.assert_array_equal(smooth.y, lines[0].smooth)
    assert smooth.name == "run_2"
    assert raw.line.color == smooth.line.color != other.line.color
    rows = figure.layout.meta["numbers"]["rows"]
    assert rows[0][:3] == ["run_2", 50, 245]
    assert rows[0][4] == pytest.approx(float(lines[0].smooth[-1]))


def test_axes_and_ranges() -> None:
    lines = [line("a", curve(), 0, "wall")]
    figure = figures.scalars(lines, [0], "wall", True, (0.1, 10))
    assert figure.layout.xaxis.type == "date"
    assert figure.layout.yaxis.type == "log"
    assert figure.layout.yaxis.range == pytest.approx((-1.1, 1.1))
    assert figures.scalars([], [], "step", False, None).layout.annotations[0].text


def test_ten_thousand_points_are_sent_as_bytes() -> None:
    figure = figures.scalars([line("a", curve(10_000), 0.6)], [0], "step", False, None)
    assert figure.data[0].y.dtype == np.float32
    assert len(figure.to_json()) < 400_000


def test_the_spike_is_the_one_that_was_added() -> None:
    found = smoothed_run(0.9)
    figure = figures.smoothing(found, [], 0, STEPS)
    raw, plain, smooth, _ = (np.array(trace.y) for trace in figure.data)
    assert raw[found.place] == pytest.approx(found.raw[found.place])
    assert (smooth - plain)[found.place] == pytest.approx(found.height, abs=1e-5)
    assert not (smooth - plain)[: found.place].any()


def test_the_lines_grow_and_keep_their_number_of_points() -> None:
    found = smoothed_run(0.9)
    figure = figures.smoothing(found, [(3, "a"), (9, "b"), (30, "c")], 5, 20)
    for frame, ends in zip(figure.frames, [(5, 5), (9, 9), (30, 20)], strict=True):
        plain, smooth, here = frame.data
        assert len(plain.x) == len(smooth.y) == STEPS
        assert (max(plain.x), max(smooth.x)) == ends
        assert min(smooth.x) == 5
        assert here.y[0] == found.raw[here.x[0]]


def test_a_frame_for_every_step() -> None:
    pictures = [Picture(step, 0.0, 40, 20, png(40, 20, step)) for step in (3, 9, 27)]
    figure = figures.images(pictures)
    assert [frame.name for frame in figure.frames] == ["step 3", "step 9", "step 27"]
    sources = {frame.layout.images[0].source for frame in figure.frames}
    assert len(sources) == 3
    assert figure.layout.images[0].source == figure.frames[0].layout.images[0].source


def histograms() -> list[Histogram]:
    draws = np.random.default_rng(0)
    found = []
    for step in (1, 2, 3):
        values = draws.normal(0, step, 5000)
        counts, edges = np.histogram(values, 200)
        buckets = np.stack([edges[:-1], edges[1:], counts], axis=1)
        parts = [0, 0.0668, 0.1587, 0.3085, 0.5, 0.6915, 0.8413, 0.9332, 1]
        found.append(Histogram(step, 0.0, buckets, np.quantile(values, parts)))
    return found


def test_a_ridge_for_every_step_holds_nearly_every_number() -> None:
    figure = histogram_figures.ridges(histograms())
    ridges = figure.data[1::2]
    assert len(ridges) == 3
    for ridge in ridges:
        assert 4500 < ridge.customdata.sum() <= 5000.001
    assert list(figure.layout.yaxis.ticktext) == ["1", "2", "3"]
    widths = [np.average(np.square(r.x), weights=r.customdata) for r in ridges]
    assert widths == sorted(widths)


def test_nine_lines_over_the_steps() -> None:
    figure = histogram_figures.distributions(histograms())
    assert len(figure.data) == 9
    levels = np.stack([trace.y for trace in figure.data])
    assert (np.diff(levels, axis=0) >= 0).all()
    np.testing.assert_allclose(levels[5], [0.5, 1.0, 1.5], rtol=0.15)  # one half deviation


OPS = (
    Op("output/output.1", "IO Node", ("net/Linear[0]/9",), (4, 10)),
    Op("input/x", "IO Node", (), (4, 784)),
    Op("net/Linear[0]/weight/weight", "prim::GetAttr", (), ()),
    Op("net/Linear[0]/9", "aten::linear", ("input/x", "net/Linear[0]/weight/weight"), (4, 10)),
)


def test_the_graph_goes_down_from_input_to_output() -> None:
    figure = graph_figures.graph(OPS)
    height = dict(zip(figure.data[2].text, figure.data[2].y, strict=True))
    assert height["<b>input</b><br>4 × 784"] > height["<b>Linear[0]</b><br>4 × 10"]
    assert height["<b>Linear[0]</b><br>4 × 10"] > height["<b>output</b><br>4 × 10"]
    assert "Linear[0]<br><b>weight</b>" in height
    assert len(figure.layout.meta["numbers"]["rows"]) == 4


def test_a_graph_of_nothing_and_a_long_one() -> None:
    graph_figures.graph(())
    chain = [Op("0", "op", (), ())]
    chain += [Op(str(i), "op", (str(i - 1),), ()) for i in range(1, 300)]
    assert len(graph_figures.graph(chain[::-1]).data[2].text) == 300


def embedding(count: int) -> Embedding:
    features = np.random.default_rng(0).normal(size=(count, 8)).astype(np.float32)
    labels = tuple(f"label {place % 10}" for place in range(count))
    return Embedding(features, labels, png(10 * 4, -(-count // 10) * 4), 4)


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("colored", [True, False])
def test_every_point_once_with_its_number(dimensions: int, colored: bool) -> None:
    given = embedding(500)
    near = nearest(given.features, 3, 5)
    places = given.features[:, :dimensions]
    figure = projector_figures.projector(given, places, colored, 3, near)
    points: list[Any] = [trace for trace in figure.data if trace.customdata is not None]
    assert len(points) == (10 if colored else 1)
    assert sorted(n for trace in points for n in trace.customdata.tolist()) == list(range(500))
    looks = {(trace.marker.color, trace.marker.symbol) for trace in points}
    assert len(looks) == len(points)
    for trace in points:
        np.testing.assert_array_equal(trace.x, places[trace.customdata, 0])
    assert figure.layout.meta["sprite"]["across"] == 10
    rows = figure.layout.meta["numbers"]["rows"]
    assert [row[0] for row in rows] == [3, *near.points]


def test_the_neighbors_pictures_are_cut_out() -> None:
    figure = projector_figures.neighbors(embedding(30), (3, 11), (0.0, 0.5))
    assert len(figure.layout.images) == 2
    assert figure.data[0].text[1] == "label 1<br>11: 0.5"


def test_without_neighbors() -> None:
    given = embedding(1)
    projector_figures.projector(given, given.features[:, :2], True, 0, Neighbors((), ()))
