import base64
import json

import cv2
import numpy as np
import pytest
from hypothesis import given, settings

from lib.lessons.tensors.reshape.figures import WORDS, channels, memory, reading
from lib.lessons.tensors.reshape.frame_figures import place_grids
from lib.lessons.tensors.reshape.lesson import follow
from lib.lessons.tensors.reshape.photo import WAYS, channels_first, transposed
from lib.lessons.tensors.reshape.rotation import read_memory
from lib.plots.palette import CATEGORIES
from tests.lib.lessons.tensors.reshape.samples import likely

STRIP, GRIDS, DOTS, TEXTS = 0, 1, -2, -1  # between them the lines of each axis
CHAINS = {
    "default": follow(),
    "one axis": follow((6,), ()),
    "four axes": follow((2, 3, 2, 2), (("permute", (3, 2, 1, 0)), ("flatten", ()))),
    "tall": follow((24, 1), (("view", (24, 1, 1)), ("view", (2, 12, 1, 1)))),
    "expanded": follow((4, 4), (("expand", (2, 4, 4)), ("contiguous", ()))),
    "empty": follow((1, 3), (("expand", (0, 3)),)),
    "no axis": follow((1,), (("squeeze", (0,)),)),
}
each_chain = pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)


def states(figure):
    """The traces of every moment; without frames there is one."""
    return [frame.data for frame in figure.frames] or [figure.data]


@each_chain
def test_each_frame_shows_the_memory_and_then_the_elements(chain):
    figure = memory(chain)
    assert len(states(figure)) == len(chain.layouts)
    for layout, drawn in zip(chain.layouts, states(figure), strict=True):
        for cells, numbers in ((drawn[STRIP], layout.memory), (drawn[GRIDS], layout.elements)):
            assert [*cells.text] == ([str(number) for number in numbers] or [" "])
            assert len(cells.x) == len(cells.y) == len(cells.marker.color) == len(numbers)
        assert drawn[STRIP].width * len(layout.memory) == pytest.approx(1)


@given(likely())
@settings(deadline=None, max_examples=60)
def test_cells_stay_inside_and_never_overlap(choice):
    chain = follow(*choice)
    figure = memory(chain)
    low, high = figure.layout.xaxis.range
    bottom, top = figure.layout.yaxis.range
    for layout, drawn in zip(chain.layouts, states(figure), strict=True):
        places = set()
        for cells in (drawn[STRIP], drawn[GRIDS]):
            x = np.array(cells.x, float)
            y = np.broadcast_to(np.array(cells.base, float), x.shape)
            assert (x - cells.width / 2 >= low).all()
            assert (x + cells.width / 2 <= high).all()
            assert (y >= top).all()
            assert (y + cells.y <= bottom + 1e-6).all()
            places |= set(zip(x.round(4).tolist(), y.round(2).tolist(), strict=True))
        assert len(places) == len(layout.memory) + len(layout.elements)
        dots = drawn[DOTS]
        assert all(low <= across <= high for across in dots.x)
        assert all(top <= down <= bottom for down in dots.y)


@each_chain
def test_the_same_element_has_the_same_color_wherever_it_is(chain):
    scales = set()
    for layout, drawn in zip(chain.layouts, states(memory(chain)), strict=True):
        for cells, numbers in ((drawn[STRIP], layout.memory), (drawn[GRIDS], layout.elements)):
            assert [*cells.marker.color] == [*numbers]
            scales.add((cells.marker.cmin, cells.marker.cmax, cells.marker.colorscale))
    assert len(scales) == 1


@each_chain
def test_the_dots_of_an_axis_stand_where_memory_is_read(chain):
    for layout, drawn in zip(chain.layouts, states(memory(chain)), strict=True):
        count = len(layout.memory)
        landed = [
            (place + 0.5) / count
            for size, stride in zip(layout.shape, layout.stride, strict=True)
            for place in sorted({layout.storage_offset + i * stride for i in range(size)})
        ]
        dots = drawn[DOTS]
        hops = [
            x for x, symbol in zip(dots.x, dots.marker.symbol, strict=True) if symbol == "circle"
        ]
        np.testing.assert_allclose(sorted(hops), sorted(landed), atol=1e-4)


@each_chain
def test_a_copy_is_said_and_framed(chain):
    for layout, drawn in zip(chain.layouts, states(memory(chain)), strict=True):
        said = drawn[TEXTS].text
        assert (WORDS["own"] in said) == layout.shares_memory
        assert (WORDS["new"] in said) == (not layout.shares_memory)
        assert f"is_contiguous(): {layout.is_contiguous}" in said
        frame = drawn[STRIP].marker.line.color
        assert (frame == CATEGORIES[1]) == (not layout.shares_memory)


