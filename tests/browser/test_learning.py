"""Predict, break it, take the program home."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.browser.lesson_page import expect_url, number, slider, switch

QUESTION = "[class*=st-key-gradients-predict-slope]"


@pytest.mark.parametrize(("answer", "verdict"), [("4.5", "Right."), ("27", "Not this time.")])
def test_the_first_answer_counts(visit: Visitor, answer: str, verdict: str) -> None:
    page = visit("/gradients")
    expect(number(page, "x.grad")).to_contain_text("hidden until you answer")
    expect(switch(page, "gradients.show")).not_to_be_checked()
    option = page.locator(QUESTION).get_by_text(answer, exact=True)
    option.click()
    expect(page.get_by_text(verdict)).to_be_visible()
    for button in page.locator(f"{QUESTION} button").all():
        expect(button).to_be_disabled()
    expect(switch(page, "gradients.show")).to_be_checked()
    expect(number(page, "x.grad")).to_contain_text("4.5")
    expect_url(page, "gradients.show=true")
    # Another setting is another question.
    slider(page, "gradients.x").press("ArrowRight")
    expect(page.get_by_text(verdict)).to_have_count(0)
    expect(page.locator(f"{QUESTION} button").first).to_be_enabled()


def test_a_mistake_shows_pytorchs_own_error(visit: Visitor) -> None:
    page = visit("/gradients")
    error = page.get_by_role("tabpanel").get_by_role("alert")
    expect(error).to_contain_text(
        "RuntimeError: Trying to backward through the graph a second time"
    )
    failing = page.get_by_role("tabpanel").locator(".line.failing")
    expect(failing).to_have_count(1)
    expect(failing).to_have_text("out.backward()", use_inner_text=True)
    # The second of the two, and not the first.
    lines = [
        line.strip() for line in page.locator(".listing:has(.failing) .line").all_inner_texts()
    ]
    place = page.locator(".listing:has(.failing) .line").evaluate_all(
        "lines => lines.findIndex((line) => line.classList.contains('failing'))"
    )
    assert [i for i, line in enumerate(lines) if line == "out.backward()"][-1] == place


def test_a_tab_stays_in_the_link(visit: Visitor) -> None:
    page = visit("/gradients")
    page.get_by_role("tab", name="in place on a leaf").click()
    expect_url(page, "gradients.bug=")
    panel = visit(page.url.removeprefix(visit.url)).get_by_role("tabpanel")
    expect(panel.get_by_role("alert")).to_contain_text("a leaf Variable that requires grad")


def test_the_downloads_run(visit: Visitor, tmp_path: Path) -> None:
    page = visit("/gradients?gradients.x=0.5&gradients.n=3")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download .py").click()
    script = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(script)
    assert script.suffix == ".py"
    done = subprocess.run(
        [sys.executable, "-I", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    printed = dict(line.split(" = ", 1) for line in done.stdout.splitlines() if " = " in line)
    assert float(printed["out"]) == float(number(page, "out").inner_text())

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download .ipynb").click()
    notebook = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(notebook)
    assert notebook.suffix == ".ipynb"
    nbformat.validate(nbformat.read(notebook, as_version=4))


def test_every_answer_stays_while_others_are_given(visit: Visitor) -> None:
    page = visit("/gradients")
    page.locator(QUESTION).get_by_text("4.5", exact=True).click()
    expect(page.get_by_text("Right.")).to_have_count(1)
    second = page.locator("[class*=st-key-gradients-predict-twice]")
    second.get_by_text("9", exact=True).click()
    expect(page.get_by_text("Right.")).to_have_count(2)
    for question in (page.locator(QUESTION), second):
        expect(question.locator("[aria-checked=true], [aria-pressed=true]")).to_have_count(1)
        expect(question.locator("button").first).to_be_disabled()
