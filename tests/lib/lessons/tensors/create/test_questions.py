import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.isolation import call_alone
from lib.lessons.tensors.create import lesson as create
from lib.lessons.tensors.create import questions as asked
from lib.lessons.tensors.create.distributions import draws
from lib.lessons.tensors.create.settings import parse


def drawn(constructor, dtype):
    return call_alone(draws, {"constructor": constructor, "dtype": dtype})


CASES = [
    (constructor, shape, dtype)
    for constructor in create.CONSTRUCTORS.values()
    for shape in ((1,), (5, 3), (2, 2), (2, 3, 4))
    for dtype in create.DTYPES
]


def one_right(guesses):
    """The right answer, once it is sure that there is one and that no value occurs twice."""
    assert len({guess.value for guess in guesses}) == len(guesses)
    [right] = [guess for guess in guesses if guess.right]
    return right


@pytest.mark.parametrize("constructor", create.CONSTRUCTORS.values(), ids=lambda f: f.__name__)
def test_every_question_has_one_right_answer_and_words_for_every_other(constructor):
    for shape, dtype in [case[1:] for case in CASES if case[0] is constructor]:
        x = create.make(constructor, shape, dtype)
        if x.refused:
            with pytest.raises(ValueError, match="there is no tensor"):
                asked.values(x)
            continue
        size = asked.bytes_answers(x)
        assert one_right(size).value == asked.values(x).size * x.element_size
        assert {guess.code for guess in size} <= set(asked.BYTES_FEEDBACK)
        if constructor in create.RANDOM:
            guesses = asked.draws_answers(constructor, drawn(constructor, dtype))
            assert {guess.code for guess in guesses} <= set(asked.DRAWS_FEEDBACK)
        else:
            guesses = asked.last_answers(x, constructor)
            assert {guess.code for guess in guesses} <= set(asked.LAST_FEEDBACK)
        assert len(guesses) >= 2
        one_right(guesses)


@pytest.mark.parametrize(
    ("settings", "name", "part"),
    [
        ({"constructor": create.randn, "dtype": "float32", "seed": 3}, "draws", "mean ± std?"),
        ({"constructor": create.randn, "dtype": "complex64"}, "draws", "real parts?"),
        ({"constructor": create.full, "fill": -1, "shape": (2,)}, "last", "last element?"),
        ({"constructor": create.tensor, "rows": ((1, 2), (3, 4.5))}, "last", "last element?"),
    ],
)
def test_the_question_about_the_numbers_fits_how_they_came(settings, name, part):
    random = settings["constructor"] in create.RANDOM
    found = drawn(settings["constructor"], settings["dtype"]) if random else None
    x = create.make(**settings)
    question = asked.about_numbers(x, found, settings)
    assert question.name == name
    assert question.words.endswith(part)
    right = one_right(question.answers).value
    assert {guess.code for guess in question.answers} <= set(question.feedback)
    assert right == {"fill": "-1", "rows": "4.5"}.get(list(settings)[1], right)


@pytest.mark.parametrize(
    ("constructor", "dtype", "answer"),
    [
        (create.rand, "default", "0.5 ± 0.289"),
        (create.randn, "float16", "0 ± 1"),
        (create.randn_like, "complex64", "0 ± 0.707"),
        (create.randint, "int8", "4.5 ± 2.87"),
    ],
)
def test_the_right_mean_and_spread(constructor, dtype, answer):
    assert one_right(asked.draws_answers(constructor, drawn(constructor, dtype))).value == answer


@pytest.mark.parametrize(
    ("constructor", "settings_", "answer", "trap"),
    [
        (create.empty, {}, "?", "0.0"),
        (create.empty, {}, "?", "7.0"),  # what the memory of the lesson holds
        (create.zeros, {"dtype": "int64"}, "0", "1"),
        (create.ones, {"dtype": "bool"}, "True", "False"),
        (create.arange, {}, "14", "15"),
        (create.linspace, {}, "1.0", "0.9333"),
        (create.linspace, {"shape": (1,)}, "0.0", "1.0"),
        (create.eye, {}, "0.0", "1.0"),
        (create.eye, {"shape": (4,)}, "1.0", "0.0"),
        (create.full, {"fill": 2.5, "dtype": "int64"}, "2", "2.5"),
        (create.full, {"fill": -1, "dtype": "uint8"}, "255", "-1"),
        (create.full, {"fill": 7, "dtype": "complex64"}, "7+0j", "7"),
        (create.tensor, {"rows": (5.5, 3)}, "3.0", "3"),
        (create.tensor, {"rows": ((1, 2), (3, 4.5)), "dtype": "int8"}, "4", "4.5"),
        (create.new_ones, {}, "1.0", "5.5"),
        (create.zeros_like, {}, "0.0", "5.5"),
    ],
)
def test_the_right_last_element_and_what_it_is_taken_for(constructor, settings_, answer, trap):
    x = create.make(constructor, **settings_)
    more = {name: settings_[name] for name in ("fill", "rows") if name in settings_}
    guesses = asked.last_answers(x, constructor, **more)
    assert one_right(guesses).value == answer
    assert trap in [guess.value for guess in guesses]


@pytest.mark.parametrize(
    ("constructor", "settings_", "code"),
    [
        (create.full, {"fill": 7}, "full"),
        (create.full, {"fill": True, "dtype": "int64"}, "full"),
        (create.full, {"fill": 2.5, "dtype": "int64"}, "cut"),
        (create.full, {"fill": 2.5, "dtype": "bool"}, "truth"),
        (create.full, {"fill": -1, "dtype": "uint8"}, "around"),
        (create.full, {"fill": -1, "dtype": "int8"}, "full"),
        (create.tensor, {"rows": (5.5, 3)}, "tensor"),
        (create.tensor, {"rows": (0.1, 0.1)}, "tensor"),
        (create.tensor, {"rows": (1, -2.5), "dtype": "int8"}, "cut"),
        (create.tensor, {"rows": (1, -2), "dtype": "uint8"}, "around"),
    ],
)
def test_it_is_said_what_became_of_the_number(constructor, settings_, code):
    x = create.make(constructor, **settings_)
    more = {name: settings_[name] for name in ("fill", "rows") if name in settings_}
    assert one_right(asked.last_answers(x, constructor, **more)).code == code


@given(st.integers(-1000, 1000))
def test_whole_numbers_are_spelled_as_python_does(number):
    assert asked.spelled(number) == str(number)


@pytest.mark.parametrize("constructor", create.CONSTRUCTORS.values(), ids=lambda f: f.__name__)
def test_the_challenge_is_reached_by_two_bytes_an_element_alone(constructor):
    for shape in ((2, 3, 4), (4, 6), (2, 2, 2, 3), (5, 3), (12,)):
        for dtype in create.DTYPES:
            x = create.make(constructor, shape, dtype)
            count = 2 if constructor is create.tensor else np.prod(shape)
            wanted = count == 24 and dtype in ("float16", "bfloat16") and not x.refused
            assert asked.reaches(x) == wanted


def test_the_challenge_can_be_typed_too():
    rows = parse("1,2,3,4,5,6,7,8;" * 3)
    assert asked.reaches(create.make(create.tensor, dtype="float16", rows=rows))
    assert not asked.reaches(create.make())
