import inspect
from math import prod

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.lessons.tensors.operate import forms
from lib.lessons.tensors.operate.broadcasting import shape
from lib.lessons.tensors.operate.lesson import DTYPES, combine
from lib.lessons.tensors.operate.questions import (
    DTYPE_FEEDBACK,
    SHAPE_FEEDBACK,
    combined_answers,
    reaches,
)
from tests.pages.strategies import strategy

NUMPY = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.true_divide,
    "pow": np.power,
    "matmul": np.matmul,
    "maximum": np.maximum,
}
INTO = {"x": "_in_place", "y": "add_into_y"}  # what the forms that overwrite are called
every_form = st.sampled_from([(name, form) for name, row in forms.FORMS.items() for form in row])
shapes = strategy(combine.rules["x_shape"])
dtypes = st.sampled_from(DTYPES)


def numbers(x_shape, y_shape, dtype="float64"):
    x = 10 * np.arange(1, prod(x_shape) + 1, dtype=dtype).reshape(x_shape)
    return x, np.arange(1, prod(y_shape) + 1, dtype=dtype).reshape(y_shape)


def overwritten(form):
    """Which tensor a form writes into: "x", "y" or neither."""
    return next((name for name, ending in INTO.items() if form.__name__.endswith(ending)), "new")


def promoted(x, y, x_axes, y_axes):
    """PyTorch's documented rule: kinds first, then whoever has axes, then size."""
    kinds = {"bool": 0, "uint8": 1, "int32": 1, "int64": 1}
    sides = [(kinds.get(d, 2), axes > 0, d) for d, axes in ((x, x_axes), (y, y_axes))]
    best = max(kind for kind, _, _ in sides)
    dimensioned = [side for side in sides if side[1]]
    # A tensor without axes counts only if its kind is higher than all kinds with axes.
    if dimensioned and max(kind for kind, _, _ in dimensioned) == best:
        sides = [side for side in dimensioned if side[0] == best]
    sides = [side for side in sides if side[0] == best]
    found = {dtype for _, _, dtype in sides}
    if found == {"float16", "bfloat16"}:
        return "float32"
    order = ("bool", "uint8", "int32", "int64", "bfloat16", "float16", "float32", "float64")
    return max(found, key=order.index)


# --- the numbers ----------------------------------------------------------------------------------


@given(every_form, shapes, shapes)
@settings(deadline=None, max_examples=400)
def test_the_numbers_and_the_shape_are_numpys(choice, x_shape, y_shape):
    name, form = choice
    compute = forms.FORMS[name][form]
    got = combine(compute, x_shape, y_shape, "float64", "float64")
    x, y = numbers(x_shape, y_shape)
    np.testing.assert_array_equal(got.x, x)
    np.testing.assert_array_equal(got.y, y)
    try:
        expected = NUMPY[name](x, y)
    except ValueError:
        assert got.refused
        assert got.result is got.shape is None
        return
    into = {"x": x_shape, "y": y_shape, "new": expected.shape}[overwritten(compute)]
    if into != expected.shape:
        assert "doesn't match the broadcast shape" in got.refused
    elif name == "matmul" and form.endswith("out=result)"):
        assert "dtype" in got.refused  # result is float32, and matmul does not convert
    else:
        assert got.shape == expected.shape
        digits = 1e-12
        if "out=" in form:  # the result is float32, so large numbers become infinite
            digits = 1e-6
            with np.errstate(over="ignore"):
                expected = expected.astype(np.float32)
        np.testing.assert_allclose(got.result, expected, rtol=digits)


@given(shapes, shapes, dtypes, dtypes)
@settings(deadline=None, max_examples=400)
def test_the_dtype_follows_the_documented_rule(x_shape, y_shape, x, y):
    got = combine(forms.add_operator, x_shape, y_shape, x, y)
    rule = promoted(x, y, len(x_shape), len(y_shape))
    assert got.promoted == f"torch.{rule}"
    assert got.dtype in (got.promoted, "")
    divided = combine(forms.div_operator, x_shape, y_shape, x, y)
    if divided.shape is not None:
        assert divided.dtype == (f"torch.{rule}" if "float" in rule else "torch.float32")


@given(every_form, shapes, shapes, dtypes, dtypes)
@settings(deadline=None, max_examples=400)
def test_memory_is_new_unless_written_in_place(choice, x_shape, y_shape, x, y):
    compute = forms.FORMS[choice[0]][choice[1]]
    got = combine(compute, x_shape, y_shape, x, y)
    assert bool(got.error) == bool(got.refused) == (got.result is None)
    if got.refused:
        assert (got.dtype, got.memory, got.shape) == ("", "", None)
        return
    assert got.memory == overwritten(compute)
    kept = {"x": x, "y": y}.get(got.memory)
    if kept:
        assert got.dtype == f"torch.{kept}"
    elif "out=" in choice[1]:
        assert got.dtype == "torch.float32"


