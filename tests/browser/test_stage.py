"""The stage: it follows a drag, plays an example once, and is touched."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import READY, settle
from tests.browser.conftest import Visitor
from tests.browser.lesson_page import axis_range, code, draws, expect_url, question, slider, stage


def drag(page: Page, key: str, values: int) -> None:
    """Take a slider's thumb and move it, step by step, without letting it go."""
    thumb = slider(page, key).evaluate(
        "input => { const { x, y } = input.parentElement.getBoundingClientRect(); return [x, y]; }"
    )
    page.mouse.move(*thumb)
    page.mouse.down()
    for step in range(1, values + 1):
        page.mouse.move(thumb[0] - 14 * step, thumb[1])
        page.wait_for_timeout(120)


def test_the_picture_follows_the_finger(visit: Visitor) -> None:
    page = visit("/gradients")
    before, address = draws(page), page.url
    drag(page, "gradients.x", 8)
    assert draws(page) - before >= 5
    assert page.url == address  # the server's page has not heard of it yet
    value = slider(page, "gradients.x").input_value()
    expect(stage(page).locator(".code")).to_contain_text(f"{float(value)!r}, requires_grad")
    page.mouse.up()
    expect_url(page, f"gradients.x={float(value):g}")


def test_the_arrow_keys_are_as_live(visit: Visitor) -> None:
    page = visit("/gradients")
    live: list[str] = []
    page.on("request", lambda request: live.append(request.url) if "/live/" in request.url else 0)
    slider(page, "gradients.x").press("ArrowRight")
    expect(stage(page).locator(".code")).to_contain_text("1.25, requires_grad")
    settle(page)
    assert any("gradients.x=1.25" in url for url in live)


def test_one_request_at_a_time_and_the_newest_value_last(visit: Visitor) -> None:
    page = visit("/gradients")
    waiting: list[str] = []
    most = [0]

    def slow(route: object) -> None:
        waiting.append("one")
        most[0] = max(most[0], len(waiting))
        page.wait_for_timeout(300)
        waiting.pop()
        route.continue_()

    page.route("**/live/**", slow)
    drag(page, "gradients.x", 6)
    page.mouse.up()
    settle(page)
    assert most[0] == 1
    value = float(slider(page, "gradients.x").input_value())
    expect(stage(page).locator(".code")).to_contain_text(f"{value!r}, requires_grad")
    page.unroute_all(behavior="wait")  # the last request may still be held back


def test_a_point_of_the_curve_is_dragged(visit: Visitor) -> None:
    page = visit("/gradients")
    low, high = axis_range(page, 1)
    plot = stage(page).locator(".plot").nth(1)
    inside = plot.evaluate(
        "plot => { const { l, t, w, h } = plot._fullLayout._size; const { x, y } ="
        " plot.getBoundingClientRect(); return [x + l, y + t, w, h]; }"
    )

    def place(value: float) -> float:
        return float(inside[0] + inside[2] * (value - low) / (high - low))

    page.mouse.move(place(1), inside[1] + inside[3] / 2)
    page.mouse.down()
    page.mouse.move(place(-1), inside[1] + inside[3] / 2, steps=5)
    expect(stage(page).locator(".code")).to_contain_text("-1.0, requires_grad")
    page.mouse.up()
    expect_url(page, "gradients.x=-1")
    expect(slider(page, "gradients.x")).to_have_value("-1")


def test_the_worked_example_plays_once(visit: Visitor) -> None:
    page = visit.page(motion="no-preference")
    page.goto(f"{visit.url}/gradients")
    expect(stage(page).locator(".caption")).to_contain_text("An example:")
    assert "(1, 1), -1.0" in code(page)  # not the question's x
    expect(stage(page).locator(".code")).to_contain_text("(2, 2), 1.0", timeout=40_000)
    page.wait_for_selector(READY, state="attached")
    page.get_by_text("Next lesson").click()
    expect_url(page, "/descent")
    page.go_back()
    question(page, "gradients.slope").first.wait_for()
    settle(page)
    assert "(2, 2), 1.0" in code(page)


def test_nothing_plays_by_itself_with_reduced_motion(visit: Visitor) -> None:
    page = visit("/gradients")
    assert "(2, 2), 1.0" in code(page)
    expect(stage(page).locator(".caption")).not_to_contain_text("An example:")


def test_play_keeps_its_width_and_the_line_is_lit(visit: Visitor) -> None:
    page = visit("/gradients?answers=shown")
    play = stage(page).locator(".play")
    before = play.bounding_box()
    play.click()
    expect(play).to_contain_text("Pause")
    after = play.bounding_box()
    assert before is not None
    assert after is not None
    assert before["width"] == after["width"]
    stage(page).get_by_role("button", name="One step forward").click()
    expect(stage(page).locator(".line.lit")).to_have_text("out.backward()")


def test_a_verdict_moves_nothing(visit: Visitor) -> None:
    page = visit("/gradients")
    track = slider(page, "gradients.x").locator("xpath=ancestor::*[@class][4]")
    before = track.bounding_box()
    question(page, "gradients.slope").get_by_text("4.5", exact=True).click()
    page.get_by_text("Right.").wait_for()
    settle(page)
    assert track.bounding_box() == before


def test_a_lesson_fits_the_first_screen(visit: Visitor) -> None:
    page = visit("/gradients")
    box = stage(page).locator(".code").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 900


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_the_picture_stays_in_sight(visit: Visitor, theme: str) -> None:
    page = visit("/gradients", width=390, height=844, theme=theme)
    box = stage(page).locator(".pictures").bounding_box()
    assert box is not None
    assert box["y"] < 844 / 2 + 60  # on the first screen
    assert stage(page).locator(".plot").first.bounding_box()["height"] <= 320
    slider(page, "gradients.calls").scroll_into_view_if_needed()
    page.get_by_test_id("stMain").evaluate("main => main.scrollBy(0, 200)")
    page.wait_for_timeout(300)
    scrolled = stage(page).locator(".pictures").bounding_box()
    assert scrolled is not None
    assert 40 <= scrolled["y"] <= 100


def test_a_picture_that_takes_long_stays_while_the_others_follow(visit: Visitor) -> None:
    page = visit("/pretrained?answers=shown")
    drag(page, "pretrained.frozen", 4)
    answer, blocks = stage(page).locator(".picture").all()
    expect(answer).to_contain_text("Egyptian cat")
    value = slider(page, "pretrained.frozen").input_value()
    assert value != "17"
    expect(stage(page).locator(".code")).to_contain_text(f"features[:{value}].requires_grad_")
    expect(stage(page).locator(".caption")).to_contain_text("256 outputs")
    expect(blocks).to_contain_text("features[18]")
    page.mouse.up()
    settle(page)
    expect(answer).to_contain_text("Egyptian cat")
