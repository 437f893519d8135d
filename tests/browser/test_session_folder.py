"""A visitor's saved files lie in a folder on the server that goes when the visitor leaves."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import chromium
from tests.browser.conftest import Visitor
from tests.browser.server import Server

PATIENCE = 60  # seconds


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the server of these tests puts its temporary files."""
    return tmp_path_factory.mktemp("temporary")


def until(met):
    end = time.monotonic() + PATIENCE
    while not met() and time.monotonic() < end:
        time.sleep(0.1)
    return met()


def files(folder: Path):
    return sorted(file.name for file in folder.glob("playground-*/*"))


def test_two_visitors_two_folders_and_each_goes_with_its_visitor(browser, folder):
    with Server(environment={"TMPDIR": str(folder)}) as server:
        pages = []
        for _ in range(2):
            page = Visitor(browser, server.url)("/save_load?save_load.part=your+files")
            page.get_by_role("button", name="Save to your folder").click()
            expect(page.get_by_text("net-state_dict.pt").first).to_be_visible(
                timeout=chromium.PATIENCE
            )
            pages.append(page)
        assert files(folder) == ["net-state_dict.pt"] * 2
        pages[0].context.close()
        assert until(lambda: len([*folder.glob("playground-*")]) == 1)
        assert files(folder) == ["net-state_dict.pt"]
    assert until(lambda: not [*folder.glob("playground-*")])
