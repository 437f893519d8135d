"""Create: every common way to make a tensor."""

from typing import Any, NamedTuple

import streamlit as st

from lib.core.rules import Between
from lib.lessons.tensors.create import cheat_sheet, figures
from lib.lessons.tensors.create import lesson as create
from lib.lessons.tensors.create import questions as asked
from lib.lessons.tensors.create.distributions import Draws, draws
from lib.lessons.tensors.create.settings import AT_FIRST, LENGTHS, parse
from pages import parts
from pages.parts import _, control

TEXTS = ("1, 2; 3, 4", "1, 2;", "1, 2; 3", "5, x", "1e9", "")


class State(NamedTuple):
    """What the controls say, and what comes of it."""

    settings: dict[str, Any]
    made: create.Made
    drawn: Draws | None  # None if the numbers are not random
    revealed: bool


def controls() -> State:
    """Show the controls that the constructor uses."""
    constructor = control.choice("constructor", _("constructor"), create.CONSTRUCTORS, "torch.rand")
    settings: dict[str, Any] = {"constructor": constructor}
    if constructor is create.tensor:
        label = _("numbers: a comma between two, a semicolon between rows")
        settings["rows"] = parts.parsed_input("rows", label, "5.5, 3", TEXTS, parse)
    else:
        axes = int(control.buttons("axes", _("axes"), tuple(map(str, LENGTHS)), "2"))
        settings["shape"] = tuple(
            control.slider(
                f"axes{axes}.{axis}", f"{_('length of axis')} {axis}", Between(1, most), first
            )
            for axis, (most, first) in enumerate(zip(LENGTHS[axes], AT_FIRST[axes], strict=True))
        )
    if constructor is create.full:
        settings["fill"] = control.choice("fill", _("fill with"), create.FILLS)
    settings["dtype"] = control.menu("dtype", "dtype", create.DTYPES)
    if constructor in create.RANDOM:
        settings["seed"] = control.slider("seed", "seed", create.SEED, 0)
    revealed = parts.reveal(_("Show the answers"))
    made: create.Made = parts.run(create.make, **settings)
    drawn = None
    if constructor in create.RANDOM and not made.refused:
        used = {name: settings[name] for name in ("constructor", "dtype", "seed")}
        drawn = parts.run(draws, **used)
    return State(settings, made, drawn, revealed)


def picture(state: State) -> None:
    """Draw the values, and below them the draws or the bytes of an element."""
    made, drawn, revealed = state.made, state.drawn, state.revealed
    if made.refused:
        st.warning(parts.literal(made.refused))
        if "implemented for" in made.refused:
            st.markdown(_("In such words `Long` is int64, `Int` int32, `Char` int8, `Byte` uint8."))
    else:
        alt = _("The values of x in a grid of shape {shape}.", shape=made.shape)
        seen = revealed or drawn is not None
        parts.chart(figures.values, made=made, key="values", alt=alt, revealed=seen)
    if drawn:
        alt = _("A histogram of 10 000 draws under the curve that theory gives.")
        parts.chart(figures.draws, drawn=drawn, made=made, key="draws", alt=alt, revealed=revealed)
    else:
        alt = _("For every dtype, how many bytes one element takes, as boxes.")
        sizes, chosen = parts.run(create.element_sizes), made.dtype.removeprefix("torch.")
        parts.chart(
            figures.sizes, each=sizes, chosen=chosen, key="sizes", alt=alt, revealed=revealed
        )


def questions(state: State) -> None:
    """Ask for the bytes, and for what the numbers will be."""
    made, settings = state.made, state.settings
    if made.refused:
        st.info(_(asked.REFUSED))
        return
    sizes = parts.options(asked.bytes_answers(made), asked.BYTES_FEEDBACK)
    about = asked.about_numbers(made, state.drawn, settings)
    values = parts.options(about.answers, about.feedback, asked.LABELS)
    parts.ask(
        ("bytes", _("How many bytes do the {count} numbers take?", count=made.numel), sizes,
         settings),
        (about.name, _(about.words), values, settings),
    )  # fmt: skip


def numbers(state: State) -> None:
    """Show the tensor in numbers, if there is one."""
    made, drawn = state.made, state.drawn
    if made.refused:
        return
    known = {
        "`x.size()`": f"`torch.Size({list(made.shape)})`",
        "`x.ndim`": made.ndim,
        "`x.numel()`": made.numel,
        "`x.dtype`": f"`{made.dtype}`",
        "`x.device`": f"`{made.device}`",
    }
    asked_for = {
        "`x.element_size()`": f"`{made.element_size}` {_('bytes')}",
        "`x.nbytes`": f"`{made.numel}` × `{made.element_size}` = `{made.nbytes}` {_('bytes')}",
    }
    if drawn:
        mean, std = f"`{drawn.theory.mean:.4g}`", f"`{drawn.theory.std:.4g}`"
        asked_for[_("mean of 10 000 draws")] = f"`{drawn.mean:.4f}` ({_('in theory')} {mean})"
        asked_for[_("their standard deviation")] = f"`{drawn.std:.4f}` ({_('in theory')} {std})"
    else:
        asked_for[_("last element")] = f"`{asked.last(made)}`"
    parts.numbers(known | asked_for, state.revealed, always=known)
    if state.settings["constructor"] is create.empty and state.revealed:
        found = parts.run(create.leftovers)
        st.markdown(_(create.LEFT_OVER, **found._asdict()))


def program(state: State) -> None:
    """Show the program that made the tensor."""
    parts.program(create.make, **state.settings)


def more(_state: State) -> None:
    """Show the lines of a cheat sheet, run one after the other."""
    lines = [
        f"- `{line.code}`: {_(line.comment)}. `{line.size}` `{line.dtype}`"
        for line in parts.run(cheat_sheet.run_lines)
    ]
    st.markdown(f"**{_(cheat_sheet.TITLE)}**")
    st.markdown("\n".join([_(cheat_sheet.BEFORE), "", *lines, "", _(cheat_sheet.AFTER)]))


def challenge(state: State) -> None:
    """Ask for a tensor of two bytes an element."""
    made = state.made
    parts.challenge(
        _("Make 24 elements that take exactly 48 bytes."),
        asked.reaches(made),
        f"{made.numel} {_('elements')}, {made.nbytes if state.revealed else '?'} {_('bytes')}",
        _("Half precision: 2 bytes an element. Half the memory, and half as much to move."),
    )


parts.lesson(
    "create",
    controls=controls,
    picture=picture,
    questions=questions,
    numbers=numbers,
    program=program,
    more=more,
    challenge=challenge,
)
