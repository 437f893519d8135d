"""The parts that lessons are made of, one by one."""

import os
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch
from streamlit.testing.v1 import AppTest

from lib.core import i18n
from lib.runtime.pool import close_workers
from pages.parts.options import options
from pages.parts.run_result import literal, quoted, written

HERE = "tests.pages.test_parts"


def slow(seconds: float, folder: str) -> int:
    """Say that it began, wait, and return the process's number."""
    Path(folder, f"began-{os.getpid()}").touch()
    time.sleep(seconds)
    return os.getpid()


def refuse(n: int) -> int:
    """Refuse n."""
    raise ValueError(f"n={n} is out of range: 1 to 3")


def draw(seed: int) -> float:
    """Return a random number of this seed."""
    torch.manual_seed(seed)
    return torch.rand(1).item()


def app(body: str, timeout: float = 30) -> AppTest:
    head = f"import streamlit as st\nfrom {HERE} import *\nfrom pages.parts.run import run\n"
    head += "from pages.parts import lesson_context\nlesson_context.begin('gradients')\n"
    return AppTest.from_string(head + body, default_timeout=timeout)


def test_run_turns_an_error_into_a_sentence_and_ends_the_page() -> None:
    at = app("st.slider('x', 0, 9, 4, key='x')\nrun(refuse, n=9)\nst.write('after')").run()
    assert not at.exception
    assert "n=9 is out of range: 1 to 3" in at.error[0].value
    assert at.slider[0].value == 4
    assert not at.markdown


def test_run_leaves_the_random_state_alone() -> None:
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    at = app("st.write(run(draw, seed=3))").run()
    assert not at.exception
    assert torch.equal(torch.rand(3), expected)


def test_heavy_work_is_done_elsewhere_and_once(tmp_path: Path) -> None:
    body = f"st.text(run(slow, heavy=True, seconds=0.5, folder={str(tmp_path)!r}))"
    first, second = app(body).run(), app(body).run()
    assert not first.exception
    assert int(first.text[0].value) != os.getpid()
    assert first.text[0].value == second.text[0].value
    assert len(list(tmp_path.iterdir())) == 1
    close_workers()


def test_heavy_work_that_fails_says_so_and_may_be_tried_again() -> None:
    at = app("run(refuse, heavy=True, n=8)").run()
    assert "n=8 is out of range" in at.error[0].value
    assert "n=8 is out of range" in at.run().error[0].value
    close_workers()


def test_a_stopped_computation_waits_to_be_asked_again() -> None:
    at = app("st.text(run(draw, heavy=True, seed=1))")
    name = (HERE, "draw", "seed=1")
    at.session_state["stopped"] = name
    at.run()
    assert "Stopped" in at.info[0].value
    assert not at.text
    at.button[0].click().run()
    assert at.text
    close_workers()


PREDICT = """
from pages.parts.options import options
from pages.parts.prediction import predict, question, revealed
TOLD = {"2": "two", "4": "four", "6": "six"}
def ask(settings):
    return [question("q", "How much?", (str(2 * settings["x"]), TOLD))]
x = st.slider("x", 1, 3, 1, key="gradients.x")
"""
SHOWN = 'predict("gradients", ask, {"x": x})\nst.session_state.seen = revealed("gradients")\n'


def test_a_prediction_answers_your_very_choice() -> None:
    at = app(PREDICT + SHOWN).run()
    assert "first choice counts" in at.markdown[-1].value
    assert "q" not in at.session_state.seen
    at.pills[0].set_value("4").run()
    assert "four" in at.markdown[-1].value
    assert "It is 2" in at.markdown[-1].value
    assert at.pills[0].disabled
    assert "q" in at.session_state.seen


def test_that_the_first_choice_counts_is_said_once() -> None:
    more = 'one = ask\nask = lambda x: [*one(x), question("r", "How little?", ("1", {"1": ""}))]\n'
    at = app(PREDICT + more + SHOWN).run()
    assert len(at.session_state["lesson_context"].predictions) == 2
    assert len([each for each in at.markdown if "first choice counts" in each.value]) == 1


def test_a_changed_setting_is_asked_about_anew_once_you_want_it() -> None:
    at = app(PREDICT + SHOWN).run()
    at.pills[0].set_value("2").run()
    assert "Right" in at.markdown[-1].value
    at.slider[0].set_value(2).run()
    assert "Right" in at.markdown[-1].value
    at.button(key="gradients.ask_anew").click().run()
    assert at.pills[0].value is None
    assert not at.pills[0].disabled
    at.pills[0].set_value("4").run()
    assert "Right" in at.markdown[-1].value


def test_a_question_without_its_answer_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    at = app(PREDICT + 'TOLD.pop("2")\n' + SHOWN).run()
    at.pills[0].set_value("4").run()
    assert at.exception
    assert "ValueError: the answer '2' is not among the options ['4', '6']" in caplog.text


CHALLENGE = """
from pages.parts.challenge import Goal, goal
goal(Goal("Reach it", {reached}, "You are at 3.", "That is why."))
"""


@pytest.mark.parametrize("reached", [True, False])
def test_a_challenge_is_checked(reached: bool) -> None:
    at = app(CHALLENGE.format(reached=reached)).run()
    assert bool(at.success) is reached
    assert bool(at.info) is not reached
    assert "gradients" in at.session_state["finished"] if reached else True


