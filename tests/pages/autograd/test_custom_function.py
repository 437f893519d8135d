"""The alternative texts of the pictures tell what the questions ask for only once it is shown."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.core.isolation import call_alone
from lib.lessons.autograd.custom_function.functions import FUNCTIONS
from lib.lessons.autograd.custom_function.gradcheck import jacobians
from lib.lessons.autograd.custom_function.sine_fit import fit_sine
from lib.runtime.pool import close_workers

FRAME = str(Path(__file__).parents[3] / "pages" / "frame.py")
SINE = "Fit a sine with it"


@pytest.fixture(scope="module", autouse=True)
def no_workers_left() -> Any:
    yield
    close_workers()


def opened(**controls: str) -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=60).switch_page("autograd/custom_function.py")
    for name, value in controls.items():
        app.query_params[f"custom_function.{name}"] = value
    app.run()
    assert not app.exception
    return app


def alternative_text(chart: str, **controls: str) -> str:
    charts: dict[str, str] = opened(**controls).session_state["lesson_context"].charts
    return charts[chart]


def test_a_function_tells_its_slopes_only_once_they_are_shown() -> None:
    # (5 x³ - 3 x) / 2 at 1, and twice its slope (15 x² - 3) / 2
    hidden = alternative_text("slopes", grad_output="2.0")
    assert hidden == "The function from -2 to 2; at x = 1.0 it is 1.0."
    shown = alternative_text("slopes", grad_output="2.0", show="true")
    assert shown == f"{hidden} Below, backward gives 12.0 there, the finite difference 12."


@pytest.mark.parametrize("mistake", FUNCTIONS["ReLU"])
def test_the_tables_tell_in_how_many_numbers_they_differ(mistake: str) -> None:
    count = (~jacobians(FUNCTIONS["ReLU"][mistake], 1.0).agrees).sum()
    chosen = {"function": "ReLU", "mistake": mistake}
    assert "differ in" not in alternative_text("jacobians", **chosen)
    assert f"differ in {count}." in alternative_text("jacobians", **chosen, show="true")


def test_the_fit_tells_its_end_only_once_it_is_shown() -> None:
    first, *_, last = call_alone(fit_sine, {}).losses
    hidden = alternative_text("fit", view=SINE)
    assert hidden.endswith(f"The loss begins at {first}.")
    assert alternative_text("fit", view=SINE, show="true").endswith(
        f"After 2000 steps it is {last}."
    )


def test_the_fixed_sentences_have_all_their_fields() -> None:
    written = [each.value for each in opened(view=SINE).markdown]
    [introduction] = [words for words in written if "PyTorch's tutorial](" in words]
    [challenge] = [words for words in written if "Eight neurons" in words]
    assert "{" not in introduction + challenge
    assert "88%" in challenge
