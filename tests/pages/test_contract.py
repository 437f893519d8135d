"""What every lesson of the catalogue owes its visitors."""

import contextlib
import io
import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from lib import catalogue
from lib.core.bugs import bugs_of, outdated_of
from lib.core.isolation import attempt, call_alone
from lib.export import snippets
from pages.parts.lesson_context import LessonContext
from tests.pages.strategies import strategy

FRAME = str(Path(__file__).parents[2] / "pages" / "frame.py")
every_lesson = pytest.mark.parametrize("row", catalogue.LESSONS, ids=lambda row: row.slug)


def opened(row: catalogue.Lesson) -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=60)
    return app.switch_page(f"{row.section}/{row.slug}.py").run()


def context(app: AppTest) -> LessonContext:
    return app.session_state["lesson_context"]


def fine(app: AppTest) -> bool:
    """Whether nothing was raised; the errors that the bugs show on purpose do not count."""
    return not app.exception and not any("did not work" in error.value for error in app.error)


def moves(app: AppTest) -> Iterator[tuple[str, Any]]:
    """Yield every control's key with each of its ends or options."""
    for slider in app.slider:
        yield from ((slider.key, end) for end in (slider.min, slider.max))
    for number in app.number_input:
        yield from ((number.key, end) for end in (number.min, number.max))
    for box in app.selectbox:
        yield from ((box.key, option) for option in box.options)
    for scale in app.select_slider:
        yield from ((scale.key, option) for option in (scale.options[0], scale.options[-1]))
    for field in app.text_input:
        examples = context(app).controls[field.key].examples
        yield from ((field.key, example) for example in examples)
    for switch in app.toggle:
        yield from ((switch.key, on) for on in (True, False))
    for group in app.button_group:
        if not asks(group.key):
            names = [option.content for option in group.proto.options]
            many = group.proto.click_mode == group.proto.MULTI_SELECT
            yield from ((group.key, [name] if many else name) for name in names)
            if many:
                yield from ((group.key, some_of) for some_of in ([], names))


def asks(key: str) -> bool:
    """Whether a widget belongs to a question, and so does not stand in the address."""
    return ".predict." in key or key.endswith(".question")


def widget(app: AppTest, key: str) -> Any:
    kinds = (
        app.slider,
        app.select_slider,
        app.number_input,
        app.text_input,
        app.selectbox,
        app.toggle,
        app.button_group,
    )
    return next((each for kind in kinds for each in kind if each.key == key), None)


def drawn(app: AppTest) -> list[dict[str, Any]]:
    """Return what our own elements were given to draw."""
    return [json.loads(each.proto.json) for each in app.get("bidi_component") if each.proto.json]


def check_contrast(app: AppTest) -> None:
    """Code on its gray ground, faded as captions are, is below 4.5 : 1."""
    assert not [each.value for each in app.caption if "`" in each.value]


def pictures_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the figures that an element was given."""
    if "scene" in data:
        return [each["figure"] for each in json.loads(data["scene"])["pictures"]]
    return [json.loads(data["figure"])] if "figure" in data else []


def check_pictures(app: AppTest) -> None:
    """Let Plotly's own class check the pictures, which the pages do without."""
    for data in drawn(app):
        for picture in pictures_of(data):
            go.Figure(picture)


def plain(move: tuple[str, Any]) -> tuple[str, str]:
    """Return a move as something that hashes."""
    return move[0], repr(move[1])


@every_lesson
def test_it_has_all_the_parts(row: catalogue.Lesson) -> None:
    app = opened(row)
    assert fine(app)
    made = context(app)
    assert made.slug == row.slug
    assert len(made.predictions) >= 2
    assert len(set(made.bugs)) >= 3
    assert made.challenges
    assert made.programs
    pictures = json.loads(made.scene)["pictures"] if made.scene else []
    alts = [*made.charts.values(), *(picture["alt"] for picture in pictures)]
    assert alts
    assert all(len(alt.split()) >= 4 and "{" not in alt for alt in alts)


@every_lesson
def test_every_widget_is_prefixed_and_every_control_bound(row: catalogue.Lesson) -> None:
    app = opened(row)
    keys = {key for key, _ in moves(app)}
    assert keys == set(context(app).controls)
    assert all(key.startswith(f"{row.slug}.") for key in keys)
    for key in keys:
        assert widget(app, key).proto.query_param_key == key
    answers = [group.key for group in app.button_group if asks(group.key)]
    assert answers
    assert all(key.startswith(f"{row.slug}.") for key in answers)


@every_lesson
def test_every_control_may_go_to_its_ends(row: catalogue.Lesson) -> None:
    app = opened(row)
    waiting, seen = list(moves(app)), set()
    while waiting:
        key, value = waiting.pop(0)
        seen.add(plain((key, value)))
        if widget(app, key) is None:
            continue  # belongs to an option that is not chosen now
        widget(app, key).set_value(value).run()
        assert fine(app), f"{key} = {value}: {[error.value for error in app.error]}"
        check_pictures(app)
        check_contrast(app)
        waiting += [move for move in moves(app) if plain(move) not in seen and move not in waiting]
    assert len(seen) >= 2 * len(context(app).controls) > 2


@every_lesson
def test_every_chart_says_what_it_shows(row: catalogue.Lesson) -> None:
    charts = [data for data in drawn(opened(row)) if "alt" in data or "scene" in data]
    assert charts
    for data in charts:
        assert "scene" in data or data["alt"].strip()
        for figure in pictures_of(data):
            assert figure["layout"]["height"] > 0


