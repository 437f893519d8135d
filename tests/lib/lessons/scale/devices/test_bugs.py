"""The mistakes around devices, on whatever device this machine has beside its CPU."""

import pytest
import torch
from torch import nn

from lib.core.bugs import bugs_of, outdated_of
from lib.core.isolation import attempt, call_alone
from lib.export import snippets
from lib.lessons.scale.devices import bugs
from lib.lessons.scale.devices.bugs import other_device
from lib.lessons.scale.devices.lesson import ACCELERATORS
from lib.lessons.scale.devices.questions import FEEDBACK_CHOICE
from tests.lib.core.test_bugs import check_loud, check_titles, pair

PACKAGE = "lib.lessons.scale.devices"
BUGS = bugs_of(PACKAGE)


HAS_GPU = torch.cuda.is_available()
OTHER = other_device().type
# With "meta" and with a GPU the words differ; "device" is in all of them.
SAYS = {
    "two_devices": ("RuntimeError", "device", "out = model(images)"),
    "plain_attribute": ("RuntimeError", "device", "return x * self.scale"),
    "criterion_left": ("RuntimeError", "device", "loss = criterion(out, y)"),
    "numpy_elsewhere": ("TypeError", ".cpu() to copy the tensor to host", "scores.numpy().max"),
    "gpu": ("AttributeError", "'Linear' object has no attribute 'gpu'", "model.gpu()"),
}
NVIDIA = "cuda_without_gpu"


def test_every_bug_is_tested_and_says_if_it_is_silent():
    needs_gpu = {"not_synchronized"} if HAS_GPU else set()
    check_titles(BUGS, {*SAYS, NVIDIA}, {"not_assigned", *needs_gpu})


@pytest.mark.parametrize("name", SAYS)
def test_a_loud_bug_raises_on_its_line_and_the_repair_does_not(name):
    check_loud(BUGS, name, *SAYS[name])


def test_what_meta_says_is_what_torch_says():
    if OTHER == "meta":
        said = "Tensor on device cpu is not on the expected device meta!"
        assert attempt(bugs.two_devices, {}).message in (
            said,
            said.replace("cpu", "?").replace("meta", "cpu").replace("?", "meta"),
        )


def test_a_tensor_without_axes_may_join():
    there = torch.ones(3, device=other_device())
    assert (there * torch.tensor(2.0)).device == there.device
    with pytest.raises(RuntimeError, match="device"):
        there * torch.ones(1)


def test_cuda_is_called_nvidias_and_amds():
    said = [bug.why for bug in BUGS] + [each.truth for each in outdated_of(PACKAGE)]
    said += [*FEEDBACK_CHOICE.values(), *ACCELERATORS.values()]
    assert sum("NVIDIA" in words for words in said) >= 4
    assert all("AMD" in words for words in said if "NVIDIA" in words)


@pytest.mark.skipif(HAS_GPU, reason="where there is a GPU it works")
def test_cuda_without_a_gpu():
    found = attempt(bugs.cuda_without_gpu, {})
    assert found.error in ("RuntimeError", "AssertionError")
    assert "NVIDIA" in found.message or "not compiled with CUDA" in found.message
    assert call_alone(bugs.cuda_without_gpu_fixed, {}) in ("cpu", OTHER)


def test_the_images_that_were_not_assigned_stay():
    broken, fixed = (call_alone(f, {}) for f in pair(BUGS, "not_assigned"))
    assert broken == ("cpu", "cpu", 0)
    assert fixed == (OTHER, OTHER, 1000 * 784 * 4)
    found = attempt(bugs.not_assigned, {})
    assert (found.error, found.warnings) == ("", ())


def test_the_module_that_leaves_its_tensor_behind_is_shown():
    broken, fixed = map(snippets.listing, (bugs.plain_attribute, bugs.plain_attribute_fixed))
    assert "self.scale = torch.full" in broken.text
    assert 'self.register_buffer("scale"' in fixed.text


def test_the_repairs_give_what_was_wanted():
    assert bugs.two_devices_fixed() == (4, 10)
    assert bugs.plain_attribute_fixed() == (4, 3)
    assert bugs.criterion_left_fixed() == ()
    assert bugs.gpu_fixed() == OTHER
    assert bugs.numpy_elsewhere_fixed() == "ndarray"


def test_on_the_cpu_are_the_same_numbers_or_zeros():
    x = torch.arange(6.0).view(2, 3)  # (2, 3)
    assert bugs.on_cpu(x).numpy().tolist() == [[0, 1, 2], [3, 4, 5]]
    assert not bugs.on_cpu(x.to("meta")).numpy().any()
    assert torch.equal(bugs.on_cpu(x.to(other_device())), x * (OTHER != "meta"))
    with pytest.raises(NotImplementedError, match="no data"):
        x.to("meta").cpu()


def test_what_the_words_say_of_the_criterion():
    assert not nn.CrossEntropyLoss().state_dict()
    assert isinstance(nn.CrossEntropyLoss().cuda(), nn.CrossEntropyLoss)  # without a GPU, too


def test_then_and_now_choose_a_device_that_is_here():
    then, now = call_alone(bugs.device_then, {}), call_alone(bugs.device_now, {})
    assert then.device == ("cuda" if HAS_GPU else "cpu")
    assert now.device == (OTHER if OTHER != "meta" else "cpu")
    assert then.computed_on.startswith(then.device)
    assert now.computed_on.startswith(now.device)
