"""The pictures show the numbers they were given."""

import base64

import cv2
import numpy as np
import pytest

from lib.lessons.inside.filters import feature_map_figures, figures, window_figures
from lib.lessons.inside.filters.kernels import PRESETS, parse
from lib.lessons.inside.filters.lesson import compare
from lib.lessons.inside.filters.networks import color_filters, first_layer, hooked
from lib.lessons.inside.filters.questions import respond_to_edges
from lib.lessons.inside.filters.windows import OUT, walk
from lib.plots.cells import COVERED
from lib.plots.palette import NEGATIVE


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
    seen = pixels(figures.signed(values))
    assert min(seen.shape[:2]) >= figures.LARGE
    step = len(seen) // 2
    corners = seen[step // 2 :: step, step // 2 :: step]
    assert corners[..., 3].tolist() == [[255, 0], [128, 255]]
    assert corners[0, 0, :3].tolist() == [0x22, 0x93, 0xF5]  # orange, blue first
    assert corners[1, 1, :3].tolist() == [0xBD, 0x77, 0x08]
    gray = pixels(figures.shaded(values))[step // 2 :: step, step // 2 :: step]
    assert gray.tolist() == [[0, 128], [191, 255]]
    assert not pixels(figures.shaded(np.ones((4, 4)))).any()


@pytest.mark.parametrize("border", ["BORDER_CONSTANT", "BORDER_REFLECT"])
def test_the_functions_side_by_side(border):
    result = compare("fashion 3", border=border)
    figure = figures.compared(result, edges=True)
    assert len(figure.layout.images) == (5 if result.layer is not None else 4)
    assert (figures.WORDS["none"] in words(figure)) == (border == "BORDER_REFLECT")
    table = figure.layout.meta["numbers"]
    assert {len(row) for row in table["rows"]} == {len(table["columns"])}
    assert table["rows"][0][1] == pytest.approx(result.opencv.min(), abs=1e-4)
    uint8 = pixels(figure.layout.images[2 if result.layer is not None else 1].source)
    times = len(uint8) // len(result.narrow)
    assert np.abs(uint8[::times, ::times].astype(int) - result.narrow).max() == 0


@pytest.mark.parametrize("image", ["camera", "chelsea", "fashion 3"])
@pytest.mark.parametrize(("down", "across"), [(0, 0), (30, 50), (100, 100)])
def test_a_touch_in_the_middle_of_the_windows_leaves_them_where_they_are(image, down, across):
    """The axes measure in what the sliders say, to the pixel."""
    seen = walk(image, down=down, across=across)
    shape = compare(image).picture.shape
    figure = figures.located("", shape, seen, "title", figures.names_of(seen), 1)
    middle = figure.data[2]
    high, wide = shape
    for at, least, side in ((middle.y[0], seen.top, high), (middle.x[0], seen.left, wide)):
        assert int(at * (side - OUT) / 100 + 1e-9) == least
    assert figure.layout.meta["touch"]["x"]["control"] == "filters.across"
    moved = [figure.frames[place].data[0] for place in (0, OUT * OUT - 1)]
    assert moved[0].x[0] < moved[1].x[0]
    assert moved[0].y[0] < moved[1].y[0]


def test_edges_and_responses():
    figure = figures.responses(respond_to_edges())
    assert len(figure.layout.images) == 8
    assert [row[1] for row in figure.layout.meta["numbers"]["rows"]] == [0, 4, 3, 3]


@pytest.mark.parametrize("size", [3, 5])
def test_the_windows(size):
    seen = walk("fashion 3", parse(PRESETS[size]["sobel_x"]), down=0, across=0)
    figure = window_figures.windows(seen, figures.names_of(seen))
    assert len(figure.frames) == OUT * OUT
    for place, frame in enumerate(figure.frames):
        products, cover, window, result = frame.data
        assert np.array(products.z) == pytest.approx(seen.products[place], abs=1e-6)
        assert all(text.strip() for row in products.text for text in row)
        for frame_of, side in ((window, size), (result, 1)):
            assert (np.ptp(frame_of.x), np.ptp(frame_of.y)) == pytest.approx((side, side))
        assert (np.array(cover.z) == COVERED).sum() == OUT * OUT - place - 1
        assert frame.name.startswith(f"row {place // OUT}, column {place % OUT}: ")
        assert frame.name.endswith(seen.sums[place].rpartition("= ")[2])
    assert len(figure.layout.shapes) == 1
    inside = walk("camera", down=50)
    assert not window_figures.windows(inside, figures.names_of(inside)).layout.shapes


def test_digits_under_the_window_keep_the_contrast_of_all_digits():
    """Only a line lies around them; nothing colors the cells that they stand on."""
    seen = walk()
    figure = window_figures.windows(seen, figures.names_of(seen))
    frames = [each for each in figure.data if each.type == "scatter" and each.mode == "lines"]
    assert [each.line.color for each in frames] == [NEGATIVE, NEGATIVE]
    assert not any(each.fill for each in frames)
    whole = [each for each in figure.data if each.type == "heatmap" and not each.text]
    assert len(whole) == 1  # what hides the sums that are not reached yet


def test_the_notes_grid_has_each_filter_beside_its_map():
    result = first_layer("fashion 3", 3, 0)
    figure = feature_map_figures.notes_grid(result)
    paper = np.array(figure.data[0].z)
    step, cells, label = (
        feature_map_figures.STEP,
        feature_map_figures.CELLS,
        feature_map_figures.LABEL,
    )
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
    figure = feature_map_figures.channels(result, "pool2")
    assert "pool2: 20 maps of 5 × 5" in words(figure)
    assert len(figure.layout.meta["numbers"]["rows"]) == 20


def test_color_filters():
    result = color_filters("chelsea", 9)
    grid = feature_map_figures.color_grid(result, 9)
    paper = pixels(grid.layout.images[0].source)
    step = len(paper) // 4
    assert paper[step + 1, step + 1].tolist() == [115, 158, 0, 255]  # the frame of the chosen one
    assert paper[1, 1, 3] == 0
    assert len(grid.layout.meta["numbers"]["rows"]) == 3
    assert len(feature_map_figures.color_map(result, 9).layout.images) == 3
