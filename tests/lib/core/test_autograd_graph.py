"""The recorded graph against torch.autograd.grad, NumPy and the chain rule."""

import pickle

import numpy as np
import pytest
import torch

from lib.core.autograd_graph import Graph, walk


def notes(x=1.0, n=2):
    leaf = torch.full((n, n), x, requires_grad=True)
    names = {"x": leaf}

    def forward():
        names["y"] = leaf + 2
        names["z"] = names["y"] * names["y"] * 3
        names["out"] = names["z"].mean()
        return names["out"]

    return leaf, walk(forward, names)


def by_label(graph, label):
    return next(node for node in graph.nodes if node.label == label)


def test_nodes_are_those_of_the_notes_with_their_values():
    _, graph = notes()
    assert [(node.op, node.label) for node in graph.nodes] == [
        ("AccumulateGrad", "x"),
        ("AddBackward0", "y"),
        ("MulBackward0", ""),
        ("MulBackward0", "z"),
        ("MeanBackward0", "out"),
    ]
    x = np.ones((2, 2))
    for node, value in zip(
        graph.nodes, [x, x + 2, (x + 2) ** 2, 3 * (x + 2) ** 2, np.float64(27)], strict=True
    ):
        np.testing.assert_allclose(node.value, value)
        assert node.shape == np.shape(value)


def test_steps_run_from_the_output_to_the_leaf_and_multiply():
    _, graph = notes()
    assert [step.node for step in graph.steps] == [4, 3, 2, 1, 0]
    np.testing.assert_allclose(
        [step.gradient.flat[0] for step in graph.steps], [1, 0.25, 0.75, 4.5, 4.5]
    )
    for step in graph.steps:
        for sent in step.sends:
            np.testing.assert_allclose(sent.gradient, step.gradient * sent.local)


def test_a_tensor_used_twice_gets_the_sum_of_what_is_sent():
    _, graph = notes()
    y = by_label(graph, "y").id
    sent = [sent for step in graph.steps for sent in step.sends if sent.to == y]
    assert [s.slot for s in sent] == [0, 1]
    arrived = next(step.gradient for step in graph.steps if step.node == y)
    np.testing.assert_allclose(sum(s.gradient for s in sent), arrived)
    twins = [edge for edge in graph.edges if edge.source == y]
    assert len(twins) == 2
    assert twins[0].path != twins[1].path


def test_gradients_are_those_of_autograd():
    torch.manual_seed(0)
    leaves = {
        "a": torch.randn(5, 3),
        "b": torch.randn(3, 4, requires_grad=True),
        "c": torch.randn(4, requires_grad=True),
    }

    def forward():
        hidden = torch.tanh(leaves["a"] @ leaves["b"] + leaves["c"])
        return (hidden.softmax(1) * hidden).sum()

    graph = walk(forward, leaves)
    wanted = torch.autograd.grad(forward(), [leaves["b"], leaves["c"]])
    for label, gradient in zip("bc", wanted, strict=True):
        node = by_label(graph, label)
        step = next(step for step in graph.steps if step.node == node.id)
        np.testing.assert_allclose(step.gradient, gradient.numpy(), rtol=1e-5)
    assert by_label(graph, "a").op == ""  # takes part, gets nothing
    assert [edge.cut for edge in graph.edges if edge.source == by_label(graph, "a").id] == [True]


@pytest.mark.parametrize("op", ["mm", "softmax", "broadcast"])
def test_only_elementwise_nodes_and_scalars_have_a_local_derivative(op):
    x = torch.tensor([[1.0, 2.0], [3.0, 5.0]], requires_grad=True)
    functions = {
        "mm": lambda: x @ x,
        "softmax": lambda: x.softmax(1),
        "broadcast": lambda: x[0] + torch.zeros(2, 2),
    }
    graph = walk(lambda: functions[op]().exp().sum(), {"x": x})
    locals_ = {graph.nodes[s.node].op: [sent.local for sent in s.sends] for s in graph.steps}
    first = {"mm": "MmBackward0", "softmax": "SoftmaxBackward0", "broadcast": "AddBackward0"}[op]
    assert all(local is None for local in locals_[first])
    np.testing.assert_allclose(locals_["SumBackward0"][0], np.ones((2, 2)))
    assert locals_["ExpBackward0"][0] is not None


