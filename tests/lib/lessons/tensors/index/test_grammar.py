import ast
import inspect

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lib.lessons.tensors.index import grammar
from lib.lessons.tensors.index.grammar import (
    IndexText,
    NestedNumbers,
    index_text,
    read_index,
    read_numbers,
)
from tests.lib.lessons.tensors.index.samples import INDEX_TEXTS, NESTED_NUMBERS

X = np.arange(24).reshape(2, 3, 4)


class Shows:
    """Hands back what stands between the brackets, as Python itself reads it."""

    def __getitem__(self, index):
        return index


def by_python(text, x=X):
    """Evaluate a text that this test made: the brackets by ``Shows``, comparisons with ``x``."""
    _, inside = text.split("[", 1)
    return eval(f"shows[{inside}", {"x": x, "shows": Shows()})


def alike(one, other):
    """Tell whether two indices are the same, in value and in type, arrays by their entries."""
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and np.array_equal(one, other)
    if isinstance(one, tuple | list):
        same_kind = type(one) is type(other) and len(one) == len(other)
        return same_kind and all(map(alike, one, other))
    return type(one) is type(other) and one == other


# --- what is read ---------------------------------------------------------------------------------


@given(INDEX_TEXTS)
@settings(deadline=None, max_examples=500)
@example("x[1:, None, ..., [0, 2]]")
@example("x[x > 3]")
@example("x[(x > 3) & ~(x == 5) | (9 <= x)]")
@example("x[-1]")
@example("x[::-1]")
@example("x[()]")
@example("x[1,]")
@example("x[[]]")
def test_an_index_is_read_as_python_reads_it(text):
    assert alike(read_index(text, X), by_python(text))


def test_space_around_an_index_does_not_matter():
    assert index_text("  x[1:, None] ") == "x[1:, None]"


def test_a_mask_is_made_with_the_tensor_given():
    x = torch.arange(6)
    made = read_index("x[~(x > 3) & (1.5 < x)]", x)
    assert isinstance(made, torch.Tensor)
    assert made.tolist() == [False, False, True, True, False, False]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("[2, 0]", (2, 0)),
        (" [[2], [0], [-3]] ", ((2,), (0,), (-3,))),
        ("[[[1, 2]]]", (((1, 2),),)),
    ],
)
def test_numbers_are_read_as_nested_tuples(text, numbers):
    assert read_numbers(text) == numbers
    assert np.array(ast.literal_eval(text.strip())).tolist() == np.array(numbers).tolist()


@given(NESTED_NUMBERS)
@settings(deadline=None)
def test_numbers_that_may_be_typed_may_be_set(numbers):
    NestedNumbers().check("index", numbers)
    typed = str(np.array(numbers).tolist())
    if len(typed) <= grammar.LONGEST:
        assert read_numbers(typed) == numbers


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["# ` ![](//a.example/b)", "#", "\n,", "\r", "\f", "\v", "\\\n"])
@pytest.mark.parametrize("read", [index_text, lambda text: read_index(text, X), read_numbers])
def test_the_text_of_an_index_holds_nothing_else(read, end):
    text = "[1]" if read is read_numbers else "x[1]"
    read(text)
    for more in (f"{text} {end} ", text.replace("1", f"1{end}0")):
        if more.strip() != text:  # space around it is left out
            with pytest.raises(ValueError, match=r"has a comment, a line break|not a Python"):
                read(more)


