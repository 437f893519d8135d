"""What lesson pages are made of; a page takes all of it from here.

The modules are free of lessons: what one lesson alone needs stands in a folder of its section.
Browser code, and the elements it draws, stand in ``browser``.
"""

from pages.parts import control
from pages.parts.challenge import Goal, challenge, finished, goal
from pages.parts.chart import chart
from pages.parts.lesson import PICTURE_LEFT, lesson
from pages.parts.numbers import numbers
from pages.parts.page import Program, Settings, folded, more, page, shown, whole_program
from pages.parts.parsed_input import parsed_input
from pages.parts.predict import ask, options, predict, predict_later, reveal
from pages.parts.prediction import Question, question
from pages.parts.program import program
from pages.parts.run import attempt, run
from pages.parts.run_result import literal, table, written
from pages.parts.steps import steps, typed_steps
from pages.parts.tabs import tabs
from pages.parts.text import _, sentence, translated

__all__ = [
    "PICTURE_LEFT",
    "Goal",
    "Program",
    "Question",
    "Settings",
    "_",
    "ask",
    "attempt",
    "challenge",
    "chart",
    "control",
    "finished",
    "folded",
    "goal",
    "lesson",
    "literal",
    "more",
    "numbers",
    "options",
    "page",
    "parsed_input",
    "predict",
    "predict_later",
    "program",
    "question",
    "reveal",
    "run",
    "sentence",
    "shown",
    "steps",
    "table",
    "tabs",
    "translated",
    "typed_steps",
    "whole_program",
    "written",
]
