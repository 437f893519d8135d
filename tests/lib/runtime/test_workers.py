import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from pathlib import Path
from types import ModuleType

import pytest
import torch

from lib.core.isolation import call_alone
from lib.runtime import dask_workers as cluster
from lib.runtime import pool as shared_pool
from lib.runtime.local_workers import TRIES, LocalWorkers, _Slot
from lib.runtime.pool import SCHEDULER, open_workers
from lib.runtime.workers import Stopped, WorkerLost, pack

ROOT = Path(__file__).parents[3]


# Tasks: importable, as they must be.


class RefusedError(ValueError):
    def __init__(self, name, value):
        super().__init__(f"{name}={value} is refused")
        self.value = value

    def __reduce__(self):
        return RefusedError, ("x", self.value), vars(self)


class UnreadableError(Exception):
    """Pickles, but cannot be read again: its one argument is not what __init__ takes."""

    def __init__(self, name, value):
        super().__init__(f"{name}={value}")


def add(x, y=0):
    return x + y


def refuse(value):
    raise RefusedError("x", value)


def raise_unreadable():
    raise UnreadableError("x", 3)


def return_a_generator():
    return (i for i in range(3))


def report(folder, name, seconds=0.0):
    """Leave a note of this process (one file a run), then sleep; return the process."""
    partial = Path(folder, f".{name}.{os.getpid()}.{time.monotonic_ns()}")
    partial.write_text(str(os.getpid()))
    partial.rename(partial.with_name(partial.name[1:]))
    time.sleep(seconds)
    return os.getpid()


def die_first(folder, times):
    """Die of SIGKILL so many times, then return the process."""
    report(folder, "die")
    if len(runs(folder, "die")) <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def have_a_child(folder):
    with subprocess.Popen(["sleep", "60"]) as child:
        Path(folder, f"child.{child.pid}").touch()


def fork_and_die_first(folder):
    """At the first run, die and leave a child behind that holds all our lines open."""
    if runs(folder, "orphan"):
        return os.getpid()
    if os.fork():
        process_of(folder, "orphan")
        os.kill(os.getpid(), signal.SIGKILL)
    report(folder, "orphan", 60.0)
    os._exit(0)


def look_around():
    main = sys.modules["__main__"]
    return {
        "torch in fork server": "libtorch" in Path(f"/proc/{os.getppid()}/maps").read_text(),
        "threads": torch.get_num_threads(),
        "main": getattr(main, "__file__", None),
        "group": os.getpgid(0) == os.getpid(),
    }


def modules_now():
    return sorted(sys.modules)


# Helpers


def runs(folder, name):
    return sorted(Path(folder).glob(f"{name}.*"))


def process_of(folder, name):
    """Wait for the first run of a task and return its process."""
    eventually(lambda: runs(folder, name))
    return int(runs(folder, name)[0].name.split(".")[1])


def eventually(true, seconds=10.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.01)


