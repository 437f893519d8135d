"""The function's curves, gradcheck's tables, the fit and the disk, as they are drawn."""

import json
import math

import numpy as np
import pytest

from lib.core.isolation import call_alone
from lib.lessons.autograd.custom_function import figures, training_figures
from lib.lessons.autograd.custom_function.functions import FUNCTIONS
from lib.lessons.autograd.custom_function.gradcheck import curves, jacobians
from lib.lessons.autograd.custom_function.lesson import check_backward
from lib.lessons.autograd.custom_function.sign_network import bump, learn_with_sign
from lib.lessons.autograd.custom_function.sine_fit import FITS, fit_sine
from lib.plots.palette import POSITIVE

FORWARD, PLACES, GAPS, BACKWARD, RINGS, DOTS, TANGENT, POINT = range(8)


def drawn(name, mistake="none", x=1.0, upstream=1.0, **seen):
    function = FUNCTIONS[name][mistake]
    tables = jacobians(function, x)
    at = check_backward(function, x, upstream)
    return figures.slopes(curves(function, upstream), at, tables, **seen)


def test_the_polynomial_and_its_slope_are_drawn():
    figure = drawn("Legendre P3")
    x = np.array(figure.data[BACKWARD].x)
    np.testing.assert_allclose(figure.data[FORWARD].y, (5 * x**3 - 3 * x) / 2, atol=1e-4)
    np.testing.assert_allclose(figure.data[BACKWARD].y, (15 * x**2 - 3) / 2, atol=1e-4)
    np.testing.assert_allclose(
        figure.data[RINGS].y, (15 * np.array(figure.data[RINGS].x) ** 2 - 3) / 2, atol=1e-3
    )
    assert len(figure.data[GAPS].x) == 0
    np.testing.assert_allclose(figure.data[DOTS].x, [0.3, 1, 1.7])


def test_a_wrong_sign_is_a_gap_at_every_ring():
    figure = drawn("Legendre P3", "sign")
    gaps = np.array(figure.data[GAPS].y).reshape(-1, 3)
    assert len(gaps) == len(figure.data[RINGS].y) == 41
    np.testing.assert_allclose(gaps[:, 0], -gaps[:, 1], atol=1e-3)
    assert np.isnan(gaps[:, 2]).all()


def test_the_corner_of_relu_is_the_only_gap():
    figure = drawn("ReLU")
    assert np.array(figure.data[GAPS].x)[:2].tolist() == [0, 0]
    np.testing.assert_allclose(np.array(figure.data[GAPS].y)[:2], [0, 0.5], atol=1e-6)
    assert len(figure.data[GAPS].x) == 3


def test_a_jump_is_an_arrow_at_the_edge_and_its_number_is_in_the_table():
    figure = drawn("round")
    low, high = figure.layout.yaxis2.range
    assert high < 10
    arrows = [s for s in figure.data[RINGS].marker.symbol if s == "triangle-up"]
    assert len(arrows) == 4  # at -1.5, -0.5, 0.5 and 1.5
    assert low < 0 < max(figure.data[RINGS].y) == pytest.approx(high)
    rows = figure.layout.meta["numbers"]["rows"]
    assert [row[3] for row in rows if row[0] == "0.5"] == ["500000"]


def test_the_way_back_is_hidden_while_it_is_to_be_guessed():
    figure = drawn("Legendre P3", "sign", backward=False, difference=False)
    assert [trace.yaxis for trace in figure.data] == ["y", "y"]
    assert figure.frames == ()
    assert "numbers" not in figure.layout.meta
    hidden = jacobians(FUNCTIONS["ReLU"]["sign"])
    table = figures.jacobians(hidden, marked=False, numbers=False)
    cells = [text for trace in table.data[:-1] for row in trace.text for text in row]
    assert cells == [" "] * 18
    assert not any(np.array(trace.z).any() for trace in table.data[:-1])
    assert "numbers" not in table.layout.meta
    assert table.frames == ()


def test_backward_alone_tells_nothing_of_the_finite_differences():
    figure = drawn("Legendre P3", "sign", difference=False)
    for hidden in (GAPS, RINGS):
        assert len(figure.data[hidden].x) == 0
    assert set(figure.data[TANGENT].y) == {None}
    assert "numbers" not in figure.layout.meta
    assert "finite difference" not in str(figure.frames)
    right = drawn("Legendre P3", "none", difference=False)
    assert np.array(figure.data[BACKWARD].y) == pytest.approx(-np.array(right.data[BACKWARD].y))


def test_marks_alone_tell_no_number_and_numbers_alone_no_mark():
    tables = jacobians(FUNCTIONS["Legendre P3"]["grad_output"])
    marks = figures.jacobians(tables, numbers=False)
    np.testing.assert_array_equal(np.array(marks.data[0].z), ~tables.agrees)
    assert {text for row in marks.data[0].text for text in row} == {" "}
    assert "numbers" not in marks.layout.meta
    blank = figures.jacobians(tables, marked=False)
    assert {text for row in blank.data[0].text for text in row} == {" "}
    assert not np.array(blank.data[0].z).any()


