"""The lesson's page: one player for both epochs, and the workers, measured when they are opened."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.runtime.pool import close_workers

FRAME = str(Path(__file__).parents[3] / "pages" / "frame.py")


@pytest.fixture(scope="module", autouse=True)
def no_workers_left() -> Any:
    yield
    close_workers()


def opened(**controls: str) -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=60).switch_page("data/batching.py")
    for name, value in controls.items():
        app.query_params[f"batching.{name}"] = value
    app.run()
    assert not app.exception
    return app


def with_workers(**controls: str) -> AppTest:
    app = opened(**controls)
    app.session_state["batching.workers.open"] = True
    app.run()
    assert not app.exception
    return app


def sent(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(each.proto.json) for each in app.get("bidi_component") if each.proto.json]


def drawn(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(data["figure"]) for data in sent(app) if "figure" in data]


def stage(app: AppTest) -> dict[str, Any]:
    [made] = [json.loads(data["scene"]) for data in sent(app) if "scene" in data]
    scene: dict[str, Any] = made
    return scene


def table(app: AppTest) -> str:
    return next(each.value for each in app.markdown if "samples per second," in each.value)


def test_other_samples_leave_no_frame_of_before() -> None:
    app = opened(batch_size="4")
    app.query_params["answers"] = "shown"
    app.run()
    for samples in (96, 8):
        app.slider(key="batching.samples").set_value(samples).run()
        assert not app.exception
        scene = stage(app)
        [picture] = scene["pictures"]  # one picture, so one player
        assert scene["rest"] == -1
        last = picture["figure"]["frames"][-1]
        assert last["name"].startswith("The next epoch, batch ")
        assert len(last["data"][1]["width"]) == 2 * samples // 4


def test_workers_are_measured_only_where_they_are_opened() -> None:
    app = opened()
    assert "measure" not in app.session_state["lesson_context"].programs
    assert not drawn(app)


def test_the_timelines_are_measured_and_measured_again() -> None:
    app = with_workers(samples="8", batch_size="2", load="1", step="0")
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
    app = with_workers(samples="8", batch_size="8")
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
    app.query_params["batching.bug"] = "sorted labels"
    app.run()
    app.session_state["batching.break.open"] = True
    app.session_state["guesses"] = {"sorted_without_shuffle": "nothing"}
    app.run()
    assert not app.exception
    assert sum("| `accuracy` |" in each.value for each in app.markdown) == 2
