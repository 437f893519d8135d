"""Reshape: one memory, and the many ways to read it."""

from typing import NamedTuple

import streamlit as st

from lib.lessons.tensors.reshape import figures, rotation, steps
from lib.lessons.tensors.reshape import lesson as reshape
from lib.lessons.tensors.reshape.questions import (
    LABELS,
    STRIDE_FEEDBACK,
    VIEW_FEEDBACK,
    guesses,
    subject,
)
from pages import parts
from pages.parts import _, control
from pages.parts.tensors.reshape_photo import photo

CHAIN = ("transpose", "reshape", "none", "none")
TEXTS = ("16", "-1, -1", "2, 0, 1", "", "two, 8", "1000")
SHAPES = ("2, 3, 4", "6", "1, 12", "0, 4", "5, 5", "four", "1, 1, 1, 1, 1")


class State(NamedTuple):
    """What the controls say, and what comes of it."""

    shape: steps.Numbers
    steps: steps.Steps
    result: reshape.Chain
    revealed: bool


def controls() -> State:
    """Show the controls."""
    shape = parts.parsed_input(
        "shape", _("shape of x"), steps.START, SHAPES, steps.start_shape, most=30
    )
    chain = parts.typed_steps(steps.METHODS, CHAIN, TEXTS, steps.whole_numbers)
    revealed = parts.reveal(_("Show every step"))
    return State(shape, chain, parts.run(reshape.follow, shape=shape, steps=chain), revealed)


def picture(state: State) -> None:
    """Draw the memory; say why the chain ended early, if it did, in PyTorch's own words."""
    parts.chart(
        figures.memory,
        chain=state.result,
        key="memory",
        alt=_(
            "The memory of x as a strip, the strides that read it, and x, of shape {shape}.",
            shape=state.shape,
        ),
        revealed=state.revealed,
    )
    if not state.revealed:
        return
    if state.result.error:
        failing = steps.call(state.steps[len(state.result.layouts) - 1])
        words = parts.literal(state.result.error)
        st.error(f"`{failing}`: {words}", icon=":material/error:")
    if state.result.too_large:
        limit = _(
            "Drawn are up to {axes} axes and {elements} elements.",
            axes=steps.MOST_AXES,
            elements=steps.MOST_SHOWN,
        )
        st.info(f"{parts.literal(state.result.too_large)}. {limit}")


def questions(state: State) -> None:
    """Ask for the strides after the first step, and what comes of the whole chain."""
    answers, layout = guesses(state.result), subject(state.result)
    taken = state.steps[: len(state.result.layouts) - 1] if state.result.too_large else state.steps
    parts.ask(
        (
            "strides",
            _("`x` has the shape {shape}. What is `{code}.stride()`?",
              shape=state.shape, code=f"x{layout.call}"),
            parts.options(answers["strides"], STRIDE_FEEDBACK),
            {"shape": state.shape, "step": layout.call},
        ),
        (
            "view",
            _("What comes of `{code}`?", code=f"x{''.join(map(steps.call, taken))}.view(-1)"),
            parts.options(answers["view"], VIEW_FEEDBACK, LABELS, sort=False),
            {"shape": state.shape, "steps": state.steps},
        ),
    )  # fmt: skip


def numbers(state: State) -> None:
    """Show the end of the chain in numbers."""
    layouts = state.result.layouts
    rows = {
        "`y`": f"`x{''.join(layout.call for layout in layouts[1:])}`",
        "`y.shape`": f"`{layouts[-1].shape}`",
        "`y.stride()`": f"`{layouts[-1].stride}`",
        "`y.storage_offset()`": f"`{layouts[-1].storage_offset}`",
        "`y.is_contiguous()`": layouts[-1].is_contiguous,
        _("y reads the memory of x"): layouts[-1].shares_memory,
    }
    parts.numbers(rows, state.revealed, always=["`y`"])


def program(state: State) -> None:
    """Show the program that took the steps."""
    parts.program(reshape.follow, shape=state.shape, steps=state.steps)


def challenge(_state: State) -> None:
    """Ask for a rotation without a copy."""
    goal = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = {
            "start": control.slider("start", _("start in memory"), rotation.START, 0),
            "down": control.slider("down", _("stride of a step down"), rotation.STRIDE, 1),
            "right": control.slider("right", _("stride of a step right"), rotation.STRIDE, 4),
        }
        read: rotation.Reading = parts.run(rotation.read_memory, **settings)
        fine = _("reads it, without a copy")
        st.markdown(f"NumPy: {_('would leave the memory') if read.shares_memory is None else fine}")
        st.markdown(f"PyTorch: {parts.literal(read.error) or fine}")
    with right:
        alt = _(
            "The memory of x, read as 4 by 3 from {start} on with the strides {down}, {right}.",
            **settings,
        )
        parts.chart(figures.reading, read=read, key="reading", alt=alt)
    with goal:
        copies = parts.run(rotation.who_copies)
        parts.challenge(
            _("Turn `x`, 3 by 4, by 90 degrees without copying, or prove that PyTorch cannot. "
              "`transpose` alone is a mirror, and no step above ever moves element 0 from the "
              "first place. So choose the start and both strides yourself, until the grid is x "
              "turned: to the left, its first row is 3 7 11; to the right, 8 4 0."),
            rotation.reaches(read),
            _("The first row is {row}.",
              row=" ".join("?" if each is None else str(each) for each in read.elements[:3])),
            _(rotation.LEARNED, numpy=not copies.numpy_shares, torch=not copies.torch_shares),
        )  # fmt: skip


parts.lesson(
    "reshape",
    controls=controls,
    picture=picture,
    questions=questions,
    numbers=numbers,
    program=program,
    more=photo,
    challenge=challenge,
)