@pytest.mark.parametrize("mistake", FUNCTIONS["ReLU"])
def test_the_frames_show_what_has_been_passed(mistake):
    function = FUNCTIONS["ReLU"][mistake]
    figure, tables = drawn("ReLU", mistake, x=0.5), jacobians(function, 0.5)
    grids = figures.jacobians(tables)
    points = curves(function)
    assert len(figure.frames) == len(grids.frames) == len(figures.PASSED) + 1
    off = points.x[::4][~points.agrees[::4]]
    for i, frame, rows in zip(figures.PASSED, figure.frames, grids.frames, strict=False):
        x = points.x[i]
        gaps, line, rings, dots = (each.meta["upto"] + 1 for each in frame.data[:4])
        assert gaps == 3 * (off <= x).sum()
        assert line == (points.x <= x).sum()
        assert rings == (points.x[::4] <= x + 1e-9).sum()
        assert dots == (tables.x <= x).sum()
        assert tuple(frame.data[5].x) == (x,)
        written = [row[0] != " " for row in rows.data[0].text]
        np.testing.assert_array_equal(written, tables.x <= x)
        words = "so does" if points.agrees[i] else "the finite difference"
        assert words in frame.name
    last = figure.frames[-1]
    assert [each.meta["upto"] + 1 for each in last.data[:4]] == [
        len(figure.data[each].x) for each in (GAPS, BACKWARD, RINGS, DOTS)
    ]
    assert tuple(last.data[5].x) == (0.5,)
    count = int((~tables.agrees).sum())
    assert ("True" in last.name) if not count else (f"in {count} of" in last.name)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("mistake", ["none", "sign", "grad_output"])
@pytest.mark.parametrize("upstream", [0.0, -2.0])
def test_every_function_can_be_drawn_and_keeps_its_height(name, mistake, upstream):
    figure = drawn(name, mistake, x=0.5, upstream=upstream)
    assert figure.layout.height == drawn("Legendre P3", backward=False).layout.height
    low, high = figure.layout.yaxis2.range
    assert low <= min(figure.data[BACKWARD].y) <= max(figure.data[BACKWARD].y) <= high
    table = figure.layout.meta["numbers"]
    assert len(table["rows"]) == 41
    assert {len(row) for row in table["rows"]} == {len(table["columns"])}
    json.dumps(table)


def test_the_cells_that_differ_are_marked():
    tables = jacobians(FUNCTIONS["Legendre P3"]["grad_output"])
    figure = figures.jacobians(tables)
    one, other, _ = figure.data
    for grid in (one, other):
        np.testing.assert_array_equal(np.array(grid.z), ~tables.agrees)
    assert [row[i] for i, row in enumerate(one.text)] == ["−0.825", "6", "20.2"]
    assert list(other.text[1]) == ["6", "6", "6"]  # the second input, asked about all outputs
    rows = figure.layout.meta["numbers"]["rows"]
    assert [row[-1] for row in rows].count("no") == (~tables.agrees).sum() == 6
    assert rows[1] == ["x = 0.3", "y[1]", "0", "-0.825", "no"]


def test_the_fit_is_drawn_step_by_step():
    record = call_alone(fit_sine, {})
    figure = training_figures.fit(record)
    assert len(figure.frames) == 41
    np.testing.assert_allclose(figure.data[0].y, np.sin(record.x), atol=1e-6)
    np.testing.assert_allclose(figure.frames[-1].data[0].y, record.curves[-1])
    assert figure.frames[-1].data[1].x[0] == 2000
    assert figure.frames[-1].name.startswith("After 2000 steps: loss 8.9")
    assert "y = 0 + −2.209 · P(0 + 0.2555 x)" in figure.frames[-1].name
    np.testing.assert_allclose(figure.data[2].y, figure.frames[0].data[0].y)
    rows = figure.layout.meta["numbers"]["rows"]
    assert [row[0] for row in rows] == [str(step) for step in range(0, 2001, 100)]
    assert len(figure.to_json()) < 100_000


def test_the_fit_shows_its_beginning_only_while_it_is_to_be_guessed():
    ends = [training_figures.fit(fit_sine(FITS[name]), revealed=False) for name in ("none", "sign")]
    for figure in ends:
        assert len(figure.data[1].x) == len(figure.data[3].x) == 1
    one, other = (figure.to_plotly_json() for figure in ends)
    assert "frames" not in one
    assert "meta" not in one["layout"]
    assert str(one) == str(other)


def test_a_fit_that_explodes_is_drawn_without_harm():
    figure = training_figures.fit(call_alone(fit_sine, {"autograd_function": FITS["sign"]}))
    low, high = figure.layout.yaxis2.range
    assert math.isfinite(low)
    assert high <= 12
    assert "loss nan" in figure.frames[-1].name


def test_the_disk_shows_what_the_network_says():
    record = call_alone(learn_with_sign, {"surrogate": bump, "width": 1.0})
    figure = training_figures.disk(record)
    heat, points = figure.data
    assert np.array(heat.z).shape == (41, 41)
    assert heat.x0 + 40 * heat.dx == pytest.approx(1)
    blue = np.array(points.marker.color) == POSITIVE
    np.testing.assert_array_equal(blue, record.inside)
    assert not figure.frames
    circle = figure.layout.shapes[0]
    assert circle.x1**2 == pytest.approx(0.5)
    assert len(figure.layout.meta["numbers"]["rows"]) == 20


def test_the_words_can_be_those_of_another_language():
    words = {**figures.WORDS, "forward": "vorwärts", "numerical": "Differenzen"}
    function = FUNCTIONS["ReLU"]["none"]
    figure = figures.slopes(curves(function), check_backward(function), jacobians(function), words)
    assert figure.layout.annotations[0].text == "vorwärts"
    assert "<b>Differenzen</b>" in figures.jacobians(jacobians(function), words).data[-1].text


def test_same_record_same_picture():
    assert drawn("clamp").to_json() == drawn("clamp").to_json()
