"""NumPy bridge: one piece of memory or two."""

from typing import Any, NamedTuple

import streamlit as st

from lib.lessons.tensors.numpy_bridge import figures, metrics
from lib.lessons.tensors.numpy_bridge import lesson as bridge
from lib.lessons.tensors.numpy_bridge.questions import (
    BYTES_FEEDBACK,
    NUMBERS_FEEDBACK,
    guesses,
    reaches,
)
from pages import parts
from pages.parts import _, control


class State(NamedTuple):
    """What the controls say, and what comes of it."""

    direction: str
    settings: dict[str, Any]
    result: bridge.Conversion
    revealed: bool


def controls() -> State:
    """Show the controls."""
    direction = control.buttons("direction", _("direction"), tuple(bridge.METHODS))
    # Each direction has its own methods, and so its own controls.
    prefix = "to_torch" if direction == bridge.TO_TORCH else "to_numpy"
    changes = bridge.CHANGES[direction]
    settings = {
        "method": control.choice(f"{prefix}.method", _("conversion"), bridge.METHODS[direction]),
        "change": control.choice(f"{prefix}.change", _("what you do next"), changes),
        "dtype": control.menu("dtype", "dtype", bridge.DTYPES),
        "size": control.slider("size", _("elements"), bridge.SIZES, 5),
    }
    revealed = parts.reveal(_("Show what happens"))
    result = parts.run(bridge.CONVERSIONS[direction], **settings)
    return State(direction, settings, result, revealed)


def picture(state: State) -> None:
    """Draw the memory and the names that stand for it."""
    before = state.result.before
    alt = _(
        "Strips of memory with the names that point at them: a = {a} and t = {t}.",
        a=before.array,
        t=before.tensor,
    )
    parts.chart(figures.memory, result=state.result, key="memory", alt=alt, revealed=state.revealed)


def questions(state: State) -> None:
    """Ask what the other side holds, and what the conversion costs."""
    answers = guesses(state.result)
    changes = bridge.CHANGES[state.direction].items()
    line = next(name for name, change in changes if change is state.settings["change"])
    other = "t" if state.result.source == "a" else "a"
    about = {"direction": state.direction, **state.settings}
    parts.ask(
        (
            "numbers",
            _("After `{code}`, what does {other} hold?", code=line, other=other),
            parts.options(answers["numbers"], NUMBERS_FEEDBACK),
            about,
        ),
        (
            "bytes",
            _("How many bytes of new memory did the conversion take for the numbers?"),
            parts.options(answers["bytes"], BYTES_FEEDBACK),
            about,
        ),
    )


def numbers(state: State) -> None:
    """Show both sides in numbers, and what the notes have beside them."""
    before, after = state.result.before, state.result.after
    at = parts.run(metrics.addresses, **state.settings)
    rows = {
        "`a.dtype`": before.array_dtype,
        "`t.dtype`": before.tensor_dtype,
        _("address of a, of t, after the conversion"): (
            f"`{at.array_before:#x}` `{at.tensor_before:#x}`"
        ),
        _("one memory after the conversion"): before.shared,
        _("a after the change"): after.array,
        _("t after the change"): after.tensor,
        _("one memory after the change"): after.shared,
        "`t[0].item()`": state.result.first,
    }
    parts.numbers(rows, state.revealed, always=["`a.dtype`", "`t.dtype`"])
    one, defaults = parts.run(metrics.one_number), parts.run(metrics.default_dtypes)
    st.markdown(
        _("The notes' `x = torch.randn(1)` prints as `{printed}`; `x.item()` is the Python number "
          "`{item}`. Without a dtype, `np.ones` gives {numpy} and `torch.ones` {torch}.",
          printed=one.printed, item=one.item, numpy=defaults.np_ones, torch=defaults.torch_ones)
    )  # fmt: skip


def program(state: State) -> None:
    """Show the program that converted."""
    parts.program(bridge.CONVERSIONS[state.direction], **state.settings)


def challenge(state: State) -> None:
    """Ask for a change of the tensor that does not name it."""
    held = f"{state.result.after.tensor[0]:g}" if state.revealed else "?"  # the first question's
    parts.challenge(
        _("Change a tensor without touching its name: find settings under which `t` changes "
          "although only `a` is written to."),
        reaches(state.result),
        f"t: `{state.result.before.tensor[0]:g}` → `{held}`",
        _("The two names share one memory, and you wrote into it instead of moving the name."),
    )  # fmt: skip


parts.lesson(
    "numpy_bridge",
    controls=controls,
    picture=picture,
    questions=questions,
    numbers=numbers,
    program=program,
    challenge=challenge,
)