NOT_ONE = "is not one index of x, such as x"
HOSTILE = {
    "__import__('os').system('ls')": NOT_ONE,
    "x.data": NOT_ONE,
    "x": NOT_ONE,
    "y[0]": NOT_ONE,
    "x[0][1]": NOT_ONE,
    "x[0] + x[1]": NOT_ONE,
    "0] or x[0": "is not a Python expression",
    "x[__import__('os')]": "nothing is called here",
    "x[x.__class__]": "without a dot",
    "x[(lambda: 0)()]": "nothing is called here",
    "x[lambda: 0]": "is not allowed here: allowed are whole numbers, slices",
    "x[y]": "a name stands only in a comparison",
    "x[x]": "a name stands only in a comparison",
    "x[x > y]": "a name stands only in a comparison",
    "x[9**9**9]": "there is no arithmetic here",
    "x[1 + 1]": "there is no arithmetic here",
    "x[x % 2 == 0]": "compare x with one number",
    "x[1 < x < 5]": "compare x with one number",
    "x[x > 2 & x < 5]": "compare x with one number",
    "x[x in [3]]": "compare x with one number",
    "x[x > 3 and x < 5]": "join comparisons with & and |",
    "x[not x]": "is not allowed here",
    "x[x[0]]": "one pair of brackets after x",
    "x[999999999999999999999]": "is out of range: -1000 to 1000",
    "x[x > 1e999]": "is out of range: -1000 to 1000",
    "x[-1001:]": "is out of range: -1000 to 1000",
    "x[1.5]": "1.5 is not a whole number",
    "x[1j]": "is not allowed here",
    "x['a']": "is not allowed here",
    "x[f'{x}']": "is not allowed here",
    "x[--1]": "is not allowed here",
    "x[-True]": "is not allowed here",
    "x[True:]": "is not allowed here",
    "x[*[0]]": "is not allowed here",
    "x[(y := 0)]": "is not allowed here",
    "x[[i for i in x]]": "is not allowed here",
    "x[{0}]": "is not allowed here",
    "x[(0, 1), 2]": "is not allowed here",
    "x[[[0]]]": "is not allowed here",
    "x[[0, True]]": "either whole numbers or True and False, not both",
    "x[..., ...]": "an index may hold one ... only",
    "x[0, 0, 0, 0, 0, 0, 0]": "an index of 7 entries: up to 6 are allowed",
    "x[[0, 0, 0, 0, 0, 0, 0]]": "a list of 7 entries: up to 6 are allowed",
    "x[" + "(" * 97: "is not a Python expression",
    "x" + "[[" * 49: "is not a Python expression",
    "x[" + "-" * 96 + "1]": "is not allowed here",
    "x[" + "~" * 96 + "1]": "is not allowed here",
    "x[" + "[" * 48 + "]" * 48 + "]": "is not allowed here",
    "x[" + "0," * 1_000_000 + "]": "a text of 2000003 characters: up to 100 are allowed",
    "(" * 1_000_000: "a text of 1000000 characters: up to 100 are allowed",
    "x[0]; x[1]": "is not a Python expression",
    "import os": "is not a Python expression",
    "x[\x00]": "is not a Python expression",
    "x[\ud800]": "is not a Python expression",
    "": "is not a Python expression",
    "  ": "is not a Python expression",
}


@pytest.mark.parametrize(("text", "says"), HOSTILE.items(), ids=lambda part: part[:30])
def test_anything_else_is_refused_with_a_sentence(text, says):
    with pytest.raises(ValueError, match=r"(?s).") as refused:
        read_index(text, X)
    assert says in str(refused.value)
    assert len(str(refused.value)) < 300


@given(st.text(max_size=60) | st.text("x[]():,.-~&|<>=!0123456789 NoneTrue", max_size=60))
@settings(deadline=None, max_examples=500)
def test_any_text_at_all_is_read_or_refused(text):
    for read in (lambda t: read_index(t, X), read_numbers):
        try:
            made = read(text)
        except ValueError:
            continue
        kinds = (int, slice, list, tuple, np.ndarray, np.bool_, type(None), type(...))
        assert all(isinstance(part, kinds) for part in (made if type(made) is tuple else [made]))


def test_nothing_in_the_grammar_evaluates():
    tree = ast.parse(inspect.getsource(grammar))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not names & {"eval", "exec", "compile", "getattr", "__import__", "globals"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("3", "is not a list, such as"),
        ("[[0], [1, 2]]", "or of rows of equal length"),
        ("[0, [1]]", "or of rows of equal length"),
        ("[]", "is not a tuple of 1 to 6 whole numbers"),
        ("[[]]", "is not a tuple of 1 to 6 whole numbers"),
        ("[0, 0, 0, 0, 0, 0, 0]", "is not a tuple of 1 to 6 whole numbers"),
        ("[[[[0]]]]", "in lists up to 3 deep"),
        ("[True]", "in lists up to 3 deep"),
        ("[x]", "in lists up to 3 deep"),
        ("[1.5]", "1.5 is not a whole number"),
        ("[1001]", "out of range: -1000 to 1000"),
        ("[" * 99, "is not a Python expression"),
        ("[0," * 40, "a text of 120 characters"),
    ],
)
def test_lists_that_are_no_index_tensor_are_refused(text, says):
    with pytest.raises(ValueError, match=r"(?s).") as refused:
        read_numbers(text)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "value", [None, 3, [0], (), ((),), (0, (1,)), ((0,), (1, 2)), (True,), (1.0,), (1001,), "[0]"]
)
def test_the_rule_of_index_tensors_refuses(value):
    with pytest.raises(ValueError, match="index"):
        NestedNumbers().check("index", value)


def test_the_rule_of_index_texts_refuses():
    with pytest.raises(ValueError, match="index=3 is not a text such as"):
        IndexText().check("index", 3)
    with pytest.raises(ValueError, match="nothing is called here"):
        IndexText().check("index", "x[f(0)]")
