import json
from itertools import pairwise
from math import prod

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.lessons.tensors.operate.broadcasting import link
from lib.lessons.tensors.operate.figures import (
    CLASH,
    EMPTY,
    HEAD,
    NAMES,
    NOTHING,
    WRITTEN,
    X_AGAIN,
    X_OWN,
    Y_AGAIN,
    Y_OWN,
    broadcasting,
)
from lib.lessons.tensors.operate.forms import FORMS
from lib.lessons.tensors.operate.frames import ONE_BY_ONE, SIGNS, WORDS
from lib.lessons.tensors.operate.lesson import combine
from tests.pages.strategies import strategy

shapes = strategy(combine.rules["x_shape"])
operations = st.sampled_from(list(FORMS))
SHAPES, X, Y, MADE, OUTLINE, TEXTS = range(6)


def drawn(x_shape=(4, 1), y_shape=(3,), operation="add", form=None, **dtypes):
    compute = FORMS[operation][form or next(iter(FORMS[operation]))]
    result = combine(compute, x_shape, y_shape, **{"y_dtype": "float32", **dtypes})
    links = link(x_shape, y_shape, operation == "matmul")
    return result, links, broadcasting(result, links, operation)


def cells(frame, layer, *kinds):
    """The texts of all cells of some kinds, by place: (column, row) in the layer."""
    trace = frame.data[layer]
    if trace.type == "bar":
        rows = zip(trace.x, trace.base, trace.marker.color, trace.text, strict=True)
        return {(int(x), int(top)): text for x, top, kind, text in rows if kind in kinds}
    rows, columns = np.nonzero(np.isin(trace.z, kinds))
    return {
        (int(c), int(r)): trace.text[r][c]
        for r, c in zip(rows.tolist(), columns.tolist(), strict=True)
    }


def both(frame, *kinds):
    """The texts of the cells of x and y of some kinds."""
    return cells(frame, X, *kinds) | cells(frame, Y, *kinds)


@given(shapes, shapes, operations)
@settings(deadline=None, max_examples=40)
def test_every_number_in_memory_is_in_full_color_once(x_shape, y_shape, operation):
    result, links, figure = drawn(x_shape, y_shape, operation)
    for frame in (figure.frames[0], figure.frames[-1]):
        assert len(cells(frame, X, X_OWN)) == prod(x_shape)
        assert len(cells(frame, Y, Y_OWN)) == prod(y_shape)
    assert not cells(figure.frames[0], SHAPES, X_AGAIN, Y_AGAIN)
    assert not both(figure.frames[0], X_AGAIN, Y_AGAIN)
    if not result.refused:
        again = both(figure.frames[-1], X_AGAIN, Y_AGAIN)
        places = links.x.source.size + links.y.source.size
        assert len(again) == places - prod(x_shape) - prod(y_shape)


@given(shapes, shapes, operations)
@settings(deadline=None, max_examples=25)
def test_a_number_slides_out_of_the_one_it_is_read_from(x_shape, y_shape, operation):
    _, _, figure = drawn(x_shape, y_shape, operation)
    for before, after in pairwise(figure.frames):
        for layer, own in ((X, X_OWN), (Y, Y_OWN)):
            old, new = before.data[layer], after.data[layer]
            seen = cells(before, layer, own, own + 1)
            assert len(old.x) == len(new.x)  # so that the stage can blend one into the other
            for i, (kind, text) in enumerate(zip(new.marker.color, new.text, strict=True)):
                if kind != NOTHING and old.marker.color[i] == NOTHING:
                    assert seen[int(old.x[i]), int(old.base[i])] == text


