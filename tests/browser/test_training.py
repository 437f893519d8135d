"""The training lesson: played, scrubbed, forked, edited."""

import base64
import re
import struct

import pytest
from playwright.sync_api import Page, expect

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.runs import advance, begin, edited
from tests.browser.conftest import Visitor
from tests.browser.lesson_page import choose, program, table_number

RECIPE = Recipe()


def epoch(page: Page) -> int:
    return int(page.locator(".training").get_attribute("data-epoch") or -1)


def press(page: Page, name: str) -> None:
    page.locator(f".training .{name}").click()


def play_to(page: Page, wanted: int) -> int:
    """Play until an epoch is reached, pause, and return the epoch shown then."""
    press(page, "play")
    page.wait_for_function(
        "wanted => Number(document.querySelector('.training').dataset.epoch) >= wanted", arg=wanted
    )
    press(page, "play")
    return epoch(page)


def losses(page: Page) -> list[float]:
    text = page.locator(".training .count").inner_text()
    return [float(each) for each in re.findall(r"loss ([\d.e-]+)", text)]


@pytest.fixture
def page(visit: Visitor) -> Page:
    page = visit("/loop")
    page.wait_for_selector(".training[data-epoch]")
    return page


def test_playing_shows_the_numbers_of_the_recipe(page: Page) -> None:
    assert epoch(page) == 0
    shown = play_to(page, RECIPE.epochs_a_chunk + 5)  # into the second chunk
    checkpoint, _ = begin(RECIPE)
    _, frames = advance(RECIPE, checkpoint, shown)
    expected = frames[-1].trained
    assert losses(page) == pytest.approx([expected.train_loss, expected.test_loss], rel=6e-3)
    expect(table_number(page, "epoch")).to_have_text(str(shown))
    expect(table_number(page, "loss on the test points")).to_have_text(f"{expected.test_loss:.6g}")
    # The program below trains up to what is shown.
    assert program(page).count(f"epochs={shown},") == 1


def test_stepping_and_scrubbing_need_no_server(page: Page, visit: Visitor) -> None:
    shown = play_to(page, 20)
    page.wait_for_timeout(1500)  # the last report of the pause
    before = visit.sent
    press(page, "back")
    assert epoch(page) == shown - 1
    page.locator(".training .scrub").fill("3")
    assert epoch(page) == 3
    assert visit.sent == before
    press(page, "epoch")
    assert epoch(page) == 4


def test_one_batch_lights_the_lines_with_their_numbers(page: Page) -> None:
    press(page, "batch")
    lines = page.locator(".training .code-lines li")
    expect(lines.last).to_have_class(re.compile("lit|done"))
    expect(lines.filter(has_text="for batch in batches")).to_contain_text("a batch of 10 points")
    expect(lines.filter(has_text="optimizer.step()")).to_contain_text("the weights moved by")


def test_the_first_batch_of_another_run_is_shown_too(page: Page) -> None:
    lines = page.locator(".training .code-lines li")
    for data in ("gauss", "circle"):
        branch = page.locator(".training").get_attribute("data-branch")
        choose(page, "loop.data", data)
        expect(page.locator(".training")).not_to_have_attribute("data-branch", branch or "")
        expect(page.locator(".training .code-lines .said").first).to_have_text("")
        press(page, "batch")
        expect(lines.filter(has_text="optimizer.step()")).to_contain_text("the weights moved by")


def test_what_has_the_focus_keeps_it_while_epochs_come(page: Page) -> None:
    tab = page.locator(".training .tabs button").nth(1)
    tab.focus()
    press(page, "play")
    tab.focus()
    page.wait_for_function("Number(document.querySelector('.training').dataset.epoch) > 150")
    expect(tab).to_be_focused()


def test_a_dropped_line_is_gone_from_the_loop_and_its_damage_is_seen(page: Page) -> None:
    choose(page, "loop.loop", "no step")
    lines = page.locator(".training .code-lines")
    expect(lines).to_contain_text("loss.backward()")
    expect(lines).not_to_contain_text("optimizer.step()")
    start = losses(page)
    play_to(page, 10)
    assert losses(page) == start


def test_a_weight_can_be_set_by_hand(page: Page) -> None:
    page.locator(".training .which").select_option("1")
    page.locator(".training .value").fill("2.5")
    branch = page.locator(".training").get_attribute("data-branch")
    page.locator(".training .weight button").click()
    expect(page.locator(".training")).not_to_have_attribute("data-branch", branch or "")
    checkpoint, _ = begin(RECIPE)
    _, frame = edited(RECIPE, checkpoint, ((1, 2.5),))
    expected = [frame.trained.train_loss, frame.trained.test_loss]
    assert losses(page) == pytest.approx(expected, rel=6e-3)


