import pytest

from lib.core.questions import Guess, answers


def test_each_value_once_and_the_truth_marked():
    options = [("half", 1), ("same", 2), ("twice", 2.0), ("refused", "error")]
    assert answers(2, options) == (
        Guess("half", 1, False),
        Guess("same", 2, True),
        Guess("refused", "error", False),
    )


def test_a_truth_nobody_can_choose_is_an_error():
    with pytest.raises(ValueError, match=r"the answer 3 is not among the options \[1, 2\]"):
        answers(3, [("one", 1), ("two", 2)])
