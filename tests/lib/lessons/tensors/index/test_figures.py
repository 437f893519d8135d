import json

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.lessons.tensors.index import lesson as picks
from lib.lessons.tensors.index.figures import (
    FILLS,
    IN_X,
    NOT_YET,
    OWN,
    STEPS,
    UNPICKED,
    WORDS,
    picked,
)
from lib.lessons.tensors.index.placement import TITLE, centers, pieces, placed
from lib.plots.palette import NEGATIVE
from tests.lib.lessons.tensors.index.samples import INDEX_TEXTS

VIEW, COPY, GATHER = "view", "copy", "gather"
RESULTS = {
    VIEW: ((3, 4), picks.pick((3, 4), "x[1:, None]"), None, 0),
    COPY: ((2, 3, 4), picks.pick((2, 3, 4), "x[x > 3]"), None, 0),
    GATHER: ((3, 4), picks.gather(), ((2,), (0,), (3,)), 1),
    "one number": ((5, 5), picks.pick((5, 5), "x[0, 1]"), None, 0),
    "index_select": ((2, 3, 4), picks.index_select((2, 3, 4), 1, (2, 0)), (2, 0), 1),
    "corners": ((5, 5), picks.pick((5, 5), "x[::4, ::4]"), None, 0),
    "much": ((2, 3, 4), picks.pick((2, 3, 4), "x[[0, 1, 0, 1, 0, 1]]"), None, 0),
}
each_result = pytest.mark.parametrize("what", RESULTS.values(), ids=RESULTS)


def cells(figure):
    """Every cell drawn: its middle, what is written in it, and its fill."""
    found = []
    for trace in figure.data:
        if trace.type == "heatmap":
            for row, line in enumerate(trace.text):
                for column, text in enumerate(line):
                    x, y = trace.x0 + column * trace.dx, trace.y0 + row * trace.dy
                    found.append((x, y, text, int(trace.z[row][column])))
        elif trace.type == "bar":
            rows = zip(trace.x, trace.base, trace.text, trace.marker.color, strict=True)
            found += [(x, top + 0.47, text, kind) for x, top, text, kind in rows]
    return found


def texts(figure):
    written = [trace for trace in figure.data if trace.type == "scatter" and trace.text]
    return [text for trace in written for text in trace.text]


def boxes(frame):
    """The middles of the cells that a frame outlines."""
    trace = frame.data[-1]
    x, y = trace.x[1:], trace.y[1:]
    return [((x[i] + x[i + 1]) / 2, (y[i] + y[i + 2]) / 2) for i in range(0, len(x), 6)]


# --- colors ---------------------------------------------------------------------------------------


@each_result
def test_a_cell_of_x_is_lit_if_and_only_if_it_was_picked(what):
    shape, result, *_ = what
    figure = picked(*what)
    chosen = set(result.values.flat)
    x_cells = [cell for cell in cells(figure) if cell[0] < shape[-1] and cell[1] > TITLE]
    grid_end = placed(shape, (), None).bottom
    seen = {int(text): fill for x, y, text, fill in x_cells if y < grid_end}
    assert seen == {i: IN_X if i in chosen else UNPICKED for i in range(np.prod(shape))}


@each_result
def test_green_is_for_copies_only(what):
    _, result, *_ = what
    fills = [fill for *_, fill in cells(picked(*what))]
    assert (OWN in fills) == (not result.shared)
    written = [int(text) for *_, text, fill in cells(picked(*what)) if fill == OWN]
    assert set(written) <= set(result.values.flat) if not result.shared else not written


def test_the_words_below_say_view_or_copy():
    view, copy = texts(picked(*RESULTS[VIEW])), texts(picked(*RESULTS[COPY]))
    assert WORDS["view"] in view
    assert "It starts at place 4 with strides (4, 4, 1)." in view
    assert WORDS["copy"] in copy
    assert WORDS["view"] not in copy
    much = texts(picked(*RESULTS["much"]))
    assert any("first 24 of 72" in text for text in much)


