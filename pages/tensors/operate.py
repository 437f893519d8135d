"""Operate: what two tensors become together, and what one becomes in another dtype."""

from pages import parts
from pages.parts import _, control
from pages.parts.tensors.operate_broadcasting import TwoTensors, two_tensors
from pages.parts.tensors.operate_conversion import OneNumber, one_number

BROADCAST, CONVERT = "broadcast", "convert"
State = TwoTensors | OneNumber


def controls() -> State:
    """Show the controls of the part that is open; the other one computes nothing."""
    part = control.buttons("part", _("what to look at"), (BROADCAST, CONVERT))
    return two_tensors() if part == BROADCAST else one_number()


def picture(state: State) -> None:
    """Draw how two tensors are lined up, or a number line."""
    state.picture()


def questions(state: State) -> None:
    """Ask for shape and dtype, or for number and cost."""
    state.questions()


def numbers(state: State) -> None:
    """Show what came of it."""
    state.numbers()


def program(state: State) -> None:
    """Show the program that ran."""
    state.program()


def challenge(state: State) -> None:
    """Set the challenge of the part that is open."""
    state.challenge()


parts.lesson(
    "operate",
    controls=controls,
    picture=picture,
    questions=questions,
    numbers=numbers,
    program=program,
    challenge=challenge,
)
