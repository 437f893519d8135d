"""The pictures show the numbers they were given."""

import base64

import cv2
import numpy as np
import pytest

from lib.lessons.inside.filters import figures
from lib.lessons.inside.filters import (
    figures_grid as filters_grid,
)
from lib.lessons.inside.filters import (
    figures_steps as filters_steps,
)
from lib.lessons.inside.filters import (
    figures_tiles as filters_tiles,
)
from lib.lessons.inside.filters.color import color_filters
from lib.lessons.inside.filters.edges import answer_edges
from lib.lessons.inside.filters.kernels import PRESETS, parse
from lib.lessons.inside.filters.lesson import compare
from lib.lessons.inside.filters.network import first_layer, hooked
from lib.lessons.inside.filters.questions import mystery
from lib.lessons.inside.filters.steps import OUT, walk


def pixels(source):
    assert source.startswith("data:image/png;base64,")
    packed = np.frombuffer(base64.b64decode(source.partition(",")[2]), np.uint8)
    return cv2.imdecode(packed, cv2.IMREAD_UNCHANGED)


def words(figure):
    return [
        text
        for trace in figure.data
        if trace.type == "scatter" and trace.text
        for text in trace.text
    ]


def test_numbers_as_pictures():
    values = np.array([[-2.0, 0.0], [1.0, 2.0]])
    seen = pixels(filters_tiles.signed(values))
    assert min(seen.shape[:2]) >= filters_tiles.LARGE
    step = len(seen) // 2
    corners = seen[step // 2 :: step, step // 2 :: step]
    assert corners[..., 3].tolist() == [[255, 0], [128, 255]]
    assert corners[0, 0, :3].tolist() == [0x22, 0x93, 0xF5]  # orange, blue first
    assert corners[1, 1, :3].tolist() == [0xBD, 0x77, 0x08]
    gray = pixels(filters_tiles.shaded(values))[step // 2 :: step, step // 2 :: step]
    assert gray.tolist() == [[0, 128], [191, 255]]
    assert not pixels(filters_tiles.shaded(np.ones((4, 4)))).any()


@pytest.mark.parametrize("border", ["BORDER_CONSTANT", "BORDER_REFLECT"])
def test_the_ways_side_by_side(border):
    result, where = compare("fashion 3", border=border), walk("fashion 3", border=border)
    figure = figures.compared(result, where, edges=True)
    assert len(figure.layout.images) == (6 if result.layer is not None else 5)
    assert (figures.WORDS["none"] in words(figure)) == (border == "BORDER_REFLECT")
    table = figure.layout.meta["numbers"]
    assert {len(row) for row in table["rows"]} == {len(table["columns"])}
    assert table["rows"][0][1] == pytest.approx(result.opencv.min(), abs=1e-4)
    uint8 = pixels(figure.layout.images[3 if result.layer is not None else 2].source)
    times = len(uint8) // len(result.narrow)
    assert np.abs(uint8[::times, ::times].astype(int) - result.narrow).max() == 0


def test_the_question_does_not_tell():
    found = mystery("fashion 3", "BORDER_REFLECT_101", 3, "blur")
    figure = figures.asked(found, edges=True)
    assert not any(name in figure.to_json() for name in PRESETS[3])


def test_edges_and_answers():
    figure = figures.answered(answer_edges())
    assert len(figure.layout.images) == 8
    assert [row[1] for row in figure.layout.meta["numbers"]["rows"]] == [0, 4, 3, 3]


@pytest.mark.parametrize("size", [3, 5])
def test_the_steps(size):
    seen = walk("fashion 3", parse(PRESETS[size]["sobel_x"]), down=0, across=0)
    figure = filters_steps.steps(seen)
    assert len(figure.frames) == OUT * OUT
    for place, frame in enumerate(figure.frames):
        products, window, output = frame.data
        assert np.array(products.z) == pytest.approx(seen.products[place], abs=1e-6)
        assert all(text.strip() for row in products.text for text in row)
        assert (np.array(window.z) == filters_steps.NOW).sum() == size * size
        assert (np.array(output.z) == filters_steps.COVERED).sum() == OUT * OUT - place - 1
        assert frame.name.startswith(f"row {place // OUT}, column {place % OUT}: ")
        assert frame.name.endswith(seen.sums[place].rpartition("= ")[2])
    assert len(figure.layout.shapes) == 1
    assert not filters_steps.steps(walk("camera", down=50)).layout.shapes


def test_the_notes_grid_has_each_filter_beside_its_map():
    result = first_layer("fashion 3", 3, 0)
    figure = filters_grid.notes_grid(result)
    paper = np.array(figure.data[0].z)
    step, cells, label = filters_grid.STEP, filters_grid.CELLS, filters_grid.LABEL
    top = 3 * label + 2 * step
    for i in range(20):  # as in the notes: even places filters, odd ones maps
        row, column = top + i // 10 * step, i % 10 * step
        tile = paper[row : row + cells, column : column + cells].astype(int) - 127
        values = result.maps[(i - 1) // 2] if i % 2 else result.after[i // 2]
        largest = np.abs(values).max()
        if i % 2:
            assert tile / 127 == pytest.approx(values / largest, abs=0.005)
        else:
            assert tile[4::9, 4::9][:3, :3] / 127 == pytest.approx(values / largest, abs=0.005)
    assert len(figure.layout.meta["numbers"]["rows"]) == 10


def test_channels():
    result = hooked("fashion 3", "pool2", 3, 0)
    figure = filters_grid.channels(result, "pool2")
    assert "pool2: 20 maps of 5 × 5" in words(figure)
    assert len(figure.layout.meta["numbers"]["rows"]) == 20


def test_color_filters():
    result = color_filters("chelsea", 9)
    grid = filters_grid.color_grid(result, 9)
    paper = pixels(grid.layout.images[0].source)
    step = len(paper) // 4
    assert paper[step + 1, step + 1].tolist() == [115, 158, 0, 255]  # the frame of the chosen one
    assert paper[1, 1, 3] == 0
    assert len(grid.layout.meta["numbers"]["rows"]) == 3
    assert len(filters_grid.color_map(result, 9).layout.images) == 3
