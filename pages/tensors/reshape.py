"""Reshape: one memory, and the many ways to read it."""

from typing import Any

import streamlit as st

from lib.lessons.tensors.reshape import bugs as wrong
from lib.lessons.tensors.reshape import figures
from lib.lessons.tensors.reshape import lesson as reshape
from lib.lessons.tensors.reshape import questions as asked
from lib.lessons.tensors.reshape import rotation as turned
from lib.lessons.tensors.reshape import steps as chains
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.code import code
from pages.parts.lesson import lesson
from pages.parts.numbers import numbers
from pages.parts.parsed_input import typed
from pages.parts.predict import ask, options, reveal
from pages.parts.run import run
from pages.parts.run_result import literal
from pages.parts.steps import typed_steps
from pages.parts.tensors.reshape_photo import photo
from pages.parts.text import _, translated

CHAIN = ("transpose", "reshape", "none", "none")
TEXTS = ("16", "-1, -1", "2, 0, 1", "", "two, 8", "1000")
SHAPES = ("2, 3, 4", "6", "1, 12", "0, 4", "5, 5", "four", "1, 1, 1, 1, 1")


def page() -> None:
    """Show the lesson."""
    questions = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = controls()
        shown = reveal(_("Show every step"))
    result: reshape.Chain = run(reshape.follow, **settings)
    with right:
        alt = _("The memory of x as a strip, the jumps that read it, and x, of shape {shape}.")
        told, words = alt.format(shape=settings["shape"]), translated(figures.WORDS)
        chart(figures.memory, result, words, key="memory", alt=told, still=not shown)
        if shown:
            refusal(result, settings["steps"])
    with questions:
        predictions(result, **settings)
    table(result, shown)
    code(reshape.follow, **settings)
    photo()
    rotation()


def controls() -> dict[str, Any]:
    """Show the controls and return the settings."""
    shape = typed("shape", _("shape of x"), chains.START, SHAPES, chains.start_shape, most=30)
    steps = typed_steps(chains.BEGIN_WITH, CHAIN, TEXTS, chains.whole_numbers)
    return {"shape": shape, "steps": steps}


def refusal(result: reshape.Chain, steps: chains.Steps) -> None:
    """Say why the chain ended early, if it did: in PyTorch's own words."""
    if result.refused:
        failing = chains.call(steps[len(result.looks) - 1])
        st.error(f"`{failing}`: {literal(result.refused)}", icon=":material/error:")
    if result.too_large:
        limit = _("Drawn are up to {axes} axes and {elements} elements.")
        limit = limit.format(axes=chains.MOST_AXES, elements=chains.MOST_SHOWN)
        st.info(f"{literal(result.too_large)}. {limit}")


def predictions(result: reshape.Chain, shape: chains.Numbers, steps: chains.Steps) -> None:
    """Ask for the strides after the first step, and what comes of the whole chain."""
    answers, look = asked.guesses(result), asked.subject(result)
    jumps = _("`x` has the shape {shape}. What is `{code}.stride()`?")
    jumps = jumps.format(shape=shape, code=f"x{look.call}")
    taken = steps[: len(result.looks) - 1] if result.too_large else steps
    chain = f"x{''.join(map(chains.call, taken))}.view(-1)"
    flat, names = _("What comes of `{code}`?").format(code=chain), asked.LABELS
    ask(
        ("strides", jumps, options(answers["strides"], asked.TOLD),
         {"shape": shape, "step": look.call}),
        ("view", flat, options(answers["view"], asked.TOLD_VIEW, names, sort=False),
         {"shape": shape, "steps": steps}),
    )  # fmt: skip


def table(result: reshape.Chain, shown: bool) -> None:
    """Show the end of the chain in numbers."""
    last = result.looks[-1]
    rows = {
        "`y`": f"`x{''.join(look.call for look in result.looks[1:])}`",
        "`y.shape`": f"`{last.shape}`",
        "`y.stride()`": f"`{last.stride}`",
        "`y.storage_offset()`": f"`{last.storage_offset}`",
        "`y.is_contiguous()`": last.is_contiguous,
        _("y reads the memory of x"): last.shares,
    }
    numbers(rows, shown)


def rotation() -> None:
    """Set the challenge."""
    goal = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = {
            "start": control.slider("start", _("start in memory"), turned.START, 0),
            "down": control.slider("down", _("jump for a step down"), turned.JUMP, 1),
            "right": control.slider("right", _("jump for a step right"), turned.JUMP, 4),
        }
        read: turned.Reading = run(turned.read_memory, **settings)
        fine = _("reads it, without a copy")
        st.markdown(f"NumPy: {_('would leave the memory') if read.shares is None else fine}")
        st.markdown(f"PyTorch: {literal(read.refused) or fine}")
    with right:
        alt = _("The memory of x, read as 4 by 3 from {start} on with the jumps {down}, {right}.")
        told, words = alt.format(**settings), translated(figures.WORDS)
        chart(figures.reading, read, words, key="reading", alt=told)
    with goal:
        row = " ".join("?" if each is None else str(each) for each in read.elements[:3])
        copies = run(turned.who_copies)
        fields = {"numpy": not copies.numpy_shares, "torch": not copies.torch_shares}
        challenge(
            _("Turn `x`, 3 by 4, by 90 degrees without copying, or prove that PyTorch cannot. "
              "`transpose` alone is a mirror, and no step above ever moves element 0 from the "
              "first place. So choose the start and both jumps yourself, until the grid is x "
              "turned: to the left, its first row is 3 7 11; to the right, 8 4 0."),
            turned.reaches(read),
            _("The first row is {row}.").format(row=row),
            _(turned.LEARNED).format(**fields),
        )  # fmt: skip


lesson("reshape", page, wrong.BUGS, wrong.THEN)
