import threading
from dataclasses import dataclass

import pytest

from lib.runtime import chunks
from lib.runtime import pool as shared_pool
from lib.runtime.local_workers import LocalWorkers


@dataclass(frozen=True)
class Count:
    """Counts on from a number; the result of a chunk is all it counted."""

    start: int
    parent: "Count | None" = None
    at: int = 0
    fails: int = -1  # the state at which it refuses to go on

    @property
    def source(self):
        return (self.parent, self.at) if self.parent else None

    def begin(self, state):
        begun = self.start + (state or 0)
        return begun, (begun,)

    def advance(self, state):
        if state == self.fails:
            raise ValueError(f"state={state} is refused")
        return state + 1, (state + 1,)


@pytest.fixture
def pool(monkeypatch):
    """Workers of this test's own, which note what they were given."""
    made = LocalWorkers(1)
    given = []
    submit = made.submit
    monkeypatch.setattr(made, "submit", lambda *a, **k: given.append(a[1]) or submit(*a, **k))
    monkeypatch.setattr(shared_pool, "_shared", made)
    chunks._futures.clear()
    yield given
    made.shutdown()


def result(link):
    return link.result(timeout=60)[1]


def test_any_chunk_may_be_asked_for(pool):
    assert result(chunks.chunk(Count(10), 3)) == (13,)
    assert result(chunks.chunk(Count(10), 1)) == (11,)
    assert len(pool) == 3  # chunk 0 is computed here, 1 to 3 by a worker, none twice


def test_nobody_asks_nothing_runs(pool):
    assert result(chunks.chunk(Count(20), 0)) == (20,)
    assert pool == []


def test_all_who_ask_share_one_computation(pool):
    links = []
    threads = [
        threading.Thread(target=lambda: links.append(chunks.chunk(Count(30), 2))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result(link) for link in links] == [(32,)] * 8
    assert len(pool) == 2


def test_a_fork_goes_on_from_its_source(pool):
    fork = Count(100, parent=Count(40), at=2)
    assert result(chunks.chunk(fork, 1)) == (143,)  # 40 + 2 + 100 + 1


def test_what_was_pushed_out_is_computed_again(pool, monkeypatch):
    monkeypatch.setattr(chunks, "MOST_CHUNKS", 3)
    assert result(chunks.chunk(Count(50), 6)) == (56,)
    for start in range(60, 66):
        result(chunks.chunk(Count(start), 0))
    assert chunks.finished_result(Count(50), 6) is None
    assert len(chunks._futures) <= 3
    assert result(chunks.chunk(Count(50), 6)) == (56,)


def test_kept_only_when_done(pool):
    assert chunks.finished_result(Count(70), 1) is None
    result(chunks.chunk(Count(70), 1))
    assert chunks.finished_result(Count(70), 1) == (71,)


def test_an_error_reaches_all_who_wait_and_is_not_kept(pool):
    broken = Count(80, fails=81)
    link = chunks.chunk(broken, 3)
    with pytest.raises(ValueError, match="state=81 is refused"):
        link.result(timeout=60)
    assert chunks.finished_result(broken, 3) is None
    assert result(chunks.chunk(broken, 1)) == (81,)
    with pytest.raises(ValueError, match="state=81 is refused"):
        chunks.chunk(broken, 2).result(timeout=60)


def test_a_chunk_that_cannot_be(pool):
    with pytest.raises(ValueError, match="number=-1 is out of range: 0 or more"):
        chunks.chunk(Count(0), -1)