@given(shapes, shapes, operations)
@settings(deadline=None, max_examples=40)
def test_the_result_is_empty_at_first_and_full_at_the_end(x_shape, y_shape, operation):
    result, links, figure = drawn(x_shape, y_shape, operation)
    first, last = figure.frames[0], figure.frames[-1]
    assert not cells(first, MADE, WRITTEN)
    if result.refused:
        assert not cells(last, MADE, WRITTEN)
        assert figure.layout.meta["numbers"]["rows"] == []
        return
    assert not cells(last, MADE, EMPTY)
    assert len(cells(last, MADE, WRITTEN)) == len(links.cells)
    # Each number is made in exactly one frame, one by one or row by row.
    counts = [len(cells(frame, MADE, WRITTEN)) for frame in figure.frames]
    steps = [later - earlier for earlier, later in pairwise(counts)]
    many = links.grid[2] if len(links.cells) > ONE_BY_ONE else 1
    assert [step for step in steps if step] == [many] * (len(links.cells) // many)


def test_a_number_of_the_result_stands_where_its_sources_stand():
    _, _, figure = drawn((4, 1), (3,))
    last = figure.frames[-1]
    x, y = cells(last, X, X_OWN, X_AGAIN), cells(last, Y, Y_OWN, Y_AGAIN)
    made = cells(last, MADE, WRITTEN)
    for (column, row), text in made.items():
        tens, ones = x[column, row + HEAD], y[column + 4, row + HEAD]
        assert float(text) == float(tens) + float(ones)


def test_the_shapes_are_lined_up_from_the_right():
    _, _, figure = drawn((2, 4, 1), (3,))
    assert cells(figure.frames[0], SHAPES, X_OWN, Y_OWN) == {
        (NAMES, 1): "2",
        (NAMES + 1, 1): "4",
        (NAMES + 2, 1): "1",
        (NAMES + 2, 2): "3",
    }
    last = figure.frames[-1]
    assert cells(last, SHAPES, X_AGAIN, Y_AGAIN) == {
        (NAMES + 2, 1): "1→3",
        (NAMES, 2): "→2",
        (NAMES + 1, 2): "→4",
    }
    result = cells(last, SHAPES, WRITTEN)
    assert [result[NAMES + axis, 3] for axis in range(3)] == ["2", "4", "3"]


def test_the_frames_show_the_axes_and_then_the_numbers():
    _, _, figure = drawn((4, 1), (3,))
    names = [frame.name for frame in figure.frames]
    assert names[0] == WORDS["start"]
    assert names[1] == "Axis −1: x has 1, so it is read 3 times."
    assert names[2] == "Axis −2: y has no such axis, so it is read 4 times."
    assert names[3] == "result[0, 0] = x[0, 0] + y[0] = 10 + 1 = 11"
    assert names[-1] == "result[3, 2] = x[3, 0] + y[2] = 40 + 3 = 43"
    assert len(names) == 3 + 12


@pytest.mark.parametrize(
    ("operation", "caption"),
    [
        ("sub", "result[0] = x[0] − y[0] = 10 − 1 = 9"),
        ("div", "result[0] = x[0] / y[0] = 10 / 1 = 10"),
        ("maximum", "result[0] = max(x[0], y[0]) = max(10, 1) = 10"),
        ("matmul", "result = 10·1 + 20·2 + 30·3 = 140"),
    ],
)
def test_each_operation_has_its_own_equation(operation, caption):
    _, links, figure = drawn((3,), (3,), operation)
    names = [frame.name for frame in figure.frames]
    assert caption == names[1 + len(links.axes)]


def test_lit_are_the_number_its_sources_and_where_they_are_in_memory():
    _, links, figure = drawn((4, 1), (3,))
    frame = next(f for f in figure.frames if f.name.startswith("result[1, 2]"))
    x, y = (np.array(frame.data[OUTLINE][axis], dtype=float).reshape(-1, 6) for axis in "xy")
    lit = {(int(left[0]), int(top[0]) - HEAD) for left, top in zip(x, y, strict=True)}
    assert lit == {(8 + 2, 1), (2, 1), (0, 1), (4 + 2, 1), (4 + 2, 0)}
    assert links.cells[5] == "result[1, 2]"


def test_shapes_that_do_not_fit_end_with_the_pair_that_clashes():
    result, _, figure = drawn((4, 2), (3,))
    last = figure.frames[-1]
    assert last.name == "Axis −1: 2 meets 3. Neither is 1, so they do not fit."
    assert cells(last, SHAPES, CLASH) == {(NAMES + 1, 1): "2", (NAMES + 1, 2): "3"}
    assert set(np.unique(last.data[MADE].z)) == {NOTHING}
    assert result.refused


def test_a_form_that_cannot_hold_the_result_is_refused_after_the_axes():
    _, _, figure = drawn(form="y.add_(x)")
    assert figure.frames[-1].name == WORDS["refused"]
    assert len(figure.frames) == 4


def plain(value):
    return value.to_plotly_json() if hasattr(value, "to_plotly_json") else value


@given(shapes, shapes, operations)
@settings(deadline=None, max_examples=25)
def test_the_figure_shows_its_first_frame_and_no_text_is_empty(x_shape, y_shape, operation):
    _, _, figure = drawn(x_shape, y_shape, operation)
    assert isinstance(figure, go.Figure)
    assert figure.layout.height > 0
    assert len({frame.name for frame in figure.frames}) == len(figure.frames)
    for frame in figure.frames:
        assert list(frame.traces) == [SHAPES, X, Y, MADE, OUTLINE, TEXTS]
        assert all(frame.data[TEXTS].text)
        assert len(frame.data[TEXTS].text) == len(figure.data[TEXTS].x)
        assert all(text for layer in (X, Y) for text in frame.data[layer].text)
        for layer in (SHAPES, MADE):
            assert all(text for row in frame.data[layer].text for text in row)
            assert np.shape(frame.data[layer].text) == np.shape(frame.data[layer].z)
    for trace, shown in zip(figure.data, figure.frames[0].data, strict=True):
        for key, value in shown.to_plotly_json().items():
            if key != "type":
                np.testing.assert_array_equal(plain(trace[key]), value)


@given(shapes, shapes)
@settings(deadline=None, max_examples=25)
def test_unless_revealed_the_picture_tells_nothing_of_the_result(x_shape, y_shape):
    result, links = combine(x_shape=x_shape, y_shape=y_shape), link(x_shape, y_shape)
    first = broadcasting(result, links, "add", revealed=False)
    assert not first.frames
    assert not first.layout.meta
    assert not cells(first, MADE, EMPTY, WRITTEN)
    assert not cells(first, SHAPES, EMPTY, WRITTEN, X_AGAIN, Y_AGAIN, CLASH)
    assert not both(first, X_AGAIN, Y_AGAIN)
    words = set(first.data[TEXTS].text)
    assert words <= {"−1", "−2", "−3", "x", "y", "<b>x</b>", "<b>y</b>", "+", "=", "<b>?</b>", " "}


@given(shapes, shapes)
@settings(deadline=None, max_examples=25)
def test_the_shape_is_seen_without_the_numbers_and_their_dtype(x_shape, y_shape):
    result, links = combine(x_shape=x_shape, y_shape=y_shape), link(x_shape, y_shape)
    last = broadcasting(result, links, "add", valued=False).frames[-1]
    if not result.refused:
        assert set(cells(last, MADE, WRITTEN).values()) == {"?"}
        assert len(cells(last, MADE, WRITTEN)) == prod(result.shape)
        assert last.name == f"So the result has the shape {result.shape}."
    assert "float32" not in json.dumps(last.to_plotly_json(), default=str)


def test_the_table_holds_every_number_and_its_sources():
    result, _, figure = drawn((4, 1), (3,))
    numbers = json.loads(json.dumps(figure.layout.meta["numbers"]))
    assert numbers["columns"] == ["result", "from x", "from y", "value"]
    assert [float(row[3]) for row in numbers["rows"]] == list(np.ravel(result.result))
    assert numbers["rows"][4] == ["result[1, 1]", "x[1, 0]", "y[1]", "22"]


def test_the_picture_has_a_sign_for_every_operation():
    assert set(SIGNS) == set(FORMS)


def test_the_words_can_be_those_of_another_language():
    result, links, _ = drawn()
    figure = broadcasting(result, links, "add", words={**WORDS, "start": "Los", "result": "Summe"})
    assert figure.frames[0].name == "Los"
    assert "<b>Summe</b> float32" in figure.frames[-1].data[TEXTS].text


def test_same_result_same_picture():
    assert drawn()[2] == drawn()[2]
