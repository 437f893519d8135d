"""NumPy bridge: one piece of memory or two."""

from typing import Any

import streamlit as st

from lib.lessons.tensors.numpy_bridge import figures
from lib.lessons.tensors.numpy_bridge import lesson as bridge
from lib.lessons.tensors.numpy_bridge import metrics as facts
from lib.lessons.tensors.numpy_bridge.questions import TOLD, TOLD_COST, guesses, reaches
from pages.parts import control
from pages.parts.challenge import challenge
from pages.parts.chart import chart
from pages.parts.lesson import lesson
from pages.parts.numbers import numbers
from pages.parts.predict import ask, options, reveal
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.text import _, translated


def page() -> None:
    """Show the lesson."""
    questions = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        direction, settings = controls()
        shown = reveal(_("Show what happens"))
    cross = bridge.CROSSINGS[direction]
    result: bridge.Crossing = run(cross, **settings)
    with right:
        alt = _("Strips of memory with the names that point at them: {a} and {t}.")
        names = {"a": f"a = {result.before.array}", "t": f"t = {result.before.tensor}"}
        words, told = translated(figures.WORDS), alt.format(**names)
        chart(figures.memory, result, words, key="memory", alt=told, still=not shown)
    with questions:
        predictions(result, {"direction": direction, **settings})
    table(result, settings, shown)
    program(cross, **settings)
    held = f"{result.after.tensor[0]:g}" if shown else "?"  # it answers the first question
    challenge(
        _("Change a tensor without touching its name: find settings under which `t` changes "
          "although only `a` is written to."),
        reaches(result),
        f"t: `{result.before.tensor[0]:g}` → `{held}`",
        _("The two names share one memory, and you wrote into it instead of moving the name."),
    )  # fmt: skip


def controls() -> tuple[str, dict[str, Any]]:
    """Show the controls; return the direction and the settings of its function."""
    direction = control.buttons("direction", _("direction"), tuple(bridge.METHODS))
    # Each direction has its own methods, and so its own controls.
    way = "to_torch" if direction == bridge.TO_TORCH else "to_numpy"
    return direction, {
        "method": control.choice(f"{way}.method", _("crossing"), bridge.METHODS[direction]),
        "then": control.choice(f"{way}.then", _("what you do next"), bridge.CHANGES[direction]),
        "dtype": control.menu("dtype", "dtype", bridge.DTYPES),
        "size": control.slider("size", _("elements"), bridge.SIZES, 5),
    }


def predictions(result: bridge.Crossing, about: dict[str, Any]) -> None:
    """Ask what the other side holds, and what the crossing costs."""
    answers = guesses(result)
    other = "t" if result.source == "a" else "a"
    changes = bridge.CHANGES[bridge.TO_TORCH if result.source == "a" else bridge.TO_NUMPY]
    line = next(name for name, function in changes.items() if function is about["then"])
    held = _("After `{code}`, what does {other} hold?").format(code=line, other=other)
    cost = _("How many bytes of new memory did the crossing take for the numbers?")
    ask(
        ("numbers", held, options(answers["numbers"], TOLD), about),
        ("bytes", cost, options(answers["bytes"], TOLD_COST), about),
    )


def table(result: bridge.Crossing, settings: dict[str, Any], shown: bool) -> None:
    """Show both sides in numbers."""
    at = run(facts.addresses, **settings)
    rows = {
        "`a.dtype`": result.before.array_dtype,
        "`t.dtype`": result.before.tensor_dtype,
        _("address of a, of t, after the crossing"): (
            f"`{at.array_before:#x}` `{at.tensor_before:#x}`"
        ),
        _("one memory after the crossing"): result.before.shared,
        _("a after the change"): result.after.array,
        _("t after the change"): result.after.tensor,
        _("one memory after the change"): result.after.shared,
        "`t[0].item()`": result.first,
    }
    numbers(rows, shown, always=("`a.dtype`", "`t.dtype`"))
    one = run(facts.one_number)
    words = _(
        "The notes' `x = torch.randn(1)` prints as `{printed}`; `x.item()` is the Python number "
        "`{item}`. Without a dtype, `np.ones` gives {numpy} and `torch.ones` {torch}."
    )
    kinds = run(facts.default_dtypes)
    st.markdown(
        words.format(
            printed=one.printed, item=one.item, numpy=kinds.np_ones, torch=kinds.torch_ones
        )
    )


lesson("numpy_bridge", page)
