"""The choice between the network that comes with the playground and those of torchvision."""

from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

from lib.lessons.models.pretrained import download as pretrained_download
from lib.lessons.models.pretrained.download import FAILED, MEGABYTE, downloader
from lib.lessons.models.pretrained.networks import cached
from lib.runtime.downloads import Progress
from pages.parts.downloads import DOWNLOADS

BODY = """
import streamlit as st
from pages.parts import lesson_context
from pages.parts.models.pretrained_source import network_source
lesson_context.begin("gradients")
st.text(network_source())
"""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    monkeypatch.setattr(downloader, "_last", None)
    monkeypatch.setenv(DOWNLOADS, "yes")
    app = AppTest.from_string(BODY, default_timeout=30)
    app.query_params["gradients.network"] = "resnet18"
    return app


def test_weights_that_are_there_are_used(app: AppTest) -> None:
    file = cached("resnet18")
    file.parent.mkdir(parents=True)
    file.touch()
    app.run()
    assert app.text[0].value == "resnet18"
    assert not app.info
    assert not app.button


def test_missing_weights_are_told_and_can_be_downloaded(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(pretrained_download, "start", started.append)
    app.run()
    assert app.text[0].value == "mobilenet_v2"
    assert "resnet18 are not on this server" in app.info[0].value
    button = app.button(key="gradients.download")
    assert button.proto.help.startswith("45 MB")
    button.click().run()
    assert started == ["resnet18"]
    monkeypatch.setenv(DOWNLOADS, "no")
    assert not app.run().button


def test_the_progress_names_the_network_that_is_coming(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = Progress("resnet50", 20 * MEGABYTE, 80 * MEGABYTE, None)
    monkeypatch.setattr(downloader, "progress", lambda: now)
    app.run()
    assert not app.exception
    bar = app.get("progress")[0].proto
    assert (bar.value, bar.text) == (25, "Downloading resnet50: 20.0 of 80.0 MB")
    assert [button.key for button in app.button] == ["gradients.stop"]


def test_a_failed_download_says_why(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = (FAILED, {"network": "resnet18", "error": "<urlopen error *refused*>"})
    monkeypatch.setattr(downloader, "progress", lambda: Progress("", 0, 0, problem))
    app.run()
    assert "The weights of resnet18 could not be downloaded" in app.warning[0].value
    assert r"\*refused\*" in app.warning[0].value
    assert [button.key for button in app.button] == ["gradients.download"]
