"""Autograd functions against formulas in NumPy, PyTorch's own, and gradcheck's own words."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.lessons.autograd.custom_function.functions import (
    FUNCTIONS,
    MISTAKES,
    Clamp,
    LeakyReLU,
    LegendrePolynomial3,
    ReLU,
    Round,
    returned,
)
from lib.lessons.autograd.custom_function.gradcheck import (
    EXPLANATIONS,
    curves,
    explanation,
    jacobians,
)
from lib.lessons.autograd.custom_function.lesson import Comparison, check_backward
from lib.lessons.autograd.custom_function.questions import (
    FEEDBACK,
    FEEDBACK_COUNT,
    guesses,
    reaches,
)
from lib.lessons.autograd.custom_function.sign_network import Learned

quarters = st.integers(-8, 8).map(lambda quarter: quarter / 4)  # as on the page
halves = st.integers(-4, 4).map(lambda half: half / 2)
xs = st.floats(-2, 2).map(lambda x: round(x, 3))
numbers = st.floats(-2, 2).map(lambda x: round(x, 2))
slopes = st.floats(-0.5, 1).map(lambda x: round(x, 2))
names, mistakes = st.sampled_from(list(FUNCTIONS)), st.sampled_from(MISTAKES)


def value(name, x, s):
    return {
        "Legendre P3": (5 * x**3 - 3 * x) / 2,
        "ReLU": np.maximum(x, 0),
        "leaky ReLU": np.where(x > 0, x, s * x),
        "clamp": np.clip(x, -1, 1),
        "round": np.round(x),
    }[name]


def right(name, x, s):
    """The slope that each right backward multiplies with."""
    return {
        "Legendre P3": (15 * x**2 - 3) / 2,
        "ReLU": (x > 0) * 1.0,
        "leaky ReLU": np.where(x > 0, 1.0, s),
        "clamp": (np.abs(x) < 1) * 1.0,
        "round": np.ones_like(x),
    }[name]


def without_a_term(name, x, s):
    return {
        "Legendre P3": 15 * x**2 / 2,
        "ReLU": np.ones_like(x),
        "leaky ReLU": (x > 0) * 1.0,
        "clamp": (x > -1) * 1.0,
        "round": np.zeros_like(x),
    }[name]


def expected(name, mistake, x, upstream, s):
    slope = right(name, x, s)
    return {
        "none": upstream * slope,
        "sign": -upstream * slope,
        "factor": 2 * upstream * slope,
        "term": upstream * without_a_term(name, x, s),
        "grad_output": slope,
    }[mistake]


@given(names, mistakes, xs, numbers, slopes)
@settings(deadline=None, max_examples=200)
def test_every_function_computes_its_formula_and_makes_its_mistake(name, mistake, x, upstream, s):
    result = check_backward(FUNCTIONS[name][mistake], x, upstream, s)
    places = np.array([x - 0.7, x, x + 0.7])
    np.testing.assert_allclose(result.x, places)
    np.testing.assert_allclose(result.y, value(name, places, s), atol=1e-12)
    wanted = expected(name, mistake, places, upstream, s)
    np.testing.assert_allclose(result.grad, wanted, rtol=1e-14, atol=1e-14)
    assert result.grad_fn == FUNCTIONS[name][mistake].__name__ + "Backward"


@pytest.mark.parametrize(
    ("function", "theirs"),
    [
        (ReLU, torch.relu),
        (Clamp, lambda x: torch.clamp(x, -1, 1)),
        (LeakyReLU, lambda x: torch.nn.functional.leaky_relu(x, 0.1)),
        (LegendrePolynomial3, lambda x: (5 * x**3 - 3 * x) / 2),
    ],
)
def test_the_right_functions_do_what_pytorch_does_corners_included(function, theirs):
    drawn = curves(function)
    x = torch.from_numpy(drawn.x).requires_grad_()
    y = theirs(x)
    y.sum().backward()
    np.testing.assert_allclose(drawn.y, y.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(drawn.grad, x.grad.numpy(), atol=1e-12)
    assert {0.0, 1.0, -1.0} <= set(drawn.x.tolist())


@given(names, mistakes, xs, slopes)
@settings(deadline=None, max_examples=150)
def test_the_two_tables_decide_as_gradcheck_does(name, mistake, x, s):
    function = FUNCTIONS[name][mistake]
    tables, result = jacobians(function, x, s), check_backward(function, x, 1.0, s)
    assert tables.agrees.all() == result.accepted == (result.message == "")


NUMBER = re.compile(r"-?\d+\.\d*(?:e[+-]\d+)?")


@pytest.mark.parametrize("mistake", MISTAKES[1:])
def test_gradchecks_own_words_hold_the_same_numbers(mistake):
    function = FUNCTIONS["Legendre P3"][mistake]
    tables, message = jacobians(function, 1.0), check_backward(function, 1.0).message
    assert message.startswith("Jacobian mismatch for output 0 with respect to input 0")
    told = [
        np.array([float(n) for n in NUMBER.findall(part.replace("float64", ""))]).reshape(3, 3)
        for part in message.split("numerical:")[1].split("analytical:")
    ]
    np.testing.assert_allclose(told[0], tables.numerical, atol=5e-5)
    np.testing.assert_allclose(told[1], tables.analytical, atol=5e-5)


@given(st.sampled_from(["Legendre P3", "ReLU", "leaky ReLU", "clamp"]), xs, slopes)
@settings(deadline=None, max_examples=80)
def test_the_numerical_table_is_a_diagonal_of_true_slopes_away_from_corners(name, x, s):
    places = np.array([x - 0.7, x, x + 0.7])
    if np.abs(places[:, None] - np.array([-1, 0, 1])).min() < 1e-3:
        return
    tables = jacobians(FUNCTIONS[name]["none"], x, s)
    np.testing.assert_allclose(tables.numerical, np.diag(right(name, places, s)), atol=1e-6)
    np.testing.assert_allclose(tables.analytical, np.diag(right(name, places, s)), atol=1e-12)


def test_at_a_corner_the_finite_difference_is_the_mean_of_both_sides():
    assert check_backward(ReLU, 0.0).difference[1] == pytest.approx(0.5)
    assert check_backward(ReLU, 0.0).grad[1] == 0
    assert check_backward(LeakyReLU, 0.0, negative_slope=0.2).difference[1] == pytest.approx(0.6)
    assert check_backward(Clamp, 1.0).difference[1] == pytest.approx(0.5)
    assert check_backward(Clamp, 1.0).grad[1] == 0
    assert check_backward(Round, 0.5).difference[1] == pytest.approx(500_000)


def explained(name, mistake, x, upstream=1.0, slope=0.1):
    function = FUNCTIONS[name][mistake]
    drawn, tables = curves(function, upstream, slope), jacobians(function, x, slope)
    return explanation(function, upstream, slope, drawn, tables)


@pytest.mark.parametrize(
    ("case", "key"),
    [
        (("Legendre P3", "none", 1.0), ""),
        (("Legendre P3", "sign", 1.0), ""),
        (("Legendre P3", "grad_output", 1.0), "luck"),
        (("Legendre P3", "grad_output", 1.0, 2.0), ""),
        (("Legendre P3", "grad_output", 1.0, 0.0), ""),
        (("Legendre P3", "sign", 1.0, 0.0), "nothing"),
        (("Legendre P3", "factor", 1.0, 0.0), "nothing"),
        (("clamp", "term", 0.5, 0.0), "nothing"),
        (("clamp", "term", 0.0, 0.0), "blind"),
        (("ReLU", "grad_output", -1.0, 1.0), "blind"),
        (("ReLU", "sign", -1.0, 0.0), "blind"),
        (("ReLU", "none", 1.0, 0.0), ""),
        (("ReLU", "none", 0.0), "corner"),
        (("ReLU", "none", 1.0), ""),
        (("ReLU", "term", 1.0), "blind"),
        (("ReLU", "term", 0.5), ""),
        (("ReLU", "none", 0.7), "corner"),
        (("leaky ReLU", "none", 0.0), "corner"),
        (("leaky ReLU", "none", 0.0, 1.0, 1.0), ""),
        (("clamp", "none", 1.0), "corner"),
        (("clamp", "none", 0.5), ""),
        (("clamp", "term", 0.0), "blind"),
        (("round", "none", 1.0), "stairs"),
        (("round", "none", 1.0, 0.0), "stairs"),
        (("round", "sign", 1.0), "as refused"),
        (("round", "factor", 1.0, 0.0), "as refused"),
        (("round", "grad_output", 1.0), ""),
        (("round", "none", 0.5), "jump"),
        (("round", "sign", 0.5), "jump"),
        (("round", "term", 1.0), "flat"),
    ],
)
def test_what_is_odd_about_a_verdict_is_explained(case, key):
    assert explained(*case) == key
    assert key == "" or key in EXPLANATIONS


@given(names, mistakes, quarters, halves, slopes)
@settings(deadline=None, max_examples=200)
def test_what_is_said_of_a_verdict_is_true(name, mistake, x, upstream, s):
    key = explained(name, mistake, x, upstream, s)
    places = np.linspace(-1.99, 1.99, 101)  # away from corners
    true = np.zeros(101) if name == "round" else right(name, places, s)
    made = expected(name, mistake, places, 2.0, s)
    arrives = expected(name, mistake, places, upstream, s)
    accepted = check_backward(FUNCTIONS[name][mistake], x, upstream, s).accepted
    assert accepted == (key in ("flat", "blind")) or key == ""
    if key == "stairs":
        assert mistake == "none"
    if key == "as refused":
        assert mistake in ("sign", "factor")
    if key == "luck":
        assert (mistake, upstream) == ("grad_output", 1)
    if key == "nothing":
        assert (upstream, np.abs(arrives).max()) == (0, 0)
    if key == "blind":
        assert not np.allclose(made, 2 * true)
    if key == "" and accepted and name != "round":
        np.testing.assert_allclose(made, 2 * true, atol=1e-9)


def test_what_backward_returns_is_read_from_its_source():
    assert returned(LegendrePolynomial3.backward) == "grad_output * 1.5 * (5 * x**2 - 1)"
    assert returned(FUNCTIONS["ReLU"]["sign"].backward) == "-grad_output * (x > 0)"


@given(names, mistakes, xs, numbers, slopes)
@settings(deadline=None, max_examples=200)
def test_each_question_has_one_right_answer_and_no_value_twice(name, mistake, x, upstream, s):
    function = FUNCTIONS[name][mistake]
    result, tables = check_backward(function, x, upstream, s), jacobians(function, x, s)
    asked = guesses(result, tables)
    for answers, words in ((asked["grad"], FEEDBACK), (asked["count"], FEEDBACK_COUNT)):
        assert sum(answer.right for answer in answers) == 1
        assert len({f"{answer.value:.4g}" for answer in answers}) == len(answers) >= 2
        assert {answer.code for answer in answers} <= set(words)
    [grad] = [answer.value for answer in asked["grad"] if answer.right]
    wanted = expected(name, mistake, np.array([x]), upstream, s)[0]
    assert grad == pytest.approx(wanted, rel=1e-3, abs=1e-9)
    [count] = [answer.value for answer in asked["count"] if answer.right]
    off = np.abs(tables.analytical - tables.numerical)
    assert count == (off > 1e-5 + 1e-3 * np.abs(tables.numerical)).sum()


@given(names, mistakes, quarters, slopes)
@settings(deadline=None, max_examples=200)
def test_what_is_said_of_a_count_is_true(name, mistake, x, s):
    function = FUNCTIONS[name][mistake]
    tables = jacobians(function, x, s)
    counts = {
        each.value: each for each in guesses(check_backward(function, x, 1.0, s), tables)["count"]
    }
    assert list(counts) == list(range(10))  # the options do not tell which is right
    off = np.abs(tables.analytical - tables.numerical) > 1e-5 + 1e-3 * np.abs(tables.numerical)
    diagonal = int(np.diag(off).sum())
    beside = 2 * int((np.diag(tables.analytical) != 0).sum()) if mistake == "grad_output" else 0
    [found] = [each for each in counts.values() if each.right]
    assert found.value == diagonal + beside
    wanted = "left out" if beside else "diagonal" if diagonal else "none"
    assert found.code == wanted
    wrong = {each.code for each in counts.values() if not each.right} - {"none"}
    assert wrong == ({"row by row"} if beside else {"input by input", "beyond"})


def test_the_wrong_answers_of_the_tutorials_polynomial_are_those_of_its_mistakes():
    function = FUNCTIONS["Legendre P3"]["sign"]
    asked = guesses(check_backward(function, 1.0, 2.0), jacobians(function, 1.0))
    assert {answer.code: answer.value for answer in asked["grad"]} == {
        "written": -12,
        "slope": 12,
        "value": 1,
        "local": -6,
        "zero": 0,
    }


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"x": 2.5}, r"x=2\.5 is out of range: -2\.0 to 2\.0"),
        ({"x": float("nan")}, "x=nan is not a finite number"),
        ({"grad_output": -3.0}, r"grad_output=-3\.0 is out of range"),
        ({"negative_slope": 2.0}, r"negative_slope=2\.0 is out of range: -0\.5 to 1\.0"),
        (
            {"autograd_function": torch.nn.ReLU},
            "ReLU is not one of: LegendrePolynomial3, LegendreSign",
        ),
    ],
)
def test_bad_settings_are_named(bad, says):
    with pytest.raises(ValueError, match=says):
        check_backward(**bad)


def test_views_refuse_what_the_lesson_refuses():
    with pytest.raises(ValueError, match="grad_output=3 is out of range"):
        curves(grad_output=3)
    with pytest.raises(ValueError, match="x=3 is out of range"):
        jacobians(x=3)


def test_same_settings_same_result():
    one, two = check_backward(x=0.3), check_backward(x=0.3)
    assert isinstance(one, Comparison)
    for first, second in zip(one, two, strict=True):
        np.testing.assert_array_equal(first, second)


def test_the_goal_wants_neurons_that_moved():
    nothing = np.zeros(0)
    assert reaches(Learned(0.9, 1.0, nothing, nothing, nothing, nothing))
    assert not reaches(Learned(0.9, 0.0, nothing, nothing, nothing, nothing))
    assert not reaches(Learned(0.87, 1.0, nothing, nothing, nothing, nothing))
