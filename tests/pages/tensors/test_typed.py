"""On every page with text fields a text that cannot be read adds a sentence and changes nothing."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

FRAME = str(Path(__file__).parents[3] / "pages" / "frame.py")
FIELDS = [
    ("create", {"create.constructor": "torch.tensor"}, "create.rows", "1, 2; 3, 4", "5, x"),
    ("operate", {}, "operate.x_shape", "2, 1, 3", "4, 9"),
    ("operate", {}, "operate.y_shape", "", "two"),
    ("reshape", {}, "reshape.shape", "2, 2, 4", "four"),
    ("reshape", {}, "reshape.step1.transpose", "1, 0", "two, 8"),
    ("reshape", {"reshape.step2": "flatten"}, "reshape.step2.flatten", "", "1000"),
]


def set_to(app: AppTest, key: str, value: str) -> None:
    widgets = [*app.text_input, *app.selectbox]
    next(each for each in widgets if each.key == key).set_value(value).run()
    assert not app.exception


def shown(app: AppTest) -> list[str]:
    drawn = [json.loads(each.proto.json) for each in app.get("bidi_component") if each.proto.json]
    return [
        *(each.value for each in app.markdown),
        *(each.key for each in app.button_group),
        *(json.dumps(data, sort_keys=True) for data in drawn),
    ]


@pytest.mark.parametrize(("slug", "first", "key", "good", "bad"), FIELDS)
def test_a_text_that_cannot_be_read_changes_nothing(slug, first, key, good, bad):
    app = AppTest.from_file(FRAME, default_timeout=60).switch_page(f"tensors/{slug}.py").run()
    for other, value in first.items():
        set_to(app, other, value)
    set_to(app, key, good)
    before = shown(app)
    assert not app.warning
    set_to(app, key, bad)
    assert shown(app) == before
    [warning] = app.warning
    still = f"shows `{good}`" if good else "shows what an empty field stands for"
    assert f"The page still {still}." in warning.value
    set_to(app, key, good)
    assert shown(app) == before
    assert not app.warning
