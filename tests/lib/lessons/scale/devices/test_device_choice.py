"""Every branch of the choice of a device, on machines that are not here."""

import inspect

import pytest
import torch

from lib.lessons.scale.devices import device_choice as choice
from lib.lessons.scale.devices.questions import FEEDBACK_CHOICE, choice_answers

# What each machine must give: the notes' line, today's, and the one that does not check.
SAYS = {
    "NVIDIA GPU": ("cuda", "cuda", "cuda"),
    "Apple GPU": ("cpu", "mps", "mps"),
    "Intel GPU": ("cpu", "xpu", "xpu"),
    "CUDA build, no GPU": ("cpu", "cpu", "cuda"),
    "CPU build": ("cpu", "cpu", "None"),
}


@pytest.mark.parametrize("machine", choice.MACHINES)
def test_each_machine_gets_its_device(machine):
    chosen = choice.choose_on(machine)
    assert chosen == SAYS[machine]
    asked = choice_answers(chosen)
    for name, value in (("notes", chosen.notes), ("today", chosen.today)):
        assert [each.value for each in asked[name] if each.right] == [value]
        assert {each.code for each in asked[name]} == set(FEEDBACK_CHOICE)
    assert choice.words_of(machine).startswith("Simulated: ")
    assert choice.words_of(choice.HERE) == "Really asked here."


def test_here_it_is_what_torch_finds():
    chosen = choice.choose()
    assert chosen.notes == ("cuda" if torch.cuda.is_available() else "cpu")
    if not torch.accelerator.is_available():
        assert chosen.today == "cpu"
    else:
        assert chosen.today == str(torch.accelerator.current_accelerator())
    assert choice.choose_on(choice.HERE) == chosen


def test_pretending_leaves_nothing_behind():
    before = (torch.cuda.is_available, torch._C._accelerator_getAccelerator, choice.choose())
    with choice.pretending(choice.MACHINES["Apple GPU"]):
        assert torch.mps.is_available()
        assert not torch.cuda.is_available()
    after = (torch.cuda.is_available, torch._C._accelerator_getAccelerator, choice.choose())
    assert after == before


def test_the_lines_in_the_questions_are_those_that_run():
    assert f"return {choice.THEN}\n" in inspect.getsource(choice.as_in_the_notes)
    assert f"device = {choice.NOW}\n" in inspect.getsource(choice.as_today)
    assert 'device or torch.device("cpu")' in inspect.getsource(choice.as_today)


def test_other_machines_are_refused():
    with pytest.raises(ValueError, match="machine='TPU' is not one of: 'this machine', 'NVIDIA"):
        choice.choose_on("TPU")
