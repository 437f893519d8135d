import json
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.lessons.tensors.operate.conversion import SOURCES, TARGETS, VALUE, route
from lib.lessons.tensors.operate.conversion_figures import (
    HOPS,
    UNSEEN,
    WORDS,
    number_line,
    roughly,
    written,
)
from lib.plots.traces import BLANK

BAND, FAR_ARC, FAR, NEAR_ARC, NEAR = 1, 3, 4, 5, 6
START, END, TIP = range(3)

values = st.floats(VALUE.low, VALUE.high).map(lambda value: round(value, 2)) | st.integers(
    -600, 600
).map(float)
settings_ = st.tuples(values, st.sampled_from(SOURCES), st.sampled_from(TARGETS))


def drawn(value=300.0, source="float32", target="uint8"):
    return number_line(route(value, source, target), source, target)


def marks(frame, which=FAR):
    """Where the marks stand that are in sight: start, end, tip."""
    trace = next(t for t, place in zip(frame.data, frame.traces, strict=True) if place == which)
    pairs = zip(trace.x, trace.y, strict=True)
    return [x if y != UNSEEN else None for x, y in pairs]


def test_300_goes_once_around_to_44():
    first, last = drawn().frames
    assert first.name == "x holds 300 as float32."
    assert last.name == "uint8 ends at 255: 256 off makes 44."
    assert marks(first) == [300, None, None]
    assert marks(last) == [300, 44, 44]


def test_minus_2_7_is_cut_toward_zero():
    figure = drawn(-2.7, "float64", "int64")
    first, last = figure.frames
    assert marks(first, NEAR) == [-2.7, None, None]
    assert marks(last, NEAR) == [-2.7, -2, -2]
    assert last.name == "int64 has no fractions. What is behind the point is cut off: −2."


def test_each_time_around_has_a_frame_unless_there_are_many():
    names = [frame.name for frame in drawn(-900.7, "float64").frames]
    assert len(names) == 2 + 4
    assert names[1].endswith("cut off: −900.")
    assert [name.rpartition(" ")[2] for name in names[2:]] == ["−644.", "−388.", "−132.", "124."]
    many = drawn(70000.0).frames
    assert len(many) == 2
    assert many[-1].name == f"uint8 ends at 255: {70000 // 256} × 256 off makes 112."
    assert HOPS < 70000 // 256


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ((255.0, "uint8", "float32"), "float32 has 255: nothing changes."),
        ((70000.0, "float32", "float16"), "The largest float16 is 65504. Past it comes inf."),
        (
            (300.3, "float64", "bfloat16"),
            "bfloat16 has no 300.3. The nearest number it has is 300.",
        ),
        ((0.5, "float32", "bool"), "bool only asks whether it is zero: True."),
        ((0.0, "float32", "bool"), "bool only asks whether it is zero: False."),
        ((-1.0, "float32", "uint8"), "uint8 begins at 0: 256 on makes 255."),
    ],
)
def test_each_kind_of_conversion_has_its_caption(chosen, says):
    assert drawn(*chosen).frames[-1].name == says


@given(settings_)
@settings(deadline=None, max_examples=100)
def test_the_end_is_where_the_number_lands_and_in_sight(chosen):
    found = route(*chosen)
    if found is None:
        return
    figure = number_line(found, *chosen[1:])
    low, high = figure.layout.xaxis.range
    last = marks(figure.frames[-1])
    if found.became not in (inf, -inf):
        assert last[END] == pytest.approx(found.became, abs=0.07 * (high - low))
        if found.kind != "wrapped":
            assert last[START] == found.stored
    for frame in figure.frames:
        assert all(low <= x <= high for x in marks(frame) if x is not None)
        near = [x for x in marks(frame, NEAR) if x is not None]
        left, right = figure.layout.xaxis2.range
        assert all(left <= x <= right for x in near)
    band = figure.data[BAND].x
    assert found.low <= min(band) <= max(band) <= found.high or max(map(abs, band)) <= high


@given(settings_)
@settings(deadline=None, max_examples=50)
def test_the_first_frame_gives_nothing_away(chosen):
    found = route(*chosen)
    if found is None:
        return
    figure = number_line(found, *chosen[1:])
    first = figure.frames[0]
    for which in (FAR, NEAR):
        assert marks(first, which)[END:] == [None, None]
    assert first.name == f"x holds {written(found.stored)} as {chosen[1]}."
    texts = [text for trace in first.data for text in (trace.text or ()) if text != BLANK]
    assert set(texts) <= {written(found.stored), roughly(found.stored)}


@given(settings_)
@settings(deadline=None, max_examples=50)
def test_the_figure_shows_its_first_frame_and_no_text_is_empty(chosen):
    found = route(*chosen)
    if found is None:
        return
    figure = number_line(found, *chosen[1:])
    assert figure.layout.height == drawn().layout.height
    assert len({frame.name for frame in figure.frames}) == len(figure.frames) >= 2
    for frame in figure.frames:
        assert list(frame.traces) == [FAR_ARC, FAR, NEAR_ARC, NEAR]
        assert all(all(trace.text) for trace in frame.data if trace.text)
    for place, shown in zip(figure.frames[0].traces, figure.frames[0].data, strict=True):
        for key in ("x", "y"):
            np.testing.assert_array_equal(figure.data[place][key], shown[key])
    numbers = json.loads(json.dumps(figure.layout.meta["numbers"]))
    assert numbers["columns"] == ["step", "number", "what happens"]
    assert [row[2] for row in numbers["rows"]] == [frame.name for frame in figure.frames]
    assert numbers["rows"][-1][1] == written(found.became)


def test_the_words_can_be_those_of_another_language():
    words = {**WORDS, "start": "Los mit {stored}"}
    figure = number_line(route(), "float32", "uint8", words=words)
    assert figure.frames[0].name == "Los mit 300"


def test_same_way_same_picture():
    # Compared as JSON: a gap in a line is NaN, which equals nothing.
    assert drawn().to_json() == drawn().to_json()
