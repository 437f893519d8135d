import inspect
import json

import numpy as np
import plotly.graph_objects as go
import pytest

from lib.core.isolation import call_alone
from lib.lessons.models.layers.figures import DRAW, WORDS, picture
from lib.lessons.models.layers.lesson import LAYERS, apply
from lib.lessons.models.layers.reference import lstm_cells
from lib.lessons.models.layers.step_figures import cell
from lib.plots.cells import COVERED, NOW

MORE = {
    "Conv2d": [
        {"padding": 2, "padding_mode": "reflect", "stride": 2, "dilation": 2},
        {"size": 28},
        {"kernel_size": 1, "padding": 2, "size": 7},
    ],
    "ConvTranspose2d": [{"stride": 2, "size": 3, "kernel_size": 1}, {"stride": 4, "size": 7}],
    "MaxPool2d": [{"padding": 1, "kernel_size": 3}],
    "Embedding": [{"num_embeddings": 10, "embedding_dim": 8, "indices": (9, 0, 3)}],
    "Flatten": [{"start_dim": 0}, {"start_dim": 2}, {"batch": 3, "channels": 3, "height": 3}],
    "LSTM": [{"bidirectional": True, "num_layers": 3, "steps": 1}],
    "Dropout": [{"p": 1.0, "rows": 1, "columns": 1}],
    "BatchNorm2d": [{"batch": 1, "channels": 1, "size": 2}],
}
CASES = [(name, each) for name in LAYERS for each in ({}, *MORE.get(name, []))]


def drawn(name, chosen, revealed=True):
    parameters = inspect.signature(LAYERS[name].function).parameters
    full = {**{key: each.default for key, each in parameters.items()}, **chosen}
    result = call_alone(apply, {"layer": name, **full}).drawn
    return result, picture(LAYERS[name].kind, result, revealed)


@pytest.mark.parametrize("revealed", [False, True])
@pytest.mark.parametrize(("name", "chosen"), CASES)
def test_every_layer_is_drawn_and_plotly_accepts_it(name, chosen, revealed):
    _, figure = drawn(name, chosen, revealed)
    assert figure.layout.height > 100
    assert len(figure.to_json()) < 400_000
    for frame in figure.frames:
        assert max(frame.traces) < len(figure.data)
        assert len(frame.traces) == len(frame.data)
    numbers = (figure.layout.meta or {}).get("numbers")
    if numbers:
        assert all(len(row) == len(numbers["columns"]) for row in numbers["rows"])
        json.dumps(numbers)


def test_every_kind_has_a_picture():
    assert {layer.kind for layer in LAYERS.values()} == set(DRAW)


@pytest.mark.parametrize("name", ["Conv2d", "ConvTranspose2d", "MaxPool2d", "Linear", "Embedding"])
def test_each_step_uncovers_what_it_writes(name):
    seen, figure = drawn(name, {})
    begin, *frames, end = figure.frames
    assert len(frames) == len(seen.steps)
    assert (np.array(begin.data[-3].z)[:, 1:-1] == COVERED).all()
    assert not np.isin(np.array(end.data[-3].z)[:, 1:-1], (COVERED, NOW)).any()
    written = set()
    for frame, step in zip(frames, seen.steps, strict=True):
        cover, read = np.array(frame.data[-3].z)[:, 1:-1], np.array(frame.data[0].z)
        assert {tuple(place) for place in np.argwhere(read == NOW).tolist()} == set(step.reads)
        assert {tuple(place) for place in np.argwhere(cover == NOW).tolist()} == set(step.writes)
        written |= set(step.writes)
        assert (cover == COVERED).sum() == cover.size - len(written)
        assert step.total in frame.name
    table = figure.layout.meta["numbers"]["rows"]
    assert [row[1] for row in table] == [step.total for step in seen.steps]


def texts(figure):
    """All that is written in a picture."""
    said = [str(each) for trace in figure.data for each in np.ravel(trace.text or [])]
    said += [note.text for note in figure.layout.annotations]
    return said + [frame.name for frame in figure.frames]


@pytest.mark.parametrize("name", ["Conv2d", "Linear", "Embedding"])
def test_the_output_stays_hidden_with_its_shape(name):
    seen, figure = drawn(name, {}, revealed=False)
    grids = [trace for trace in figure.data if trace.type == "heatmap"]
    assert len(grids) == 2  # input and weight
    assert not figure.frames
    assert figure.layout.meta is None
    _, other = drawn(name, {}, revealed=True)
    assert len([trace for trace in other.data if trace.type == "heatmap"]) > 2
    assert any(WORDS["guess"] in text for text in texts(figure))
    assert seen.y.size


