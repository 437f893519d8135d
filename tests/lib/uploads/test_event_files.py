"""Event files from visitors: those of a SummaryWriter, and everything else."""

import io
import os
import random
import struct
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c
from torch.utils.tensorboard import SummaryWriter

from lib.lessons.inside.charts import figures
from lib.uploads import event_files as events
from lib.uploads.event_files import events_from


def written(folder: Path, write: Callable[[SummaryWriter], None]) -> bytes:
    with SummaryWriter(str(folder)) as writer:
        write(writer)
    return next(folder.glob("events*")).read_bytes()


def a_little_of_all(writer: SummaryWriter) -> None:
    for step in range(20):
        writer.add_scalar("loss", 1 / (1 + step), step)
        writer.add_scalar("new", step**2, step, new_style=True)
    writer.add_image("picture", torch.rand(3, 20, 30), 7)
    writer.add_histogram("weights", torch.randn(1000), 3)
    writer.add_text("words", "hello")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return written(tmp_path_factory.mktemp("run"), a_little_of_all)


def record(data: bytes) -> bytes:
    head = struct.pack("<Q", len(data))
    checks = [struct.pack("<I", masked_crc32c(each)) for each in (head, data)]
    return head + checks[0] + data + checks[1]


def words(data: bytes) -> str:
    found = events_from(data)
    return " ".join(map(str, (*found.problems, *found.notes)))


def test_a_sound_file_is_read(sound: bytes) -> None:
    found = events_from(sound)
    assert (found.problems, found.notes) == ((), ())
    run = found.run
    assert run is not None
    assert [curve.tag for curve in run.curves] == ["loss", "new"]
    np.testing.assert_allclose(run.curves[0].values, 1 / (1 + np.arange(20)), rtol=1e-6)
    np.testing.assert_array_equal(run.curves[1].values, np.arange(20.0) ** 2)
    assert run.images["picture"][0][:1] == (7,)
    assert run.histograms["weights"][0].buckets[:, 2].sum() == 1000


@given(some.integers(0, 10**6))
def test_a_file_that_was_cut_gives_what_came_before(sound: bytes, place: int) -> None:
    data = sound[: 1 + place % (len(sound) - 1)]
    found = events_from(data)
    assert found.problems or found.run
    if found.run and found.run.curve("loss"):
        steps = found.run.curves[0].steps
        assert steps.tolist() == list(range(len(steps)))


@given(some.integers(0, 10**6), some.integers(1, 255))
def test_no_changed_byte_goes_unnoticed(sound: bytes, place: int, change: int) -> None:
    data = bytearray(sound)
    data[place % len(data)] ^= change
    assert events_from(bytes(data)).problems


@given(some.binary(max_size=300))
def test_anything_else_gives_a_sentence(data: bytes) -> None:
    found = events_from(data)
    assert found.run is None
    assert found.problems


