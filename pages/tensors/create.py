"""Create: every common way to make a tensor."""

from typing import Any

import streamlit as st

from lib.figures.tensors import create as figures
from lib.settings import Between
from lib.tensors import create, create_facts
from lib.tensors import create_bugs as wrong
from lib.tensors import create_questions as asked
from lib.tensors.create_settings import LENGTHS, Rows, parse
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.code import code
from pages.parts.lesson import lesson
from pages.parts.numbers import numbers
from pages.parts.outcome import literal
from pages.parts.predict import options, predict, reveal
from pages.parts.run import run
from pages.parts.text import _, translated

TYPED = "create.typed"  # the last numbers that could be read
FIRST = "5.5, 3"  # the notes' own
AT_FIRST = {1: (5,), 2: (5, 3), 3: (3, 2, 3), 4: (2, 2, 3, 3)}


def page() -> None:
    """Show the lesson."""
    questions = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = controls()
        shown = reveal(_("Show the answers"))
    made: create.Made = run(create.make, **settings)
    drawn = None
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
    code(create.make, **settings)
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
        settings["rows"] = typed()
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
    settings["dtype"] = control.choice("dtype", "dtype", {name: name for name in create.DTYPES})
    if constructor in create.RANDOM:
        settings["seed"] = control.slider("seed", "seed", create.SEED, 0)
    return settings


def typed() -> Rows:
    """Show the field for numbers; return them, or the last ones if these cannot be read."""
    label = _("numbers: a comma between two, a semicolon between rows")
    text = control.text("rows", label, FIRST, ("1, 2; 3, 4", "1, 2;", "1, 2; 3", "5, x", "1e9", ""))
    try:
        rows = parse(text)
    except ValueError as error:
        kept = _("The picture still shows the numbers from before.")
        st.warning(f"{literal(str(error))}. {kept}")
        rows = st.session_state.get(TYPED, parse(FIRST))
    st.session_state[TYPED] = rows
    return rows


def pictures(made: create.Made, drawn: create_facts.Draws | None, shown: bool) -> None:
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
        each = run(create_facts.element_sizes)
        chosen = made.dtype.removeprefix("torch.")
        chart(figures.sizes, each, chosen, not shown, words, key="sizes", alt=alt)


def predictions(
    made: create.Made, drawn: create_facts.Draws | None, settings: dict[str, Any]
) -> None:
    """Ask for the bytes, and for what the numbers will be."""
    if made.refused:
        st.info(
            _("PyTorch makes no tensor of these settings. Below it says why, in its own words.")
        )
        return
    first, second = st.columns(2, gap="medium")
    with first:
        question = _("How many bytes do the {count} numbers take?").format(count=made.numel)
        answers = options(asked.bytes_guesses(made), asked.TOLD_BYTES)
        predict("bytes", question, *answers, settings)
    with second:
        if drawn:
            question = _("10 000 such numbers: what are their mean ± spread?")
            if drawn.is_complex:
                question = _("10 000 such numbers: the mean ± spread of their real parts?")
            guesses = asked.draws_guesses(settings["constructor"], drawn)
            predict("draws", question, *options(guesses, asked.TOLD_DRAWS), settings)
        else:
            question = _("What is the last element?")
            more = {name: settings[name] for name in ("fill", "rows") if name in settings}
            guesses = asked.last_guesses(made, settings["constructor"], **more)
            predict("last", question, *options(guesses, asked.TOLD_LAST, asked.NAMES), settings)


def facts(
    made: create.Made, drawn: create_facts.Draws | None, settings: dict[str, Any], shown: bool
) -> None:
    """Show the tensor in numbers."""
    rows = {
        "`x.size()`": f"`torch.Size({list(made.shape)})`",
        "`x.ndim`": made.ndim,
        "`x.numel()`": made.numel,
        "`x.dtype`": f"`{made.dtype}`",
        "`x.device`": f"`{made.device}`",
    }
    secret = {
        "`x.element_size()`": f"`{made.element_size}` {_('bytes')}",
        "`x.nbytes`": f"`{made.numel}` × `{made.element_size}` = `{made.nbytes}` {_('bytes')}",
    }
    if drawn:
        mean, spread = drawn.law.mean, drawn.law.spread
        secret[_("mean of 10 000 draws")] = f"`{drawn.mean:.4f}` ({_('in theory')} `{mean:.4g}`)"
        secret[_("their spread")] = f"`{drawn.spread:.4f}` ({_('in theory')} `{spread:.4g}`)"
    else:
        secret[_("last element")] = f"`{asked.last(made)}`"
    hidden = f":gray[{_('hidden until you answer')}]"
    numbers({**rows, **{name: value if shown else hidden for name, value in secret.items()}})
    if settings["constructor"] is create.empty and shown:
        found = run(create_facts.leftovers)
        words = _(
            "The sevens are there on purpose, so that you see what everybody sees. Without that: "
            "this server filled 1000 numbers with 7, gave their memory back, and asked for "
            "`torch.empty(1000)`. It found {sevens} sevens in it and {others} other numbers."
        )
        st.markdown(words.format(sevens=found.sevens, others=found.others))


def notes() -> None:
    """Show the notes' lines, run one after the other."""
    st.markdown(f"**{_('The notes, line by line')}**")
    words = _(
        "They import `torch`, `torch.nn as nn`, `torch.nn.functional as F` and `torch.optim as "
        "optim`. To make tensors you need only the first. Then x is, one after the other:"
    )
    lines = [
        f"- `{line.code}`: {_(create_facts.TOLD[line.code])}. `{line.size}` `{line.dtype}`"
        for line in run(create_facts.notes)
    ]
    end = _("The sizes are what `x.size()` says after each line; `x.shape` is the same.")
    st.markdown("\n".join([words, "", *lines, "", end]))


lesson("create", page, wrong.BUGS, wrong.THEN)
