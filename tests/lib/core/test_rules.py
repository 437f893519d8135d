import inspect
import math
import pickle
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lib.core.rules import Between, OneOf, checked, known_by, readable

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def first() -> str:
    """Return the first word."""
    return "first"


def second() -> str:
    """Return the second word."""
    return "second"


@checked(x=Between(-3.0, 3.0), n=Between(1, 4), word=OneOf(first, second))
def lesson(x: float = 1.0, n: int = 2, *, word=first, free: object = None) -> tuple:
    """Return the settings."""
    return (x, n, word, free)


@given(st.data(), FINITE, FINITE)
def test_every_number_in_the_range_is_allowed_and_so_are_the_ends(data, one, other):
    rule = Between(min(one, other), max(one, other))
    rule.check("x", rule.low)
    rule.check("x", rule.high)
    rule.check("x", data.draw(st.floats(rule.low, rule.high)))


@given(FINITE)
def test_a_number_outside_is_refused_with_its_name_value_and_range(value):
    assume(not -3 <= value <= 3)
    with pytest.raises(ValueError, match=re.escape(f"x={value!r} is out of range: -3.0 to 3.0")):
        Between(-3.0, 3.0).check("x", value)


@pytest.mark.parametrize("low_and_high", [(-3.0, 3.0), (-3, 3)])
def test_the_next_number_past_an_end_is_refused(low_and_high):
    low, high = low_and_high
    whole = isinstance(low, int)
    for value in (
        low - 1 if whole else math.nextafter(low, -math.inf),
        high + 1 if whole else math.nextafter(high, math.inf),
    ):
        with pytest.raises(ValueError, match=re.escape(repr(value))):
            Between(low, high).check("x", value)


@given(st.integers(-100, 100))
def test_whole_numbers_are_allowed_where_numbers_are(value):
    Between(-100.0, 100.0).check("x", value)
    Between(-100, 100).check("x", value)


@given(FINITE)
def test_a_float_is_no_whole_number_even_if_it_looks_like_one(value):
    with pytest.raises(ValueError, match="not a whole number from -3 to 3"):
        Between(-3, 3).check("n", value)
    with pytest.raises(ValueError, match=re.escape("n=2.0 is not a whole number")):
        Between(-3, 3).check("n", 2.0)


@pytest.mark.parametrize("rule", [Between(0.0, 1.0), Between(0, 1)], ids=["number", "whole"])
@pytest.mark.parametrize(
    "value", [True, False, math.nan, math.inf, -math.inf, None, "1", 1j, (1,), [1]], ids=repr
)
def test_what_is_no_number_is_refused_with_its_name_value_and_range(rule, value):
    with pytest.raises(ValueError, match=r"^x=.* from 0(\.0)? to 1(\.0)?$") as refused:
        rule.check("x", value)
    assert repr(value) in str(refused.value)


@pytest.mark.parametrize("value", [10**400, -(10**400)], ids=["huge", "hugely negative"])
@pytest.mark.parametrize("rule", [Between(0.0, 1.0), Between(0, 1)], ids=["number", "whole"])
def test_a_whole_number_too_large_for_a_float_is_refused_like_any_other(rule, value):
    with pytest.raises(ValueError, match="out of range"):
        rule.check("x", value)


@given(st.lists(st.one_of(st.integers(), st.text(), st.booleans()), min_size=1), st.data())
def test_each_option_is_allowed(options, data):
    OneOf(*options).check("x", data.draw(st.sampled_from(options)))


@pytest.mark.parametrize("value", [1.0, True, "1", None, 2], ids=repr)
def test_an_option_counts_by_value_and_type(value):
    with pytest.raises(ValueError, match=re.escape(f"x={value!r} is not one of: 1, 0")):
        OneOf(1, 0).check("x", value)


def test_an_option_that_is_a_function_goes_by_its_name():
    OneOf(first).check("word", first)
    with pytest.raises(ValueError, match="word=second is not one of: first"):
        OneOf(first).check("word", second)


@given(st.one_of(st.integers(), FINITE, st.text(), st.booleans(), st.none()))
def test_a_plain_value_reads_as_python_writes_it(value):
    assert readable(value) == repr(value)


def test_a_checked_function_keeps_its_name_words_signature_and_rules():
    assert lesson.__name__ == "lesson"
    assert lesson.__doc__.split("\n")[0] == "Return the settings."
    assert "    x: -3.0 to 3.0\n    n: 1 to 4\n" in lesson.__doc__
    assert pickle.loads(pickle.dumps(lesson)) is lesson
    assert list(inspect.signature(lesson).parameters) == ["x", "n", "word", "free"]
    assert set(lesson.rules) == {"x", "n", "word"}
    assert lesson.rules["x"] == Between(-3.0, 3.0)


@given(st.floats(-3.0, 3.0), st.integers(1, 4), st.sampled_from([first, second]), st.integers())
def test_a_checked_function_gets_its_settings_unchanged(x, n, word, free):
    assert lesson(x, n, word=word, free=free) == (x, n, word, free)


@pytest.mark.parametrize(
    ("args", "given_settings", "words"),
    [
        ((4.0,), {}, "x=4.0 is out of range: -3.0 to 3.0"),
        ((), {"x": 4.0}, "x=4.0 is out of range: -3.0 to 3.0"),
        ((1.0, 2.5), {}, "n=2.5 is not a whole number from 1 to 4"),
        ((), {"word": "first"}, "word='first' is not one of: first, second"),
    ],
)
def test_a_bad_setting_is_refused_however_it_is_given(args, given_settings, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        lesson(*args, **given_settings)


def test_a_default_is_checked_too():
    with pytest.raises(ValueError, match="x=9 is out of range"):
        checked(x=Between(0, 1))(lambda x=9: x)()


def test_a_rule_without_a_setting_is_refused_at_once():
    with pytest.raises(ValueError, match=r"first has no setting named \['x'\]"):
        checked(x=Between(0, 1))(first)


def test_an_unknown_setting_is_refused():
    with pytest.raises(TypeError, match="colour"):
        lesson(colour=1)  # type: ignore[call-arg]


def test_a_setting_is_known_by_few_words():
    picture = bytes(range(256)) * 1000
    assert len(known_by(picture)) == 64
    assert known_by(picture) != known_by(picture[:-1])
    assert known_by(first) == "first"
    assert known_by("first") == "'first'"
    assert known_by(2.0) == "2.0"
