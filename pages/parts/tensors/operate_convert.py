"""One number on its way from one dtype to another."""

from typing import Any

import streamlit as st

from lib.lessons.tensors.operate import convert as conversion
from lib.lessons.tensors.operate import figures_line as figures
from lib.lessons.tensors.operate import questions as asks
from lib.lessons.tensors.operate.convert import Converted, Line
from lib.lessons.tensors.operate.figures_conversion_frames import WORDS
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.numbers import numbers
from pages.parts.predict import ask, options, reveal
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.run_result import literal
from pages.parts.text import _, translated


def one_number(questions: Any, left: Any, right: Any) -> None:
    """Show what a number becomes in another dtype.

    Args:
        questions: where to ask.
        left: where the controls go.
        right: where the picture goes.
    """
    with left:
        settings = {
            "value": control.number("value", _("value"), conversion.VALUE, 300.0, 0.1),
            "source": control.menu("source", _("from dtype"), conversion.SOURCES, "float32"),
            "target": control.menu("target", _("to dtype"), conversion.TARGETS, "uint8"),
        }
        shown = reveal(_("Show the result"))
    made: Converted = run(conversion.convert, **settings)
    way = run(conversion.line, **settings)
    value, source, target = settings.values()
    with right:
        if way is None:
            st.warning(f"`torch.tensor([{value}], dtype=torch.{source})`: {literal(made.refused)}")
            st.markdown(_(asks.TOLD_VALUE["error"]))
        else:
            alt = _("A number line with {value} as {source}, and the range of {target}.")
            drawn = (way, source, target, translated(WORDS))
            told = alt.format(**settings)
            chart(figures.number_line, *drawn, key="line", alt=told, still=not shown)
    if way:
        with questions:
            ask_what_becomes(made, way, settings)
        what_became(made, way, settings, shown)
    program(conversion.convert, **settings)
    challenge(
        _("Find a number above 1000 that becomes the same uint8 as 300 does."),
        asks.wraps_to_44(made, target),
        f"`{value:g}` → `{made.became if shown and way else '?'}`",
        _("Numbers that differ by a multiple of 256 have the same last 8 bits, all a uint8 keeps."),
    )


def ask_what_becomes(made: Converted, way: Line, settings: dict[str, Any]) -> None:
    """Ask what the number becomes, and what that costs."""
    answers = asks.value_guesses(made, way, settings["source"], settings["target"])
    value = _("What does `{value:g}` as {source} become as {target}?").format(**settings)
    cost = _("How many bytes of new memory does that take for each number?")
    ask(
        ("value", value, options(answers["value"], asks.TOLD_VALUE), settings),
        ("bytes", cost, options(answers["bytes"], asks.TOLD_COST), settings),
    )


def what_became(made: Converted, way: Line, settings: dict[str, Any], shown: bool) -> None:
    """Show the numbers, and the other ways to write the conversion."""
    target = settings["target"]
    rows = {
        f"`y = x.to(torch.{target})`": made.became,
        "`y.to(x.dtype)`": made.back,
        _("bytes of new memory"): made.new_bytes,
    }
    ends = _("least and largest {target}").format(target=target)
    open_ones = {"`x`": made.stored, ends: f"`{way.low:g}` `{way.high:g}`"}
    numbers(open_ones | rows, shown, always=open_ones)
    words = _("Shorter: `{short}`. As old programs write it: `x.type({old})`.")
    st.markdown(words.format(short=conversion.SHORTER[target], old=made.old_name))
    if shown and way.kind == "wrapped" and "float" in settings["source"]:
        st.markdown(_(asks.AROUND))
