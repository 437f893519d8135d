"""The page: six runs that a worker makes once somebody asks for them, and a table that waits."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.inside.charts_six_runs import PARTS
from tests.lib.uploads.test_event_files import buckets, number

FRAME = str(Path(__file__).parents[3] / "pages" / "frame.py")


def opened(**chosen: str) -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=120)
    app.session_state["charts.six.open"] = True
    for name, value in chosen.items():
        app.query_params[f"charts.{name}"] = value
    app.switch_page("inside/charts.py").run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join(each.value for each in app.markdown)


@pytest.mark.parametrize("part", PARTS)
def test_every_page_of_tensorboard_is_there(part: str) -> None:
    app = opened(part=part)
    assert not app.error
    drawn = {
        "scalars": {"scalars"},
        "images": {"images"},
        "histograms": {"histograms"},
        "graph": {"graph"},
        "projector": {"projector2", "neighbors"},
    }
    assert set(app.session_state["lesson_context"].charts) == drawn.get(part, set())


def test_the_learning_rates_are_seen_once_the_challenge_is_answered() -> None:
    assert "learning rate `" not in said(opened(part="hparams"))
    answered = said(opened(part="hparams", best="run_1"))
    assert answered.count("learning rate `") == 6


def test_no_run_is_made_before_somebody_asks_for_it() -> None:
    app = AppTest.from_file(FRAME, default_timeout=60)
    app.switch_page("inside/charts.py").run()
    assert "charts.tag" not in app.session_state["lesson_context"].controls
    assert set(app.session_state["lesson_context"].programs) == {"smoothed_run"}


@pytest.mark.parametrize(
    "tag", ["loss", "` ![](//far.example/a.png) [in](//far.example)", "", "x" * 5000]
)
def test_a_tag_of_a_strangers_file_is_never_markdown(tag: str) -> None:
    data = number(0, tag) + buckets(np.array([[0, 1, 5]]), tag=tag)
    app = opened(part="own file")
    app.file_uploader[0].set_value(("events.out.tfevents.0", data, "text/plain")).run()
    assert not app.exception
    assert {"scalars", "histograms.0"} <= {*app.session_state["lesson_context"].charts}
    for each in app.markdown:
        assert len(each.value) < 2000
        if "far.example" in each.value:
            assert each.value == f"`` {tag} ``"  # a backtick at its beginning needs the spaces
