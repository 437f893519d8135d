"""What lesson pages are made of; a page takes all of it from here.

The modules are free of lessons: what one lesson alone needs stands in a folder of its section.
Browser code, and the elements it draws, stand in ``browser``.
"""

from pages.parts import control
from pages.parts.challenge import challenge, finished
from pages.parts.chart import chart
from pages.parts.lesson import PICTURE_LEFT, lesson
from pages.parts.numbers import numbers
from pages.parts.parsed_input import parsed_input
from pages.parts.predict import ask, options, predict, predict_later, reveal
from pages.parts.program import program
from pages.parts.run import attempt, run
from pages.parts.run_result import literal, table, written
from pages.parts.steps import steps, typed_steps
from pages.parts.tabs import tabs
from pages.parts.text import _, sentence, translated

__all__ = [
    "PICTURE_LEFT",
    "_",
    "ask",
    "attempt",
    "challenge",
    "chart",
    "control",
    "finished",
    "lesson",
    "literal",
    "numbers",
    "options",
    "parsed_input",
    "predict",
    "predict_later",
    "program",
    "reveal",
    "run",
    "sentence",
    "steps",
    "table",
    "tabs",
    "translated",
    "typed_steps",
    "written",
]
