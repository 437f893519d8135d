"""What lesson pages are made of; a page takes all of it from here.

The modules are free of lessons: what one lesson alone needs stands in a folder of its section.
Browser code, and the elements it draws, stand in ``browser``.
"""

from pages.parts import control
from pages.parts.challenge import Goal, goal
from pages.parts.chart import chart
from pages.parts.hints import Hints
from pages.parts.numbers import numbers
from pages.parts.options import options
from pages.parts.page import Program, Settings, folded, more, page, shown, whole_program
from pages.parts.parsed_input import parsed_input
from pages.parts.prediction import Question, question
from pages.parts.program import program
from pages.parts.run import attempt, run
from pages.parts.run_result import literal, table, written
from pages.parts.tabs import tabs
from pages.parts.text import _, sentence, translated

__all__ = [
    "Goal",
    "Hints",
    "Program",
    "Question",
    "Settings",
    "_",
    "attempt",
    "chart",
    "control",
    "folded",
    "goal",
    "literal",
    "more",
    "numbers",
    "options",
    "page",
    "parsed_input",
    "program",
    "question",
    "run",
    "sentence",
    "shown",
    "table",
    "tabs",
    "translated",
    "whole_program",
    "written",
]
