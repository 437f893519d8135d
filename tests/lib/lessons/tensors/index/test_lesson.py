import inspect
from math import prod

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lib.core.isolation import call_alone
from lib.export import snippets
from lib.lessons.tensors.index import lesson as picks
from lib.lessons.tensors.index import numpy_answers as theirs
from lib.lessons.tensors.index.lesson import written_out
from lib.lessons.tensors.index.numpy_answers import ANSWERS, difference
from tests.lib.lessons.tensors.index.samples import INDEX_TEXTS, NESTED_NUMBERS

SHAPES = st.sampled_from(picks.SHAPES)
WITH_DIM = {"shape": SHAPES, "dim": st.integers(0, 2), "index": NESTED_NUMBERS}
# Entries that copy, as both libraries document: lists, masks, True and False.
COPIES = ("[", "True", "False", "<", ">", "=")


def inside(text):
    return text.removeprefix("x")[1:-1]


def by_numpy(shape, text):
    """Return x and what NumPy picks from it, by Python's own reading of this test's text."""
    x = np.arange(prod(shape)).reshape(shape)
    return x, eval(text, {"x": x})


def same(one, other):
    """Compare two results field by field; arrays do not compare as one."""
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


# --- an index in brackets -------------------------------------------------------------------------


@given(SHAPES, INDEX_TEXTS)
@settings(deadline=None, max_examples=500)
def test_it_picks_what_numpy_picks(shape, text):
    result = picks.pick(shape, text)
    try:
        _, expected = by_numpy(shape, text)
    except (IndexError, ValueError):
        # PyTorch does not look into a list when there is nothing to pick.
        assert result.error or result.values.size == 0
        return
    if ":-" in text:
        assume(not result.error)  # a negative step, refused; or a negative end
    assert result.error == ""
    if difference(picks.pick, result, theirs.numpy_pick(shape, text)) == "order":
        assert sorted(result.values.flat) == sorted(expected.flat)
    else:
        assert result.shape == np.shape(expected)
        np.testing.assert_array_equal(result.values, expected)


@given(SHAPES, INDEX_TEXTS)
@settings(deadline=None, max_examples=300)
def test_numbers_slices_none_and_dots_give_a_view_and_all_else_a_copy(shape, text):
    result = picks.pick(shape, text)
    assume(not result.error)
    assert result.shared != any(sign in inside(text) for sign in COPIES)
    picked = set(result.values.flat)
    size = prod(shape)
    expected = [-1 if result.shared and i in picked else i for i in range(size)]
    assert result.x_after == tuple(expected)
    assert result.memory == tuple(range(size)) if result.shared else True


@given(SHAPES, INDEX_TEXTS)
@settings(deadline=None, max_examples=300)
def test_offset_and_stride_lead_through_memory_to_the_values(shape, text):
    result = picks.pick(shape, text)
    assume(not result.error and result.values.size)
    steps = [8 * stride for stride in result.stride]
    memory = np.array(result.memory, dtype=np.int64)[result.offset :]
    reached = np.lib.stride_tricks.as_strided(memory, result.shape, steps)
    np.testing.assert_array_equal(result.values, reached)


@pytest.mark.parametrize(
    ("text", "shape", "stride", "offset", "shared"),
    [
        ("x[1:, None]", (2, 1, 4), (4, 4, 1), 4, True),
        ("x[:, 1]", (3,), (4,), 1, True),
        ("x[0, 1]", (), (), 1, True),
        ("x[:, ::2]", (3, 2), (4, 2), 0, True),
        ("x[[2, 0]]", (2, 4), (4, 1), 0, False),
        ("x[x > 3]", (8,), (1,), 0, False),
        ("x[True]", (1, 3, 4), (12, 4, 1), 0, False),
        ("x[5:]", (0, 4), (4, 1), 12, True),
    ],
)
def test_by_hand(text, shape, stride, offset, shared):
    result = picks.pick((3, 4), text)
    assert (result.shape, result.stride, result.offset) == (shape, stride, offset)
    assert result.shared is shared


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x[3]", "IndexError: index 3 is out of bounds for dimension 0 with size 3"),
        ("x[::-1]", "ValueError: step must be greater than zero"),
        ("x[[True, False]]", "IndexError: The shape of the mask [2]"),
        ("x[0, 0, 0]", "IndexError: too many indices"),
    ],
)
def test_what_pytorch_refuses_is_shown_in_its_own_words(text, says):
    result = picks.pick((3, 4), text)
    assert result.error.startswith(says)
    assert result.values.size == 0


# --- index_select and gather ----------------------------------------------------------------------


@given(**WITH_DIM)
@settings(deadline=None, max_examples=300)
def test_index_select_is_one_slice_for_each_entry(shape, dim, index):
    result = picks.index_select(shape, dim, index)
    good = (
        dim < len(shape) and np.ndim(index) == 1 and all(0 <= entry < shape[dim] for entry in index)
    )
    assert (result.error == "") == good
    if good:
        x = np.arange(prod(shape)).reshape(shape)
        slices = [np.moveaxis(x, dim, 0)[entry] for entry in index]
        np.testing.assert_array_equal(result.values, np.stack(slices, axis=dim))
        assert not result.shared
        assert result.x_after == tuple(range(prod(shape)))


