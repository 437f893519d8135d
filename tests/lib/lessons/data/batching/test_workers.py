"""The measurement with real processes, here and in the pool."""

import contextlib
import io
import multiprocessing
import os
from concurrent.futures import CancelledError
from itertools import pairwise
from typing import Any

import pytest

from lib.export.snippets import program
from lib.lessons.data.batching.workers import Timeline, measure, measure_all
from lib.runtime.local_workers import LocalWorkers
from tests.lib.runtime.child_processes import children, wait_until


def check(made: Timeline, samples: int, batch_size: int, load: float, step: float) -> None:
    """Check what holds however busy the machine is."""
    batches = -(-samples // batch_size)
    pids = {each.pid for each in made.loads}
    assert [each.sample for each in made.loads] == list(range(samples))
    assert [each.batch for each in made.loads] == [i // batch_size for i in range(samples)]
    assert len(made.waits) == len(made.steps) == batches
    assert len(pids) == min(made.num_workers, batches) or pids == {made.main}
    assert (made.main in pids) == (made.num_workers == 0)
    for each in made.loads:
        assert 0 <= each.start <= each.end - load + 0.01
        assert each.end <= made.steps[each.batch].start + 0.01  # nothing is trained on before
    for pid in pids:
        own = [each for each in made.loads if each.pid == pid]
        assert all(a.end <= b.start + 0.01 for a, b in pairwise(own))
    for wait, after in zip(made.waits, made.steps, strict=True):
        assert wait.start <= wait.end == after.start <= after.end - step + 0.01
    assert made.milliseconds == made.steps[-1].end
    assert made.per_second == pytest.approx(samples / made.milliseconds * 1000)


@pytest.mark.parametrize("num_workers", [0, 1, 2])
def test_the_timeline_holds_together(num_workers: int) -> None:
    before = set(multiprocessing.active_children())  # of other tests' workers
    check(measure(num_workers, samples=7, batch_size=2, load=2, step=1), 7, 2, 2, 1)
    assert set(multiprocessing.active_children()) <= before


def test_one_batch_needs_one_worker() -> None:
    made = measure(2, samples=4, batch_size=48, load=0, step=0, prefetch_factor=1)
    check(made, 4, 48, 0, 0)
    assert len(made.waits) == 1


def test_workers_load_only_so_far_ahead() -> None:
    made = measure(1, samples=8, batch_size=1, load=0, step=5, prefetch_factor=1)
    for batch in range(2, 8):
        # One batch is asked for whenever one was taken out, so nobody gets further ahead.
        loaded = next(each for each in made.loads if each.batch == batch)
        assert loaded.start >= made.waits[batch - 1].start - 0.01


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"num_workers": 3}, "num_workers=3 is not one of: 0, 1, 2"),
        ({"load": 21}, "load=21 is out of range: 0 to 20"),
        ({"samples": 33}, "samples=33 is out of range: 1 to 32"),
        ({"prefetch_factor": 0}, "prefetch_factor=0 is out of range: 1 to 4"),
    ],
)
def test_bad_settings_are_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        measure(**wrong)


def test_a_process_that_may_have_no_children_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing.current_process(), "_config", {"daemon": True})
    with pytest.raises(ValueError, match="may not start processes of its own"):
        measure_all()


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks for processes in /proc")
def test_a_worker_of_the_pool_measures_and_leaves_nobody_behind() -> None:
    pool = LocalWorkers(1)
    try:
        main = pool.submit(os.getpid).result()
        made = pool.submit(measure_all, samples=6, batch_size=2, load=1, step=0).result()
        assert [each.num_workers for each in made.timelines] == [0, 1, 2]
        assert made.cores == os.cpu_count()
        for each in made.timelines:
            assert each.main == main
            check(each, 6, 2, 1, 0)
        assert not children(main)

        long = pool.submit(measure, 2, load=20, step=20, batch_size=1)
        wait_until(lambda: bool(children(main)))
        pool.stop(long)
        with pytest.raises(CancelledError):
            long.result()
        wait_until(lambda: not children(main))  # killed, and soon gone
        assert pool.submit(os.getpid).result() != main
    finally:
        pool.shutdown()


def test_its_download_may_be_read_anew_by_its_workers() -> None:
    made = program(measure, {"num_workers": 2, "samples": 3, "load": 0, "step": 0})
    assert made.call.startswith('if __name__ == "__main__":\n    result = measure(')
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(made.text, "download", "exec"), {"__name__": "__mp_main__"})
        assert not said.getvalue()
        exec(compile(made.text, "download", "exec"), {"__name__": "__main__"})
    assert "num_workers = 2\n" in said.getvalue()
    assert "per_second = " in said.getvalue()
