import pytest

from lib.core.isolation import call_alone
from lib.lessons.models.build import figures
from lib.lessons.models.build.layer_kinds import CONVOLUTIONAL, PRESETS
from lib.lessons.models.build.lesson import build, graph
from lib.lessons.models.build.text import read_layers
from lib.plots.palette import POSITIVE

BROKEN = read_layers("Flatten(), Linear(100, 10), ReLU()")


def drawn(layers=CONVOLUTIONAL, shape=(64, 784), edge=1, revealed=True):
    result = call_alone(build, {"layers": layers, "shape": shape})
    return result, figures.network(layers, result, edge, revealed, revealed)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_every_edge_has_its_shape_and_every_layer_its_box(preset):
    result, figure = drawn(preset.layers, preset.shape)
    edges = figure.data[1]["text"]
    assert len(edges) == len(preset.layers) + 1
    for text, shape in zip(edges, result.shapes, strict=True):
        assert text.startswith(str(shape))
    boxes = [each for each in figure.layout["shapes"] if each["type"] == "rect"]
    weighty = sum(parameters > 0 for parameters in result.parameters)
    assert len(boxes) == len(preset.layers) + weighty
    assert 30 * len(preset.layers) < figure.layout["height"] < 400


def test_a_bar_is_as_long_as_its_share():
    result, figure = drawn()
    bars = [each for each in figure.layout["shapes"] if each["fillcolor"] == POSITIVE]
    lengths = [bar["x1"] - bar["x0"] for bar in bars]
    parts = [parameters for parameters in result.parameters if parameters]
    assert [length / sum(lengths) for length in lengths] == pytest.approx(
        [part / sum(parts) for part in parts]
    )
    rows = figure.layout["meta"]["numbers"]["rows"]
    assert [row[2] for row in rows] == list(result.parameters)
    assert sum(row[3] for row in rows) == pytest.approx(100)


def test_the_edge_that_does_not_fit_is_red():
    _, figure = drawn(BROKEN, (4, 1, 28, 28))
    colors = figure.data[1]["textfont"]["color"]
    assert [color == figures.RED for color in colors] == [False, True, False, False]
    assert "does not fit" in figure.data[1]["text"][1]
    assert set(figure.data[1]["text"][2:]) == {"never reached"}
    red = [each for each in figure.layout["shapes"] if each["line"]["color"] == figures.RED]
    assert [each["type"] for each in red] == ["line", "rect"]


def test_what_is_asked_is_hidden_before_the_answer():
    _, figure = drawn(CONVOLUTIONAL, edge=4, revealed=False)
    edges = figure.data[1]["text"]
    assert edges[3] == "(64, 16, 14, 14)"
    assert set(edges[4:]) == {"?"}
    assert not "".join(figure.data[2]["text"]).strip()
    assert POSITIVE not in str(figure.layout["shapes"])
    assert not figure.layout["meta"]
    assert len(figure.frames) == 4  # up to the layer that is asked about
    assert "(64, 16, 7, 7)" not in figure.to_json()


def test_a_layer_that_does_not_fit_is_seen_before_the_answer():
    _, figure = drawn(BROKEN, (4, 1, 28, 28), revealed=False)
    assert figure.data[1]["text"][1] == "<b>?: does not fit</b>"
    assert figures.RED in str(figure.layout["shapes"])


def test_the_batch_moves_down_a_layer_a_frame():
    result, figure = drawn()
    assert [list(frame["data"][1]["y"]) for frame in figure.frames] == [
        [float(i)] for i in range(10)
    ]
    for number, frame in enumerate(figure.frames):
        texts = [each for each in frame["data"][0]["text"] if each.strip()]
        assert texts == [str(shape) for shape in result.shapes[: number + 1]]
    _, broken = drawn(BROKEN, (4, 1, 28, 28))
    assert [list(frame["data"][1]["y"]) for frame in broken.frames] == [[0.0], [1.0], [1.0]]


@pytest.mark.parametrize("edge", [1, 9])
def test_the_edge_that_is_asked_about_has_a_question_mark(edge):
    _, figure = drawn(edge=edge)
    assert list(figure.data[3]["y"]) == [edge]


def test_the_graph_has_a_point_and_a_label_for_every_step():
    found = call_alone(graph, {})
    figure = figures.graph(found)
    points = [place for trace in figure.data[1:] for place in trace["x"]]
    assert len(points) == len(found.steps) == len(figure.layout["annotations"])
    assert figure.data[0]["x"].count(None) == len(found.lines)
    assert [row[1] for row in figure.layout["meta"]["numbers"]["rows"]][:3] == [
        "x", ".view(-1, 1, 28, 28)", "Conv2d(1, 16, kernel_size=3, stride=2, padding=1)",
    ]  # fmt: skip
