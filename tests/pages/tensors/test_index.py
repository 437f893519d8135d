"""What somebody types into the index field, however hostile, costs nothing on the page."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

FRAME = str(Path(__file__).parents[3] / "pages" / "frame.py")
HOSTILE = [
    "x[__import__('os').system('ls')]",
    "x.__class__",
    "x[9**9**9]",
    "x[999999999999]",
    "x[" + "[" * 60,
    "x[" + "0," * 900 + "]",
    "",
]


def opened() -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=60)
    return app.switch_page("tensors/index.py").run()


def field(app: AppTest, key: str = "index.index"):
    return next(each for each in app.text_input if each.key == key)


def shown(app: AppTest) -> list[str]:
    """Everything on the page that depends on the index: words, choices, pictures, programs."""
    drawn = [json.loads(each.proto.json) for each in app.get("bidi_component") if each.proto.json]
    return [
        *(each.value for each in app.markdown),
        *(each.key for each in app.button_group),
        *(json.dumps(data, sort_keys=True) for data in drawn),
    ]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20])
def test_a_refused_index_changes_nothing_but_adds_a_sentence(text):
    app = opened()
    field(app).set_value("x[0, 1:3]").run()
    before = shown(app)
    assert any("x[0, 1:3]" in words for words in before)
    assert not app.warning
    field(app).set_value(text).run()
    assert shown(app) == before
    [warning] = app.warning
    assert "The page still shows `x[0, 1:3]`." in warning.value
    assert not app.exception
    field(app).set_value("x[2]").run()
    assert not app.warning
    assert shown(app) != before


@pytest.mark.parametrize("method", ["index_select", "gather"])
def test_a_refused_list_changes_nothing_either(method):
    app = opened()
    next(each for each in app.button_group if each.key == "index.method").set_value(method).run()
    before = shown(app)
    field(app, f"index.{method}.index").set_value("[x.data]").run()
    assert shown(app) == before
    assert "The page still shows" in app.warning[0].value


def test_what_is_picked_is_hidden_until_it_is_asked_for():
    app = opened()
    hidden = "".join(shown(app))
    assert "hidden until you answer" in hidden
    assert "NumPy answers the same" not in hidden
    next(each for each in app.toggle if each.key == "index.show").set_value(True).run()
    seen = "".join(shown(app))
    assert "hidden until you answer" not in seen
    assert "NumPy answers the same" in seen