def test_captions_tell_the_step_and_whether_it_copied():
    steps = (("transpose", (0, 1)), ("contiguous", ()), ("contiguous", ()))
    names = [frame.name for frame in memory(follow((4, 4), steps)).frames]
    assert names[1] == WORDS["same"].format(call=".transpose(0, 1)")
    assert names[2] == WORDS["copy"].format(call=".contiguous()")
    assert names[3] == WORDS["nothing"].format(call=".contiguous()")


@each_chain
def test_no_text_is_empty_and_every_frame_has_every_trace(chain):
    figure = memory(chain)
    lanes = max(len(layout.shape) for layout in chain.layouts)
    for drawn in states(figure):
        assert len(drawn) == len(figure.data) == 4 + lanes
        assert all(drawn[TEXTS].text)
        assert all(drawn[STRIP].text)
        assert all(drawn[GRIDS].text)
        assert len(drawn[TEXTS].text) == len(drawn[TEXTS].x) == len(drawn[TEXTS].textposition)
    for frame in figure.frames:
        assert list(frame.traces) == list(range(len(figure.data)))


@each_chain
def test_the_table_holds_every_step(chain):
    figure = memory(chain)
    numbers = json.loads(json.dumps(figure.layout.meta["numbers"]))
    assert len(numbers["columns"]) == 7
    for layout, row in zip(chain.layouts, numbers["rows"], strict=True):
        assert row[:4] == [
            layout.call,
            str(layout.shape),
            str(layout.stride),
            layout.storage_offset,
        ]
        assert row[6].split() == [str(number) for number in layout.elements]


def test_a_reading_that_leaves_the_memory_shows_question_marks():
    figure = reading(read_memory(3, -1, 4))
    assert [*figure.data[GRIDS].text][:3] == ["3", "7", "11"]
    assert not figure.frames
    outside = reading(read_memory(11, 1, 0))
    assert [*outside.data[GRIDS].text] == ["11"] * 3 + ["?"] * 9
    assert all(0 <= x <= 1 for x in outside.data[DOTS].x)
    assert outside.layout.meta["numbers"]["rows"][0] == [11, 11, 11]
    assert outside.layout.meta["numbers"]["rows"][1] == ["?"] * 3


@pytest.mark.parametrize(
    ("shape", "grids", "lines"),
    [
        ((), 1, 1),
        ((5,), 1, 1),
        ((2, 3), 1, 1),
        ((4, 2, 3), 4, 1),
        ((24, 1, 1), 24, 3),
        ((0, 3), 0, 0),
    ],
)
def test_grids_are_placed_in_lines(shape, grids, lines):
    placement = place_grids(shape)
    assert (len(placement.grids), placement.lines) == (grids, lines)


def test_the_first_axis_of_four_goes_down():
    placement = place_grids((2, 3, 2, 2))
    assert [grid.line for grid in placement.grids] == [0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_the_pictures_are_the_very_numbers(way):
    result = channels_first(way)
    figure = channels(result)
    decoded = []
    for image in figure.data:
        packed = base64.b64decode(image.source.partition(",")[2])
        decoded.append(cv2.imdecode(np.frombuffer(packed, np.uint8), cv2.IMREAD_UNCHANGED))
    np.testing.assert_array_equal(decoded[0][..., ::-1], result.photo)
    for drawn, plane in zip(decoded[1:], result.planes, strict=True):
        np.testing.assert_array_equal(drawn, plane)
    right, bottom = figure.layout.xaxis.range[1], figure.layout.yaxis.range[0]
    for image, pixels in zip(figure.data, decoded, strict=True):
        assert image.x0 + pixels.shape[1] <= right + 1
        assert image.y0 + pixels.shape[0] <= bottom + 1


def test_the_photos_table_compares_the_first_pixels():
    result = channels_first(transposed)
    rows = channels(result).layout.meta["numbers"]["rows"]
    assert [row[1] for row in rows] == [*result.red]
    assert [row[2] for row in rows] == [*result.read]


def test_the_words_can_be_those_of_another_language():
    words = {**WORDS, "own": "Speicher von x", "start": "x am Anfang"}
    figure = memory(follow(), words)
    assert figure.frames[0].name == "x am Anfang"
    assert "Speicher von x" in figure.data[TEXTS].text


def test_same_result_same_picture():
    assert memory(follow()) == memory(follow())