def test_the_lines_of_the_notes_run_and_agree():
    x, y = torch.rand(5, 3), torch.rand(5, 3)
    expected = x.numpy() + y.numpy()
    for name in ("x + y", "torch.add(x, y)", "torch.add(x, y, out=result)", "y.add_(x)"):
        got = forms.FORMS["add"][name](x.clone(), y.clone())
        np.testing.assert_allclose(got.numpy(), expected, rtol=1e-6)


def test_each_form_runs_the_very_code_it_is_named_by():
    for row in forms.FORMS.values():
        for name, function in row.items():
            lines = [line.strip() for line in inspect.getsource(function).splitlines()]
            assert name in lines or f"return {name}" in lines


def test_an_in_place_form_changes_the_tensor_before_the_dot_only():
    x, y = torch.ones(3), torch.ones(3)
    assert forms.add_in_place(x, y) is x
    assert (x.tolist(), y.tolist()) == ([2.0] * 3, [1.0] * 3)
    assert forms.add_into_y(x, y) is y
    assert (x.tolist(), y.tolist()) == ([2.0] * 3, [3.0] * 3)


@given(every_form, shapes, shapes)
@settings(deadline=None, max_examples=50)
def test_same_settings_same_result(choice, x_shape, y_shape):
    compute = forms.FORMS[choice[0]][choice[1]]
    assert combine(compute, x_shape, y_shape) == combine(compute, x_shape, y_shape)


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"x_shape": (5,)}, r"x_shape=\(5,\): 5 is out of range: 1 to 4"),
        ({"x_shape": (4, 0)}, r"x_shape=\(4, 0\): 0 is out of range: 1 to 4"),
        ({"y_shape": (1, 1, 1, 1)}, r"y_shape=\(1, 1, 1, 1\) has 4 axes: 0 to 3 are allowed"),
        ({"y_shape": (3, 3, 3)}, r"y_shape=\(3, 3, 3\) has 27 numbers: at most 24 fit"),
        ({"y_shape": [3]}, r"y_shape=\[3\] is not a tuple of whole numbers such as \(4, 1\)"),
        ({"y_shape": (True,)}, r"y_shape=\(True,\) is not a tuple of whole numbers"),
        ({"x_dtype": "complex64"}, r"x_dtype='complex64' is not one of: 'float64', .*'bool'"),
        ({"compute": torch.add}, r"compute=add is not one of: add_operator, add_function"),
    ],
)
def test_a_setting_that_is_not_allowed_is_refused(bad, says):
    with pytest.raises(ValueError, match=says):
        combine(**bad)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("4, 1", (4, 1)),
        ("(4, 1)", (4, 1)),
        (" [2,4,3] ", (2, 4, 3)),
        ("2 4 3", (2, 4, 3)),
        ("2x4×3", (2, 4, 3)),
        ("3", (3,)),
        ("(3,)", (3,)),
        ("", ()),
        ("()", ()),
    ],
)
def test_a_shape_is_read_as_people_write_it(text, read):
    assert shape(text) == read


@pytest.mark.parametrize(
    "text", ["four", "4; 1", "(4, 1", "-1", "4.0", "1e2", "__import__", "9" * 99]
)
def test_a_text_that_is_no_shape_is_refused_with_its_words(text):
    with pytest.raises(ValueError, match=r"x_shape='.*' is not a shape such as 4, 1"):
        shape(text, "x_shape")


def test_a_shape_too_large_to_draw_is_refused():
    with pytest.raises(ValueError, match=r"shape=\(4, 9\): 9 is out of range: 1 to 4"):
        shape("4, 9")


# --- questions ------------------------------------------------------------------------------------


@given(every_form, shapes, shapes, dtypes, dtypes)
@settings(deadline=None, max_examples=400)
def test_each_question_has_one_right_answer_and_no_value_twice(choice, x_shape, y_shape, x, y):
    form = forms.FORMS[choice[0]][choice[1]]
    got = combine(form, x_shape, y_shape, x, y)
    asked = combined_answers(got, form, x_shape, y_shape, x, y)
    for question, feedback in (("shape", SHAPE_FEEDBACK), ("dtype", DTYPE_FEEDBACK)):
        options = asked[question]
        assert len({each.value for each in options}) == len(options) >= 2
        assert all(each.code in feedback for each in options)
        [right] = [each for each in options if each.right]
        truth = got.shape if question == "shape" else got.dtype
        assert right.value == ("error" if got.refused else str(truth))


