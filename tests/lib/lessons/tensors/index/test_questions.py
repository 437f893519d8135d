import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.lessons.tensors.index import lesson as picks
from lib.lessons.tensors.index.questions import (
    SHAPE_FEEDBACK,
    WRITE_FEEDBACK,
    picked_answers,
    reaches,
)
from tests.lib.lessons.tensors.index.samples import INDEX_TEXTS, NESTED_NUMBERS

SHAPES = st.sampled_from(picks.SHAPES)
ABOUT = st.one_of(
    st.tuples(st.just(picks.pick), st.fixed_dictionaries({"shape": SHAPES, "index": INDEX_TEXTS})),
    st.tuples(
        st.sampled_from([picks.index_select, picks.gather]),
        st.fixed_dictionaries({"shape": SHAPES, "dim": st.integers(0, 2), "index": NESTED_NUMBERS}),
    ),
)


@given(ABOUT)
@settings(deadline=None, max_examples=400)
def test_each_question_has_one_right_answer_no_value_twice_and_words_for_each(about):
    method, chosen = about
    result = method(**chosen)
    answers = picked_answers(method, chosen, result)
    for question, feedback in (("shape", SHAPE_FEEDBACK), ("write", WRITE_FEEDBACK)):
        rows = answers[question]
        assert 2 <= len(rows) <= 5
        assert len({str(row.value) for row in rows}) == len(rows)
        assert all(row.code in feedback for row in rows)
        [right] = [row for row in rows if row.right]
        assert (right.value == "error") == bool(result.error)
        assert (right.code == "refused") == bool(result.error)
        if not result.error:
            size = np.prod(chosen["shape"])
            changed = size - sum(i == now for i, now in enumerate(result.x_after))
            assert right.value == {"shape": str(result.shape), "write": changed}[question]


@pytest.mark.parametrize(
    ("text", "code", "value"),
    [
        ("x[0, 1:3]", "kept", "(1, 2)"),
        ("x[1:, None]", "no_new_axis", "(2, 4)"),
        ("x[0:1, 0:2]", "inclusive", "(2, 3)"),
        ("x[[0, 2]]", "listed", "()"),
        ("x[[0, 2], [1, 3]]", "grid", "(2, 2)"),
        ("x[x > 3]", "masked", "(3, 4)"),
        ("x[:, 1]", "whole", "(3, 4)"),
    ],
)
def test_a_wrong_answer_knows_what_was_misread(text, code, value):
    about = {"shape": (3, 4), "index": text}
    rows = picked_answers(picks.pick, about, picks.pick(**about))["shape"]
    assert (code, value, False) in rows


@pytest.mark.parametrize(
    ("text", "code"),
    [("x[5:]", "nothing"), ("x[[0]]", "copy"), ("x[x > 99]", "nothing"), ("x[0]", "view")],
)
def test_nothing_picked_is_not_called_a_copy(text, code):
    about = {"shape": (3, 4), "index": text}
    [right] = [
        row for row in picked_answers(picks.pick, about, picks.pick(**about))["write"] if row.right
    ]
    assert right.code == code


def test_wrong_answers_to_the_other_methods():
    about = {"shape": (3, 4), "dim": 0, "index": (2, 0)}
    rows = picked_answers(picks.index_select, about, picks.index_select(**about))["shape"]
    assert [row[:2] for row in rows] == [
        ("index_select", "(2, 4)"),
        ("swapped", "(3, 2)"),
        ("flat", "(2,)"),
        ("whole", "(3, 4)"),
        ("error", "error"),
    ]
    about = {"shape": (3, 4), "dim": 1, "index": ((2,), (0,), (3,))}
    rows = picked_answers(picks.gather, about, picks.gather(**about))["shape"]
    assert ("gather", "(3, 1)", True) in rows
    assert ("slices", "(3, 3)", False) in rows


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ("x[::4, ::4]", True),
        ("x[[0, 0, -1, -1], [0, -1, 0, -1]]", True),
        ("x[0::4, ..., 0::4]", True),
        ("x[(x == 0) | (x == 4) | (x == 20) | (x == 24)]", True),
        ("x[[0, -1], [0, -1]]", False),
        ("x[1:, None]", False),
        ("x[9]", False),
        ("x[[0, 0, 0, -1, -1], [0, 0, -1, 0, -1]]", False),
    ],
)
def test_the_challenge(text, reached):
    assert reaches(picks.pick, (5, 5), picks.pick((5, 5), text)) is reached


def test_the_challenge_wants_one_index_in_brackets_of_a_5_by_5():
    assert not reaches(picks.pick, (3, 4), picks.pick())
    gathered = picks.gather((5, 5), 1, ((0, 4),) * 5)
    assert not reaches(picks.gather, (5, 5), gathered)
    corners = picks.pick((5, 5), "x[::4, ::4]")
    assert not reaches(picks.gather, (5, 5), corners)
