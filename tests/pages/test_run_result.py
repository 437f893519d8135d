"""What came of a program, as the tables of a page show it."""

from typing import Any, NamedTuple

import numpy as np
import pytest

from lib.core.isolation import Attempt
from pages.parts.run_result import outcome, table, written

SQUARE = np.array([[1, 2], [3, 4]])


class Fields(NamedTuple):
    """A program's result with an array in it."""

    size: int
    array: Any


@pytest.mark.parametrize(
    ("result", "rows"),
    [
        (SQUARE, ["| `1 2` |", "| `3 4` |"]),
        (SQUARE.reshape(2, 1, 2), ["| `1 2` |", "| `3 4` |"]),
        (Fields(7, SQUARE), ["| `size` | `7` |", "| `array` | `1 2` |", "| | `3 4` |"]),
    ],
)
def test_each_row_of_an_array_is_a_row_of_the_table(
    result: Any, rows: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr("pages.parts.run_result.st.markdown", shown.append)
    outcome(Attempt(result))
    [table_] = shown
    assert table_.split("\n")[2:] == rows  # below the head
    assert "<" not in table_  # Streamlit shows HTML as text


def test_an_array_among_the_numbers_of_a_lesson_takes_a_row_for_each_of_its_own() -> None:
    shown = table({"x": written(SQUARE), "n": written(2)}, ("Number", "Value"))
    assert shown.split("\n")[2:] == ["| x | `1 2` |", "| | `3 4` |", "| n | `2` |"]
