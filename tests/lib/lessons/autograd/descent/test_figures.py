"""The map, the relief and the curves below them."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from lib.lessons.autograd.descent.figures import curves, in_relief, on_map
from lib.lessons.autograd.descent.lesson import (
    START,
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
from lib.lessons.autograd.descent.metrics import landscape, start_of
from lib.lessons.autograd.descent.walk_figures import WORDS, frames_of
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
        kept = ~np.isnan(np.array(route.x))
        np.testing.assert_allclose(np.array(route.x)[kept], walk.path[kept, 0], atol=6e-5)
        np.testing.assert_allclose(np.array(route.y)[kept], walk.path[kept, 1], atol=6e-5)
        assert kept[0]
        assert route.line.color == CATEGORIES[i]
        assert isinstance(route.x, tuple)  # plain numbers, which the browser can go along


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_a_walk_stands_on_the_relief(surface):
    walk = descend(sgd, surface, 0.0005)
    land = landscape(surface, True)
    route = named(in_relief(land, {"SGD": walk}), "SGD")
    above = np.array(route.z) - np.log10(walk.losses + 0.3)
    np.testing.assert_allclose(above, above[0], atol=2e-4)
    assert 0 < above[0] < 0.2


@pytest.mark.parametrize("draw", [on_map, in_relief, curves])
def test_each_frame_draws_the_routes_up_to_its_step_with_a_head_there(draw):
    walks = walks_on(ravine)
    land = () if draw is curves else (landscape(ravine, draw is in_relief),)
    figure = draw(*land, walks)
    for step, frame in zip(frames_of(100), figure.frames, strict=True):
        assert f"{WORDS['step']} {step} " in frame.name
        moving = [figure.data[i] for i in frame.traces]
        *routes, _one, _two, _three = moving
        assert [each.meta["upto"] for each in frame.data] == 6 * [step]
        assert [each.meta.get("tip", False) for each in frame.data] == 3 * [False] + 3 * [True]
        for i, (name, walk) in enumerate(walks.items()):
            assert (moving[i].x, moving[i].y) == (moving[i + 3].x, moving[i + 3].y)
            here = routes[i].x[step], routes[i].y[step]
            there = (step, max(walk.losses[step], 1e-12)) if draw is curves else walk.path[step]
            assert here == pytest.approx(tuple(there), rel=1e-3, abs=1e-4)
            assert f"{name} {walk.losses[step]:.3g}" in frame.name
    assert [each.meta["upto"] for each in figure.data if each.meta] == 6 * [100]


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


def hidden(walks):
    return {name: start_of(walk) for name, walk in walks.items()}


@DRAWINGS
def test_before_the_answer_only_the_start_is_drawn(draw, relief):
    walks = walks_on(bowl)
    figure = draw(landscape(bowl, relief), hidden(walks))
    assert figure.frames == ()
    for name in walks:
        assert named(figure, name).x == (-1.5,)
    rows = figure.layout.meta["numbers"]["rows"]
    assert rows == [[0, "6.25", "6.25", "6.25"]]
    figure, full = curves(hidden(walks)), curves(walks)
    assert figure.layout.yaxis.range == full.layout.yaxis.range  # nothing jumps
    assert figure.layout.yaxis2.range == full.layout.yaxis2.range


@DRAWINGS
def test_a_hidden_walk_stays_at_its_start_while_another_moves(draw, relief):
    walks = walks_on(bowl)
    walks["momentum"] = start_of(walks["momentum"])
    figure = draw(landscape(bowl, relief), walks)
    last = figure.frames[-1]
    assert [each.meta["upto"] for each in last.data] == 2 * [100, 0, 100]
    assert "momentum" not in last.name
    assert figure.layout.meta["numbers"]["columns"] == ["step", "loss SGD", "loss LBFGS"]


def test_losses_and_rates_are_drawn_below():
    walks = walks_on(ravine)
    figure = curves(walks)
    rates, lines = figure.data[:3], figure.data[3:6]
    for trace, walk in zip(lines, walks.values(), strict=True):
        np.testing.assert_allclose(trace.y, np.maximum(walk.losses, 1e-12), rtol=1e-3)
    for trace, walk in zip(rates, walks.values(), strict=True):
        assert trace.yaxis == "y2"
        np.testing.assert_allclose(trace.y, walk.learning_rates, rtol=1e-6)


def test_a_touch_of_the_map_chooses_the_start():
    touch = on_map(landscape(bowl), walks_on(bowl)).layout.meta["touch"]
    for axis in "xy":
        assert touch[axis]["control"] == f"descent.start_{axis}"
        assert (touch[axis]["low"], touch[axis]["high"]) == (START.low, START.high)
    # A drag belongs to the touch, so the map itself does not zoom.
    assert on_map(landscape(bowl), walks_on(bowl)).layout.xaxis.fixedrange


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


def test_losses_and_rates_do_not_overlap():
    layout = curves(walks_on(bowl)).layout
    assert layout.yaxis.domain[1] == 1
    assert layout.yaxis2.domain[0] == 0
    assert layout.yaxis.domain[0] > layout.yaxis2.domain[1]


def test_the_curves_alone_need_no_webgl():
    assert {trace.type for trace in curves(walks_on(bowl)).data} == {"scatter"}
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
    text = figure.to_json().replace('"step":0.25', "")  # of a touch, which nobody reads
    assert all(f'"{word}"' not in text for word in WORDS.values())


@DRAWINGS
def test_same_walks_same_picture(draw, relief):
    one, two = (draw(landscape(bowl, relief), walks_on(bowl)).to_json() for _ in range(2))
    assert one == two
