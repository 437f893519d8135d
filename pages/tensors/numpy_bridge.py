"""NumPy bridge: one piece of memory or two."""

from typing import Any

import streamlit as st

from lib.lessons.tensors.numpy_bridge import lesson as bridge
from lib.lessons.tensors.numpy_bridge import metrics
from lib.lessons.tensors.numpy_bridge.questions import (
    BYTES_FEEDBACK,
    NUMBERS_FEEDBACK,
    guesses,
    reaches,
)
from lib.lessons.tensors.numpy_bridge.scene import PREFIX
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _


def controls() -> Settings:
    """Show the controls of the chosen direction."""
    values = parts.shown({"direction": _("direction")})
    prefix = PREFIX[values["direction"]]
    values |= parts.shown(
        {f"{prefix}.method": _("conversion"), f"{prefix}.change": _("what you do next")},
        rest={"dtype": "dtype", "size": _("elements")},
    )
    return values


def converted(settings: Settings) -> bridge.Conversion:
    """Return what comes of the settings."""
    chosen = {name: value for name, value in settings.items() if name != "direction"}
    result: bridge.Conversion = parts.run(bridge.CONVERSIONS[settings["direction"]], **chosen)
    return result


def line_of(options: dict[str, Any], function: Any) -> str:
    """Return the line of code that a function stands for."""
    return next(name for name, each in options.items() if each is function)


def questions(settings: Settings) -> list[Question]:
    """Ask what the conversion costs, and what the other side holds."""
    result, direction = converted(settings), settings["direction"]
    answers = guesses(result)
    converts = line_of(bridge.METHODS[direction], settings["method"])
    changes = line_of(bridge.CHANGES[direction], settings["change"])
    source, other = ("a", "t") if result.source == "a" else ("t", "a")
    held = {"source": source, "other": other, "size": settings["size"], "dtype": settings["dtype"]}
    cost = _(
        "{source} holds {size} ones of {dtype}. How many bytes of new memory does "
        "`{other} = {code}` take for the numbers?",
        **held,
        code=converts,
    )
    change = _("`{other} = {code}`, then `{change}`. What does {other} hold?",
               **held, code=converts, change=changes)  # fmt: skip
    return [
        parts.question("bytes", cost, parts.options(answers["bytes"], BYTES_FEEDBACK)),
        parts.question("numbers", change, parts.options(answers["numbers"], NUMBERS_FEEDBACK)),
    ]


def challenge(settings: Settings) -> Goal:
    """Ask for a change of the tensor that does not name it."""
    result = converted(settings)
    changes = line_of(bridge.CHANGES[settings["direction"]], settings["change"])
    return Goal(
        _("Change a tensor without touching its name: find settings under which `t` changes "
          "although only `a` is written to."),
        reaches(result),
        f"`{changes}`",
        _("The two names share one memory, and you wrote into it instead of moving the name."),
    )  # fmt: skip


def program(settings: Settings) -> Program:
    """Return the program that converted."""
    chosen = {name: value for name, value in settings.items() if name != "direction"}
    return Program(bridge.CONVERSIONS[settings["direction"]], chosen)


def notes(_settings: Settings) -> None:
    """Say what the notes have beside the conversions."""
    one, defaults = parts.run(metrics.one_number), parts.run(metrics.default_dtypes)
    st.markdown(
        _("The notes' `x = torch.randn(1)` prints as `{printed}`; `x.item()` is the Python number "
          "`{item}`. Without a dtype, `np.ones` gives {numpy} and `torch.ones` {torch}.",
          printed=one.printed, item=one.item, numpy=defaults.np_ones, torch=defaults.torch_ones)
    )  # fmt: skip


def hints(_settings: Settings) -> Hints:
    """Say what it takes to change a tensor through an array."""
    return Hints(
        _("`t` follows `a` only while both are one piece of memory: choose a conversion that "
          "copies nothing."),
        _("`a = a + 1` makes another array and moves the name. `a += 1` writes into the old one."),
        {"direction": "numpy->torch", "to_torch.method": "torch.from_numpy(a)",
            "to_torch.change": "a += 1"},
    )  # fmt: skip


parts.page(
    "numpy_bridge",
    controls=controls,
    questions=questions,
    challenge=challenge,
    hints=hints,
    program_of=program,
    below=notes,
)
