"""A process of its own for what nobody trusts: bounded, and gone afterwards."""

import os
import sys
import time
from pathlib import Path

import pytest

from lib.runtime.sandbox import SandboxError, run_sandboxed

linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems bound less")


def described(data):
    return {"pid": os.getpid(), "size": len(data)}


def hungry(data):
    return len(bytearray(2**30))


def endless(_data):
    while True:
        pass


def asleep(_data):
    time.sleep(60)


def writes(data):
    Path(data.decode()).write_text("much")
    return "done"


def falls(_data):
    os._exit(3)


def an_object(_data):
    return object()


def test_it_answers_from_another_process():
    answer = run_sandboxed(described, b"12345")
    assert answer["size"] == 5
    assert answer["pid"] != os.getpid()
    assert not Path(f"/proc/{answer['pid']}").exists()


@linux
def test_memory_is_bounded():
    with pytest.raises(SandboxError):
        run_sandboxed(hungry, b"")


@linux
def test_time_is_bounded():
    with pytest.raises(SandboxError):
        run_sandboxed(endless, b"", seconds=1)


def test_sleeping_is_bounded(monkeypatch):
    monkeypatch.setattr("lib.runtime.sandbox.SPARE", 0)
    with pytest.raises(SandboxError, match="no answer after"):
        run_sandboxed(asleep, b"", seconds=0.5)


@linux
def test_it_writes_no_file(tmp_path):
    with pytest.raises(SandboxError):
        run_sandboxed(writes, str(tmp_path / "file").encode())
    assert not (tmp_path / "file").exists() or (tmp_path / "file").stat().st_size == 0


@pytest.mark.parametrize("function", [falls, an_object])
def test_a_death_and_an_answer_that_is_no_json_are_told(function):
    with pytest.raises(SandboxError):
        run_sandboxed(function, b"")
