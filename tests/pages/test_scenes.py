"""What every scene of a lesson owes: pictures, code that runs, and settings from the address."""

import json
from importlib import import_module, util
from types import ModuleType
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from lib import catalogue
from lib.core import controls
from lib.core.isolation import call_alone
from lib.core.scene import ALL, Revealed, Scene
from lib.runtime.scenes import live_scene, scene_json, settings_of
from tests.lib.core.scene_code import run_code
from tests.pages.strategies import strategy

# Two lessons are runs in progress, with a player of their own instead of a scene.
PLAYERS = {"loop", "classify"}
LESSONS = [row for row in catalogue.LESSONS if util.find_spec(f"{row.package}.scene")
           and row.slug not in PLAYERS]  # fmt: skip
every_scene = pytest.mark.parametrize("row", LESSONS, ids=lambda row: row.slug)
COLORS = {"blue", "violet", "orange", "green", "red"}


def module(row: catalogue.Lesson) -> ModuleType:
    return import_module(f"{row.package}.scene")


def defaults(row: catalogue.Lesson) -> dict[str, Any]:
    values = {name: each.default for name, each in module(row).CONTROLS.items()}
    return settings_of(module(row), values)


def texts(control: Any) -> some.SearchStrategy[list[str]]:
    """Return what the address may hold for a control."""
    if isinstance(control, controls.Slider):
        return strategy(control.rule).map(lambda value: [str(value)])
    if isinstance(control, controls.Scale):
        return some.sampled_from([[f"{value:g}"] for value in control.options])
    if isinstance(control, controls.Menu):
        return some.sampled_from([[name] for name in control.options])
    if isinstance(control, controls.Several):
        names = some.lists(some.sampled_from(control.options), min_size=1, unique=True)
        return names.map(lambda chosen: chosen[: control.most])
    if isinstance(control, controls.Switch):
        return some.sampled_from([["true"], ["false"]])
    good = [[text] for text in (control.text, *control.examples) if reads(control, text)]
    return some.sampled_from(good)


def reads(control: Any, text: str) -> bool:
    try:
        control.read([text])
    except ValueError:
        return False
    return True


def addresses(row: catalogue.Lesson) -> some.SearchStrategy[dict[str, list[str]]]:
    return some.fixed_dictionaries(
        {}, optional={name: texts(each) for name, each in module(row).CONTROLS.items()}
    )


def check(scene: Scene) -> None:
    assert 1 <= len(scene.pictures) <= 3
    frames = 1
    for name, picture in scene.pictures.items():
        assert name.isidentifier()
        assert len(picture.alt.split()) >= 4
        assert "{" not in picture.alt
        go.Figure(json.loads(picture.figure.to_json()))
        assert picture.figure.layout
        # Most are under 360; a tensor of 32 rows, one below the other, needs more.
        assert 0 < picture.figure.layout["height"] <= 700
        frames = max(frames, len(picture.figure.frames))
    assert scene.caption.strip()
    assert "{" not in scene.caption
    assert 2 <= len(scene.code) <= 12
    for line in scene.code:
        assert len(line.text) <= 88, line.text
    assert -1 <= scene.rest < frames


@every_scene
def test_it_says_what_the_lesson_is_about(row: catalogue.Lesson) -> None:
    words = module(row).IDEA.split()
    assert 15 <= len(words) <= 70
    assert set(getattr(module(row), "SYMBOLS", {}).values()) <= COLORS


@every_scene
@pytest.mark.parametrize("revealed", [ALL, Revealed(())], ids=["revealed", "asked"])
def test_the_first_scene(row: catalogue.Lesson, revealed: Revealed) -> None:
    check(call_alone(module(row).scene, {**defaults(row), "revealed": revealed}))


@every_scene
def test_the_worked_example_moves(row: catalogue.Lesson) -> None:
    if not hasattr(module(row), "EXAMPLE"):
        return
    values = {name: each.default for name, each in module(row).CONTROLS.items()}
    made = settings_of(module(row), {**values, **module(row).EXAMPLE})
    scene = call_alone(module(row).scene, made)
    check(scene)
    assert made != defaults(row), "it would give the first question's answer away"
    assert any(picture.figure.frames for picture in scene.pictures.values())


@every_scene
def test_any_address_has_its_scene_and_the_code_runs(row: catalogue.Lesson) -> None:
    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(addresses(row), some.booleans())
    def has(address: dict[str, list[str]], is_revealed: bool) -> None:
        values = controls.read_settings(module(row).CONTROLS, address)
        made = settings_of(module(row), values)
        revealed = ALL if is_revealed else Revealed(())
        scene = call_alone(module(row).scene, {**made, "revealed": revealed})
        check(scene)
        ran = run_code(scene)
        assert ran.error == scene.error, (ran.message, [line.text for line in scene.code])
        query = {f"{row.slug}.{name}": each for name, each in address.items()}
        shown = {**query, **({"revealed": ["all"]} if is_revealed else {})}
        assert live_scene(row.slug, shown) == scene_json(row.slug, made, revealed)

    has()


@every_scene
def test_a_bad_address_gets_a_sentence(row: catalogue.Lesson) -> None:
    for name, control in module(row).CONTROLS.items():
        if isinstance(control, controls.Typed):
            continue
        with pytest.raises(ValueError, match=rf"^{name}: "):
            live_scene(row.slug, {f"{row.slug}.{name}": ["no such value"]})
    assert live_scene(row.slug, {"other.parameter": ["1"], f"{row.slug}.no_such": ["1"]})
