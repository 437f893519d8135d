"""The picture of a graph shows the record, frame by frame."""

import torch

from lib.core.autograd_graph import walk
from lib.lessons.autograd.gradients.lesson import mean_of_square, product, walk_backward
from lib.plots.autograd_graph import WORDS, graph
from lib.plots.palette import NEGATIVE, POSITIVE


def texts(traces):
    return [text for trace in traces for text in (trace.text or ()) if trace.mode == "text"]


def frame(figure, i):
    """Return the traces as the browser lays frame i over the figure."""
    traces = [trace.to_plotly_json() for trace in figure.data]
    for place, changed in zip(figure.frames[i].traces, figure.frames[i].data, strict=True):
        traces[place] |= changed.to_plotly_json()
    return traces


def test_one_frame_for_the_forward_and_one_for_every_step():
    record = walk_backward()
    figure = graph(record)
    assert len(figure.frames) == 1 + len(record.steps)
    assert figure.frames[2].name == (
        "MulBackward0: gets 0.25, times the local derivative 3, sends 0.75 to MulBackward0"
    )
    assert figure.frames[-1].name == "AccumulateGrad: gets 4.5, adds it to x.grad"


def test_the_figure_is_its_first_frame():
    figure = graph(walk_backward(product, -1.0, 2))
    for shown, first in zip(
        [trace.to_plotly_json() for trace in figure.data], frame(figure, 0), strict=True
    ):
        assert str(shown) == str(first)


def test_gradients_appear_one_node_after_the_other():
    figure = graph(walk_backward())
    counts = [
        sum("grad" in text for trace in frame(figure, i) for text in trace.get("text", ()))
        for i in range(len(figure.frames))
    ]
    assert counts == [0, 1, 2, 3, 4, 5]


def test_no_text_is_empty_since_plotly_would_draw_it_too_late():
    figure = graph(walk_backward())
    for i in range(len(figure.frames)):
        assert all(text for trace in frame(figure, i) for text in trace.get("text", ()))


def test_lines_have_the_color_of_the_sign():
    figure = graph(walk_backward(product, -1.0, 2))
    lit = {
        trace["line"]["color"]
        for trace in frame(figure, 2)
        if trace["mode"] == "lines+markers" and len(trace["x"])
    }
    assert lit == {POSITIVE, NEGATIVE}


def test_a_cut_line_is_dotted_and_the_constant_says_so():
    figure = graph(walk_backward(product, 1.0, 2, detach="y"))
    assert any(trace.line.dash == "dot" and trace.x for trace in figure.data)
    assert "requires_grad=False" in texts(figure.data)


def test_no_two_cards_overlap_and_all_are_in_the_picture():
    torch.manual_seed(0)
    a, b, c = (torch.randn(2, 2, requires_grad=True) for _ in range(3))
    record = walk(lambda: torch.mean((a @ b).relu() * c + a), {"a": a, "b": b, "c": c})
    figure = graph(record)
    (left, right), (low, high) = figure.layout.xaxis.range, figure.layout.yaxis.range
    for node in record.nodes:
        assert left <= node.column - 0.45
        assert node.column + 0.45 <= right
        assert low < node.row < high
        for other in record.nodes:
            apart = abs(node.column - other.column) >= 1 or node.row != other.row
            assert apart or node is other


def test_nothing_recorded_is_said_in_words():
    figure = graph(walk_backward(no_grad=True))
    assert "no grad_fn" in figure.layout.annotations[0].text
    assert figure.layout.height
    assert figure.layout.meta["numbers"]["rows"] == []


def test_captions_can_be_in_another_language():
    words = {
        **WORDS,
        "forward": "Vorwärts.",
        "gets": "{node} bekommt {gradient}",
        "multiplies": "mal {local}, gibt {sent} an {to}",
        "sends": "gibt {sent} an {to}",
        "adds": "addiert zu {to}.grad",
        "nothing": "Nichts.",
    }
    figure = graph(walk_backward(), words)
    assert figure.frames[1].name == "MeanBackward0 bekommt 1, mal 0.25, gibt 0.25 an z"


def test_the_numbers_are_those_of_the_record():
    table = graph(walk_backward(mean_of_square, 1.0, 2)).layout.meta["numbers"]
    assert [row[3:5] for row in table["rows"]] == [
        ["1", "4.5"],
        ["3", "4.5"],
        ["9", "0.75"],
        ["27", "0.25"],
        ["27", "1"],
    ]
    assert all(len(row) == len(table["columns"]) for row in table["rows"])


def test_same_record_same_picture():
    record = walk_backward()
    assert graph(record).to_json() == graph(record).to_json()
