"""The map, the relief and the curves below them."""

import json
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest

from lib.lessons.autograd.descent.figures import curves, in_relief, on_map
from lib.lessons.autograd.descent.lesson import (
    SURFACES,
    adam,
    bowl,
    cosine,
    descend,
    descend_by_closure,
    heavy_ball,
    ravine,
    rosenbrock,
    sgd,
)
from lib.lessons.autograd.descent.metrics import landscape
from lib.lessons.autograd.descent.walk_figures import TAIL, WORDS, frames_of
from lib.plots.palette import CATEGORIES

DRAWINGS = pytest.mark.parametrize(("draw", "relief"), [(on_map, False), (in_relief, True)])


def walks_on(surface, steps=100):
    return {
        "SGD": descend(sgd, surface, 0.001, steps=steps),
        "momentum": descend(heavy_ball, surface, 0.0005, cosine, steps),
        "LBFGS": descend_by_closure(surface, 0.3, steps=steps),
    }


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
@DRAWINGS
def test_each_walk_is_drawn_where_it_went(surface, draw, relief):
    walks = walks_on(surface)
    figure = draw(landscape(surface, relief), walks)
    assert figure.layout.height > 300
    for i, (name, walk) in enumerate(walks.items()):
        route = named(figure, name)
        kept = ~np.isnan(route.x)
        np.testing.assert_array_equal(route.x[kept], walk.path[kept, 0])
        np.testing.assert_array_equal(route.y[kept], walk.path[kept, 1])
        assert kept[0]
        assert route.line.color == CATEGORIES[i]
        assert route.x.dtype == np.float32


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_a_walk_stands_on_the_relief(surface):
    walk = descend(sgd, surface, 0.0005)
    land = landscape(surface, True)
    route = named(in_relief(land, {"SGD": walk}), "SGD")
    above = route.z - np.log10(walk.losses + 0.3)
    np.testing.assert_allclose(above, above[0], atol=1e-4)
    assert 0 < above[0] < 0.2


def test_the_heads_are_at_the_step_the_frame_tells():
    walks = walks_on(ravine)
    figure = on_map(landscape(ravine), walks)
    for step, frame in zip(frames_of(100), figure.frames, strict=True):
        assert f"{WORDS['step']} {step} " in frame.name
        heads, dots = frame.data
        for i, (name, walk) in enumerate(walks.items()):
            here = (heads.x[i * (TAIL + 1) + TAIL], heads.y[i * (TAIL + 1) + TAIL])
            assert here == pytest.approx(walk.path[step].tolist(), rel=1e-3)
            assert dots.x[i] == step
            assert dots.y[i] == pytest.approx(max(walk.losses[step], 1e-12), rel=1e-3)
            assert f"{name} {walk.losses[step]:.3g}" in frame.name


@pytest.mark.parametrize("last", [0, 1, 10, 49, 50, 100, 200, 299, 300])
def test_frames_are_few_and_end_at_the_end(last):
    shown = frames_of(last)
    assert (shown[0], shown[-1]) == (0, last)
    assert shown == sorted(set(shown))
    assert len(shown) <= 60
    strides = np.diff(shown)
    assert (np.diff(strides) >= -1).all()  # later strides are longer, give or take the rounding


@DRAWINGS
def test_a_walk_that_flew_away_leaves_no_number_that_json_lacks(draw, relief):
    walks = {
        "SGD": descend(sgd, rosenbrock, 1.0, steps=300),
        "momentum": descend(heavy_ball, bowl, 2.0, steps=300),
    }
    assert np.isnan(walks["SGD"].losses[-1])
    figure = draw(landscape(rosenbrock, relief), walks)
    text = figure.to_json()
    assert "NaN" not in text
    assert "Infinity" not in text
    json.loads(text)
    for trace in [*figure.data, *curves(walks).data]:
        if trace.type in ("contour", "surface"):
            continue
        for values in (trace.x, trace.y):
            if values is not None:
                numbers = np.array([v for v in values if v is not None], float)
                assert not np.isinf(numbers).any()
    assert "nan" in figure.frames[-1].name


