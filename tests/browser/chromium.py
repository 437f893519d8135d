"""The Chromium of the machine, and how to tell that a page is ready."""

import shutil
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Playwright

from lib import catalogue

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",  # a camera that films a green clock
]
PATIENCE = 60_000  # milliseconds, for every condition waited for
READY = (
    '[data-testid="stApp"]'
    '[data-test-connection-state="CONNECTED"][data-test-script-state="notRunning"]'
)
# Every picture of an open tab is drawn; one in a hidden tab may wait.
DRAWN = """() => [...document.querySelectorAll(".stage, .picture:not(.stage .picture)")]
    .every((picture) => picture.dataset.draws || !picture.offsetParent)"""


def path() -> str | None:
    """Return where Chromium is, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def launch(playwright: Playwright) -> Browser:
    """Start Chromium without a window."""
    return playwright.chromium.launch(executable_path=path(), args=FLAGS)


def settle(page: Page) -> None:
    """Wait until the run is over and all is drawn."""
    page.wait_for_timeout(150)  # a run that was just asked for is not yet announced
    page.wait_for_selector(READY, state="attached", timeout=PATIENCE)
    page.wait_for_function(DRAWN, timeout=PATIENCE)


def go(page: Page, url: str) -> Page:
    """Open an address and wait until the page on it is complete."""
    page.goto(url)
    page.wait_for_selector(READY, state="attached", timeout=PATIENCE)
    page.get_by_test_id("stMain").get_by_role("heading").first.wait_for(timeout=PATIENCE)
    # The last thing on a lesson; nothing on the page comes after it.
    if urlsplit(url).path.split("/")[-1] in {row.slug for row in catalogue.LESSONS}:
        page.get_by_text("PyTorch's own page on this").wait_for(timeout=PATIENCE)
    settle(page)
    return page