# --- frames ---------------------------------------------------------------------------------------


@each_result
def test_each_frame_outlines_one_element_and_where_it_comes_from(what):
    _, result, index, _ = what
    figure = picked(*what)
    at = {(round(x, 6), round(y, 6)): text for x, y, text, _ in cells(figure)}
    first, *others, whole, _ = figure.frames
    assert boxes(first) == boxes(whole) == []
    assert 0 < len(others) <= min(result.values.size, STEPS)
    for element, frame in enumerate(others):
        value = str(result.values.flat[element])
        held = [at[round(x, 6), round(y, 6)] for x, y in boxes(frame)]
        assert held.count(value) >= 3  # in x, in y, in x's memory
        if index is None:
            assert set(held) == {value}
        assert str(result.values.flat[element]) in frame.name or not result.shared
        assert frame.data[-1].line.color == NEGATIVE


@each_result
def test_the_elements_slide_out_of_x_one_by_one(what):
    figure = picked(*what)
    at = centers(placed(what[0], (), None).x)
    first, *others, whole, _ = figure.frames
    assert set(first.data[0].text) == {" "}
    for x, top, value in zip(first.data[0].x, first.data[0].base, whole.data[0].text, strict=True):
        assert (x, pytest.approx(top + 0.47)) == at[int(value)][:2]
    for count, frame in enumerate(others, start=1):
        bars = frame.data[0]
        assert len(bars.x) == len(first.data[0].x)  # so that the stage can blend
        assert sum(text != " " for text in bars.text) == count
        assert all(kind == NOT_YET for kind in bars.marker.color[count:])


@each_result
def test_at_last_y_is_written_to_and_x_shows_whether_it_is_reached(what):
    _, result, *_ = what
    last = picked(*what).frames[-1]
    assert set(last.data[-1].text) == {"−1"}
    x_cells = [trace for trace in last.data if trace.type == "heatmap"]
    reached = any("−1" in line for trace in x_cells[: len(what[0])] for line in trace.text)
    assert reached or not result.shared
    changed = sum(now != i for i, now in enumerate(result.x_after))
    assert last.name == (
        WORDS["reached"].format(count=changed) if result.shared else WORDS["apart"]
    )


def test_the_captions_name_both_elements():
    names = [frame.name for frame in picked(*RESULTS[GATHER]).frames]
    assert names[1:-2] == [
        "y[0, 0] is a copy of x[0, 2].",
        "y[1, 0] is a copy of x[1, 0].",
        "y[2, 0] is a copy of x[2, 3].",
    ]
    assert picked(*RESULTS["one number"]).frames[1].name == "y is x[0, 1], place 1 in memory."
    assert picked(*RESULTS[VIEW]).frames[-2].name == "Picked from x: 8 of 12 elements."


def test_the_entry_of_the_index_is_outlined_with_its_element():
    frames = picked(*RESULTS["index_select"]).frames[1:-2]
    scene = placed((2, 3, 4), (2, 2, 4), (2,))
    entries = centers(scene.entries)
    for element, frame in enumerate(frames):
        entry = element // 4 % 2  # along axis 1 of (2, 2, 4)
        assert (entries[entry][0], entries[entry][1]) in boxes(frame)


# --- what is not there ----------------------------------------------------------------------------


@pytest.mark.parametrize("what", RESULTS.values(), ids=RESULTS)
def test_unless_revealed_it_tells_nothing(what):
    shape, result, index, dim = what
    figure = picked(shape, result, index, dim, revealed=False)
    assert {fill for *_, fill in cells(figure)} == {UNPICKED}
    assert not figure.frames
    assert "?" in texts(figure)
    assert "y" in texts(figure)
    assert not figure.layout.meta["numbers"]
    assert not any(str(result.shape) in text for text in texts(figure) if text.startswith("y"))


