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


def opened(**settings: str) -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=60)
    for name, value in settings.items():
        app.query_params[f"index.{name}"] = value
    app.switch_page("tensors/index.py").run()
    app.run()  # the worked example has been seen
    return app


def field(app: AppTest, key: str = "index.index"):
    return next(each for each in app.text_input if each.key == key)


def choose(app: AppTest, key: str, value: str) -> None:
    widgets = [*app.button_group, *app.selectbox]
    next(each for each in widgets if each.key == key).set_value(value).run()
    assert not app.exception


def stage(app: AppTest) -> dict:
    [data] = [json.loads(each.proto.json) for each in app.get("bidi_component") if each.proto.json
              and "scene" in json.loads(each.proto.json)]  # fmt: skip
    return data


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
    assert "picked" in "".join(before)
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
    choose(app, "index.method", method)
    before = shown(app)
    field(app, f"index.{method}.index").set_value("[x.data]").run()
    assert shown(app) == before
    assert "The page still shows" in app.warning[0].value


def test_what_is_picked_is_hidden_until_it_is_asked_for():
    app = opened()
    hidden = stage(app)["scene"]
    assert not json.loads(hidden)["numbers"]
    assert "NumPy answers the same" not in hidden
    for number in (1, 2):
        if number == 2:
            choose(app, "index.question", "write")
        next(each for each in app.button if each.key == "index.look").click().run()
    seen = stage(app)["scene"]
    assert json.loads(seen)["asked"] == 0
    assert "NumPy answers the same" in seen


def dims(app: AppTest, method: str) -> list[str]:
    group = next(each for each in app.button_group if each.key == f"index.{method}.dim")
    return [option.content for option in group.proto.options]


@pytest.mark.parametrize("method", ["index_select", "gather"])
def test_no_axis_is_offered_that_x_does_not_have(method):
    app = opened(**{"method": method, "shape": "(2, 3, 4)", f"{method}.dim": "2"})
    assert dims(app, method) == ["0", "1", "2"]
    choose(app, "index.shape", "(3, 4)")
    assert dims(app, method) == ["0", "1"]
    choose(app, "index.shape", "(6,)")
    assert dims(app, method) == ["0"]
    choose(app, "index.shape", "(2, 3, 4)")
    assert dims(app, method) == ["0", "1", "2"]


@pytest.mark.parametrize("method", ["index_select", "gather"])
def test_an_address_with_an_axis_that_x_does_not_have_opens(method):
    app = opened(**{"method": method, "shape": "(6,)", f"{method}.dim": "2"})
    assert not app.exception
    assert dims(app, method) == ["0"]
