"""Where a picture comes from: shipped ones by the link, a visitor's own by file and camera."""

import base64
import time
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lib.datasets.images import PICTURES, picture
from lib.plots.figure import Figure
from lib.runtime.pool import close_workers
from lib.uploads.images import GRAY, SIDE, UploadedImage, image_from
from pages.parts import jobs, picture_source
from pages.parts.run import MOST_OWN, OWN
from tests.lib.uploads.image_files import GOOD, png, read, saved, scene

HERE = "tests.pages.test_picture_source"
MENU, FILE, WEBCAM = "gradients.image", "gradients.image.upload", "gradients.image.webcam"
BAD = b"hello, I am photo.png"


def size(image: str | bytes) -> tuple[int, ...]:
    """Return the picture's shape."""
    return picture(image).shape


def figure(image: str | bytes) -> Figure:
    """Draw the picture's name or length."""
    return Figure([], {"height": 100, "title": {"text": str(len(image))}})


def endless(_data: bytes) -> UploadedImage:
    """Take longer than anybody waits."""
    time.sleep(600)
    return UploadedImage(None, (), ())


def app(body: str = "source = picture_source(drawing=True)") -> AppTest:
    head = f"import streamlit as st\nfrom {HERE} import *\n"
    head += "from pages.parts.picture_source import picture_source\n"
    head += "from pages.parts.run import run\nfrom pages.parts import lesson_context\n"
    head += "lesson_context.begin('gradients')\n"
    return AppTest.from_string(
        f"{head}{body}\nst.session_state.source = source", default_timeout=60
    )


def source(at: AppTest) -> Any:
    assert not at.exception
    return at.session_state["source"]


def upload(at: AppTest, name: str, data: bytes) -> AppTest:
    return at.file_uploader(key=FILE).set_value((name, data, "image/png")).run()


def said(at: AppTest) -> str:
    return " ".join(each.value for each in [*at.warning, *at.info, *at.caption])


def test_every_shipped_picture_can_be_chosen() -> None:
    at = app().run()
    assert source(at) == "chelsea"
    assert at.selectbox[0].proto.query_param_key == MENU
    for name in PICTURES:
        assert source(at.selectbox(key=MENU).set_value(name).run()) == name


def test_fashion_mnist_by_number() -> None:
    at = app().run()
    at.selectbox(key=MENU).set_value("Fashion-MNIST").run()
    assert source(at) == "fashion 0"
    number = at.number_input(key="gradients.image_number")
    assert number.proto.query_param_key == "gradients.image_number"
    assert (number.min, number.max) == (0, 999)
    assert source(number.set_value(999).run()) == "fashion 999"


def test_a_lesson_may_leave_choices_out_and_begin_with_any() -> None:
    at = app("source = picture_source(fashion=False)").run()
    assert at.selectbox[0].options == [*PICTURES, "upload", "webcam"]
    at = app("source = picture_source(default='fashion 7', drawing=True)").run()
    assert source(at) == "fashion 7"
    assert at.selectbox[0].options[-1] == "drawing"


def test_a_good_file_becomes_the_picture_and_its_changes_are_told() -> None:
    at = app().run()
    at.selectbox(key=MENU).set_value("upload").run()
    assert source(at) == "chelsea"
    assert "Until then, the page shows chelsea" in said(at)
    upload(at, "gray.png", saved(scene()[..., 0], "PNG"))
    np.testing.assert_array_equal(read(source(at))[..., 1], scene()[..., 0])
    assert GRAY in said(at)
    assert not at.warning


def test_a_bad_file_loses_nothing() -> None:
    at = app().run()
    at.selectbox(key=MENU).set_value("coffee").run()
    at.selectbox(key=MENU).set_value("upload").run()
    upload(at, "photo.png", BAD)
    assert source(at) == "coffee"
    assert "The file begins with" in at.warning[0].value
    assert "The page still shows coffee" in said(at)
    upload(at, "photo.png", GOOD["PNG"])
    good = source(at)
    np.testing.assert_array_equal(read(good), scene())
    at.file_uploader(key=FILE).set_value([]).run()  # a browser removes one before it sends another
    assert source(at) == "coffee"
    upload(at, "photo.png", png(50_000, 50_000, 8, 6, b""))
    assert source(at) == good
    assert "50000 by 50000 pixels" in at.warning[0].value
    assert "The page still shows your last picture" in said(at)


def test_an_own_picture_goes_with_its_file() -> None:
    at = app().run()
    at.selectbox(key=MENU).set_value("upload").run()
    upload(at, "photo.png", GOOD["PNG"])
    at.file_uploader(key=FILE).set_value([]).run()
    assert source(at) == "chelsea"
    memory = at.session_state[picture_source.MEMORY][MENU]
    assert memory.read == {}