@each_result
def test_the_shape_is_seen_without_whose_memory_it_is(what):
    figure = picked(*what, owned=False)
    assert OWN not in {fill for *_, fill in cells(figure)}
    assert not {WORDS["view"], WORDS["copy"]} & set(texts(figure))
    words = "".join(frame.name for frame in figure.frames)
    assert not any(word in words for word in ("copy", "view", "fill_"))
    assert f"y  {what[1].shape}" in texts(figure)


def test_a_refused_index_says_so():
    figure = picked((3, 4), picks.pick((3, 4), "x[9]"))
    assert "no y: IndexError" in texts(figure)
    assert {fill for *_, fill in cells(figure)} == {UNPICKED}
    assert not figure.frames


def test_nothing_picked_says_so():
    figure = picked((3, 4), picks.pick((3, 4), "x[9:]"))
    assert WORDS["empty"] in texts(figure)
    assert "y  (0, 4)" in texts(figure)


# --- the whole ------------------------------------------------------------------------------------


@given(st.sampled_from(picks.SHAPES), INDEX_TEXTS, st.booleans())
@settings(deadline=None, max_examples=150)
def test_any_result_can_be_drawn_and_keeps_the_height(shape, text, revealed):
    result = picks.pick(shape, text)
    figure = picked(shape, result, revealed=revealed)
    assert figure.layout.height == picked(shape, picks.pick(shape, "x[0]")).layout.height
    width, height = figure.layout.xaxis.range[1], figure.layout.yaxis.range[0]
    for x, y, _, _ in cells(figure):
        assert 0 < x < width
        assert 0 < y < height
    places = [(round(x, 6), round(y, 6)) for x, y, *_ in cells(figure)]
    assert len(set(places)) == len(places)
    names = [frame.name for frame in figure.frames]
    assert len(set(names)) == len(names)
    assert len(figure.to_json()) < 60_000


@pytest.mark.parametrize("shape", [(), (3,), (20,), (2, 3), (4, 2, 3), (1, 1, 20), (5, 5, 1, 1)])
def test_each_element_has_one_place_or_is_counted_as_left_out(shape):
    made, left_out = pieces("y", shape, 5.0, 9, 4.4)
    elements = [int(each) for piece in made for each in piece.elements.flat]
    assert len(set(elements)) == len(elements) == np.prod(shape, dtype=int) - left_out
    places = centers(made)
    assert len({place[:2] for place in places.values()}) == len(elements)


def test_what_finds_no_room_is_counted():
    figure = picked(*RESULTS["much"])
    drawn = sum(len(piece.elements.flat) for piece in placed((2, 3, 4), (6, 3, 4), None).y)
    assert f"and {72 - drawn} more" in texts(figure)


@each_result
def test_the_table_holds_where_every_element_comes_from(what):
    shape, result, *_ = what
    numbers = json.loads(json.dumps(picked(*what).layout.meta["numbers"]))
    assert numbers["columns"] == ["element of y", "element of x", "place in x's memory"]
    assert len(numbers["rows"]) == result.values.size
    x = np.arange(np.prod(shape)).reshape(shape)
    for (y_name, x_name, place), value in zip(numbers["rows"], result.values.flat, strict=True):
        assert place == value == eval(x_name, {"x": x})
        assert eval(y_name, {"y": result.values}) == value


def test_the_words_can_be_those_of_another_language():
    words = {**WORDS, "memory": "Speicher von x", "all": "{count} von {size}"}
    figure = picked(*RESULTS[VIEW], words=words)
    assert figure.frames[-2].name == "8 von 12"
    assert "Speicher von x" in texts(figure)


def test_no_color_is_used_that_is_not_a_fill():
    figure = picked(*RESULTS[COPY])
    assert isinstance(figure, go.Figure)
    used = {color for t in figure.data if t.type == "heatmap" for _, color in t.colorscale}
    assert used <= set(FILLS)


def test_same_result_same_picture():
    assert picked(*RESULTS[VIEW]) == picked(*RESULTS[VIEW])
