"""The measured products: their structure, and what is told from made-up times."""

import pytest
import torch
from torch.utils.benchmark import Timer

from lib.lessons.scale.devices import speed
from lib.lessons.scale.devices.questions import ANSWERS, NEVER, learned, progress, reaches
from lib.lessons.scale.devices.speed import SIZES, Measured, Timed, faster_from, measure, multiply
from lib.runtime.environment import cores
from lib.runtime.local_workers import LocalWorkers

QUICK = 0.0005


def made(one, two, count=2):
    """Return a measurement with these seconds on one thread and on two, from size 16 on."""
    lanes = ((1, one), (2, two))
    timed = [
        Timed("cpu", threads, size, seconds, seconds, 1)
        for threads, times in lanes
        for size, seconds in zip(SIZES, times, strict=False)
    ]
    return Measured("float32", tuple(timed), (), count)


@pytest.mark.parametrize("dtype", speed.DTYPES)
def test_every_dtype_is_measured_on_one_thread_and_on_two(dtype):
    threads = torch.get_num_threads()
    found = measure(dtype, largest=64, seconds=QUICK)
    assert torch.get_num_threads() == threads
    assert found.cores == cores()
    assert found.dtype == dtype
    on_cpu = [(x.threads, x.size) for x in found.timed if x.device == "cpu"]
    lanes = [n for n in (1, 2) if n <= cores()]
    # A busy machine may take so long over one product that the larger ones are left out.
    assert [x for x in on_cpu if x[1] == 16] == [(n, 16) for n in lanes]
    assert set(on_cpu) <= {(n, size) for n in lanes for size in (16, 32, 64)}
    for each in found.timed:
        assert 0 < each.best <= each.median
        assert each.blocks >= 1
        assert each.per_second == pytest.approx(2 * each.size**3 / each.best)


def test_what_is_measured_is_the_product(monkeypatch):
    seen = {}

    class Spy(Timer):
        def __init__(self, stmt, **more):
            seen.update(more, stmt=stmt)
            super().__init__(stmt, **more)

    monkeypatch.setattr(speed, "Timer", Spy)
    multiply(32, "int64", threads=2, seconds=QUICK)
    names = seen["globals"]
    product = eval(seen["stmt"], {}, dict(names))
    assert product.dtype == torch.int64
    assert product.shape == (32, 32)
    assert (product == 32).all()
    assert seen["num_threads"] == 2


def test_sizes_that_take_too_long_are_left_out(monkeypatch):
    def slow(size, dtype, threads, device, seconds):
        took = 1e-9 * size**3 * (4 if threads == 2 else 1)
        return Timed(device, threads, size, took, took, 1)

    monkeypatch.setattr(speed, "multiply", slow)
    monkeypatch.setattr(speed, "cores", lambda: 2)
    monkeypatch.setattr(speed, "accelerators", lambda: ())
    found = measure()
    # n³ nanoseconds: 0.134 s at 512, so one of 1024 would take 1.07 s.
    assert [x.size for x in speed.of_device(found, "cpu", 1)] == [16, 32, 64, 128, 256, 512]
    # Two threads are measured wherever one is, however long others keep them waiting.
    assert [x.size for x in speed.of_device(found, "cpu", 2)] == [16, 32, 64, 128, 256, 512]
    assert {x.blocks for x in found.timed} <= {1, speed.ROUNDS}
    assert speed.doublings(speed.of_device(found, "cpu", 1)) == pytest.approx([8] * 5)


def test_of_two_measurements_the_faster_counts():
    slow, fast = (Timed("cpu", 2, 32, best * 2, best, 3) for best in (5e-3, 4e-6))
    assert speed.better(slow, fast) == speed.better(fast, slow) == fast._replace(blocks=6)


def test_a_machine_with_one_core_has_no_second_thread(monkeypatch):
    monkeypatch.setattr(speed, "cores", lambda: 1)
    found = measure(largest=16, seconds=QUICK)
    assert {x.threads for x in found.timed if x.device == "cpu"} == {1}
    assert faster_from(found) is None
    assert reaches(found, NEVER)
    assert "one core" in progress(found, "?")[0]


def test_a_device_that_refuses_a_dtype_is_named(monkeypatch):
    real = speed.multiply

    def refusing(size, dtype, threads, device, seconds):
        if device == "cuda:0":
            raise NotImplementedError("not implemented for 'Long'")
        return real(size, dtype, threads, device, seconds)

    monkeypatch.setattr(speed, "multiply", refusing)
    gpus = [type("Gpu", (), {"device": "cuda:0"})]
    monkeypatch.setattr(speed, "accelerators", lambda: gpus)
    found = measure("int64", largest=32, seconds=QUICK)
    assert found.refused == (("cuda:0", "NotImplementedError: not implemented for 'Long'"),)
    assert {x.device for x in found.timed} == {"cpu"}


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ([1, 2, 4, 8], [2, 3, 3, 4], 64),
        ([1, 2, 4, 8], [0.5, 1, 2, 4], 16),
        ([1, 2, 4, 8], [1, 2, 4, 8], None),
        ([1, 2, 4, 8], [0.5, 3, 2, 4], 64),  # the lucky first one does not count
        ([1, 2, 4, 8], [1, 1.9, 3.8, 7.1], 128),  # a tenth at least
        ([1, 2, 4, 8], [2, 3], None),
    ],
)
def test_from_where_two_threads_are_faster(one, two, expected):
    assert faster_from(made(one, two)) == expected


def test_the_challenge_takes_a_factor_of_two():
    found = made([1, 2, 4, 8, 16], [2, 3, 3, 4, 8])  # from 64 on
    assert [answer for answer in ANSWERS if reaches(found, answer)] == ["32", "64", "128"]
    never = made([1, 2, 4], [1, 2, 4])
    assert [answer for answer in ANSWERS if reaches(never, answer)] == [NEVER]
    assert "were never faster" in learned(never)
    assert learned(found).startswith("Dividing the work")
    assert progress(found, "16")[1] == {"answer": "16"}
    assert progress(found, "?")[0].startswith("Look where")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"dtype": "int8"}, "dtype='int8' is not one of: 'float32', 'float64', 'bfloat16'"),
        ({"largest": 2048}, "largest=2048 is not one of: 16, 32, 64"),
        ({"seconds": 1.5}, "seconds=1.5 is out of range: 0.0 to 1.0"),
    ],
)
def test_bad_settings_are_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        measure(**wrong)
    with pytest.raises(ValueError, match="threads=3 is not one of: 1, 2"):
        multiply(threads=3)


def test_a_worker_of_the_pool_measures_and_keeps_its_one_thread():
    pool = LocalWorkers(1)
    try:
        found = pool.submit(measure, largest=32, seconds=QUICK).result()
        assert {x.size for x in found.timed} <= {16, 32}
        assert pool.submit(torch.get_num_threads).result() == 1
    finally:
        pool.shutdown()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
def test_a_gpu_is_measured_as_well():
    found = measure(largest=64, seconds=QUICK)
    assert [x.size for x in speed.of_device(found, "cuda:0", 1)] == [16, 32, 64]
