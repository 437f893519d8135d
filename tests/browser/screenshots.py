"""The pictures of the README: ``python -m tests.browser.screenshots``."""

from io import BytesIO
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from lib import catalogue
from tests.browser import chromium
from tests.browser.server import ROOT, Server

FOLDER = ROOT / "docs" / "screenshots"
THUMBNAILS = ROOT / "pages" / "parts" / "browser" / "thumbnails"
THUMBNAIL = (480, 270)  # pixels


class Shot(NamedTuple):
    """A picture to take."""

    name: str
    path: str
    width: int = 1280
    height: int = 1100
    theme: str = "light"
    epochs: int = 0  # of training, before the picture is taken


SHOTS = (
    Shot("home", "/"),
    Shot("gradients", "/gradients?answers=shown"),
    Shot("numpy_bridge", "/numpy_bridge?answers=shown"),
    Shot("reshape", "/reshape?answers=shown", height=1000),
    Shot("descent", "/descent?answers=shown", height=900),
    Shot(
        "loop",
        "/loop?loop.layers=3&loop.layer1=8&loop.layer2=8&loop.layer3=8&loop.optimizer=Adam"
        "&loop.learning_rate=0.01&loop.data=three&loop.test=true",
        height=1150,
        epochs=120,
    ),
    Shot("preprocess", "/preprocess?answers=shown", height=1250),
    Shot("layers", "/layers?answers=shown", height=900),
    Shot("pretrained", "/pretrained?answers=shown", height=1050),
    Shot("filters", "/filters?answers=shown", height=900),
    Shot("save_load", "/save_load?answers=shown", height=1150),
    Shot("charts", "/charts?answers=shown"),
    Shot("gradients-phone-dark", "/gradients?answers=shown", 390, 1100, "dark"),
)


def take(browser: Browser, url: str, shot: Shot) -> None:
    """Take one picture."""
    profile = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme=shot.theme,
        reduced_motion="reduce",  # the worked example does not play
    )
    page = chromium.go(profile.new_page(), url + shot.path)
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    if shot.epochs:
        play = page.locator(".training .play")
        play.click()
        page.wait_for_function(
            "epochs => Number(document.querySelector('.training').dataset.epoch) >= epochs",
            arg=shot.epochs,
        )
        play.click()
        page.wait_for_timeout(1500)
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)  # whatever still fades
    page.screenshot(path=FOLDER / f"{shot.name}.png")
    profile.close()


def take_thumbnail(browser: Browser, url: str, slug: str, theme: str) -> None:
    """Take the picture of a lesson for the map, of its real stage with the answers shown."""
    profile = browser.new_context(
        viewport={"width": 1280, "height": 900},
        color_scheme=theme,
        reduced_motion="reduce",  # the worked example does not play
    )
    page = chromium.go(profile.new_page(), f"{url}/{slug}?answers=shown")
    picture = page.locator(".stage .pictures, .training, .picture").first
    picture.scroll_into_view_if_needed()
    page.wait_for_timeout(1500)
    taken = Image.open(BytesIO(picture.screenshot())).convert("RGB")
    wide, high = THUMBNAIL
    scale = wide / taken.width
    scaled = taken.resize((wide, max(1, round(taken.height * scale))), Image.Resampling.LANCZOS)
    paper = Image.new("RGB", THUMBNAIL, scaled.getpixel((0, 0)))
    paper.paste(scaled, (0, max(0, (high - scaled.height) // 2)))
    THUMBNAILS.mkdir(parents=True, exist_ok=True)
    paper.save(THUMBNAILS / f"{slug}-{theme}.webp", quality=80)
    profile.close()


def main() -> None:
    """Take the lessons' thumbnails, then the pictures of the README, which show them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with Server() as server, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        for row in catalogue.LESSONS:
            for theme in ("light", "dark"):
                take_thumbnail(browser, server.url, row.slug, theme)
            print(THUMBNAILS / f"{row.slug}-*.webp")
        browser.close()
    with Server() as server, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        for shot in SHOTS:
            take(browser, server.url, shot)
            print(FOLDER / f"{shot.name}.png")
        browser.close()


if __name__ == "__main__":
    main()