def parents():
    """Return the parent of every process, zombies left out."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            found[int(stat.parent.name)] = int(parent)
    return found


def alive(pid):
    return pid in parents()


def descendants(pid):
    found, known = {pid}, parents()
    while more := {p for p, parent in known.items() if parent in found} - found:
        found |= more
    return found - {pid}


@pytest.fixture(scope="module")
def pool():
    with LocalWorkers(2) as pool:
        pool.warm()
        yield pool


@pytest.fixture
def one():
    with LocalWorkers(1) as one:
        one.warm()
        yield one


# Round trips


def test_results_and_keyword_arguments_come_back(pool):
    assert pool.submit(add, 2, y=3).result() == 5
    assert pool.submit(call_alone, add, {"x": 2, "y": 3}).result() == 5
    assert list(pool.map(add, range(20), range(20))) == [2 * i for i in range(20)]


def test_tensors_are_copied(pool):
    tensor = torch.arange(6.0)
    result = pool.submit(add, tensor, 1.0).result()
    assert torch.equal(result, torch.tensor([1.0, 2, 3, 4, 5, 6]))
    assert not result.is_shared()
    assert not tensor.is_shared()


def test_exceptions_come_back_as_they_were(pool):
    error = pool.submit(refuse, 7).exception()
    assert type(error) is RefusedError
    assert (str(error), error.value) == ("x=7 is refused", 7)
    assert "in refuse" in error.__notes__[0]


def test_what_does_not_travel_is_told_and_harms_no_worker(one):
    before = one.submit(os.getpid).result()
    with pytest.raises(SystemExit):
        one.submit(sys.exit, 1).result()
    with pytest.raises(RuntimeError, match="UnreadableError: x=3"):
        one.submit(raise_unreadable).result()
    with pytest.raises(TypeError, match="generator"):
        one.submit(return_a_generator).result()
    with pytest.raises(Exception, match="lambda"):
        one.submit(lambda: 1)
    assert one.submit(os.getpid).result() == before


def test_tasks_run_side_by_side(pool, tmp_path):
    futures = [pool.submit(report, tmp_path, name, 0.3) for name in "ab"]
    assert process_of(tmp_path, "a") != process_of(tmp_path, "b")
    assert not any(future.done() for future in futures)
    assert len({future.result() for future in futures}) == 2


def test_a_fresh_worker_has_torch_and_one_thread(one):
    one.stop(one.submit(time.sleep, 60))
    seen = one.submit(look_around).result()
    assert seen == {"torch in fork server": True, "threads": 1, "main": None, "group": True}
    assert "streamlit" not in one.submit(modules_now).result()


# Death


def test_the_task_of_a_killed_worker_is_run_again(pool, tmp_path):
    future = pool.submit(report, tmp_path, "slow", 0.5)
    killed = process_of(tmp_path, "slow")
    os.kill(killed, signal.SIGKILL)
    fresh = future.result()
    assert fresh != killed
    assert not alive(killed)
    assert alive(fresh)
    assert len(runs(tmp_path, "slow")) == 2


def test_dying_twice_is_forgiven(pool, tmp_path):
    survivor = pool.submit(die_first, tmp_path, TRIES - 1).result()
    deaths = {int(run.name.split(".")[1]) for run in runs(tmp_path, "die")}
    assert survivor in deaths
    assert len(deaths) == TRIES


def test_a_deadly_task_is_given_up_and_harms_no_other(pool, tmp_path):
    other = pool.submit(report, tmp_path, "other", 1.0)
    process_of(tmp_path, "other")
    with pytest.raises(WorkerLost, match="died 3 times before it was done"):
        pool.submit(die_first, tmp_path, 99).result()
    assert len(runs(tmp_path, "die")) == TRIES
    assert other.result() == process_of(tmp_path, "other")
    assert len(runs(tmp_path, "other")) == 1
    assert list(pool.map(add, range(4))) == [0, 1, 2, 3]


def test_a_process_that_cannot_be_started_is_told(one, monkeypatch):
    os.kill(one.submit(os.getpid).result(), signal.SIGKILL)
    with monkeypatch.context() as context:
        context.setattr(_Slot, "start", lambda slot: open("/no/such/file"))  # noqa: SIM115
        with pytest.raises(WorkerLost) as lost:
            one.submit(add, 1, 1).result(timeout=10)
    assert isinstance(lost.value.__cause__, FileNotFoundError)
    assert one.submit(add, 1, 1).result() == 2


def test_a_worker_that_dies_idle_is_replaced(one):
    killed = one.submit(os.getpid).result()
    os.kill(killed, signal.SIGKILL)
    assert one.submit(os.getpid).result() != killed


def test_a_child_that_outlives_its_worker_holds_nothing_up(one, tmp_path):
    future = one.submit(fork_and_die_first, tmp_path)
    assert alive(future.result(timeout=10))
    eventually(lambda: not alive(process_of(tmp_path, "orphan")))


# Stopping


def test_stop_ends_the_process_of_a_running_task(one, tmp_path):
    future = one.submit(report, tmp_path, "long", 60.0)
    process = process_of(tmp_path, "long")
    one.stop(future)
    with pytest.raises(Stopped, match="stopped"):
        future.result(timeout=10)
    assert isinstance(future.exception(), CancelledError)
    assert not alive(process)
    assert one.submit(add, 1, 1).result() == 2
    assert len(runs(tmp_path, "long")) == 1


def test_stop_ends_what_the_task_has_started(one, tmp_path):
    future = one.submit(have_a_child, tmp_path)
    child = process_of(tmp_path, "child")
    assert alive(child)
    one.stop(future)
    eventually(lambda: not alive(child))


def test_stop_takes_a_waiting_task_out_of_the_queue(one, tmp_path):
    running = one.submit(report, tmp_path, "long", 60.0)
    waiting = one.submit(report, tmp_path, "never")
    process_of(tmp_path, "long")
    one.stop(waiting)
    assert waiting.cancelled()
    with pytest.raises(CancelledError):
        waiting.result()
    assert not running.done()
    one.stop(running)
    assert set(as_completed([running, waiting], timeout=10)) == {running, waiting}
    assert not runs(tmp_path, "never")


def test_stop_while_the_process_starts(one, tmp_path, monkeypatch):
    start = _Slot.start
    monkeypatch.setattr(_Slot, "start", lambda slot: (time.sleep(0.3), start(slot)))
    future = one.submit(report, tmp_path, "never", 60.0)
    eventually(future.running)
    one._running[future].slot.end()  # nothing there to kill yet
    one.stop(future)
    with pytest.raises(Stopped):
        future.result(timeout=10)
    assert one.submit(add, 1, 1).result() == 2
    assert not runs(tmp_path, "never")


def test_stop_of_a_done_task_does_nothing(one):
    future = one.submit(os.getpid)
    process = future.result()
    one.stop(future)
    assert future.result() == process
    assert one.submit(os.getpid).result() == process


def test_stop_never_hits_the_next_task_of_the_slot(one, tmp_path):
    """Stopped at all kinds of moments, also just when the next task begins."""
    delays = random.Random(0)
    outcomes = set()
    for turn in range(150):
        first = one.submit(add, turn)
        second = one.submit(report, tmp_path, f"turn{turn}")
        time.sleep(delays.uniform(0, 0.0003))
        one.stop(first)
        second.result(timeout=10)
        assert len(runs(tmp_path, f"turn{turn}")) == 1, "the second task was killed and run again"
        outcomes.add("cancelled" if first.cancelled() else type(first.exception(timeout=10)))
    assert {Stopped, type(None)} <= outcomes


def test_a_slow_stop_does_not_hit_the_next_task_either(one, tmp_path, monkeypatch):
    """The stopped task ends by itself in between."""
    kill = _Slot.kill
    monkeypatch.setattr(_Slot, "kill", lambda slot: (time.sleep(0.5), kill(slot)))
    first = one.submit(report, tmp_path, "first", 0.2)
    second = one.submit(report, tmp_path, "second", 1.0)
    process_of(tmp_path, "first")
    one.stop(first)
    assert second.result() == process_of(tmp_path, "second")
    assert len(runs(tmp_path, "second")) == 1


# The queue


def test_ahead_counts_the_tasks_that_wait_before(one, tmp_path):
    running = one.submit(report, tmp_path, "long", 60.0)
    process_of(tmp_path, "long")
    waiting = [one.submit(add, i) for i in range(4)]
    assert one.tasks_ahead(running) == 0
    assert [one.tasks_ahead(future) for future in waiting] == [0, 1, 2, 3]
    one.stop(waiting[1])
    assert [one.tasks_ahead(future) for future in waiting] == [0, 0, 1, 2]
    one.stop(running)
    assert [waiting[i].result() for i in (0, 2, 3)] == [0, 2, 3]
    assert one.tasks_ahead(waiting[3]) == 0


# The end


def test_shutdown_in_mid_task_leaves_no_worker(tmp_path):
    pool = LocalWorkers(2)
    running = [pool.submit(report, tmp_path, name, 60.0) for name in "ab"]
    waiting = pool.submit(add, 1)
    processes = [process_of(tmp_path, name) for name in "ab"]
    pool.shutdown()
    assert not any(alive(process) for process in processes)
    assert all(isinstance(future.exception(), Stopped) for future in running)
    assert waiting.cancelled()
    with pytest.raises(RuntimeError, match="shut down"):
        pool.submit(add, 1)
    pool.shutdown()  # once more does nothing


def test_shutdown_can_wait_for_what_is_left():
    pool = LocalWorkers(1)
    futures = [pool.submit(add, i) for i in range(5)]
    pool.shutdown(cancel_futures=False)
    assert [future.result() for future in futures] == [0, 1, 2, 3, 4]


SCRIPT = """
import os, sys
from pathlib import Path
import streamlit

