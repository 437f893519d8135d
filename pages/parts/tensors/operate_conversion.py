"""One number on its way from one dtype to another."""

from typing import Any, NamedTuple

import streamlit as st

from lib.lessons.tensors.operate import conversion, conversion_figures
from lib.lessons.tensors.operate import questions as asked
from pages import parts
from pages.parts import _, control


class OneNumber(NamedTuple):
    """What the controls say, and what comes of it.

    Attributes:
        settings: those of ``convert``.
        converted: the number before and after.
        route: its route on the number line; None if the first dtype cannot hold the number.
        revealed: whether the answers may be seen.
    """

    settings: dict[str, Any]
    converted: conversion.Converted
    route: conversion.Route | None
    revealed: bool

    def picture(self) -> None:
        """Draw the number line, or say why there is no number."""
        value, source, target = self.settings.values()
        if self.route is None:
            refused = parts.literal(self.converted.refused)
            st.warning(f"`torch.tensor([{value}], dtype=torch.{source})`: {refused}")
            st.markdown(_(asked.VALUE_FEEDBACK["error"]))
            return
        parts.chart(
            conversion_figures.number_line,
            route=self.route,
            source=source,
            target=target,
            key="line",
            alt=_(
                "A number line with {value} as {source}, and the range of {target}.",
                **self.settings,
            ),
            revealed=self.revealed,
        )

    def questions(self) -> None:
        """Ask what the number becomes, and what that costs."""
        if self.route is None:
            return
        source, target = self.settings["source"], self.settings["target"]
        answers = asked.conversion_answers(self.converted, self.route, source, target)
        parts.ask(
            (
                "value",
                _("What does `{value:g}` as {source} become as {target}?", **self.settings),
                parts.options(answers["value"], asked.VALUE_FEEDBACK),
                self.settings,
            ),
            (
                "bytes",
                _("How many bytes of new memory does that take for each number?"),
                parts.options(answers["bytes"], asked.COST_FEEDBACK),
                self.settings,
            ),
        )

    def numbers(self) -> None:
        """Show the numbers, and the other ways to write the conversion."""
        if self.route is None:
            return
        made, target = self.converted, self.settings["target"]
        ends = f"`{self.route.low:g}` `{self.route.high:g}`"
        known = {"`x`": made.stored, _("least and largest {target}", target=target): ends}
        asked_for = {
            f"`y = x.to(torch.{target})`": made.became,
            "`y.to(x.dtype)`": made.back,
            _("bytes of new memory"): made.new_bytes,
        }
        parts.numbers(known | asked_for, self.revealed, always=known)
        words = _(
            "Shorter: `{short}`. As old programs write it: `x.type({old})`.",
            short=conversion.SHORTER[target],
            old=made.old_name,
        )
        st.markdown(words)
        if self.revealed and self.route.kind == "wrapped" and "float" in self.settings["source"]:
            st.markdown(_(asked.AROUND))

    def program(self) -> None:
        """Show the program that converted the number."""
        parts.program(conversion.convert, **self.settings)

    def challenge(self) -> None:
        """Ask for another number that wraps around to the same."""
        became = self.converted.became if self.revealed and self.route else "?"
        parts.challenge(
            _("Find a number above 1000 that becomes the same uint8 as 300 does."),
            asked.wraps_to_44(self.converted, self.settings["target"]),
            f"`{self.settings['value']:g}` → `{became}`",
            _("Numbers that differ by a multiple of 256 have the same last 8 bits, all a uint8 "
              "keeps."),
        )  # fmt: skip


def one_number() -> OneNumber:
    """Show the controls."""
    settings = {
        "value": control.number("value", _("value"), conversion.VALUE, 300.0, 0.1),
        "source": control.menu("source", _("from dtype"), conversion.SOURCES, "float32"),
        "target": control.menu("target", _("to dtype"), conversion.TARGETS, "uint8"),
    }
    revealed = parts.reveal(_("Show the result"))
    converted = parts.run(conversion.convert, **settings)
    return OneNumber(settings, converted, parts.run(conversion.route, **settings), revealed)
