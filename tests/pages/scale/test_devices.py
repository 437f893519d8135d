"""The views of the lesson on devices that are drawn only when they are open."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from lib.core.isolation import call_alone
from lib.lessons.scale.devices.device_choice import MACHINES
from lib.runtime.pool import close_workers
from tests.pages.lesson_app import open_lesson
from tests.pages.test_contract import agree

opened = partial(open_lesson, "devices")
HERE, SPEED, GPU = "machine", "speed", "gpu"


@pytest.fixture(scope="module", autouse=True)
def no_workers_left() -> Any:
    yield
    close_workers()


def drawn(app: AppTest) -> list[dict[str, Any]]:
    made = [json.loads(each.proto.json) for each in app.get("bidi_component") if each.proto.json]
    return [json.loads(data["figure"]) for data in made if "figure" in data]


def said(app: AppTest) -> str:
    return "\n".join(each.value for each in (*app.markdown, *app.info, *app.success, *app.caption))


@pytest.mark.parametrize("machine", MACHINES)
def test_every_machine_is_marked_as_simulated(machine: str) -> None:
    app = opened(HERE, machine=machine, answers="shown")
    assert "Simulated:" in said(app)
    assert {"notes", "today"} <= app.session_state["lesson_context"].predictions
    assert f"`{torch.get_num_threads()}`" in said(app)


def test_here_is_really_asked(tmp_path: Path) -> None:
    app = opened(HERE, machine="this machine", answers="shown")
    assert "Really asked here." in said(app)
    function, settings = app.session_state["lesson_context"].programs["choose"]
    assert f"`{call_alone(function, settings).notes}`" in said(app)
    agree(function, tmp_path)


def test_the_speed_is_measured_once_and_measured_again() -> None:
    app = opened(SPEED, largest="32", dtypes="float32")
    [figure] = drawn(app)
    assert next(trace["name"] for trace in figure["data"]) == "float32, cpu, 1 thread"
    before = figure["layout"]["meta"]["numbers"]
    app.run()
    assert drawn(app)[0]["layout"]["meta"]["numbers"] == before
    next(each for each in app.button if each.key == "devices.again").click().run()
    assert drawn(app)[0]["layout"]["meta"]["numbers"] != before
    assert "multiply" in app.session_state["lesson_context"].programs


def test_its_controls_go_to_their_ends() -> None:
    app = opened(SPEED, largest="16")
    pills = next(each for each in app.button_group if each.key == "devices.dtypes")
    for chosen in ([], ["int64", "bfloat16"], ["float32", "float64", "bfloat16", "int64"]):
        pills.set_value(chosen).run()
        assert not app.exception
        dtypes = {trace["name"].partition(",")[0] for trace in drawn(app)[0]["data"]}
        assert dtypes == set(chosen[:3] or ["float32"])
        pills = next(each for each in app.button_group if each.key == "devices.dtypes")


def test_the_challenge_can_be_met_whatever_was_measured() -> None:
    app = opened(SPEED, largest="32", dtypes="float32")
    met = []
    for answer in ("?", "16", "32", "64", "never"):
        box = next(each for each in app.selectbox if each.key == "devices.faster_from")
        box.set_value(answer).run()
        assert not app.exception
        if "Challenge met." in said(app):
            met.append(answer)
    assert met in (["never"], ["16", "32"], ["16", "32", "64"])


@pytest.mark.parametrize("cost", ["copies", "waiting", "memory"])
def test_what_a_gpu_costs_is_measured_or_not_shown(cost: str) -> None:
    app = opened(GPU, cost=cost)
    assert ("nothing is made up" in said(app)) == (not torch.cuda.is_available())
    assert len(app.session_state["lesson_context"].programs) == 2


@pytest.mark.parametrize("folded", [HERE, SPEED, GPU])
def test_what_is_folded_is_not_sent(folded: str) -> None:
    assert len(opened(folded, largest="16").main) == len(opened().main)
    assert len(said(opened(folded, largest="16"))) > len(said(opened())) + 100


def test_a_choice_is_shown_only_to_whoever_has_answered() -> None:
    assert "chooses" not in said(opened(HERE)).replace("program chooses", "")
    assert "the notes' line chooses" in said(opened(HERE, answers="shown"))


def test_the_challenge_is_met_by_two_lines() -> None:
    app = opened(images="images = images.to(device)", y="y = torch.ones_like(images)")
    assert "Challenge met." in said(app)
    assert "Challenge met." not in said(opened())
