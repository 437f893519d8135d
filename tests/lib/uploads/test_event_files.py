"""Event files from visitors: those of a SummaryWriter, and everything else."""

import os
import random
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c
from torch.utils.tensorboard import SummaryWriter

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


def test_a_tensor_that_says_it_is_huge_is_not_believed() -> None:
    event = Event(step=1)
    value = event.summary.value.add(tag="bomb")
    value.metadata.plugin_data.plugin_name = "histograms"
    value.tensor.dtype = 1
    value.tensor.float_val.append(0.0)
    for side in (1_000_000, 1_000_000):
        value.tensor.tensor_shape.dim.add(size=side)
    assert "something else" in words(record(event.SerializeToString()))


def test_a_picture_that_is_none_is_left_out() -> None:
    event = Event(step=1)
    value = event.summary.value.add(tag="picture")
    value.metadata.plugin_data.plugin_name = "images"
    value.tensor.dtype = 7
    value.tensor.string_val.extend([b"10", b"10", b"<svg onload=alert(1)>"])
    event.summary.value.add(tag="loss", simple_value=1.0)
    found = events_from(record(event.SerializeToString()))
    assert found.run is not None
    assert not found.run.images
    assert "picture cannot be read" in str(found.problems[0])


def test_it_is_bounded(monkeypatch: pytest.MonkeyPatch, sound: bytes) -> None:
    monkeypatch.setattr(events, "MOST_POINTS", 5)
    monkeypatch.setattr(events, "MOST_TAGS", 1)
    found = events_from(sound)
    assert found.run is not None
    assert [len(curve.steps) for curve in found.run.curves] == [5]
    assert [str(note) for note in found.notes] == [
        "There are 2 tags. The first 1 are shown.",
        "loss has 20 points. The first 5 are shown.",
    ]
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
