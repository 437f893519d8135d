"""Create: every common way to make a tensor."""

import streamlit as st

from lib.lessons.tensors.create import cheat_sheet
from lib.lessons.tensors.create import lesson as create
from lib.lessons.tensors.create import questions as asked
from lib.lessons.tensors.create.distributions import draws
from lib.lessons.tensors.create.scene import written_as
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _
from pages.parts.prediction import revealed


def controls() -> Settings:
    """Show the controls that the constructor uses."""
    left, right = st.columns(2)
    with left:
        values = parts.shown({"constructor": _("constructor")})
    with right:
        values |= parts.shown({"dtype": "dtype"})
    constructor = values["constructor"]
    if constructor is create.tensor:
        label = _("numbers: a comma between two, a semicolon between rows")
        return values | parts.shown({"rows": label})
    if constructor is create.full:
        values |= parts.shown({"fill": _("fill with")})
    values |= parts.shown({"axes": _("axes")})
    axes = values["axes"]
    places = st.columns(min(axes, 2)) * 2
    for axis, place in zip(range(axes), places, strict=False):
        with place:
            values |= parts.shown({f"axes{axes}.{axis}": f"{_('length of axis')} {axis}"})
    if constructor in create.RANDOM:
        with parts.more():
            values |= parts.shown({"seed": "seed"})
    return values


def line_of(settings: Settings) -> str:
    """Return the line of code that makes the tensor, as one writes it outside of this lesson."""
    used = {name: value for name, value in settings.items() if name != "seed"}
    line = written_as(name="x", **{"shape": (), **used})[-1]
    return line.replace(", out=used", "")  # only here does empty memory hold what we want


def questions(settings: Settings) -> list[Question]:
    """Ask for the bytes, and for what the numbers will be."""
    made: create.Made = parts.run(create.make, **settings)
    line = line_of(settings)
    if made.refused:
        answers = parts.options(
            asked.refused_answers(), asked.REFUSED_FEEDBACK, asked.LABELS, sort=False
        )
        return [parts.question("bytes", _("What comes of `{line}`?", line=line), answers)]
    drawn = None
    if settings["constructor"] in create.RANDOM:
        used = {name: settings[name] for name in ("constructor", "dtype", "seed")}
        drawn = parts.run(draws, **used)
    about = asked.about_numbers(made, drawn, settings)
    how_many = _("How many bytes do its {count} numbers take?", count=made.numel)
    return [
        parts.question(
            "bytes",
            f"`{line}` {how_many}",
            parts.options(asked.bytes_answers(made), asked.BYTES_FEEDBACK),
        ),
        parts.question(
            about.name,
            f"`{line}` {_(about.words)}",
            parts.options(about.answers, about.feedback, asked.LABELS),
        ),
    ]


def challenge(settings: Settings) -> Goal:
    """Ask for a tensor of two bytes an element."""
    made: create.Made = parts.run(create.make, **settings)
    return Goal(
        _("Make 24 elements that take exactly 48 bytes."),
        asked.reaches(made),
        f"`{line_of(settings)}`",
        _("Half precision: 2 bytes an element. Half the memory, and half as much to move."),
    )


def program(settings: Settings) -> Program:
    """Return the program that made the tensor."""
    return Program(create.make, settings)


def below(settings: Settings) -> None:
    """Show what lies in empty memory, and the lines of a cheat sheet, one after the other."""
    if settings["constructor"] is create.empty and "last" in revealed("create"):
        found = parts.run(create.leftovers)
        st.markdown(_(create.LEFT_OVER, **found._asdict()))
    sheet = st.expander(_(cheat_sheet.TITLE), key="create.sheet.open", on_change="rerun")
    if sheet.open:
        lines = [
            f"- `{line.code}`: {_(line.comment)}. `{line.size}` `{line.dtype}`"
            for line in parts.run(cheat_sheet.run_lines)
        ]
        sheet.markdown("\n".join([_(cheat_sheet.BEFORE), "", *lines, "", _(cheat_sheet.AFTER)]))


def hints(_settings: Settings) -> Hints:
    """Say how 24 elements fill 48 bytes."""
    return Hints(
        _("48 bytes for 24 elements are 2 bytes each: look for a dtype of that size."),
        _("float16 takes 2 bytes an element, and 6 × 4 are 24 elements."),
        {"dtype": "float16", "axes": "2", "axes2.0": 6, "axes2.1": 4, "constructor": "torch.rand"},
    )  # fmt: skip


parts.page(
    "create",
    controls=controls,
    questions=questions,
    challenge=challenge,
    hints=hints,
    program_of=program,
    below=below,
)