@DRAWINGS
def test_before_the_answer_only_the_start_is_drawn(draw, relief):
    walks = walks_on(bowl)
    figure = draw(landscape(bowl, relief), walks, revealed=False)
    assert len(figure.frames) == 1
    for name in walks:
        assert named(figure, name).x.tolist() == [-1.5]
    rows = figure.layout.meta["numbers"]["rows"]
    assert rows == [[0, "6.25", "6.25", "6.25"]]
    figure, full = curves(walks, revealed=False), curves(walks)
    assert figure.layout.yaxis2.range == full.layout.yaxis2.range  # nothing jumps
    assert figure.layout.yaxis3.range == full.layout.yaxis3.range


@pytest.mark.parametrize("alone", [False, True])
def test_losses_and_rates_are_drawn_below(alone):
    walks = walks_on(ravine)
    figure = curves(walks) if alone else on_map(landscape(ravine), walks)
    lines = [trace for trace in figure.data if trace.xaxis == "x2" and trace.mode == "lines"]
    for trace, walk in zip(lines, walks.values(), strict=True):
        np.testing.assert_allclose(trace.y, np.maximum(walk.losses, 1e-12), rtol=1e-6)
    drawn = [trace for trace in figure.data if trace.xaxis == "x3"]
    for trace, walk in zip(drawn, walks.values(), strict=True):
        np.testing.assert_allclose(trace.y, walk.learning_rates, rtol=1e-6)


def test_the_table_has_the_losses_of_every_frame():
    walks = walks_on(bowl)
    table = on_map(landscape(bowl), walks).layout.meta["numbers"]
    assert table["columns"] == ["step", "loss SGD", "loss momentum", "loss LBFGS"]
    assert [row[0] for row in table["rows"]] == frames_of(100)
    assert table["rows"][-1][1] == f"{walks['SGD'].losses[-1]:.4g}"


@DRAWINGS
@pytest.mark.parametrize("steps", [10, 300])
def test_the_figure_is_small(draw, relief, steps):
    text = draw(landscape(rosenbrock, relief), walks_on(rosenbrock, steps)).to_json()
    assert len(text) < 120_000


def test_map_and_curves_do_not_overlap():
    layout = on_map(landscape(bowl), walks_on(bowl)).layout
    alone = curves(walks_on(bowl)).layout
    for bands in (
        [layout.yaxis.domain, layout.yaxis2.domain, layout.yaxis3.domain],
        [alone.yaxis2.domain, alone.yaxis3.domain],
    ):
        assert bands[0][1] == 1
        assert min(bands[-1]) == pytest.approx(0)
        for upper, lower in pairwise(bands):
            assert upper[0] > lower[1]


def test_the_curves_alone_need_no_webgl_and_have_no_player():
    figure = curves(walks_on(bowl))
    assert {(trace.type, trace.mode) for trace in figure.data} == {("scatter", "lines")}
    assert figure.frames == ()
    assert {trace.type for trace in in_relief(landscape(bowl, True), walks_on(bowl)).data} == {
        "surface",
        "scatter3d",
    }


@DRAWINGS
def test_words_are_the_pages_own(draw, relief):
    words = dict.fromkeys(WORDS, "Wort")
    walks = {"Adam": descend(adam, bowl, 0.1, steps=10)}
    figure = draw(landscape(bowl, relief), walks, words=words)
    assert isinstance(figure, go.Figure)
    text = figure.to_json()
    assert all(f'"{word}"' not in text for word in WORDS.values())


@DRAWINGS
def test_same_walks_same_picture(draw, relief):
    one, two = (draw(landscape(bowl, relief), walks_on(bowl)).to_json() for _ in range(2))
    assert one == two