@given(**WITH_DIM)
@settings(deadline=None, max_examples=400)
def test_gather_takes_one_element_for_each_entry(shape, dim, index):
    result = picks.gather(shape, dim, index)
    entries = np.array(index)
    good = (
        entries.ndim == len(shape)
        and dim < len(shape)
        and all(length <= shape[axis] for axis, length in enumerate(entries.shape) if axis != dim)
        and bool(np.all((entries >= 0) & (entries < shape[dim])))
    )
    assert (result.error == "") == good
    if good:
        x = np.arange(prod(shape)).reshape(shape)
        expected = np.empty_like(entries)
        for place, entry in np.ndenumerate(entries):
            source = list(place)
            source[dim] = entry
            expected[place] = x[tuple(source)]
        np.testing.assert_array_equal(result.values, expected)
        assert not result.shared


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"shape": (2, 2)}, r"shape=\(2, 2\) is not one of: \(6,\), \(3, 4\)"),
        ({"index": "x[f(0)]"}, "nothing is called here"),
        ({"index": 3}, "index=3 is not a text"),
    ],
)
@pytest.mark.parametrize("function", [picks.pick, theirs.numpy_pick])
def test_pick_refuses_settings(function, bad, says):
    with pytest.raises(ValueError, match=says):
        function(**bad)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"shape": [3, 4]}, r"shape=\[3, 4\] is not one of"),
        ({"dim": 3}, "dim=3 is out of range: 0 to 2"),
        ({"index": ((0,), (1, 2))}, "or of rows of equal length"),
        ({"index": (1001,)}, "index: 1001 is out of range: -1000 to 1000"),
    ],
)
@pytest.mark.parametrize(
    "function", [picks.index_select, picks.gather, theirs.numpy_take, theirs.numpy_take_along_axis]
)
def test_the_others_refuse_settings(function, bad, says):
    with pytest.raises(ValueError, match=says):
        function(**bad)


def test_every_method_has_its_rules_and_its_answer():
    for method in picks.METHODS.values():
        assert method.rules.keys() == ANSWERS[method].rules.keys()
        assert inspect.signature(method).parameters == inspect.signature(ANSWERS[method]).parameters


@given(SHAPES, INDEX_TEXTS)
@settings(deadline=None, max_examples=30)
def test_same_settings_same_result(shape, text):
    assert same(picks.pick(shape, text), call_alone(picks.pick, {"shape": shape, "index": text}))


# --- the programs ---------------------------------------------------------------------------------


def run_program(text, capsys):
    """Run a program of this project, made from this test's settings; return what it prints."""
    space = {"__name__": "__main__"}
    exec(compile(text, "program", "exec"), space)
    return space, capsys.readouterr().out


@pytest.mark.parametrize(
    ("method", "about", "line"),
    [
        (picks.pick, {"shape": (3, 4), "index": "x[1:, None]"}, "y = x[1:, None]"),
        (picks.pick, {"shape": (6,), "index": "x[x > 3]"}, "y = x[x > 3]"),
        (
            picks.index_select,
            {"shape": (2, 3, 4), "dim": 1, "index": (2, 0)},
            "y = x.index_select(1, torch.tensor([2, 0]))",
        ),
        (
            picks.gather,
            {"shape": (5, 5), "dim": 0, "index": ((4, 0),)},
            "y = x.gather(0, torch.tensor([[4, 0]]))",
        ),
    ],
)
def test_the_short_program_has_the_real_index_in_it_and_gives_the_numbers(
    method, about, line, capsys
):
    text = written_out(method, **about)
    assert line in text.splitlines()
    space, said = run_program(text, capsys)
    np.testing.assert_array_equal(space["y"].numpy(), method(**about).values)
    assert tuple(space["x"].shape) == about["shape"]
    assert said == f"{space['y']}\n"


@given(SHAPES, INDEX_TEXTS)
@settings(deadline=None, max_examples=60)
def test_the_short_program_is_right_for_any_index(shape, text):
    result = picks.pick(shape, text)
    assume(not result.error)
    space = {}
    program = written_out(picks.pick, shape, text).removesuffix("print(y)\n")
    exec(compile(program, "program", "exec"), space)
    np.testing.assert_array_equal(space["y"].numpy(), result.values)


@pytest.mark.parametrize("method", [picks.index_select, picks.gather])
@given(about=st.fixed_dictionaries(WITH_DIM))
@settings(deadline=None, max_examples=15)
def test_the_downloads_of_the_other_methods_give_the_numbers_of_the_page(method, about):
    text = snippets.script(method, about)
    assert "from lib" not in text
    assert "read_index" not in text
    space = {"__name__": "__main__", "print": lambda *_: None}
    exec(compile(text, "program", "exec"), space)
    assert same(space["result"], method(**about))