def test_a_weight_that_is_too_large_is_refused_and_nothing_is_lost(page: Page) -> None:
    shown = play_to(page, 5)
    page.locator(".training .weight").evaluate("form => form.noValidate = true")
    page.locator(".training .value").fill("1000")
    page.locator(".training .weight button").click()
    expect(page.get_by_text("the weight=1000.0 is out of range: -100.0 to 100.0")).to_be_visible()
    page.locator(".training .scrub").fill(str(shown))
    assert epoch(page) == shown


def test_a_fork_keeps_the_first_run_beside_it(page: Page) -> None:
    shown = play_to(page, 12)
    press(page, "fork")
    expect(page.locator(".training .other")).to_be_visible()
    expect(page.get_by_text("This run forked off another one.")).to_be_visible()
    assert epoch(page) == shown
    # Another network has another shape: a sentence, and a run of its own.
    slider = page.locator(".st-key-loop-layers").get_by_role("slider")
    slider.press("ArrowRight")
    expect(page.get_by_text("a network of another shape")).to_be_visible()
    expect(page.locator(".training")).to_have_attribute("data-epoch", "0")


def test_a_fork_is_seen_though_an_answer_was_still_on_its_way(page: Page) -> None:
    """Epochs asked for before the click come before the fork does."""
    page.evaluate(
        """() => {
            const button = (name) => document.querySelector(`.training .${name}`);
            button('play').click();
            setTimeout(() => button('fork').click(), 50);
        }"""
    )
    expect(page.locator(".training .other")).to_be_visible(timeout=10_000)


def test_the_picture_is_what_the_server_says(page: Page) -> None:
    """One pixel of the map, from the shade to the screen."""
    _, frame = begin(RECIPE)
    shade = int(frame.map[20, 39])  # the right edge, where no point lies
    color = page.evaluate(
        """() => {
            const canvas = document.querySelector('.training .map');
            const [x, y] = [canvas.width * 39.5 / 40, canvas.height * (1 - 20.5 / 40)];
            const data = canvas.getContext('2d').getImageData(x, y, 1, 1).data;
            return btoa(String.fromCharCode(...data));
        }"""
    )
    red, _, blue, _ = struct.unpack("4B", base64.b64decode(color))
    certain = shade % 64 > 3
    assert not certain or (blue > red) == (shade >= 64)  # class 1 is blue, class 0 orange


def test_it_goes_on_when_a_tab_is_opened_again(visit: Visitor) -> None:
    """The link holds the recipe: the same numbers in another browser."""
    first = visit("/loop?loop.learning_rate=0.3&loop.data=gauss")
    first.wait_for_selector(".training[data-epoch]")
    shown = play_to(first, 8)
    first.locator(".training .scrub").fill("8")
    again = visit("/loop?loop.learning_rate=0.3&loop.data=gauss")
    again.wait_for_selector(".training[data-epoch]")
    play_to(again, 8)
    again.locator(".training .scrub").fill("8")
    assert shown >= 8
    assert losses(first) == losses(again)


def test_own_points_come_from_a_file_and_no_bad_row_is_lost_silently(page: Page) -> None:
    choose(page, "loop.data", "own")
    expect(page.locator(".training figcaption")).to_contain_text("class 1")
    rows = ["x1,x2,class", "1,1,cat", "2,abc,cat", "-1,-2,dog", "-2,-1,dog", "2,1,cat"]
    file = {"name": "p.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    page.locator("input[type=file]").set_input_files(files=[file])
    expect(page.get_by_text("which is not a number")).to_contain_text("Line 3: x2 is 'abc'")
    expect(page.get_by_text("The classes got numbers")).to_contain_text("cat")
    play_to(page, 3)
    # Two of four points train, two test.
    cells = page.locator(".training .confusion td").all_inner_texts()
    assert sum(map(int, cells)) == 2


def test_a_paused_page_asks_for_nothing(page: Page, visit: Visitor) -> None:
    """Pause, and nothing is sent any more: nobody watching, nothing running."""
    play_to(page, 10)
    page.wait_for_timeout(1500)
    before = visit.sent
    page.wait_for_timeout(2000)
    assert visit.sent == before


def test_the_mouse_reads_the_numbers(page: Page) -> None:
    _, frame = begin(RECIPE)
    read = page.locator(".training .read")
    page.locator(".training .hits path").first.hover(force=True)
    expect(read).to_have_text(f"x1 → 1.1: {float(f'{frame.weights[0]:.4g}'):g}")
    box = page.locator(".training .map").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 39.5 / 40, box["y"] + box["height"] * 19.5 / 40)
    shade = int(frame.map[20, 39])
    expect(read).to_contain_text(f"class {shade // 64}, {round(50 + 50 * (shade % 64) / 63)}%")
