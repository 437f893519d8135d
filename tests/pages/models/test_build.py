"""The page on building networks: what is too large, and the change that is offered."""

import json
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import nn

from lib.lessons.models.build import training
from lib.lessons.models.build.layer_kinds import KINDS
from pages.parts.models import build_trained
from pages.parts.models.build_network import CHANGED_BY_EVAL

FRAME = str(Path(__file__).parents[3] / "pages" / "frame.py")
LINE = "build.convolutional.layers"
SMALL = "Linear(784, 32), ReLU(), Linear(32, 10)"


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page("models/build.py").run()


def shown() -> AppTest:
    return opened(answers="shown")


def stage(app: AppTest) -> str:
    found = [json.loads(each.proto.json) for each in app.get("bidi_component")]
    return str(next(each["scene"] for each in found if "scene" in each))


def parameters(app: AppTest) -> str:
    return stage(app).partition('["parameters","`')[2].partition("`")[0]


def click(app: AppTest, label: str) -> None:
    next(each for each in app.button if each.label == label).click().run()


def test_the_page_keeps_the_last_network_when_the_next_is_too_large() -> None:
    app = shown()
    assert parameters(app) == "3,930"
    app.text_input(key=LINE).set_value(SMALL).run()
    assert parameters(app) == f"{784 * 32 + 32 + 32 * 10 + 10:,}"
    app.text_input(key=LINE).set_value("Linear(99999, 999)").run()
    assert "may have up to 5,000,000" in app.warning[0].value
    assert parameters(app) == "25,450"
    app.text_input(key=LINE).set_value("Linear(").run()
    assert "is not a list of layers" in app.warning[0].value
    assert not app.exception


def test_the_change_that_is_offered_is_made_with_one_click() -> None:
    app = shown()
    app.text_input(key=LINE).set_value("Linear(100, 10)").run()
    assert any("100x10" in each.value for each in app.error)
    click(app, "Change it")
    assert app.text_input(key=LINE).value == "Linear(784, 10)"
    assert parameters(app) == "7,850"
    assert not any("100x10" in each.value for each in app.error)


def test_a_misfit_and_its_repair_are_seen_on_a_fresh_page() -> None:
    app = opened()
    app.text_input(key=LINE).set_value("Flatten(), Linear(100, 10)").run()
    assert "does not fit" in stage(app)
    assert any("100x10" in each.value for each in app.error)
    assert any("Tried, and this layer works" in each.value for each in app.info)
    click(app, "Change it")
    assert app.text_input(key=LINE).value == "Flatten(), Linear(784, 10)"


def test_the_words_of_a_misfit_that_is_asked_about_come_with_the_answer() -> None:
    app = opened(**{LINE: "Flatten(), Linear(100, 10)"})
    assert any("does not fit" in each.value for each in app.error)
    assert not any("784" in each.value for each in app.error)
    click(app, "Show the answer")
    assert any("64x784 and 100x10" in each.value for each in app.error)


def test_the_page_says_which_layer_is_asked_about_where_the_network_is_short() -> None:
    app = shown()
    app.slider(key="build.edge").set_value(9).run()
    assert not any("ends after layer" in each.value for each in app.caption)
    app.text_input(key=LINE).set_value(SMALL).run()
    assert any("ends after layer 3" in each.value for each in app.caption)
    assert not app.exception
    short = opened(**{LINE: SMALL, "build.edge": "9"})
    assert any("comes out of layer 3" in each.value for each in short.markdown)


@pytest.mark.parametrize("line", [SMALL, SMALL.replace("ReLU()", "Dropout(p=0.5)")])
def test_eval_is_spoken_of_where_it_changes_what_a_layer_does(line: str) -> None:
    app = opened(**{LINE: line})
    app.session_state["build.program_view"] = True  # unfolded
    app.run()
    told = [each.value for each in app.markdown if "model(x)" in each.value]
    assert len(told) == 1
    assert any("model.eval()" in each.value for each in app.markdown) == ("Dropout" in line)


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"Lambda"}))
def test_eval_changes_the_layers_it_is_said_to_change(name: str) -> None:
    torch.manual_seed(0)
    layer = getattr(nn, name)(*KINDS[name].example[1:])
    samples = {"LSTM": (2, 3, 28), "Linear": (8, 10), "LayerNorm": (8, 10), "BatchNorm1d": (8, 10)}
    x = torch.rand(samples.get(name, (2, 16, 8, 8)))
    outputs = [layer.train(mode)(x) for mode in (True, False)]
    now, later = (each[0] if name == "LSTM" else each for each in outputs)
    assert torch.equal(now, later) == (name not in CHANGED_BY_EVAL)


def test_what_is_asked_for_is_hidden_until_the_answer() -> None:
    app = opened()
    assert parameters(app) == ""
    assert "(64, 16, 7, 7)" not in stage(app)


@pytest.mark.parametrize("again", ["choose", "button"])
def test_a_preset_comes_back_as_it_was(again: str) -> None:
    app = opened()
    start = app.text_input(key=LINE).value
    assert not any("Bring back" in each.label for each in app.button)
    app.text_input(key=LINE).set_value(SMALL).run()
    if again == "choose":
        app.selectbox(key="build.preset").set_value("LSTM").run()
        app.selectbox(key="build.preset").set_value("convolutional").run()
    else:
        click(app, "Bring back: convolutional")
    assert app.text_input(key=LINE).value == start
    assert not app.exception


def test_the_challenge_counts_no_parameters_before_they_are_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done = training.Trained(3930, (0.5, 0.66))
    monkeypatch.setattr(build_trained, "run", lambda *_args, **_settings: done)
    for app, told in ((opened(), False), (shown(), True)):
        click(app, "Train this network")
        [info] = [each.value for each in app.info if "Challenge." in each.value]
        assert "66.0%" in info
        assert ("3,930" in info) == told
