"""A visitor's own picture: a file, a drawing, and files that are none."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.chromium import PATIENCE, go, settle
from tests.browser.conftest import Visitor
from tests.browser.lesson_page import by_key, choose, unfold
from tests.browser.server import Server
from tests.lib.uploads.image_files import png, read, saved, scene

# Pieces of a letter L, as parts of the canvas.
LETTER = [(0.3, 0.2), (0.3, 0.8), (0.6, 0.8)]
BRIGHT = """() => {
    const pen = document.createElement("canvas").getContext("2d");
    const video = document.querySelector("video");
    if (video) pen.drawImage(video, 0, 0, 1, 1);
    return pen.getImageData(0, 0, 1, 1).data[1] > 50;
}"""
INK_ON_THE_LETTER = """canvas => canvas.getContext("2d")
    .getImageData(0.3 * canvas.width, 0.5 * canvas.height, 1, 1).data[0]"""


def send(page: Page, key: str, name: str, data: bytes) -> None:
    field = by_key(page, key).locator("input[type=file]")
    field.set_input_files({"name": name, "mimeType": "image/png", "buffer": data})


def test_a_file_becomes_the_picture_of_a_lesson_and_a_bad_one_loses_nothing(visit: Visitor) -> None:
    page = visit("/preprocess?preprocess.image=upload")
    expect(page.get_by_text("Until then, the page shows chelsea.")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("slider").first.press("ArrowRight")
    settle(page)
    assert not [url for url in asked if "/live/" in url], "no link tells what is shown"
    lying = scene(600, 400)
    send(page, "preprocess.image.upload", "photo.png", saved(lying, "PNG"))
    expect(page.get_by_text("It had 600 by 400 pixels, and now has 256 by 171.")).to_be_visible()
    settle(page)
    code = unfold(page, "The whole program").locator(".listing")
    expect(code).to_contain_text('image=Path("own.png").read_bytes()')
    with page.expect_download() as download:
        page.get_by_role("button", name="own.png").click()
    own = download.value.path().read_bytes()
    assert read(own).shape == (171, 256, 3)
    send(page, "preprocess.image.upload", "photo.png", png(50_000, 50_000, 8, 6, b""))
    expect(page.get_by_text("The picture says it has 50000 by 50000 pixels")).to_be_visible()
    expect(page.get_by_text("The page still shows your last picture.")).to_be_visible()
    settle(page)
    expect(code).to_contain_text('image=Path("own.png").read_bytes()')
    assert "own" not in page.url


def test_a_photo_becomes_the_picture_of_a_lesson(visit: Visitor) -> None:
    page = visit.page()
    page.context.grant_permissions(["camera"])
    go(page, visit.url + "/preprocess?preprocess.image=webcam&answers=shown")
    expect(page.get_by_text("Until then, the page shows chelsea.")).to_be_visible()
    camera = by_key(page, "preprocess.image.webcam")
    page.wait_for_function(BRIGHT, timeout=PATIENCE)  # the first frames are black
    camera.get_by_role("button", name="Take Photo").click()
    expect(page.get_by_text(re.compile("It had [0-9]+ by [0-9]+ pixels"))).to_be_visible()
    settle(page)
    code = unfold(page, "The whole program").locator(".listing")
    expect(code).to_contain_text('image=Path("own.png").read_bytes()')
    with page.expect_download() as download:
        page.get_by_role("button", name="own.png").click()
    photo = read(download.value.path().read_bytes())
    red, green, blue = photo.mean(axis=(0, 1))
    assert green > red + blue  # as the camera sees it
    camera.get_by_role("button", name="Clear photo").click()
    expect(page.get_by_text("Until then, the page shows chelsea.")).to_be_visible()
    settle(page)
    expect(code).to_contain_text("image='chelsea'")


@pytest.fixture(scope="module")
def small() -> Iterator[Server]:
    """A server with nothing but the control."""
    with Server("-m", "uvicorn", "tests.browser.picture_app:app", "--port", "{port}") as running:
        yield running


@pytest.fixture
def visit_small(browser: Browser, small: Server) -> Iterator[Visitor]:
    visitor = Visitor(browser, small.url)
    yield visitor
    for profile in browser.contexts:
        profile.close()
    assert not visitor.problems, "\n".join(visitor.problems)


def draw(page: Page, canvas: Locator, points: list[tuple[float, float]]) -> None:
    box: Any = canvas.bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()


def filled(page: Page, rows: str, columns: str) -> None:
    """Wait until so many rows and columns of a drawing are filled."""
    told = re.compile(rf"shape \(28, 28, 3\), filled {rows} by {columns}")
    expect(page.get_by_text(told)).to_be_visible()


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_a_drawing_becomes_the_picture(visit_small: Visitor, width: int, theme: str) -> None:
    page = visit_small("?gradients.image=drawing", width, theme)
    pad = by_key(page, "gradients.image.drawing")
    canvas = pad.get_by_role("img")
    undo, clear = (pad.get_by_role("button", name=name) for name in ("Undo", "Clear"))
    expect(undo).to_be_disabled()
    draw(page, canvas, LETTER)
    filled(page, "28", "1[0-9]")  # as high as the picture; an L is narrower
    draw(page, canvas, [(0.1, 0.2), (0.95, 0.2)])
    filled(page, "2[0-9]", "28")
    undo.click()
    filled(page, "28", "1[0-9]")
    # It comes back after another picture was looked at.
    choose(page, "gradients.image", "coffee")
    expect(page.get_by_text("shape (256, 384, 3)")).to_be_visible()
    choose(page, "gradients.image", "drawing")
    filled(page, "28", "1[0-9]")
    white = canvas.evaluate(INK_ON_THE_LETTER)
    assert white > 200
    clear.click()
    expect(page.get_by_text("Until then, the page shows coffee.")).to_be_visible()
    expect(clear).to_be_disabled()
    draw(page, canvas, [(0.5, 0.5)])  # a dot
    filled(page, "28", "28")


def test_a_drawing_may_be_locked(visit_small: Visitor) -> None:
    page = visit_small("?gradients.image=drawing&lock=image")
    pad = by_key(page, "gradients.image.drawing")
    draw(page, pad.get_by_role("img"), LETTER)
    settle(page)
    expect(pad.get_by_role("button", name="Undo")).to_be_disabled()
    expect(page.get_by_text("Until then, the page shows chelsea.")).to_be_visible()
