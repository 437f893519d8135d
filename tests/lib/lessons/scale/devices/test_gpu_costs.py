"""What a GPU costs: refused without one, and measured where there is one."""

import pytest
import torch

from lib.core import bugs as core_bugs
from lib.core.isolation import attempt
from lib.export.snippets import script
from lib.lessons.scale.devices import bugs, gpu_costs

PACKAGE = "lib.lessons.scale.devices"
no_gpu = pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without a GPU")
with_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")


@no_gpu
@pytest.mark.parametrize("function", gpu_costs.COSTS.values())
def test_without_a_gpu_it_is_refused_in_a_sentence(function):
    with pytest.raises(ValueError, match="device='cuda' cannot be measured here: PyTorch finds no"):
        function()


@pytest.mark.parametrize("function", gpu_costs.COSTS.values())
def test_other_settings_are_refused(function):
    with pytest.raises(ValueError, match="device='cpu' is not one of: 'cuda'"):
        function(device="cpu")
    size = {"size": 1} if function is gpu_costs.wait_for_it else {"megabytes": 0}
    with pytest.raises(ValueError, match="is out of range"):
        function(**size)


@pytest.mark.parametrize("function", gpu_costs.COSTS.values())
def test_its_download_can_be_read_by_python(function):
    text = script(function, {})
    compile(text, "download", "exec")
    assert "from lib" not in text


@pytest.fixture
def on_the_cpu(monkeypatch):
    """Let the same lines run on the CPU: what was asked of the GPU, in order, is returned."""
    asked = []
    monkeypatch.setattr(gpu_costs, "need_gpu", lambda device: None)
    note = {name: (lambda name=name: asked.append(name)) for name in ("synchronize", "empty_cache")}
    monkeypatch.setattr(gpu_costs.torch.cuda, "synchronize", note["synchronize"])
    monkeypatch.setattr(gpu_costs.torch.cuda, "empty_cache", note["empty_cache"])
    monkeypatch.setattr(torch.Tensor, "pin_memory", lambda self: self.clone())
    return asked


def plain(function):
    """Return a function without the check of its settings."""
    return function.__wrapped__


def test_the_copies_wait_before_and_after(on_the_cpu):
    made = plain(gpu_costs.transfer)(1, "cpu")
    assert on_the_cpu == ["synchronize"] * (2 * 3 * gpu_costs.REPEATS)
    assert made.megabytes == 1
    assert all(seconds > 0 for seconds in made[1:])


def test_asking_ends_before_the_work_is_done(on_the_cpu):
    made = plain(gpu_costs.wait_for_it)(256, "cpu")
    assert on_the_cpu == ["synchronize"] * (2 * gpu_costs.REPEATS)
    assert 0 < made.asked <= made.done


def test_the_four_moments_of_the_memory(on_the_cpu, monkeypatch):
    moments = iter([(0, 0), (1, 2), (0, 2), (0, 0)])
    monkeypatch.setattr(gpu_costs, "used", lambda: next(moments))
    made = plain(gpu_costs.memory)(1, "cpu")
    assert made == ((0, 0), (1, 2), (0, 2), (0, 0))
    assert on_the_cpu == ["empty_cache"] * 2


def test_the_mistake_of_timing_is_offered_only_where_there_is_a_gpu(monkeypatch):
    registered = core_bugs._bugs[PACKAGE]
    [timing] = [bug for bug in registered if bug.broken is bugs.not_synchronized]
    assert timing.silent
    assert timing.only_if is torch.cuda.is_available
    for there in (True, False):
        only_there = timing._replace(only_if=lambda there=there: there)
        monkeypatch.setitem(core_bugs._bugs, PACKAGE, [only_there])
        assert (core_bugs.bugs_of(PACKAGE) == (only_there,)) == there


# --- for real -------------------------------------------------------------------------------------


@with_gpu
def test_a_copy_takes_time_and_the_numbers_add_up():
    made = gpu_costs.transfer(megabytes=64)
    assert all(seconds > 0 for seconds in made[1:])


@with_gpu
def test_a_product_is_asked_for_before_it_is_done():
    made = gpu_costs.wait_for_it(size=4096)
    assert 0 < made.asked < made.done


@with_gpu
def test_the_memory_is_allocated_kept_and_given_back():
    made = gpu_costs.memory(megabytes=64)
    assert made.full[0] - made.before[0] == 64 * 2**20
    assert made.deleted[0] == made.before[0]
    assert made.deleted[1] == made.full[1] >= made.full[0]
    assert made.emptied[1] <= made.deleted[1] - 64 * 2**20


@with_gpu
def test_a_clock_that_does_not_wait_says_too_little():
    programs = (bugs.not_synchronized, bugs.not_synchronized_fixed)
    broken, fixed = (attempt(each, {}) for each in programs)
    assert (broken.error, fixed.error) == ("", "")
    assert broken.result < fixed.result
