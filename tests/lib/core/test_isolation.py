import inspect
import random
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from lib.core.isolation import Attempt, alone, attempt, call_alone
from lib.core.rules import Between, checked


def states():
    """Return what ``alone`` promises to put back."""
    kind, numbers, *rest = np.random.get_state()
    return (
        torch.get_rng_state().tolist(),
        (kind, numbers.tolist(), *rest),
        random.getstate(),
        torch.get_default_dtype(),
    )


def disturb(fail: bool = False) -> float:
    """Change everything that belongs to the whole process."""
    torch.manual_seed(5)
    torch.set_default_dtype(torch.float64)
    np.random.seed(5)
    random.seed(5)
    drawn = torch.rand(3).sum().item() + np.random.rand() + random.random()
    if fail:
        raise RuntimeError("after the change")
    return drawn


def draw(seed: int, count: int = 50) -> list[float]:
    """Draw one number after the other, so that another thread can come between."""
    torch.manual_seed(seed)
    return [torch.rand(()).item() for _ in range(count)]


@checked(rows=Between(1, 4))
def mismatch(rows: int = 2) -> torch.Tensor:
    """Multiply what does not fit."""
    left = torch.ones(rows, 3)
    return left @ left


def through_a_helper() -> torch.Tensor:
    """Fail in a helper."""
    return mismatch(rows=4)


def steps(count: int = 3, fail_at: int = -1):
    """Yield random numbers."""
    torch.manual_seed(0)
    for step in range(count):
        if step == fail_at:
            raise ZeroDivisionError("step")
        yield torch.rand(()).item()


def sizes_differ() -> float:
    """Compare shapes that broadcast: Python's warning."""
    return torch.nn.functional.mse_loss(torch.ones(3, 1), torch.ones(3)).item()


def read_only() -> float:
    """Share memory that must not be written to: a warning PyTorch gives once per process."""
    array = np.ones(3)
    array.flags.writeable = False
    return torch.from_numpy(array).sum().item()


def line_of(function, words: str) -> int:
    rows, start = inspect.getsourcelines(inspect.unwrap(function))
    return start + next(row for row, text in enumerate(rows) if words in text)


@pytest.mark.parametrize("run", [call_alone, attempt])
def test_random_states_and_default_dtype_are_put_back(run):
    before = states()
    run(disturb, {})
    assert states() == before


def test_they_are_put_back_after_an_error_too():
    before = states()
    assert attempt(disturb, {"fail": True}).error == "RuntimeError"
    assert states() == before
    with pytest.raises(RuntimeError, match="after the change"):
        call_alone(disturb, {"fail": True})
    assert states() == before


def test_gradients_are_recorded_whatever_the_caller_had_set():
    with torch.no_grad():
        assert call_alone(torch.is_grad_enabled, {})
        assert not torch.is_grad_enabled()


def test_threads_get_the_numbers_they_would_get_alone():
    seeds = list(range(16))
    expected = [draw(seed) for seed in seeds]
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda seed: call_alone(draw, {"seed": seed}), seeds))
    assert got == expected


def test_two_threads_are_never_inside_at_once():
    inside, most, lock = 0, 0, threading.Lock()
    start = threading.Barrier(4)

    def enter():
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        threading.Event().wait(0.01)
        with lock:
            inside -= 1

    def visitor(_):
        start.wait()
        call_alone(enter, {})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(visitor, range(4)))
    assert most == 1


def test_alone_may_stand_inside_alone():
    before = states()
    with alone():
        torch.manual_seed(1)
        expected = torch.get_rng_state().tolist()
        call_alone(disturb, {})
        assert torch.get_rng_state().tolist() == expected
    assert states() == before


def test_a_result_comes_without_error_or_warning():
    assert attempt(draw, {"seed": 1, "count": 3}) == Attempt(draw(1, 3))
    assert attempt(draw, {"seed": 1}) == attempt(draw, {"seed": 1})


def test_an_error_comes_with_its_type_its_words_and_its_line():
    came = attempt(mismatch, {"rows": 2})
    with pytest.raises(RuntimeError) as real:
        mismatch(rows=2)
    assert came.result is None
    assert came.error == "RuntimeError"
    assert came.message == str(real.value)
    assert came.line == line_of(mismatch, "return left @ left")


def test_the_line_is_the_innermost_one_of_the_same_file():
    assert attempt(through_a_helper, {}).line == line_of(mismatch, "return left @ left")


def test_a_refused_setting_has_no_line():
    came = attempt(mismatch, {"rows": 9})
    assert (came.error, came.line) == ("ValueError", 0)
    assert came.message == "rows=9 is out of range: 1 to 4"


def test_a_callable_without_source_has_no_line():
    came = attempt(torch.nn.Linear(2, 2), {"input": torch.ones(3)})
    assert (came.error, came.line) == ("RuntimeError", 0)


@pytest.mark.parametrize("signal", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_is_no_error_is_let_through(signal):
    def stop():
        raise signal

    before = states()
    with pytest.raises(signal):
        attempt(stop, {})
    assert states() == before


def test_the_steps_of_a_generator_are_computed_alone():
    before = states()
    with alone():
        expected = tuple(steps(3))
    assert call_alone(steps, {"count": 3}) == expected
    assert attempt(steps, {"count": 3}) == Attempt(expected)
    assert states() == before


def test_an_error_between_the_steps_of_a_generator_is_caught():
    came = attempt(steps, {"fail_at": 1})
    assert (came.result, came.error) == (None, "ZeroDivisionError")
    assert came.line == line_of(steps, "raise ZeroDivisionError")


def test_a_warning_is_caught_every_time():
    for _ in range(3):
        came = attempt(sizes_differ, {})
        assert came.error == ""
        assert len(came.warnings) == 1
        assert came.warnings[0].startswith("UserWarning: Using a target size")


def test_what_pytorch_says_once_per_process_is_caught_every_time():
    for _ in range(3):
        (said,) = attempt(read_only, {}).warnings
        assert said.startswith("UserWarning: The given NumPy array is not writable")
        assert "Triggered internally" not in said
        assert ".cpp" not in said


def test_a_warning_said_twice_is_listed_once_and_order_stays():
    def warn():
        for words in ("b", "a", "b"):
            warnings.warn(words, stacklevel=1)

    assert attempt(warn, {}).warnings == ("UserWarning: b", "UserWarning: a")


def test_warnings_before_an_error_are_kept():
    def warn_and_fail():
        warnings.warn("first this", DeprecationWarning, stacklevel=1)
        raise KeyError("then that")

    came = attempt(warn_and_fail, {})
    assert came.warnings == ("DeprecationWarning: first this",)
    assert (came.error, came.message) == ("KeyError", "'then that'")


def test_the_warning_of_another_thread_is_not_ours():
    inside, done = threading.Event(), threading.Event()

    def wait():
        inside.set()
        assert done.wait(10)
        warnings.warn("ours", stacklevel=1)

    def other():
        assert inside.wait(10)
        warnings.warn("theirs", stacklevel=1)
        done.set()

    with warnings.catch_warnings(record=True), ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(other)
        came = attempt(wait, {})
        waiting.result()
    assert came.warnings == ("UserWarning: ours",)


@pytest.mark.parametrize("always", [False, True])
def test_the_switches_of_warnings_are_put_back(always):
    kept = torch.is_warn_always_enabled()
    filters, show = list(warnings.filters), warnings.showwarning
    try:
        torch.set_warn_always(always)
        attempt(mismatch, {})
        assert torch.is_warn_always_enabled() is always
    finally:
        torch.set_warn_always(kept)
    assert warnings.filters == filters
    assert warnings.showwarning is show
