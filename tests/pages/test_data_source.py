"""The choice between the pictures that come with the playground and all of Fashion-MNIST."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.datasets import fashion_mnist, fashion_mnist_full
from lib.datasets.fashion_mnist_full import NO_CONNECTION, TOTAL, downloader
from lib.runtime.downloads import Progress
from pages.parts import data_source as part
from pages.parts.downloads import DOWNLOADS

BODY = """
import streamlit as st
from pages.parts import lesson_context
from pages.parts.data_source import data_source
lesson_context.begin("gradients")
st.text(data_source())
"""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(fashion_mnist_full.DATA, str(tmp_path))
    monkeypatch.setattr(downloader, "_last", None)
    monkeypatch.delenv(DOWNLOADS, raising=False)
    return AppTest.from_string(BODY, default_timeout=30)


def test_without_all_pictures_there_is_nothing_to_choose(app: AppTest) -> None:
    app.run()
    assert app.text[0].value == "shipped"
    assert not app.button_group
    assert not app.button


def test_with_all_pictures_there_is_a_choice(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fashion_mnist_full, "available", lambda: True)
    app.run()
    assert app.text[0].value == "shipped"
    app.button_group(key="gradients.data").set_value("60000").run()
    assert app.text[0].value == "full"
    assert app.session_state["lesson_context"].controls["gradients.data"].label


def test_a_link_to_what_is_not_there_is_told(app: AppTest) -> None:
    app.query_params["gradients.data"] = "60000"
    app.run()
    assert app.text[0].value == "shipped"
    assert "60 000" in app.info[0].value
    app.query_params["gradients.data"] = "4000"
    assert not app.run().info


def test_only_who_runs_the_server_lets_visitors_download(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[bool] = []
    monkeypatch.setattr(fashion_mnist_full, "start", lambda: started.append(True))
    monkeypatch.setenv(DOWNLOADS, "yes")
    app.run()
    assert not started
    app.button(key="gradients.download").click().run()
    assert started == [True]
    monkeypatch.setenv(DOWNLOADS, "no")
    assert not app.run().button


def test_a_running_download_shows_how_far_it_is(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[bool] = []
    monkeypatch.setattr(downloader, "stop", lambda: stopped.append(True))
    monkeypatch.setenv(DOWNLOADS, "yes")
    now = Progress("Fashion-MNIST", TOTAL // 2, TOTAL, None)
    monkeypatch.setattr(downloader, "progress", lambda: now)
    app.run()
    assert not app.exception
    assert [button.key for button in app.button] == ["gradients.stop"]
    bar = app.get("progress")[0].proto
    assert bar.value in {49, 50}
    assert bar.text == "Downloading: 15.4 of 30.9 MB"
    app.button(key="gradients.stop").click().run()
    assert stopped == [True]


def test_a_failed_download_says_why_and_may_be_tried_again(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DOWNLOADS, "yes")
    problem = (NO_CONNECTION, {"error": "<urlopen error *refused*>"})
    now = Progress("", 0, 0, problem)
    monkeypatch.setattr(downloader, "progress", lambda: now)
    app.run()
    assert "Is there a connection to the internet?" in app.warning[0].value
    assert r"\*refused\*" in app.warning[0].value
    assert [button.key for button in app.button] == ["gradients.download"]


def test_the_options_are_the_sizes() -> None:
    assert list(part.OPTIONS) == ["4000", "60000"]
    assert list(part.OPTIONS.values()) == list(fashion_mnist.TRAIN_SIZES)
