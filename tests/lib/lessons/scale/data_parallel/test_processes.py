"""Real processes: what they find, that they end, and the scripts that start them."""

import multiprocessing
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.distributed.fsdp import fully_shard
from torch.utils.data import DistributedSampler

from lib.export.snippets import script as download
from lib.lessons.scale.data_parallel import processes
from lib.lessons.scale.data_parallel.lesson import network, samples
from lib.lessons.scale.data_parallel.processes import (
    NAME,
    SHOWN,
    first_batches,
    on_one_machine,
    on_several_machines,
    script,
    shared_out,
    train_on_processes,
)
from lib.lessons.scale.data_parallel.step_time import Measured, Timed, expected, measure_speed
from lib.runtime.local_workers import LocalWorkers
from tests.lib.runtime.child_processes import children, wait_until


@pytest.fixture(scope="module", autouse=True)
def imported_once() -> None:
    """Import what the processes need, before they have only so many seconds."""
    torch.optim.SGD([torch.zeros(1)], lr=0.1)


@pytest.fixture(autouse=True)
def nobody_left() -> Iterator[None]:
    before = set(multiprocessing.active_children())  # of other tests' workers
    yield
    assert set(multiprocessing.active_children()) <= before


@pytest.mark.parametrize("sampler", [True, False])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_what_is_said_of_the_samples_that_were_shared_out(count: int, sampler: bool) -> None:
    for batch in range(1, 65):
        taken = first_batches(batch, count, sampler)
        weights = np.zeros(batch)  # of each sample in the average of the processes' means
        for places in taken:
            for place in places:
                weights[place] += 1 / len(places) / count
        shared = shared_out(taken, batch)
        assert shared.missed == (weights == 0).sum()
        assert shared.again == sum(map(len, taken)) - (weights > 0).sum()
        assert shared.evenly == np.allclose(weights, 1 / batch)
        if sampler and shared.evenly and shared.again:
            assert batch < count  # as the page says


def test_samples_that_all_processes_saw_are_not_called_one_too_many() -> None:
    assert shared_out([range(8)] * 4, 30) == (22, 24, False)


def gradient(places: list[int], batch: int, hidden: int) -> np.ndarray:
    """Return the last gradients by finite differences, in double precision."""
    x, y = (each.double()[places] for each in samples(batch, 0))
    model = network(hidden, 0).double()
    numbers = torch.nn.utils.parameters_to_vector(model.parameters()).detach()
    found = []
    for i in range(len(numbers) - SHOWN, len(numbers)):
        losses = []
        for step in (1e-6, -1e-6):
            moved = numbers.clone()
            moved[i] += step
            torch.nn.utils.vector_to_parameters(moved, model.parameters())
            losses.append((model(x) - y).square().mean().item())
        found.append((losses[0] - losses[1]) / 2e-6)
    return np.array(found)


@pytest.mark.parametrize(
    ("processes", "batch", "sampler"), [(1, 7, True), (2, 12, True), (3, 8, True), (2, 12, False)]
)
def test_the_gradients_are_averaged(processes: int, batch: int, sampler: bool) -> None:
    made = train_on_processes(processes, batch, 4, sampler)
    assert made.samples == first_batches(batch, processes, sampler)
    own = [gradient(list(places), batch, 4) for places in made.samples]
    np.testing.assert_allclose(made.before, own, atol=1e-4)
    np.testing.assert_allclose(made.after, [np.mean(own, axis=0)] * processes, atol=1e-4)
    np.testing.assert_allclose(made.one_process, gradient(list(range(batch)), batch, 4), atol=1e-4)
    assert made.difference_after == 0
    assert (made.difference < 1e-5) == (sampler and batch % processes == 0)
    assert (made.difference_before == 0) == (processes == 1 or not sampler)


def test_one_seed_gives_one_result() -> None:
    assert train_on_processes(seed=4) == train_on_processes(seed=4)


@pytest.mark.parametrize(
    ("function", "wrong", "said"),
    [
        (train_on_processes, {"processes": 5}, "processes=5 is out of range: 1 to 4"),
        (measure_speed, {"samples": 65}, "samples=65 is not one of: 64, 256, 1024"),
    ],
)
def test_bad_settings_are_refused(function: Any, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        function(**wrong)


def test_a_process_that_may_have_no_children_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing.current_process(), "_config", {"daemon": True})
    with pytest.raises(ValueError, match="may not start processes of its own"):
        train_on_processes()


def sleeps(rank: int, processes: int) -> int:
    time.sleep(600)
    return rank


