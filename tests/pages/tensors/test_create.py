"""The challenge stands beside the question and must not answer it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

FRAME = str(Path(__file__).parents[3] / "pages" / "frame.py")


@pytest.mark.parametrize(("dtype", "answers"), [("default", "60"), ("int64", "Error")])
def test_where_one_stands_tells_neither_bytes_nor_refusal(dtype, answers):
    app = AppTest.from_file(FRAME, default_timeout=60)
    app.query_params["create.dtype"] = dtype
    app.switch_page("tensors/create.py").run()
    [info] = [each.value for each in app.info if "Now:" in each.value]
    now = info.partition("Now:")[2]
    assert "torch.rand(5, 3" in now
    assert answers not in now
    assert "?" not in now
    assert " 0 " not in now


def test_what_lies_in_empty_memory_is_asked_of_plain_empty():
    app = AppTest.from_file(FRAME, default_timeout=60)
    app.query_params["create.constructor"] = "torch.empty"
    app.switch_page("tensors/create.py").run()
    texts = [each.value for each in app.markdown]
    assert any(text.startswith("**`x = torch.empty(5, 3)`") for text in texts)
    assert not any(text.startswith("**") and "out=" in text for text in texts)
