from hypothesis import given, settings

from lib.lessons.tensors.numpy_bridge import lesson as bridge
from lib.lessons.tensors.numpy_bridge.questions import guesses, reaches
from tests.lib.lessons.tensors.numpy_bridge.samples import (
    ITEM_BYTES,
    REBINDS,
    TURNS_FLOAT32,
    conversions,
    converted,
    should_share,
)


@given(conversions())
@settings(deadline=None, max_examples=150)
def test_each_question_has_one_right_answer_and_no_value_twice(choice):
    _, method, change, dtype, size = choice
    result = converted(*choice)
    right = {}
    for question, answers in guesses(result).items():
        assert len({answer.value for answer in answers}) == len(answers) >= 2
        assert len({answer.code for answer in answers}) == len(answers)
        [right[question]] = [answer for answer in answers if answer.right]

    follows = should_share(method, dtype) and change not in REBINDS
    assert right["numbers"].code == ("changed" if follows else "unchanged")
    converted_to = "float32" if method in TURNS_FLOAT32 else dtype
    copied = 0 if should_share(method, dtype) else size * ITEM_BYTES[converted_to]
    assert right["bytes"].value == copied
    code = "shared" if copied == 0 else "copied" if converted_to == dtype else "converted"
    assert right["bytes"].code == code
    defending = {answer.code for answer in guesses(result)["bytes"]} & {"copied", "before"}
    assert defending <= ({"copied"} if converted_to == dtype else {"before"})


@given(conversions())
@settings(deadline=None, max_examples=150)
def test_the_challenge_is_reached_by_writing_into_shared_memory_through_the_array(choice):
    direction, method, change, dtype, _ = choice
    in_place = change not in REBINDS
    wanted = direction == bridge.TO_TORCH and should_share(method, dtype) and in_place
    assert reaches(converted(*choice)) == wanted


def test_the_challenge_is_not_reached_by_the_defaults():
    assert not reaches(bridge.array_to_tensor())
    assert not reaches(bridge.tensor_to_array())
