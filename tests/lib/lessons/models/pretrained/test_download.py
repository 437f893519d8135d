"""Weights that are not on this machine."""

import pytest
import torch

from lib.lessons.models.pretrained.download import download_of, downloader, start
from lib.lessons.models.pretrained.networks import cached
from lib.runtime.downloads import ActiveDownload
from lib.runtime.workers import Stopped


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    monkeypatch.setattr(downloader, "_last", None)


class Done:
    """A future that has ended."""

    def __init__(self, error):
        self.error = error

    def done(self):
        return True

    def exception(self):
        return self.error


def test_nothing_runs_at_first(nowhere):
    assert downloader.progress() == ("", 0, 0, None)


@pytest.mark.parametrize("name", ["mobilenet_v2", "alexnet"])
def test_only_missing_weights_can_be_downloaded(nowhere, name):
    with pytest.raises(ValueError, match=f"name='{name}' is no network whose weights are missing"):
        start(name)


def test_a_failed_download_is_told_in_a_sentence(nowhere, monkeypatch):
    last = ActiveDownload(download_of("resnet18"), None, Done(OSError("no way\nout")))
    monkeypatch.setattr(downloader, "_last", last)
    template, fields = downloader.progress().problem
    assert "resnet18" in template.format(**fields)
    assert template.format(**fields).endswith("no way out")


@pytest.mark.parametrize("error", [None, Stopped()])
def test_one_that_ended_well_or_was_stopped_has_no_problem(nowhere, monkeypatch, error):
    last = ActiveDownload(download_of("resnet18"), None, Done(error))
    monkeypatch.setattr(downloader, "_last", last)
    assert downloader.progress().problem is None


def test_progress_counts_the_unfinished_file(nowhere, monkeypatch):
    running = Done(None)
    running.done = lambda: False
    last = ActiveDownload(download_of("resnet18"), None, running)
    monkeypatch.setattr(downloader, "_last", last)
    file = cached("resnet18")
    file.parent.mkdir(parents=True)
    file.with_name(file.name + ".1234.partial").write_bytes(b"." * 2**20)
    now = downloader.progress()
    assert (now.running, now.done) == ("resnet18", 2**20)
    assert now.total / 2**20 == pytest.approx(44.7, abs=0.1)