def test_what_is_sent_to_a_broadcast_input_is_what_arrives_there():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    graph = walk(lambda: torch.sum(x + torch.zeros(3, 2)), {"x": x})
    sent = graph.steps[1].sends[0]
    np.testing.assert_array_equal(sent.gradient, [3, 3])
    np.testing.assert_array_equal(sent.gradient, graph.steps[2].gradient)
    assert sent.local is None


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (torch.sin, np.cos),
        (torch.exp, np.exp),
        (torch.tanh, lambda v: 1 - np.tanh(v) ** 2),
        (lambda t: t**3, lambda v: 3 * v**2),
        (torch.relu, lambda v: (v > 0) * 1.0),
    ],
)
def test_local_derivatives_are_those_of_the_textbook(function, slope):
    x = torch.linspace(-2, 2, 6, requires_grad=True)
    graph = walk(lambda: function(x).sum(), {"x": x})
    np.testing.assert_allclose(
        graph.steps[1].sends[0].local, slope(np.linspace(-2, 2, 6)), rtol=1e-5, atol=1e-6
    )


def test_values_are_kept_from_before_a_change_in_place():
    x = torch.ones(2, requires_grad=True)
    names = {"x": x}

    def forward():
        y = x + 1
        y += 5
        return y.sum()

    graph = walk(forward, names)
    assert [node.value.flat[0] for node in graph.nodes] == [1, 2, 7, 14]


def test_nothing_recorded_is_an_empty_graph():
    x = torch.ones(2, requires_grad=True)
    assert walk(lambda: x.detach().sum(), {"x": x}) == Graph((), (), ())
    with torch.no_grad():
        assert walk(x.sum, {"x": x}) == Graph((), (), ())


def test_a_result_of_several_elements_is_started_with_ones():
    x = torch.ones(3, requires_grad=True)
    graph = walk(lambda: x * 2, {"x": x})
    np.testing.assert_allclose(graph.steps[-1].gradient, [2, 2, 2])


def test_grad_and_hooks_of_the_caller_are_left_alone():
    x = torch.ones(2, requires_grad=True)
    held = torch.tensor([7.0, 8.0])
    x.grad = held
    out = (x * 3).sum()
    walk(lambda: out, {"x": x})
    assert x.grad is held
    assert held.tolist() == [7, 8]
    graph = walk(lambda: torch.sum(x * 3), {"x": x})
    before = len(graph.steps)
    (x * 3).sum().backward()
    assert len(graph.steps) == before
    assert held.tolist() == [10, 11]


def test_the_real_error_comes_through_and_grad_is_put_back():
    x = torch.ones(2, requires_grad=True)
    x.grad = torch.tensor([7.0, 8.0])

    def forward():
        y = x + 1
        z = y * y
        y += 1
        return z.sum()

    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        walk(forward, {"x": x})
    assert x.grad.tolist() == [7, 8]


def test_a_graph_of_many_nodes_is_placed_without_two_on_one_spot():
    torch.manual_seed(0)
    x = torch.randn(2, 2, requires_grad=True)
    w = torch.randn(2, 2, requires_grad=True)

    def forward():
        y = x
        for i in range(18):
            y = torch.sin(y) + w if i % 6 == 0 else torch.sin(y)
        return y.mean()

    graph = walk(forward, {"x": x, "w": w})
    places = [(node.column, node.row) for node in graph.nodes]
    assert len(set(places)) == len(places) > 20
    taken = set(places)
    for edge in graph.edges:
        assert graph.nodes[edge.source].row > graph.nodes[edge.target].row
        assert taken.isdisjoint(edge.path[1:-1])


def test_the_record_can_be_pickled_and_comes_out_the_same_twice():
    (_, first), (_, second) = notes(), notes()
    assert pickle.loads(pickle.dumps(first)).edges == second.edges
    for one, two in zip(first.steps, second.steps, strict=True):
        np.testing.assert_array_equal(one.gradient, two.gradient)