def test_padding_is_marked_and_minus_infinity_is_written():
    _, figure = drawn("MaxPool2d", {"padding": 1, "kernel_size": 3})
    [box] = figure.layout.shapes
    assert (box.x0, box.x1) == (1, 7)
    assert "−∞" in texts(figure)


@pytest.mark.parametrize("name", ["Conv2d", "ConvTranspose2d", "Linear", "Embedding"])
def test_the_line_around_the_window_moves_to_its_next_place(name):
    _, figure = drawn(name, {"padding": 2} if "Conv" in name else {})
    places = [frame.data[-2] for frame in figure.frames]
    assert {len(each.x) for each in places} == {5}
    assert all(isinstance(each.x[0], float) for each in places)  # what the browser can blend
    # Drawn together to a point before the first step and after the last.
    assert [len({*each.x}) for each in (places[0], places[-1])] == [1, 1]


def test_numbers_move_into_their_row_and_to_their_norm():
    result, figure = drawn("Flatten", {})
    before, after = (frame.data[0] for frame in figure.frames)
    assert list(before.text) == list(after.text) == [str(each) for each in result.x.ravel()]
    assert len({*zip(after.x, after.y, strict=True)}) == result.x.size
    assert len({*after.y}) == len(result.y)
    _, figure = drawn("BatchNorm2d", {})
    start, _, end = (np.array(frame.data[0].x) for frame in figure.frames)
    np.testing.assert_allclose(
        start[: len(start) // 3], start[len(start) // 3 :][: len(start) // 3]
    )
    np.testing.assert_allclose(end, figure.data[0].x)


def test_the_first_number_is_shown_before_the_answer():
    seen, figure = drawn("Conv2d", {}, revealed=False)
    ring = figure.data[-2]
    assert (max(ring.x) - min(ring.x), max(ring.y) - min(ring.y)) == (3, 3)
    assert f"{seen.y[0, 0]:g}" in texts(figure)


def test_dropout_hides_what_eval_does():
    result, figure = drawn("Dropout", {}, revealed=False)
    assert len([trace for trace in figure.data if trace.type == "heatmap"]) == 2
    _, figure = drawn("Dropout", {})
    last = [trace for trace in figure.data if trace.type == "heatmap"][-1]
    assert [float(text) for row in last.text for text in row] == result.x.ravel().tolist()


def test_the_inside_of_a_cell_is_what_the_layer_returns():
    result, _ = drawn("LSTM", {"bidirectional": True})
    cells = lstm_cells(result.x, result.weights)
    last = [each for each in cells if each.layer == 1]
    for direction in (0, 1):
        own = sorted((each for each in last if each.direction == direction), key=lambda c: c.step)
        part = result.output[:, 4 * direction : 4 * direction + 4]
        np.testing.assert_allclose([each.rows[5] for each in own], part, atol=1e-6)
    forward = [each for each in cells if not each.direction]
    figure = cell(forward)
    assert len(figure.frames) == 1 + len(forward)
    assert np.array(figure.frames[-1].data[0].z)[5] == pytest.approx(forward[-1].rows[5])


def test_the_lstm_works_layer_after_layer_and_shows_no_shape_when_hidden():
    result, figure = drawn("LSTM", {"bidirectional": True})
    assert len(figure.frames) == 1 + 2 * 5
    boxes = figure.data[2]
    assert len(boxes.x) == 2 * 2 * 5
    assert f"y<br>({result.shape_out[2]})" in texts(figure)
    _, hidden = drawn("LSTM", {"bidirectional": True}, revealed=False)
    assert not any(f"({result.shape_out[2]})" in text for text in texts(hidden))


def test_a_curve_shows_its_slope_only_when_asked():
    result, figure = drawn("MSELoss", {})
    heights = [np.asarray(trace.y, dtype=float) for trace in figure.data if trace.yaxis == "y2"]
    np.testing.assert_allclose(heights[0], result.curve.gradient, rtol=1e-5)
    _, hidden = drawn("MSELoss", {}, revealed=False)
    assert not any(
        np.isfinite(np.asarray(trace.y, dtype=float)).any()
        for trace in hidden.data
        if trace.yaxis == "y2"
    )


def test_normalized_numbers_are_drawn_around_zero():
    result, figure = drawn("BatchNorm2d", {})
    assert isinstance(figure, go.Figure)
    dots, ticks = figure.data
    assert len(dots.x) == 3 * result.x.size
    middle = ticks.x[3:6]
    np.testing.assert_allclose(middle, 0, atol=1e-5)
