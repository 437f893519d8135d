"""Predict, break it, take the program home."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chromium import settle
from tests.browser.conftest import Visitor
from tests.browser.lesson_page import (
    code,
    number,
    open_numbers,
    open_question,
    question,
    slider,
    stage,
    unfold,
)

SLOPE, TWICE = "gradients.slope", "gradients.twice"


@pytest.mark.parametrize(("answer", "verdict"), [("4.5", "Right."), ("27", "Not this time.")])
def test_the_first_answer_counts_and_stays(visit: Visitor, answer: str, verdict: str) -> None:
    page = visit("/gradients")
    expect(open_numbers(page)).not_to_contain_text("x.grad")
    question(page, SLOPE).get_by_text(answer, exact=True).click()
    expect(page.get_by_text(verdict)).to_be_visible()
    for button in question(page, SLOPE).locator("button").all():
        expect(button).to_be_disabled()
    expect(question(page, SLOPE).get_by_text("✓ 4.5")).to_be_visible()  # the right one is marked
    expect(number(page, "x.grad")).to_contain_text("4.5")
    assert "show" not in page.url  # what is revealed stands in the session
    # A moved slider neither asks again nor hides the verdict.
    slider(page, "gradients.x").press("ArrowRight")
    settle(page)
    expect(page.get_by_text(verdict)).to_be_visible()
    expect(page.locator("strong", has_text="x is 1, 2 by 2. What is every")).to_be_visible()
    # Only who asks for it gets a new question, from today's settings; it hides what it asks.
    page.get_by_role("button", name="New question").click()
    expect(page.locator("strong", has_text="x is 1.25, 2 by 2. What is every")).to_be_visible()
    expect(question(page, SLOPE).locator("button").first).to_be_enabled()
    expect(open_numbers(page)).not_to_contain_text("x.grad")


def test_no_answer_uncovers_another(visit: Visitor) -> None:
    page = visit("/gradients?gradients.calls=2")
    question(page, SLOPE).get_by_text("4.5", exact=True).click()
    expect(page.get_by_text("Right.")).to_be_visible()
    expect(open_numbers(page)).not_to_contain_text("x.grad")
    open_question(page, 2)
    question(page, TWICE).get_by_text("9", exact=True).click()
    expect(page.get_by_text("Right.")).to_be_visible()
    expect(number(page, "x.grad")).to_contain_text("9")


def test_whoever_looked_first_is_told_so(visit: Visitor) -> None:
    page = visit("/gradients")
    page.get_by_role("button", name="Show the answer").click()
    expect(number(page, "x.grad")).to_contain_text("4.5")
    question(page, SLOPE).get_by_text("4.5", exact=True).click()
    expect(page.get_by_text("You had looked, and it is right.")).to_be_visible()


def test_a_link_brings_answers_only_if_it_says_so(visit: Visitor) -> None:
    page = visit("/gradients?answers=shown")
    expect(number(page, "x.grad")).to_contain_text("4.5")


@pytest.mark.parametrize(
    ("settings", "answer"),
    [("gradients.detach=y", "None"), ("gradients.no_grad=true", "None"), ("", "4.5")],
)
def test_the_answer_heeds_what_cuts_the_graph(visit: Visitor, settings: str, answer: str) -> None:
    page = visit(f"/gradients?{settings}")
    question(page, SLOPE).get_by_text(answer, exact=True).click()
    expect(page.get_by_text("Right.")).to_be_visible()


def broken(page: Page, guess: str) -> Locator:
    """Open a lesson's mistakes and guess what the first one does; return its tab."""
    panel = unfold(page, "Break it").get_by_role("tabpanel")
    expect(panel.locator(".listing")).to_have_count(1)  # it has not run yet
    expect(panel.get_by_role("alert")).to_have_count(0)
    panel.get_by_text(guess).click()
    expect(panel.locator(".listing")).to_have_count(2)
    return panel


def test_a_mistake_shows_pytorchs_own_error(visit: Visitor) -> None:
    page = visit("/gradients")
    expect(page.locator(".listing")).to_have_count(0)  # what is folded is not sent
    panel = broken(page, "It raises an error")
    error = panel.get_by_role("alert")
    expect(error).to_contain_text(
        "RuntimeError: Trying to backward through the graph a second time"
    )
    failing = panel.locator(".line.failing")
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


def test_a_silent_mistake_marks_the_wrong_line_and_its_repair(visit: Visitor) -> None:
    page = visit("/gradients?gradients.bug=detach")
    panel = broken(page, "It warns, and goes on")
    expect(panel.get_by_text("✗ It warns, and goes on")).to_be_visible()
    expect(panel.get_by_text("✓ Nothing: it runs, and what comes out is wrong")).to_be_visible()
    cut = "hidden = (x + first * 4).detach()  # ()"
    whole = "hidden = x + first * 4  # ()"
    for mark, text in (("wrong", cut), ("removed", cut), ("added", whole)):
        expect(panel.locator(f".line.{mark}")).to_have_text(text)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel.get_by_role("button", name="Copy").last.click()
    expect(panel.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert ".detach()" not in copied
    assert "hidden = x + first * 4" in copied


def test_the_downloads_run(visit: Visitor, tmp_path: Path) -> None:
    page = visit("/gradients?gradients.x=0.5&gradients.n=3")
    unfold(page, "The whole program")
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


def test_the_answer_is_played_at_the_settings_of_the_question(visit: Visitor) -> None:
    page = visit.page(motion="no-preference")
    page.goto(f"{visit.url}/gradients")
    question(page, SLOPE).get_by_text("18", exact=True).wait_for()
    slider(page, "gradients.x").press("ArrowRight")
    settle(page)
    question(page, SLOPE).get_by_text("18", exact=True).click()
    expect(stage(page).locator(".count")).to_have_text("1/6")
    expect(stage(page).locator(".code")).to_contain_text("1.0, requires_grad")
    expect(stage(page).locator(".code")).to_contain_text("1.25, requires_grad", timeout=30_000)
    assert "1.25" in code(page)