@given(shapes, shapes)
@settings(deadline=None, max_examples=300)
def test_the_challenge_is_reached_by_changing_one_shape(x_shape, y_shape):
    got = combine(x_shape=x_shape, y_shape=y_shape)
    changed = (x_shape != (4, 1)) + (y_shape != (3,))
    try:
        together = np.broadcast_shapes(x_shape, y_shape)
    except ValueError:
        together = None
    assert reaches(got, x_shape, y_shape) == (together == (2, 4, 3) and changed == 1)


@pytest.mark.parametrize(
    ("x_shape", "y_shape", "reached"),
    [
        ((4, 1), (3,), False),
        ((4, 1), (2, 1, 3), True),
        ((4, 1), (2, 4, 3), True),
        ((2, 4, 1), (3,), True),
        ((2, 4, 3), (3,), True),
        ((2, 4, 1), (1, 3), False),  # both changed
        ((2, 1, 1), (3,), False),
    ],
)
def test_ways_to_reach_the_challenge(x_shape, y_shape, reached):
    assert reaches(combine(x_shape=x_shape, y_shape=y_shape), x_shape, y_shape) == reached


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [((), (3,), "gives way"), ((1,), (3,), "promoted"), ((), (), "promoted")],
)
def test_a_tensor_without_axes_is_said_to_give_way(x, y, code):
    got = combine(x_shape=x, y_shape=y, x_dtype="float64", y_dtype="float32")
    asked = combined_answers(got, forms.add_operator, x, y, "float64", "float32")["dtype"]
    assert [guess.code for guess in asked if guess.right] == [code]
    assert code in DTYPE_FEEDBACK


@pytest.mark.parametrize(
    ("form", "x", "y", "dtype", "code"),
    [
        ("x + y", "float32", "int64", "float32", "promoted"),
        ("x + y", "int64", "int64", "int64", "same"),
        ("x + y", "float16", "bfloat16", "float32", "halves"),
        ("x / y", "int64", "uint8", "float32", "divided"),
        ("x / y", "bool", "bool", "float32", "divided"),
        ("torch.mul(x, y, out=result)", "float32", "float64", "float32", "out"),
        ("torch.add(x, y, out=result)", "int64", "int64", "float32", "out"),
        ("x.add_(y)", "float16", "float64", "float16", "into x"),
        ("y.add_(x)", "float16", "float64", "float64", "into y"),
        ("x @ y", "float64", "float64", "float64", "same"),
        ("x @ y", "float64", "float32", "error", "matmul error"),
        ("x - y", "bool", "bool", "error", "error"),
    ],
)
def test_it_is_said_what_decided_the_dtype(form, x, y, dtype, code):
    operation = next(name for name, row in forms.FORMS.items() if form in row)
    compute = forms.FORMS[operation][form]
    got = combine(compute, (2, 2), (2, 2), x, y)
    asked = combined_answers(got, compute, (2, 2), (2, 2), x, y)["dtype"]
    [right] = [guess for guess in asked if guess.right]
    assert right.value == (dtype if dtype == "error" else f"torch.{dtype}")
    assert right.code == code


def test_whoever_promotes_in_matmul_is_told_that_it_does_not():
    rows = torch.ones(2, 2)
    for x in DTYPES:
        for y in set(DTYPES) - {x}:
            with pytest.raises(RuntimeError, match="same dtype"):
                rows.to(getattr(torch, x)) @ rows.to(getattr(torch, y))
            got = combine(forms.matmul_operator, (2, 2), (2, 2), x, y)
            asked = combined_answers(got, forms.matmul_operator, (2, 2), (2, 2), x, y)["dtype"]
            assert {guess.value: guess.code for guess in asked}[got.promoted] == "not promoted"


@given(every_form, shapes, shapes)
@settings(deadline=None, max_examples=300)
def test_a_result_of_the_shape_of_one_has_stretched_only_the_other(choice, x_shape, y_shape):
    got = combine(forms.FORMS[choice[0]][choice[1]], x_shape, y_shape, "float64", "float64")
    if choice[0] != "matmul":
        if got.shape == x_shape:
            np.broadcast_to(np.ones(y_shape), x_shape)
        if got.shape == y_shape:
            np.broadcast_to(np.ones(x_shape), y_shape)
    elif got.shape is not None and len(x_shape) == len(y_shape) == 2:
        assert got.shape == (x_shape[0], y_shape[1])