def test_it_says_what_is_wrong(sound: bytes) -> None:
    assert words(b"") == "The file is empty."
    assert "begin with a record" in words(os.urandom(1000))
    assert "begin with a record" in words(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert "ends in the middle of record 2" in words(sound[:100])
    too_large = bytes(events.MOST_BYTES + 1)
    assert f"{events.MOST_BYTES + 1} bytes" in words(too_large)
    assert "something else than an event" in words(record(b"\xff" * 50))
    assert "no scalars" in words(record(Event(wall_time=1.0).SerializeToString()))


def test_a_length_is_not_believed() -> None:
    head = struct.pack("<Q", 2**62)
    data = head + struct.pack("<I", masked_crc32c(head)) + b"little"
    assert "begin with a record" in words(data)


def valued(tag: str, plugin: str, step: int = 0, shape: Sequence[int] = (), **tensor: Any) -> bytes:
    """Return a record with one value in today's form."""
    event = Event(step=step, wall_time=1e9 + step)
    value = event.summary.value.add(tag=tag)
    if plugin:
        value.metadata.plugin_data.plugin_name = plugin
    for side in shape:
        value.tensor.tensor_shape.dim.add(size=side)
    for name, each in tensor.items():
        if name in {"dtype", "tensor_content"}:
            setattr(value.tensor, name, each)
        else:
            getattr(value.tensor, name).extend(each)
    return record(event.SerializeToString())


def number(step: int, tag: str = "loss", plugin: str = "scalars") -> bytes:
    return valued(tag, plugin, step, dtype=1, float_val=[step / 2])


def buckets(numbers: np.ndarray, step: int = 0, tag: str = "w") -> bytes:
    content = np.asarray(numbers, np.float64)
    return valued(tag, "histograms", step, content.shape, dtype=2, tensor_content=content.tobytes())


def test_a_tensor_that_says_it_is_huge_is_not_believed() -> None:
    huge = valued("bomb", "histograms", 1, (10**6, 10**6), dtype=1, float_val=[0.0])
    assert "bomb that are no histogram" in words(huge)


def test_what_a_tag_is_for_may_be_said_at_first_only(tmp_path: Path) -> None:
    data = number(0) + b"".join(number(step, plugin="") for step in range(1, 10))
    (tmp_path / "events.out.tfevents.0").write_bytes(data)
    oracle = EventAccumulator(str(tmp_path)).Reload()
    expected = [(each.step, each.tensor_proto.float_val[0]) for each in oracle.Tensors("loss")]
    found = events_from(data)
    assert found.run is not None
    [curve] = found.run.curves
    assert [*zip(curve.steps, curve.values, strict=True)] == expected
    assert len(expected) == 10


ODD = {
    "vector": (valued("bad", "scalars", 0, (3,), dtype=1, float_val=[1, 2, 3]), "not one number"),
    "text": (valued("bad", "scalars", dtype=7, string_val=[b"hello"]), "not one number"),
    "complex": (valued("bad", "scalars", dtype=8, scomplex_val=[1, 2]), "not one number"),
    "unknown": (valued("bad", "scalars", dtype=99, float_val=[1]), "not one number"),
    "nothing": (valued("bad", "scalars"), "not one number"),
    "flat": (valued("bad", "histograms", 0, (3,), dtype=2, double_val=[1, 2, 3]), "no histogram"),
    "nan": (buckets([[0, np.nan, 1]], tag="bad"), "no histogram of finite numbers"),
    "negative": (buckets([[0, 1, -1]], tag="bad"), "no histogram"),
    "empty": (buckets(np.zeros((0, 3)), tag="bad"), "no histogram"),
    "no picture": (valued("bad", "images", dtype=7, string_val=[b"9"]), "no pictures"),
    "no event": (record(b"\xff" * 50), "something else than an event"),
}


@pytest.mark.parametrize("name", ODD)
def test_one_odd_value_costs_no_other(name: str) -> None:
    odd, said = ODD[name]
    data = number(0) + buckets([[0, 1, 5]]) + odd + number(1) + buckets([[1, 2, 6]], 1)
    found = events_from(data)
    assert found.run is not None
    assert [curve.tag for curve in found.run.curves] == ["loss"]
    assert found.run.curves[0].values.tolist() == [0, 0.5]
    assert [each.buckets.tolist() for each in found.run.histograms["w"]] == [
        [[0, 1, 5]],
        [[1, 2, 6]],
    ]
    [problem] = found.problems
    assert said in str(problem)
    assert str(problem).endswith(": 1.")


def test_graphs_and_hyperparameters_are_not_needed() -> None:
    graph = record(Event(graph_def=b"\xff\xff").SerializeToString())
    empty = valued("_hparams_/session_start_info", "hparams", dtype=1, float_val=[0])
    found = events_from(graph + empty + number(3))
    assert found.run is not None
    assert (found.problems, found.notes) == ((), ())


def test_many_histograms_are_thinned_evenly() -> None:
    found = events_from(b"".join(buckets([[0, 1, step]], step) for step in range(120)))
    assert found.run is not None
    steps = [each.step for each in found.run.histograms["w"]]
    assert (len(steps), steps[0], steps[-1]) == (50, 0, 119)
    assert set(np.diff(steps)) <= {2, 3}
    assert [str(note) for note in found.notes] == [
        "w has 120 histograms. 50 of them are shown, evenly spread."
    ]


@given(some.integers(1, 9000), some.integers(0, 99))
def test_neighbors_are_put_together_where_there_are_too_many_buckets(count: int, seed: int) -> None:
    edges = np.sort(np.random.default_rng(seed).normal(size=count + 1))
    counts = np.random.default_rng(seed).integers(0, 9, count)
    found = events_from(buckets(np.column_stack([edges[:-1], edges[1:], counts])))
    assert found.run is not None
    [each] = found.run.histograms["w"]
    left, right, many = each.buckets.T
    assert len(many) == min(count, events.MOST_BUCKETS)
    assert (left[0], right[-1], many.sum()) == (edges[0], edges[-1], counts.sum())
    assert (left[1:] == right[:-1]).all()
    below = np.append(0, np.cumsum(counts))[np.searchsorted(edges, right)]
    np.testing.assert_array_equal(np.cumsum(many), below)
    assert bool(found.notes) == (count > events.MOST_BUCKETS)


def test_a_small_file_cannot_claim_much_memory() -> None:
    many = b"".join(
        valued(f"tag {step % 60}", "histograms", step, (33_000, 3), dtype=2, double_val=[1.0])
        for step in range(4000)
    )
    tracemalloc.start()
    found = events_from(many)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.run is not None
    kept = sum(each.buckets.nbytes for row in found.run.histograms.values() for each in row)
    assert kept <= events.ALL_BUCKETS * 24
    assert peak < 100 * 1024**2


@pytest.mark.parametrize("size", [(1, 1), (4, 4), (7, 7), (500, 3)])
@pytest.mark.parametrize("claimed", [(b"0", b"0"), (b"999999999999", b"x")])
def test_pictures_of_any_size_are_shown_whatever_is_claimed(
    size: tuple[int, int], claimed: tuple[bytes, bytes]
) -> None:
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, "PNG")
    data = valued("p", "images", dtype=7, string_val=[*claimed, file.getvalue()])
    found = events_from(data)
    assert found.run is not None
    [picture] = found.run.images["p"]
    assert (picture.width, picture.height) == size
    assert figures.images([picture]).data


