from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.lessons.tensors.index import lesson as picks
from lib.lessons.tensors.index import numpy_answers as theirs
from lib.lessons.tensors.index.grammar import read_index
from lib.lessons.tensors.index.numpy_answers import ANSWERS, COMPARISON, difference
from tests.lib.lessons.tensors.index.samples import INDEX_TEXTS, NESTED_NUMBERS

WITH_DIM = st.fixed_dictionaries(
    {
        "shape": st.sampled_from(picks.SHAPES),
        "dim": st.integers(0, 2),
        "index": NESTED_NUMBERS,
    }
)


def test_each_answer_is_numpys_own():
    x = np.arange(12).reshape(3, 4)
    bracket = theirs.numpy_pick(index="x[1:, None]")
    assert bracket.shape == (2, 1, 4)
    assert bracket.strides == x[1:, None].strides
    assert bracket.shared
    assert theirs.numpy_take().values.tolist() == [[8, 9, 10, 11], [0, 1, 2, 3]]
    assert theirs.numpy_take_along_axis().values.tolist() == [[2], [4], [11]]
    assert theirs.numpy_pick(index="x[9]").error.startswith("IndexError: index 9 is out of bounds")


@pytest.mark.parametrize(
    ("method", "said", "about"),
    [
        (picks.pick, "same", {"index": "x[:, 1]"}),
        (picks.pick, "same", {"index": "x[5:]"}),
        (picks.pick, "same", {"index": "x[2:-1]"}),
        (picks.pick, "both_refuse", {"index": "x[9]"}),
        (picks.pick, "number", {"index": "x[0, 1]"}),
        (picks.pick, "step", {"index": "x[::-1]"}),
        (picks.pick, "unchecked", {"index": "x[[7], 0:0]"}),
        (picks.pick, "order", {"shape": (2, 3, 4), "index": "x[0, :, [0, 1]]"}),
        (picks.pick, "order", {"shape": (2, 3, 4), "index": "x[0, 1:, [0, 1]]"}),
        (picks.index_select, "negative", {"index": (-1,)}),
        (picks.index_select, "vector", {"index": ((0,),)}),
        (picks.gather, "negative", {"index": ((-1,),)}),
        (picks.gather, "stretched", {"index": ((1,),)}),
        (picks.gather, "smaller", {"index": ((1,), (0,))}),
        (picks.gather, "same", {}),
    ],
)
def test_where_they_differ_is_said(method, said, about):
    assert difference(method, method(**about), ANSWERS[method](**about)) == said


def test_everything_there_is_to_say_can_happen():
    rows = test_where_they_differ_is_said.pytestmark[0].args[1]
    assert {said for _, said, _ in rows} == set(COMPARISON)


def test_what_is_said_is_true_of_every_short_index():
    """Try all indices of up to three of these entries."""
    entries = ["0", ":", "1:", "None", "...", "[0, 1]", "True", "x > 5", "::-1"]
    picking = {"[0, 1]", "True", "x > 5"}
    for count in (1, 2, 3):
        for parts in product(entries, repeat=count):
            if parts.count("...") > 1:
                continue
            about = {"shape": (2, 3, 4), "index": f"x[{', '.join(parts)}]"}
            ours, answer = picks.pick(**about), theirs.numpy_pick(**about)
            said = difference(picks.pick, ours, answer)
            if said == "step":
                assert "::-1" in parts
            if said == "unchecked":
                assert ours.values.size == 0
            if said == "order":
                made = [i for i, part in enumerate(parts) if part in picking or part == "0"]
                apart = parts[made[0] : made[-1] + 1]
                assert any(part not in picking and part != "0" for part in apart)
                assert picking & set(parts)
            if said == "number":
                assert ours.shape == () == answer.shape
            if said == "same":
                assert (ours.shape, ours.shared) == (answer.shape, answer.shared)


@given(INDEX_TEXTS, st.sampled_from(picks.SHAPES))
@settings(deadline=None, max_examples=300)
def test_numpy_shares_where_numpy_says_so_and_a_view_of_nothing_is_one(text, shape):
    answer, x = theirs.numpy_pick(shape, text), np.arange(np.prod(shape)).reshape(shape)
    if answer.error:
        return
    y = x[read_index(text, x)]
    if np.size(y):
        assert answer.shared == np.shares_memory(x, y)
    said = difference(picks.pick, picks.pick(shape, text), answer)
    if said == "same":
        assert answer.shared == picks.pick(shape, text).shared


@given(
    st.sampled_from([picks.index_select, picks.gather]),
    st.fixed_dictionaries(
        {"shape": st.sampled_from(picks.SHAPES), "dim": st.integers(0, 2), "index": NESTED_NUMBERS}
    ),
)
@settings(deadline=None, max_examples=400)
def test_what_is_said_of_the_others_is_true(method, about):
    ours, answer = method(**about), ANSWERS[method](**about)
    said = difference(method, ours, answer)
    entries = np.array(about["index"])
    if said == "negative":
        assert entries.min() < 0
    if said == "vector":
        assert entries.ndim != 1
    if said == "stretched":
        assert answer.values.size > ours.values.size
    if said == "smaller":
        assert any(short < long for short, long in zip(entries.shape, about["shape"], strict=True))
    if said == "same":
        np.testing.assert_array_equal(ours.values, answer.values)
