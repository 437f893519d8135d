"""Create: every common way to make a tensor."""

from typing import Any

import streamlit as st

from lib.core.rules import Between
from lib.lessons.tensors.create import figures
from lib.lessons.tensors.create import lesson as create
from lib.lessons.tensors.create import metrics as create_facts
from lib.lessons.tensors.create import questions as asked
from lib.lessons.tensors.create.settings import AT_FIRST, LENGTHS, parse
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.lesson import lesson
from pages.parts.numbers import numbers
from pages.parts.parsed_input import parsed_input
from pages.parts.predict import ask, options, reveal
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.run_result import literal
from pages.parts.text import _, translated

TEXTS = ("1, 2; 3, 4", "1, 2;", "1, 2; 3", "5, x", "1e9", "")

Drawn = create_facts.Draws | None  # None if nothing is left to chance


def page() -> None:
    """Show the lesson."""
    questions = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = controls()
        shown = reveal(_("Show the answers"))
    made: create.Made = run(create.make, **settings)
    drawn: Drawn = None
    if settings["constructor"] in create.RANDOM and not made.refused:
        kept = ("constructor", "dtype", "seed")
        drawn = run(create_facts.draws, **{name: settings[name] for name in kept})
    with right:
        pictures(made, drawn, shown)
    with questions:
        predictions(made, drawn, settings)
    if not made.refused:
        facts(made, drawn, settings, shown)
    notes()
    program(create.make, **settings)
    challenge(
        _("Make 24 elements that take exactly 48 bytes."),
        asked.reaches(made),
        f"{made.numel} {_('elements')}, {made.nbytes if shown else '?'} {_('bytes')}",
        _("Half precision: 2 bytes an element. Half the memory, and half as much to move."),
    )


def controls() -> dict[str, Any]:
    """Show the controls; return the settings of ``make`` that the constructor uses."""
    constructor = control.choice("constructor", _("constructor"), create.CONSTRUCTORS, "torch.rand")
    settings: dict[str, Any] = {"constructor": constructor}
    if constructor is create.tensor:
        label = _("numbers: a comma between two, a semicolon between rows")
        settings["rows"] = parsed_input("rows", label, "5.5, 3", TEXTS, parse)  # the notes' own numbers
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
    return settings


def pictures(made: create.Made, drawn: Drawn, shown: bool) -> None:
    """Draw the values, and beside them the draws or the bytes of an element."""
    words = translated(figures.WORDS)
    if made.refused:
        st.warning(literal(made.refused))
        if "implemented for" in made.refused:
            st.markdown(_("In such words `Long` is int64, `Int` int32, `Char` int8, `Byte` uint8."))
    else:
        alt = _("The values of x in a grid of shape {shape}.").format(shape=made.shape)
        chart(figures.values, made, not (shown or drawn), words, key="values", alt=alt)
    if drawn:
        alt = _("A histogram of 10 000 draws under the curve that theory gives.")
        chart(figures.draws, drawn, made, not shown, words, key="draws", alt=alt)
    else:
        alt = _("For every dtype, how many bytes one element takes, as boxes.")
        sizes, chosen = run(create_facts.element_sizes), made.dtype.removeprefix("torch.")
        chart(figures.sizes, sizes, chosen, not shown, words, key="sizes", alt=alt)


def predictions(made: create.Made, drawn: Drawn, settings: dict[str, Any]) -> None:
    """Ask for the bytes, and for what the numbers will be."""
    if made.refused:
        st.info(_(asked.REFUSED))
        return
    question = _("How many bytes do the {count} numbers take?").format(count=made.numel)
    sizes = options(asked.bytes_guesses(made), asked.TOLD_BYTES)
    about = asked.about_numbers(made, drawn, settings)
    values = options(about.guesses, about.told, asked.NAMES)
    ask(("bytes", question, sizes, settings), (about.name, _(about.words), values, settings))


def facts(made: create.Made, drawn: Drawn, settings: dict[str, Any], shown: bool) -> None:
    """Show the tensor in numbers."""
    rows = {
        "`x.size()`": f"`torch.Size({list(made.shape)})`",
        "`x.ndim`": made.ndim,
        "`x.numel()`": made.numel,
        "`x.dtype`": f"`{made.dtype}`",
        "`x.device`": f"`{made.device}`",
        "`x.element_size()`": f"`{made.element_size}` {_('bytes')}",
        "`x.nbytes`": f"`{made.numel}` × `{made.element_size}` = `{made.nbytes}` {_('bytes')}",
    }
    if drawn:
        mean, spread = drawn.law.mean, drawn.law.spread
        rows[_("mean of 10 000 draws")] = f"`{drawn.mean:.4f}` ({_('in theory')} `{mean:.4g}`)"
        rows[_("their spread")] = f"`{drawn.spread:.4f}` ({_('in theory')} `{spread:.4g}`)"
    else:
        rows[_("last element")] = f"`{asked.last(made)}`"
    numbers(rows, shown, always=list(rows)[:5])
    if settings["constructor"] is create.empty and shown:
        found = run(create_facts.leftovers)
        st.markdown(_(create_facts.LEFT_OVER).format(**found._asdict()))


def notes() -> None:
    """Show the notes' lines, run one after the other."""
    st.markdown(f"**{_('The notes, line by line')}**")
    lines = [
        f"- `{line.code}`: {_(create_facts.TOLD[line.code])}. `{line.size}` `{line.dtype}`"
        for line in run(create_facts.notes)
    ]
    before, after = _(create_facts.BEFORE_NOTES), _(create_facts.AFTER_NOTES)
    st.markdown("\n".join([before, "", *lines, "", after]))


lesson("create", page)