folder = sys.argv[1]
Path(folder, f"imported.{os.getpid()}").touch()
if __name__ == "__main__":
    from lib.runtime.pool import workers
    from tests.lib.runtime.test_workers import report

    workers().submit(report, folder, "busy", 60.0)
    input()
"""


def test_a_script_leaves_no_process_and_is_imported_once(tmp_path):
    """In mid-task, however the script ends."""
    (tmp_path / "script.py").write_text(SCRIPT)
    environment = {k: v for k, v in os.environ.items() if k != SCHEDULER}
    servers = {}
    try:
        for end in ("return", "SIGTERM", "SIGKILL"):
            (tmp_path / end).mkdir()
            servers[end] = subprocess.Popen(
                [sys.executable, tmp_path / "script.py", tmp_path / end],
                stdin=subprocess.PIPE,
                env=environment | {"PYTHONPATH": str(ROOT)},
            )
        for end, server in servers.items():
            eventually(lambda folder=tmp_path / end: runs(folder, "busy"), seconds=60)
            processes = descendants(server.pid)
            assert process_of(tmp_path / end, "busy") in processes
            assert len(processes) >= 3  # a worker, the fork server, the resource tracker
            imported = [run.name for run in runs(tmp_path / end, "imported")]
            assert imported == [f"imported.{server.pid}"]
            if end == "return":
                server.communicate(b"\n", timeout=10)
            else:
                server.send_signal(signal.Signals[end])
                server.wait(timeout=10)
            eventually(lambda ended=processes: not ended & set(parents()))
    finally:
        for server in servers.values():
            server.kill()
            server.communicate()


def test_a_page_in_place_of_the_main_module_is_not_run(tmp_path, monkeypatch):
    """Streamlit puts the page it runs into ``sys.modules["__main__"]``."""
    page = ModuleType("__main__")
    page.__file__ = str(tmp_path / "page.py")
    Path(page.__file__).write_text(f"open({str(tmp_path / 'it ran')!r}, 'w')")
    monkeypatch.setitem(sys.modules, "__main__", page)
    slot = _Slot()
    slot.start()
    slot.call(pack(os.getpid))
    slot.end()
    assert sys.modules["__main__"] is page
    assert not (tmp_path / "it ran").exists()


# Opening


def test_bad_number_of_slots():
    with pytest.raises(ValueError, match="slots=0 is out of range: 1 or more"):
        LocalWorkers(0)


def test_the_shared_workers_are_opened_once(monkeypatch):
    monkeypatch.delenv(SCHEDULER, raising=False)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(shared_pool.workers())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1
    assert isinstance(found[0], LocalWorkers)
    shared_pool.close_workers()
    shared_pool.close_workers()
    with pytest.raises(RuntimeError, match="shut down"):
        found[0].submit(add, 1)


# A cluster


@pytest.fixture(scope="module")
def dask():
    from distributed import LocalCluster  # noqa: PLC0415 - slow, and only these tests need it

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local:
        yield local


@pytest.fixture
def remote(dask, monkeypatch):
    monkeypatch.setenv(SCHEDULER, dask.scheduler_address)
    with open_workers() as remote:
        assert isinstance(remote, cluster.DaskWorkers)
        yield remote


def test_cluster_results_and_exceptions(remote):
    remote.warm()
    future = remote.submit(call_alone, add, {"x": 2, "y": 3})
    assert remote.tasks_ahead(future) is None
    assert future.result(timeout=30) == 5
    assert list(remote.map(add, [1, 1, 2], timeout=30)) == [1, 1, 2]
    error = remote.submit(refuse, 7).exception(timeout=30)
    assert (type(error), error.value) == (RefusedError, 7)


def test_cluster_computes_the_same_call_twice(remote, tmp_path):
    for _ in range(2):
        remote.submit(report, tmp_path, "same").result(timeout=30)
    assert len(runs(tmp_path, "same")) == 2


def test_cluster_runs_the_task_of_a_killed_worker_again(remote, tmp_path):
    future = remote.submit(report, tmp_path, "slow", 1.0)
    killed = process_of(tmp_path, "slow")
    os.kill(killed, signal.SIGKILL)
    assert future.result(timeout=30) != killed


def test_cluster_gives_up_a_deadly_task(dask, remote, tmp_path, monkeypatch):
    monkeypatch.setattr(dask.scheduler, "allowed_failures", 0)
    with pytest.raises(WorkerLost, match=r"The cluster could not finish .*KilledWorker"):
        remote.submit(die_first, tmp_path, 99).result(timeout=30)
    assert remote.submit(add, 1, 1).result(timeout=30) == 2


def test_cluster_stop_and_shutdown(remote, tmp_path):
    blockers = [remote.submit(report, tmp_path, name, 2.0) for name in "ab"]
    waiting = remote.submit(report, tmp_path, "never")
    remote.stop(waiting)
    assert waiting.cancelled()
    process_of(tmp_path, "a")
    remote.shutdown()
    assert blockers[0].cancelled()
    assert blockers[1].done()
    with pytest.raises(RuntimeError, match="shut down"):
        remote.submit(add, 1)
    with open_workers() as again:  # the cluster goes on
        assert again.submit(add, 1, 1).result(timeout=30) == 2
    assert not runs(tmp_path, "never")


def test_cluster_is_found_again_after_its_scheduler_was_away(remote):
    remote._client.close()  # as Dask does by itself when it cannot reach the scheduler any more
    assert remote.submit(add, 1, 1).result(timeout=30) == 2


def test_cluster_from_a_running_event_loop(remote):
    """The server opens and closes its workers in an async lifespan."""

    async def lifespan():
        with open_workers() as pool:
            return await asyncio.wrap_future(pool.submit(add, 1, 1))

    # In a thread of its own: the browser tests leave a running event loop in the main one.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(asyncio.run, lifespan()).result(timeout=60) == 2


def test_cluster_that_does_not_answer(monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_TIMEOUT", 0.5)
    for address in ("tcp://127.0.0.1:1", "nonsense://host"):
        monkeypatch.setenv(SCHEDULER, address)
        with pytest.raises(ConnectionError, match=f"No Dask scheduler .*{address}"):
            open_workers()


def test_cluster_without_dask(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setenv(SCHEDULER, "tcp://host:8786")
    with pytest.raises(ModuleNotFoundError, match="pip install distributed"):
        open_workers()