def fails(rank: int, processes: int) -> int:
    if rank:
        raise KeyError("on purpose")
    time.sleep(600)
    return rank


def test_who_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LIMIT", 1)
    with pytest.raises(TimeoutError, match="not done after"):
        processes.run_ranks(sleeps, 2)


def test_the_others_are_ended_when_one_fails() -> None:
    with pytest.raises(RuntimeError, match=r"One of the processes failed\."):
        processes.run_ranks(fails, 2)


def addresses(rank: int, processes: int) -> list[str]:
    """Return where this process and its parent listen."""
    with open("/proc/net/tcp") as file:
        lines = [line.split() for line in file.readlines()[1:]]
    sockets = {row[9]: row[1] for row in lines if row[3] == "0A"}
    found = []
    for folder in (f"/proc/{os.getpid()}/fd", f"/proc/{os.getppid()}/fd"):
        for each in os.listdir(folder):
            name = os.readlink(f"{folder}/{each}") if os.path.lexists(f"{folder}/{each}") else ""
            found.append(sockets.get(name.removeprefix("socket:[").removesuffix("]"), ""))
    return [each for each in found if each]


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks for sockets in /proc")
def test_only_this_machine_can_reach_them() -> None:
    found = {each for one in processes.run_ranks(addresses, 2) for each in one}
    assert found
    here = "".join(f"{byte:02X}" for byte in reversed(socket.inet_aton("127.0.0.1")))
    assert {each.split(":")[0] for each in found} == {here}


# --- in the pool ----------------------------------------------------------------------------------


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks for processes in /proc")
def test_a_worker_of_the_pool_trains_and_leaves_nobody_behind() -> None:
    pool = LocalWorkers(1)
    try:
        main = pool.submit(os.getpid).result()
        made = pool.submit(train_on_processes, 2, 6).result()
        assert made == train_on_processes(2, 6)
        assert not children(main)
        long = pool.submit(processes.run_ranks, sleeps, 2)
        wait_until(lambda: len(children(main)) == 2)
        pool.stop(long)
        with pytest.raises(CancelledError):
            long.result()
        wait_until(lambda: not children(main))  # killed, and soon gone
    finally:
        pool.shutdown()


# --- speed ----------------------------------------------------------------------------------------


def test_the_measurement_holds_together() -> None:
    made = measure_speed(2, 64, 64)
    assert [each.processes for each in made.timed] == [1, 2]
    assert all(each.step > 0 for each in made.timed)
    assert made.timed[0].communication == 0 < made.timed[1].communication
    assert made.gradients == 256 * 64 + 64 + 64 * 64 + 64
    assert made.cores == os.cpu_count()


def test_the_model_divides_and_adds() -> None:
    made = Measured((Timed(1, 12.0, 0.0), Timed(2, 9.0, 1.0), Timed(4, 9.0, 2.0)), 2, 10)
    assert expected(made) == (12.0, 7.0, 5.0)


# --- what a visitor takes home --------------------------------------------------------------------


def started(*command: str, folder: Path) -> str:
    quiet = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=quiet, capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_the_script_says_of_its_sampler_and_its_batches() -> None:
    sampler = DistributedSampler(range(64), 2, 0)
    assert [*sampler] == [*sampler]
    before = [*sampler]
    sampler.set_epoch(1)
    assert [*sampler] != before
    assert "batch_size=8," in script()  # as the page says
    assert callable(fully_shard)


def test_the_script_runs_under_torchrun(tmp_path: Path) -> None:
    assert "type: ignore" not in script()
    (tmp_path / NAME).write_text(script(), "utf-8")
    command = on_one_machine(2).split()
    assert command[0] == "torchrun"
    said = started("-m", "torch.distributed.run", *command[1:], folder=tmp_path)
    assert "processes: 2 samples for each: 32" in said
    assert "equal: True" in said
    saved = torch.load(tmp_path / "network.pt")
    assert [*saved] == ["0.weight", "0.bias", "2.weight", "2.bias"]  # no module.


def test_the_command_for_several_machines_names_how_many() -> None:
    assert "--nnodes=3 --nproc_per_node=2" in on_several_machines(3, 2)


def test_the_download_gives_the_numbers_of_the_page(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"processes": 2, "batch": 6, "hidden": 2}
    text = download(train_on_processes, settings)
    assert "from lib" not in text
    (tmp_path / "own.py").write_text(text, "utf-8")
    said = started("own.py", folder=tmp_path)
    made = train_on_processes(**settings)
    assert said == "".join(f"{name} = {value}\n" for name, value in made._asdict().items())
