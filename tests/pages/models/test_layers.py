"""The page on layers: each layer has its controls, and the challenge tells no answer."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.lessons.models.layers.lesson import LAYERS

FRAME = str(Path(__file__).parents[3] / "pages" / "frame.py")


def opened(**settings: str) -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=60)
    for name, value in settings.items():
        app.query_params[f"layers.{name}"] = value
    return app.switch_page("models/layers.py").run()


def stands(app: AppTest) -> str:
    [info] = [each.value for each in app.info if "Challenge." in each.value]
    return str(info)


def answer(app: AppTest, name: str, choice: str) -> None:
    if name != app.segmented_control(key="layers.question").value:
        app.segmented_control(key="layers.question").set_value(name).run()
    [pills] = [each for each in app.pills if each.key and f".predict.{name}." in each.key]
    pills.set_value(choice).run()


def test_where_one_stands_tells_no_answer_before_both_are_given() -> None:
    app = opened()
    assert "→" not in stands(app)
    answer(app, "shape", "(1, 1, 5, 5)")
    assert any("It is (1, 1, 4, 4)." in each.value for each in app.markdown)
    assert "→" not in stands(app)
    answer(app, "number", "10")
    assert "→ `(1, 1, 4, 4)`, 10" in stands(app)


@pytest.mark.parametrize("layer", LAYERS)
def test_each_layer_has_its_own_controls_and_no_others(layer: str) -> None:
    app = opened(layer=layer)
    family = LAYERS[layer].family
    keys = {each.key for each in (*app.slider, *app.toggle, *app.select_slider, *app.selectbox)}
    named = {key.split(".")[1] for key in keys if key and key.count(".") == 2}
    assert named <= {family}
    assert not app.exception


def test_settings_that_pytorch_refuses_are_asked_about_too() -> None:
    app = opened(**{"size": "3", "conv.kernel_size": "5"})
    assert app.segmented_control(key="layers.question").options == ["Question 1"]
    answer(app, "shape", "an error")
    assert any("Right." in each.value for each in app.markdown)
    assert not app.exception
