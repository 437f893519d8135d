import json

import plotly.graph_objects as go
import pytest

from lib.lessons.tensors.numpy_bridge import lesson as bridge
from lib.lessons.tensors.numpy_bridge.figures import LANE, LANES, UNSEEN, WORDS, memory
from lib.plots.palette import POSITIVE

CELLS, NAMES, LETTERS = slice(0, LANES), LANES, LANES + 1
A, T = 0, 1  # the order of the names in their traces


# For each direction a conversion that shares, one that copies, one that converts; each followed by
# a change that moves the name and one that does not.
RESULTS = {
    f"{method.__name__}, {change.__name__}": convert(method, change, dtype, size)
    for convert, methods, changes, dtype, size in (
        (
            bridge.array_to_tensor,
            (bridge.from_numpy, bridge.tensor, bridge.from_numpy_float),
            (bridge.array_rebind, bridge.array_plus_equals),
            "float64",
            8,
        ),
        (
            bridge.tensor_to_array,
            (bridge.to_numpy, bridge.clone_numpy, bridge.to_numpy_astype),
            (bridge.tensor_rebind, bridge.tensor_slice_assign),
            "int64",
            2,
        ),
    )
    for method in methods
    for change in changes
}
each_result = pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)


def lane_of(frame, name):
    """Which lane a name stands above; None if it is not there yet."""
    y = frame.data[NAMES].y[name]
    return None if y < 0 else int(y // LANE)


def cells_of(frame, lane):
    """The numbers a lane shows."""
    return [text for text in frame.data[CELLS][lane].text if text.strip()]


def written(frame):
    """The lanes that are marked as written."""
    return [lane for lane, bar in enumerate(frame.data[CELLS]) if bar.marker.line.color == POSITIVE]


@each_result
def test_the_names_stand_above_the_numbers_they_stand_for(result):
    _, converted, changed = memory(result).frames
    for frame, sides in ((converted, result.before), (changed, result.after)):
        assert cells_of(frame, lane_of(frame, A)) == [repr(number) for number in sides.array]
        assert cells_of(frame, lane_of(frame, T)) == [repr(number) for number in sides.tensor]
        assert (lane_of(frame, A) == lane_of(frame, T)) == sides.shared
        labels = [text.strip() for text in frame.data[NAMES].text[:2]]
        tensor_dtype = sides.tensor_dtype.removeprefix("torch.")
        assert labels == [f"array {sides.array_dtype}", f"tensor {tensor_dtype}"]


@each_result
def test_before_the_conversion_there_is_only_the_source(result):
    first = memory(result).frames[0]
    source, other = (A, T) if result.source == "a" else (T, A)
    assert lane_of(first, source) == 0
    assert first.data[NAMES].y[other] < 0
    assert first.data[LETTERS].y[other] < 0
    assert min(first.data[NAMES].y) >= UNSEEN
    assert [len(cells_of(first, lane)) for lane in range(LANES)] == [len(result.before.array), 0, 0]


@each_result
def test_only_memory_that_was_written_is_marked(result):
    first, converted, changed = memory(result).frames
    source, other = (A, T) if result.source == "a" else (T, A)
    assert written(first) == [0]
    assert written(converted) == ([] if result.before.shared else [lane_of(converted, other)])
    assert written(changed) == [lane_of(changed, source)]
    # The other name never moves; the source moves to memory that nobody used, or not at all.
    assert lane_of(changed, other) == lane_of(converted, other)
    moved = lane_of(changed, source) != lane_of(converted, source)
    assert moved == result.moved
    if moved:
        assert cells_of(converted, lane_of(changed, source)) == []


def test_memory_that_lost_its_last_name_says_so():
    result = bridge.array_to_tensor(bridge.tensor, bridge.array_rebind)
    figure = memory(result)
    last = figure.frames[-1]
    assert last.data[LETTERS].text[2] == WORDS["nameless"]
    assert cells_of(last, 0) == ["1.0"] * 5
    assert last.data[0].opacity < 1
    row = next(row for row in figure.layout.meta["numbers"]["rows"] if row[:2] == [3, 1])
    assert row[2] == WORDS["nameless"]


@each_result
def test_the_figure_shows_its_first_frame_and_stays_as_high(result):
    figure = memory(result)
    assert isinstance(figure, go.Figure)
    assert figure.layout.height == memory(bridge.array_to_tensor()).layout.height
    assert len(figure.frames) == len({frame.name for frame in figure.frames}) == 3
    for frame in figure.frames:
        assert list(frame.traces) == list(range(len(figure.data)))
    for trace, shown in zip(figure.data, figure.frames[0].data, strict=True):
        drawn = trace.to_plotly_json()
        for key, value in shown.to_plotly_json().items():
            assert json.dumps(drawn[key], default=list) == json.dumps(value, default=list)


@each_result
def test_no_text_is_empty_and_each_frame_has_as_many_marks(result):
    figure = memory(result)
    for frame in figure.frames:
        for trace, drawn in zip(frame.data, figure.data, strict=True):
            assert all(trace.text)
            assert len(trace.text) == len(drawn.x)
            assert trace.y is None or len(trace.y) == len(drawn.x)


@each_result
def test_the_table_holds_every_number_of_the_picture(result):
    figure = memory(result)
    numbers = json.loads(json.dumps(figure.layout.meta["numbers"]))
    assert numbers["columns"] == ["step", "memory", "names", "numbers", "written in this step"]
    for row in numbers["rows"]:
        moment, place, names, held, _ = row
        frame = figure.frames[moment - 1]
        assert held.split(", ") == cells_of(frame, place - 1)
        assert ("a: array" in names) == (lane_of(frame, A) == place - 1)
        assert ("t: tensor" in names) == (lane_of(frame, T) == place - 1)
    used = sum(bool(cells_of(f, lane)) for f in figure.frames for lane in range(LANES))
    assert len(numbers["rows"]) == used


def test_each_story_has_its_own_ending():
    endings = {
        memory(bridge.array_to_tensor(method, change)).frames[-1].name
        for method in (bridge.from_numpy, bridge.tensor)
        for change in (bridge.array_rebind, bridge.array_plus_equals)
    }
    assert len(endings) == 4


def test_a_conversion_is_told():
    converted = bridge.array_to_tensor(bridge.from_numpy_float, dtype="int32")
    assert memory(converted).frames[1].name.endswith("copied as float32.")
    kept = bridge.array_to_tensor(bridge.from_numpy_clone, dtype="int32")
    assert memory(kept).frames[1].name.endswith("were copied.")


def test_the_words_can_be_those_of_another_language():
    words = {**WORDS, "array": "Feld", "alone": "{name} allein", "written": "blau"}
    figure = memory(bridge.array_to_tensor(), words)
    assert figure.frames[0].name == "a allein"
    assert figure.data[NAMES].text[0].strip() == "Feld float64"
    assert figure.layout.xaxis.title.text == "blau"


def test_same_result_same_picture():
    assert memory(bridge.array_to_tensor()) == memory(bridge.array_to_tensor())