def test_a_file_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    at = app("source = picture_source()\nst.button('again')").run()
    at.selectbox(key=MENU).set_value("upload").run()
    upload(at, "photo.png", GOOD["PNG"])
    good = source(at)
    monkeypatch.setattr(picture_source, "_read", None)
    assert source(at.button[0].click().run()) == good


def test_the_camera_is_read_like_a_file() -> None:
    at = app().run()
    at.selectbox(key=MENU).set_value("webcam").run()
    at.camera_input(key=WEBCAM).set_value(("photo.jpg", GOOD["JPEG"], "image/jpeg")).run()
    assert source(at) == image_from(GOOD["JPEG"]).png
    assert read(source(at)).shape == scene().shape


def test_what_a_visitor_wrote_is_no_markdown() -> None:
    at = app().run()
    at.selectbox(key=MENU).set_value("upload").run()
    upload(at, "photo.png", b"**bold** [link](x)")
    assert r"\*\*bold\*\* \[link\]\(x\)" in at.warning[0].value


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_source, "image_from", endless)
    monkeypatch.setattr(picture_source, "LONGEST", 0.1)
    try:
        at = app().run()
        at.selectbox(key=MENU).set_value("upload").run()
        upload(at, "photo.png", GOOD["PNG"])
        assert source(at) == "chelsea"
        assert "takes too long or too much memory" in at.warning[0].value
    finally:
        close_workers()


def test_a_drawing_becomes_the_picture_and_comes_back() -> None:
    ink = np.zeros((SIDE, SIDE), np.uint8)
    ink[10:90, 30:70] = 255
    sent = base64.b64encode(ink.tobytes()).decode()
    at = app().run()
    at.selectbox(key=MENU).set_value("drawing").run()
    assert source(at) == "chelsea"
    at.session_state[picture_source.MEMORY][MENU].ink = sent  # as the browser sends it
    at.run()
    assert read(source(at)).shape == (28, 28, 3)
    at.selectbox(key=MENU).set_value("coffee").run()
    assert source(at) == "coffee"
    at.selectbox(key=MENU).set_value("drawing").run()
    assert read(source(at)).max() == 255


@pytest.mark.parametrize("way", ["upload", "webcam", "drawing"])
def test_a_link_to_somebody_elses_picture_shows_the_first_one(way: str) -> None:
    at = app()
    at.query_params[MENU] = way
    assert source(at.run()) == "chelsea"
    assert at.selectbox[0].value == way


def test_a_link_may_lock_or_hide_it() -> None:
    at = app()
    at.query_params[MENU] = "upload"
    at.query_params["lock"] = "image"
    at.run()
    assert at.selectbox[0].disabled
    assert at.file_uploader[0].disabled
    at = app()
    at.query_params[MENU] = "upload"
    at.query_params["hide"] = "image"
    assert source(at.run()) == "chelsea"
    assert not at.file_uploader


def test_what_comes_of_an_own_picture_is_kept_in_the_session_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = image_from(GOOD["PNG"]).png
    body = f"source = {own!r}\nst.session_state.shape = run(size, image=source)"
    at = app(body).run()
    assert source(at) == own
    assert at.session_state["shape"] == scene().shape
    ((name, result),) = at.session_state[OWN].items()
    assert result == scene().shape
    assert len(repr(name)) < 300
    monkeypatch.setattr(import_module("pages.parts.run"), "_results", None)  # nothing went there
    assert not app(body).run().exception
    for number in range(MOST_OWN + 5):
        run_one = f"run(size, image=image_from(saved(scene(9, 9 + {number}), 'PNG')).png)"
        body += f"\n{run_one}"
    at = app(body).run()
    assert not at.exception
    assert len(at.session_state[OWN]) == MOST_OWN


def test_a_chart_of_an_own_picture_is_not_kept_for_others() -> None:
    body = "source = picture_source()\nfrom pages.parts.chart import chart\n"
    body += "chart(figure, image=source, key='picture', alt='a picture')"
    at = app(body).run()
    assert source(at) == "chelsea"
    cache = import_module("pages.parts.chart")._figures
    before = cache.size
    at.selectbox(key=MENU).set_value("upload").run()
    upload(at, "photo.png", GOOD["PNG"])
    assert isinstance(source(at), bytes)
    assert at.session_state["lesson_context"].own
    assert cache.size == before


def test_heavy_work_on_an_own_picture_is_not_kept_for_others() -> None:
    own = image_from(GOOD["PNG"]).png
    try:
        at = app(f"source = {own!r}\nst.write(run(size, heavy=True, image=source))").run()
        assert not at.exception
        assert len(at.session_state[OWN]) == 1
        assert not any("size" in name for name in (*jobs._jobs, *jobs._results._entries))
    finally:
        close_workers()
