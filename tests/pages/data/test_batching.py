"""The second view of the lesson, which is drawn only when it is open: the worker processes."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.runtime.pool import close_workers

FRAME = str(Path(__file__).parents[3] / "pages" / "frame.py")
VIEW = "Worker processes, measured"


@pytest.fixture(scope="module", autouse=True)
def no_workers_left() -> Any:
    yield
    close_workers()


def opened(**controls: str) -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=60).switch_page("data/batching.py")
    for name, value in {"view": VIEW, **controls}.items():
        app.query_params[f"batching.{name}"] = value
    app.run()
    assert not app.exception
    return app


def drawn(app: AppTest) -> list[dict[str, Any]]:
    made = [json.loads(each.proto.json) for each in app.get("bidi_component") if each.proto.json]
    return [json.loads(data["figure"]) for data in made if "figure" in data]


def table(app: AppTest) -> str:
    return next(each.value for each in app.markdown if "samples per second," in each.value)


def test_the_timelines_are_measured_and_measured_again() -> None:
    app = opened(samples="8", batch_size="2", load="1", step="0")
    [figure] = drawn(app)
    titles = [each["text"] for each in figure["layout"]["annotations"]]
    assert [title.partition(":")[0] for title in titles] == [
        f"<b>num_workers={n}</b>" for n in (0, 1, 2)
    ]
    before = table(app)
    assert before.count("samples per second") == 3
    app.run()
    assert table(app) == before  # each setting is measured once
    next(each for each in app.button if each.key == "batching.again").click().run()
    assert table(app) != before
    assert "measure" in app.session_state["lesson_context"].programs


def test_its_controls_go_to_their_ends() -> None:
    app = opened(samples="8", batch_size="8")
    for key, ends in {"load": (0, 20), "step": (20, 0), "prefetch_factor": (1, 4)}.items():
        for end in ends:
            slider = next(each for each in app.slider if each.key == f"batching.{key}")
            slider.set_value(end).run()
            assert not app.exception
            assert len(drawn(app)) == 1
    for count in "012":
        next(each for each in app.button_group if each.key == "batching.num_workers").set_value(
            count
        ).run()
        assert not app.exception
        assert f"num_workers={count} | " in table(app)


def test_slow_mistakes_are_run_in_a_worker() -> None:
    app = AppTest.from_file(FRAME, default_timeout=60).switch_page("data/batching.py")
    app.query_params["batching.bug"] = "sorted labels (silent)"
    app.run()
    assert not app.exception
    assert sum("| `accuracy` |" in each.value for each in app.markdown) == 2