@every_lesson
def test_every_mistake_is_real_and_every_repair_repairs(row: catalogue.Lesson) -> None:
    bugs = bugs_of(row.package)
    assert len(bugs) >= 3
    for bug in bugs:
        broken, fixed = attempt(bug.broken, {}), attempt(bug.fixed, {})
        assert fixed.error == "", f"{bug.title}: the repair raises {fixed.error}"
        if bug.silent:
            assert broken.error == "", bug.title
            assert differs(broken.result, fixed.result), f"{bug.title}: the numbers are the same"
        else:
            said = broken.error or broken.warnings
            assert said, f"{bug.title}: nothing is said"
            assert broken.message or broken.warnings
            # The page marks the line that failed: it is one of the program's own.
            listing = snippets.listing(bug.broken, helpers=True)
            assert not broken.line or 0 <= listing.index(broken.line) < len(listing.lines)


@every_lesson
def test_what_is_outdated_runs_or_says_why(row: catalogue.Lesson) -> None:
    for each in outdated_of(row.package):
        then, now = attempt(each.then, {}), attempt(each.now, {})
        assert now.error == ""
        assert then.error or then.warnings or then.result is not None


def differs(one: Any, other: Any) -> bool:
    return pickle.dumps(one) != pickle.dumps(other)


@cache
def programs(row: catalogue.Lesson) -> list[Callable[..., Any]]:
    """Return every program that some state of a lesson shows."""
    found: dict[str, Callable[..., Any]] = {}
    app = opened(row)
    parts = [move for move in moves(app) if move[0].endswith((".direction", ".part"))]
    for key, value in [(None, None), *parts]:
        # The app changes in place: note its programs before it moves on.
        if key:
            widget(app, key).set_value(value).run()
        for function, _ in context(app).programs.values():
            found[function.__name__] = function
    return list(found.values())


def printed(result: Any) -> str:
    fields = result._asdict() if hasattr(result, "_asdict") else {"": result}
    return "".join(
        f"{name} = {value}\n" if name else f"{value}\n" for name, value in fields.items()
    )


def lay(function: Callable[..., Any], chosen: dict[str, Any], folder: Path) -> None:
    """Put the data files that the page offers with a program into a folder, and no others."""
    files = snippets.program(function, chosen).files
    for file in folder.iterdir():
        if file.is_dir():  # what the program wrote the last time
            shutil.rmtree(file)
        elif file.name not in files:
            file.unlink()
    for name in files:
        if name == snippets.OWN or not (folder / name).exists():
            (folder / name).write_bytes(snippets.data_file(name, chosen))


@every_lesson
def test_the_downloads_give_the_numbers_of_the_page(row: catalogue.Lesson, tmp_path: Path) -> None:
    for function in programs(row):
        agree(function, tmp_path)


def agree(function: Any, folder: Path) -> None:
    """Run a program as a download with random settings, and compare what it prints."""
    rules = function.rules

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(some.fixed_dictionaries({name: strategy(rule) for name, rule in rules.items()}))
    def agrees(chosen: dict[str, Any]) -> None:
        text = snippets.script(function, chosen)
        assert "from lib" not in text
        lay(function, chosen, folder)
        said = io.StringIO()
        with contextlib.redirect_stdout(said), chdir(folder):
            exec(compile(text, function.__name__, "exec"), {"__name__": "__main__"})
        with TemporaryDirectory() as other, chdir(other):
            assert said.getvalue() == printed(call_alone(function, chosen))

    agrees()


# Runs each script by itself, in one interpreter: importing torch anew takes seconds.
RUNNER = """
import os, runpy, sys
for folder in sys.argv[1:]:
    os.chdir(folder)
    runpy.run_path("script.py", run_name="__main__")
    print(end="\\0")
"""


@every_lesson
def test_the_downloads_run_in_a_fresh_interpreter(row: catalogue.Lesson, tmp_path: Path) -> None:
    folders, expected = [], []
    for function in programs(row):
        folders.append(tmp_path / function.__name__)
        folders[-1].mkdir()
        lay(function, {}, folders[-1])
        (folders[-1] / "script.py").write_text(snippets.script(function, {}), "utf-8")
        with TemporaryDirectory() as other, chdir(other):
            expected.append(printed(call_alone(function, {})))
    command = [sys.executable, "-I", "-c", RUNNER, *map(str, folders)]
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}  # with two, the last digits differ
    done = subprocess.run(command, env=one_thread, capture_output=True, text=True, check=False)
    assert done.stdout.split("\0") == [*expected, ""], done.stderr


@every_lesson
def test_the_notebooks_hold_the_same_program(row: catalogue.Lesson) -> None:
    for function in programs(row):
        book = json.loads(snippets.notebook(function, {}))
        cells = ["".join(c["source"]) for c in book["cells"] if c["cell_type"] == "code"]
        whole = "".join("\n\n".join(cells).split())
        assert whole == "".join(snippets.program(function, {}).text.split())


TRAINS = {"build", "classify", "loop"}  # met by a training that the visitor starts; tested in lib


@every_lesson
def test_two_hints_and_a_solution_help_with_the_challenge(row: catalogue.Lesson) -> None:
    app = opened(row)
    assert row.slug not in app.session_state["finished"]
    button = f"{row.slug}.hint"
    for number in range(1, 3):
        app.button(key=button).click().run()
        assert fine(app)
        assert (
            len([each for each in app.markdown if ":material/lightbulb:" in each.value]) == number
        )
    app.button(key=button).click().run()
    assert fine(app)
    if row.slug not in TRAINS:
        assert row.slug in app.session_state["finished"]
        assert not [each for each in app.button if each.key == button]