def even(text: str) -> int:
    """Read an even number; nothing stands for 0."""
    if text.strip("0123456789") or int(text or 0) % 2:
        raise ValueError(f"{text!r} is no even number *at all*")
    return int(text or 0)


TYPED = """
from pages.parts.parsed_input import parsed_input
st.session_state.read = parsed_input("n", "n", "2", ("4", "three"), even, most=9)
"""


def test_a_text_that_cannot_be_read_loses_nothing() -> None:
    at = app(TYPED).run()
    assert at.session_state.read == 2
    assert not at.warning
    for good, number in (("4", 4), ("", 0), ("6", 6)):
        at.text_input[0].set_value(good).run()
        assert at.session_state.read == number
        assert not at.warning
        for bad in ("three", "5"):
            at.text_input[0].set_value(bad).run()
            assert at.session_state.read == number
            [warning] = at.warning
            assert literal(f"{bad!r} is no even number *at all*.") in warning.value
            still = f"shows `{good}`" if good else "shows what an empty field stands for"
            assert f"The page still {still}." in warning.value
    assert at.text_input[0].max_chars == 9
    assert at.session_state["lesson_context"].controls["gradients.n"].examples == ("4", "three")


def test_a_link_with_a_bad_text_opens_with_the_first_one() -> None:
    at = app(TYPED)
    at.query_params["gradients.n"] = "7"
    at.run()
    assert at.text_input[0].value == "7"
    assert at.session_state.read == 2
    assert "The page still shows `2`." in at.warning[0].value


NUMBERS = """
from pages.parts.numbers import numbers
numbers({{"a": 1.5, "b": "two", "c": None}}, {shown}, always=("a",))
"""


def test_numbers_hide_what_is_asked_for() -> None:
    table, told = (each.value for each in app(NUMBERS.format(shown=False)).run().markdown)
    assert "`1.5`" in table
    assert "two" not in table
    assert [row.split("|")[1].strip() for row in table.splitlines()[2:]] == ["a"]
    assert "More numbers come when you have answered." in told
    [table] = (each.value for each in app(NUMBERS.format(shown=True)).run().markdown)
    assert [row.split("|")[1].strip() for row in table.splitlines()[2:]] == ["a", "b", "c"]


class Answer(NamedTuple):
    """A guess."""

    code: str
    value: object
    right: bool


def test_answers_stand_in_order_of_size_or_as_they_come() -> None:
    guesses = [Answer("b", "more", False), Answer("a", "less", True)]
    told, names = {"a": "why", "b": "why not"}, {"less": "fewer"}
    answer, feedback = options(guesses, told, names)
    assert answer == "fewer"
    assert list(feedback.items()) == [("fewer", "why"), ("more", "why not")]
    assert list(options(guesses, told, names, sort=False)[1]) == ["more", "fewer"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (4.5, "`4.5`"),
        (True, "`True`"),
        (None, "`None`"),
        ((2.0, 2.0), "`2 2`"),
        ((28, 28), "`28 28`"),
        ((2.0,) * 7, "`2` (every one of 7)"),
        (torch.tensor([[1.0, 2.0], [3.0, 4.0]]).numpy(), "`1 2`\n`3 4`"),
        (torch.full((2, 3), 0.5).numpy(), "`0.5` (every one of 2 × 3)"),
        ([16777216, 16777217], "`16777216 16777217`"),
        ((2**70, -1), "`1180591620717411303424 -1`"),
        ((16777217, 0.5, 1 / 3), "`16777217 0.5 0.333333`"),
        ((16777217,) * 5, "`16777217` (every one of 5)"),
        (torch.tensor([[16777217, 1], [0, 2]]).numpy(), "`16777217 1`\n`0 2`"),
        (torch.tensor(16777217).numpy(), "`16777217`"),
        ((1e10, 2e10), "`1e+10 2e+10`"),
    ],
)
def test_values_are_written_short(value: Any, expected: str) -> None:
    assert written(value) == expected


def test_an_error_message_is_shown_sign_by_sign() -> None:
    assert literal("[2, 2] *a* $x$") == r"\[2, 2\] \*a\* \$x\$"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x[1]", "`x[1]`"),
        ("a ` ![](//far.example)", "``a ` ![](//far.example)``"),
        ("``", "``` `` ```"),
        ("a\n\nb", "`a b`"),
    ],
)
def test_a_text_from_outside_stays_code(text: str, expected: str) -> None:
    assert quoted(text) == expected


@pytest.mark.parametrize("text", ["inf", "-inf", "1e999", "-1e999", "infinity", "nan", "9" * 400])
@pytest.mark.parametrize("kind", ["number", "slider"])
def test_a_link_with_no_usable_number_opens_with_the_first_one(kind: str, text: str) -> None:
    at = app(
        "from lib.core.rules import Between\nfrom pages.parts import control\n"
        f"st.session_state.read = control.{kind}('n', 'n', Between(0, 9), 2)"
    )
    at.query_params["gradients.n"] = text
    for _again in range(2):
        at.run()
        assert not at.exception
        assert at.session_state.read == 2
    [widget] = at.number_input if kind == "number" else at.slider
    widget.set_value(5).run()
    assert at.session_state.read == 5


def test_another_language_is_found_and_used(tmp_path: Path) -> None:
    assert i18n.languages(tmp_path / "nothing") == ("en",)
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.mo").touch()
    assert i18n.languages(tmp_path) == ("en", "de")