def test_a_picture_that_is_none_is_left_out() -> None:
    values = [b"10", b"10", b"<svg onload=alert(1)>"]
    found = events_from(valued("picture", "images", dtype=7, string_val=values) + number(1))
    assert found.run is not None
    assert not found.run.images
    assert "Pictures of picture that cannot be used" in str(found.problems[0])
    assert "This is an SVG drawing" in str(found.problems[1])  # the reason itself


def test_it_is_bounded(monkeypatch: pytest.MonkeyPatch, sound: bytes) -> None:
    monkeypatch.setattr(events, "MOST_POINTS", 5)
    monkeypatch.setattr(events, "MOST_TAGS", 1)
    found = events_from(sound)
    assert found.run is not None
    assert [len(curve.steps) for curve in found.run.curves] == [5]
    assert [str(note) for note in found.notes] == [
        "There are 2 tags. The first 1 are shown.",
        "loss has 20 points. 5 of them are shown, evenly spread.",
    ]
    assert found.run.curves[0].steps.tolist() == [0, 4, 9, 14, 19]
    monkeypatch.setattr(events, "MOST_RECORDS", 3)
    assert "more than 3 records" in words(sound)


def test_records_in_any_order_of_steps_are_kept(tmp_path: Path) -> None:
    steps = random.Random(0).sample(range(100), 30)

    def write(writer: SummaryWriter) -> None:
        for step in steps:
            writer.add_scalar("loss", float("nan") if step % 7 == 0 else step, step)

    found = events_from(written(tmp_path, write))
    assert found.run is not None
    assert found.run.curves[0].steps.tolist() == steps
