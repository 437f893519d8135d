"""The page on building networks: what is too large, and the change that is offered."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

FRAME = str(Path(__file__).parents[3] / "pages" / "frame.py")
LINE = "build.convolutional.layers"
SMALL = "Linear(784, 32), ReLU(), Linear(32, 10)"


def opened() -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=60).switch_page("models/build.py").run()
    return app.toggle(key="build.show").set_value(True).run()


def parameters(app: AppTest) -> str:
    table = next((each.value for each in app.markdown if "| parameters |" in each.value), "")
    return table.partition("| parameters | `")[2].partition("`")[0]


def test_the_page_keeps_the_last_network_when_the_next_is_too_large() -> None:
    app = opened()
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
    app = opened()
    app.text_input(key=LINE).set_value("Linear(100, 10)").run()
    assert any("100x10" in each.value for each in app.error)
    next(each for each in app.button if each.label == "Change it").click().run()
    assert app.text_input(key=LINE).value == "Linear(784, 10)"
    assert parameters(app) == "7,850"
    assert not any("100x10" in each.value for each in app.error)


def test_the_page_says_which_layer_is_asked_about_where_the_network_is_short() -> None:
    app = opened()
    app.slider(key="build.edge").set_value(9).run()
    assert not any("ends after layer" in each.value for each in app.caption)
    app.text_input(key=LINE).set_value(SMALL).run()
    assert any("ends after layer 3" in each.value for each in app.caption)
    assert any("comes out of layer 3" in each.value for each in app.markdown)
    assert not app.exception


def test_what_is_asked_for_is_hidden_until_the_answer() -> None:
    app = opened()
    app.toggle(key="build.show").set_value(False).run()
    assert parameters(app) == ""
    shown = [each.proto.json for each in app.get("bidi_component")]
    assert not any("(64, 16, 7, 7)" in text for text in shown)
