import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lib.core.isolation import attempt
from lib.lessons.tensors.reshape.lesson import follow
from lib.lessons.tensors.reshape.steps import METHODS, start_shape, whole_numbers


@given(some.lists(some.integers(-99, 99), max_size=4).map(tuple))
def test_numbers_are_read_as_they_are_written(numbers):
    for text in (str(numbers), ", ".join(map(str, numbers)), " ".join(map(str, numbers))):
        assert whole_numbers(text) == numbers
        assert whole_numbers(text.replace("-", "−")) == numbers


@given(some.text(max_size=30))
@settings(max_examples=300)
def test_any_text_is_read_or_refused_with_a_sentence(text):
    read = attempt(whole_numbers, {"text": text})
    assert read.error in ("", "ValueError")
    if read.error:
        assert len(read.message.split()) > 3
    else:
        assert all(abs(number) <= 99 for number in read.result)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("two, 8", "'two' is not a whole number: write numbers from -99 to 99"),
        ("2.5", "'2.5' is not a whole number"),
        ("__import__", "is not a whole number"),
        ("2, 100", "text: 100 is out of range: -99 to 99"),
        ("1 1 1 1 1", "has 5 numbers: 0 to 4"),
        ("٣", "is not a whole number"),
        (7, "text=7 is not text"),
    ],
)
def test_text_that_is_no_numbers_is_refused_by_name(text, says):
    with pytest.raises(ValueError, match=says):
        whole_numbers(text)


def test_a_start_shape_is_read_and_checked():
    assert start_shape("(2, 3, 4)") == (2, 3, 4)
    with pytest.raises(ValueError, match=r"shape=\(5, 5\) is out of range"):
        start_shape("5, 5")
    with pytest.raises(ValueError, match="'four' is not a whole number"):
        start_shape("four")


def test_every_step_of_the_page_begins_with_numbers_it_can_take():
    for name, text in METHODS.items():
        assert not follow((4, 4), ((name, whole_numbers(text)),)).error
