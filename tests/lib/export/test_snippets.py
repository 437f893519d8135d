import ast
import contextlib
import inspect
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import nbformat
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.core.isolation import alone, attempt
from lib.export.snippets import Program, listing, notebook, program, script
from tests.lib.export import snippet_samples as samples
from tests.lib.export.snippet_helpers import line

CALLS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (samples.sample, {"shape": samples.cube, "x": 0.5, "count": 3}),
    (samples.sample, {"shape": line}),
    (samples.by_name, {"name": "line", "x": 1.5}),
    (samples.plain, {"words": 'it\'s "a" line\n', "pair": (1,), "switch": True}),
    (samples.steps, {"count": 2}),
    (samples.network, {"width": 4}),
    (samples.in_loop, {"n": 2}),
    (samples.quoted, {"slope": 1.5}),
    (samples.shadowed, {"x": 2.0}),
]
NAMES = [f"{function.__name__}-{number}" for number, (function, _) in enumerate(CALLS)]
every_call = pytest.mark.parametrize(("function", "given_settings"), CALLS, ids=NAMES)


def run_here(text: str) -> dict[str, Any]:
    """Run a program in an empty namespace and return what it leaves, with what it printed."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    printed = io.StringIO()
    with alone(), contextlib.redirect_stdout(printed):
        exec(compile(text, "program", "exec", dont_inherit=True), namespace)
    return {**namespace, "printed": printed.getvalue()}


def run_fresh(text: str, folder: Path) -> str:
    """Run a program in a new interpreter that cannot see this repository."""
    file = folder / "program.py"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", str(file)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def printed_by_hand(function: Callable[..., Any], given_settings: dict[str, Any]) -> str:
    """Return what the program must print, from calling the function in this process."""
    with alone():
        result = function(**given_settings)
        if inspect.isgenerator(result):
            return "".join(f"{step}\n" for step in result)
    if hasattr(result, "_asdict"):
        return "".join(f"{name} = {value}\n" for name, value in result._asdict().items())
    return f"{result}\n"


def defined(text: str) -> set[str]:
    """Return the names a program binds at its top level."""
    names = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def require_clean(text: str, folder: Path) -> None:
    """Let ruff look for unused and undefined names, and for imports out of order."""
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")
    assert ruff, "ruff is in requirements-dev.txt"
    file = folder / "clean.py"
    file.write_text(text, encoding="utf-8")
    command = [ruff, "check", "--isolated", "--select", "F,I,E9", "--no-cache", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + text


def project(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, **files: str) -> Any:
    """Write a package of its own and return its module ``lesson``."""
    package = folder / name
    package.mkdir()
    for file, source in files.items():
        (package / f"{file}.py").write_text(dedent(source), encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    return __import__(f"{name}.lesson", fromlist=["lesson"])


@every_call
def test_the_program_prints_what_the_function_returns(function, given_settings):
    text = program(function, given_settings).text
    assert run_here(text)["printed"] == printed_by_hand(function, given_settings)


@pytest.mark.parametrize(("function", "given_settings"), [CALLS[0], CALLS[2], CALLS[4]])
def test_the_script_runs_in_a_fresh_interpreter(function, given_settings, tmp_path):
    text = script(function, given_settings, source="https://example.org/lesson")
    assert run_fresh(text, tmp_path) == printed_by_hand(function, given_settings)


@every_call
def test_the_program_is_clean_and_never_imports_the_project(function, given_settings, tmp_path):
    text = script(function, given_settings)
    require_clean(text, tmp_path)
    roots = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in getattr(node, "names", [])]
            if isinstance(node, ast.Import)
            else []
        )
    }
    assert not roots & {"lib", "tests", "pages"}


@settings(max_examples=40, deadline=None)
@given(
    shape=st.sampled_from([samples.square, samples.cube, line]),
    x=st.floats(-3.0, 3.0),
    count=st.integers(1, 6),
)
def test_any_settings_give_the_same_numbers(shape, x, count):
    text = program(samples.sample, {"shape": shape, "x": x, "count": count}).text
    theirs = run_here(text)["result"]
    with alone():
        ours = samples.sample(shape=shape, x=x, count=count)
    assert theirs.total == ours.total
    np.testing.assert_array_equal(theirs.values, ours.values)


@settings(max_examples=40, deadline=None)
@given(words=st.text(), pair=st.lists(st.integers(), max_size=3).map(tuple), switch=st.booleans())
def test_any_plain_setting_is_written_so_that_python_reads_it_back(words, pair, switch):
    given_settings = {"words": words, "pair": pair, "switch": switch}
    assert run_here(program(samples.plain, given_settings).text)["result"] == samples.plain(
        **given_settings
    )


def test_the_call_is_the_one_that_was_made():
    made = program(samples.sample, {"count": 3, "shape": samples.cube, "x": 1.0})
    assert made.call == (
        "result = sample(shape=cube, x=1.0, count=3)\n"
        "for name, value in result._asdict().items():\n"
        '    print(f"{name} = {value}")'
    )
    assert program(samples.plain, {}).call == "result = plain()\nprint(result)"


def test_a_long_call_is_broken_into_lines():
    text = program(samples.plain, {"words": "w" * 90, "pair": tuple(range(9))}).call
    assert "plain(\n    words=" in text
    assert run_here(program(samples.plain, {"words": "w" * 90}).text)["result"].startswith("www")


def test_the_parts_make_up_the_text():
    made = program(samples.sample, {})
    assert isinstance(made, Program)
    assert made.text.startswith(made.imports)
    assert made.definitions in made.text
    assert made.text.endswith(made.call + "\n")


def test_only_what_is_used_is_written_out():
    names = defined(program(samples.sample, {"shape": samples.cube}).text)
    assert {"sample", "Outcome", "Shape", "square", "cube", "F", "np", "sqrt"} <= names
    unused = {"SHAPES", "COUNT", "Between", "OneOf", "checked", "os", "working_folder", "nn"}
    assert not names & unused
    assert not names & {"line", "Line", "SLOPE", "never_used", "math", "UNUSED"}


def test_a_function_among_the_settings_brings_what_it_uses():
    names = defined(program(samples.sample, {"shape": line}).text)
    assert {"line", "Line", "SLOPE"} <= names
    assert "cube" not in names


def test_a_registry_brings_its_entries_and_what_was_added_to_it():
    assert {"SHAPES", "square", "line"} <= defined(program(samples.by_name, {}).text)


def test_comments_stay_and_notes_to_the_type_checker_go():
    text = program(samples.sample, {"shape": line}).text
    assert "# This comment belongs to the sample.\ndef sample(" in text
    assert "    # A comment on a line of its own.\n" in text
    assert "# (count, 2)\n" in text
    assert "# How steep the helper is.\nSLOPE = 2.0" in text
    assert "type: ignore" not in text
    assert "noqa" not in program(samples.in_loop, {}).text


def test_docstrings_are_cut_to_their_first_line():
    text = program(samples.sample, {"shape": line}).text
    docstrings = [
        ast.get_docstring(node)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    expected = {
        "Draw numbers and put them through a shape.",
        "What comes out.",
        "A line.",
        "Return the height at x.",
        "Return x on the line.",
        "Return x squared.",
    }
    assert {words for words in docstrings if words} <= expected
    assert "Attributes:" not in text
    assert "Long words" not in program(samples.network, {}).text


def test_imports_are_merged_and_sorted():
    assert program(samples.sample, {}).imports.split("\n") == [
        "from collections.abc import Callable",
        "from math import sqrt",
        "from typing import NamedTuple",
        "",
        "import numpy as np",
        "import torch",
        "import torch.nn.functional as F",
        "from torch import Tensor",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        "from torch import nn, Tensor\nfrom torch.nn import functional as F, Linear",
        "import torch\nimport torch.utils.data\nfrom os import path\nimport os",
        "from typing import NamedTuple, Any, TYPE_CHECKING, cast\n"
        "from types import SimpleNamespace",
        "from math import sin, cos, tan, pi, e, exp, log, sqrt, floor, ceil, hypot, atan2, "
        "degrees, radians, isclose",
        "from math import log10, log2, log1p\nimport numpy as np\nimport json as js\nimport abc",
    ],
)
def test_imports_are_in_the_order_of_isort(lines, tmp_path, monkeypatch, request):
    used = sorted(
        alias.asname or alias.name for node in ast.parse(lines).body for alias in node.names
    )
    body = f"\n\ndef f():\n    return [{', '.join(used)}]\n"
    name = f"order{abs(hash(lines))}"
    lesson = project(tmp_path, monkeypatch, name, lesson=lines + body)
    text = program(lesson.f, {}).text
    require_clean(text, tmp_path)
    run_here(text)


def test_packages_have_the_names_pip_knows(tmp_path, monkeypatch):
    assert program(samples.sample, {}).packages == ("numpy", "torch")
    assert program(samples.plain, {}).packages == ()
    source = """
        import cv2

        def f():
            import json

            import torch

            return json.dumps([cv2.__version__, str(torch.__version__)])
    """
    lesson = project(tmp_path, monkeypatch, "pipnames", lesson=source)
    assert program(lesson.f, {}).packages == ("opencv-python-headless", "torch")


def test_the_script_says_what_it_is_and_what_it_needs():
    head = script(samples.sample, {}, source="https://example.org/x").partition("\n\n")[0]
    assert all(row.startswith("# ") for row in head.split("\n"))
    assert "Draw numbers and put them through a shape." in head
    assert "https://example.org/x" in head
    assert "pip install numpy torch" in head


def test_a_link_cannot_add_code(tmp_path):
    text = script(samples.plain, {}, source="https://example.org\nraise SystemExit('added')")
    assert run_fresh(text, tmp_path) == "a3False\n"


@every_call
def test_the_notebook_is_valid_and_its_cells_run(function, given_settings):
    text = notebook(function, given_settings, source="https://example.org/lesson")
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    cells = ["".join(cell.source) for cell in book.cells if cell.cell_type == "code"]
    assert book.metadata.kernelspec.name == "python3"
    assert book.cells[0].cell_type == "markdown"
    assert all(cells), "no cell is empty"
    ran = run_here("\n".join(cells))
    assert ran["printed"] == printed_by_hand(function, given_settings)


def test_the_notebook_is_the_same_every_time():
    assert notebook(samples.sample, {}) == notebook(samples.sample, {})
    ids = [cell["id"] for cell in json.loads(notebook(samples.sample, {}))["cells"]]
    assert len(ids) == len(set(ids)) == 4


def test_two_things_of_one_name_are_refused(tmp_path, monkeypatch):
    lesson = project(
        tmp_path,
        monkeypatch,
        "clashing",
        first="def helper():\n    return 1\n\n\ndef one():\n    return helper()\n",
        lesson="from clashing.first import one\n\n\n"
        "def helper():\n    return 2\n\n\ndef f():\n    return helper() + one()\n",
    )
    with pytest.raises(ValueError, match="helper"):
        program(lesson.f, {})


@pytest.mark.parametrize(
    ("number", "line", "used"),
    [
        (1, "import {name}.other", "{name}.other.helper()"),
        (2, "from {name} import other", "other.helper()"),
        (3, "from {name}.other import helper as renamed", "renamed()"),
        (4, "from {name}.other import *", "helper()"),
    ],
)
def test_an_import_that_cannot_be_written_out_is_refused(number, line, used, tmp_path, monkeypatch):
    name = f"refused{number}"
    source = f"{line}\n\n\ndef f():\n    return {used}\n".replace("{name}", name)
    lesson = project(
        tmp_path, monkeypatch, name, other="def helper():\n    return 1\n", lesson=source
    )
    assert lesson.f() == 1
    with pytest.raises(ValueError, match=re.compile(f"other|helper|{name}")):
        program(lesson.f, {})


def test_an_import_of_the_project_inside_a_function_is_refused(tmp_path, monkeypatch):
    lesson = project(
        tmp_path,
        monkeypatch,
        "inside",
        other="def helper():\n    return 1\n",
        lesson="def f():\n    from inside.other import helper\n\n    return helper()\n",
    )
    with pytest.raises(ValueError, match=r"inside\.other"):
        program(lesson.f, {})


def test_a_name_passed_on_by_a_second_module_is_followed(tmp_path, monkeypatch):
    lesson = project(
        tmp_path,
        monkeypatch,
        "passed_on",
        first="def helper():\n    return 7\n",
        second="from passed_on.first import helper\n\n__all__ = ['helper']\n",
        lesson="from passed_on.second import helper\n\n\ndef f():\n    return helper()\n",
    )
    assert run_here(program(lesson.f, {}).text)["result"] == 7


def test_definitions_stand_in_an_order_that_runs(tmp_path, monkeypatch):
    lesson = project(
        tmp_path,
        monkeypatch,
        "ordered",
        base="class Base:\n    rate = 3\n",
        middle="from ordered.base import Base\n\n\nclass Middle(Base):\n    pass\n\n\n"
        "def deep(m=Middle):\n    return m.rate\n",
        lesson="from ordered.middle import deep\n\nTABLE = {}\n\n\n"
        "def f(n: int = 2):\n    return deep() * n + len(BOTH)\n\n\n"
        "BOTH = {'f': f, 'deep': deep}\n",
    )
    assert run_here(program(lesson.f, {"n": 5}).text)["result"] == 17


def test_a_setting_the_function_does_not_have_is_refused():
    with pytest.raises(ValueError, match="colour"):
        program(samples.plain, {"colour": 1})


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), np.float64(1.5), torch.tensor(1.0), object(), lambda x: x],
    ids=["nan", "inf", "numpy", "tensor", "object", "lambda"],
)
def test_a_setting_that_python_cannot_read_back_is_refused(value):
    with pytest.raises(ValueError, match=r"x=|lambda"):
        program(samples.by_name, {"name": "square", "x": value})


def test_a_listing_is_the_function_alone_with_the_lines_of_the_file():
    shown = listing(samples.sample)
    source = Path(samples.__file__).read_text(encoding="utf-8").split("\n")
    rows = shown.text.split("\n")
    assert len(rows) == len(shown.lines)
    assert rows[0] == "# This comment belongs to the sample."
    assert rows[1].startswith("def sample(")
    assert rows[2] == '    """Draw numbers and put them through a shape."""'
    for row, number in zip(rows, shown.lines, strict=True):
        assert row.removesuffix('"""') in source[number - 1]
        assert shown.index(number) == rows.index(row) or rows.count(row) > 1
    assert shown.index(1) is None


@pytest.mark.parametrize(
    ("function", "failing"),
    [(samples.fails, "    return left @ left"), (samples.fails_checked, "    return left.matmul(")],
)
def test_the_line_of_a_real_error_is_found_in_the_listing(function, failing):
    came = attempt(function, {"rows": 2})
    assert came.error == "RuntimeError"
    shown = listing(function)
    row = shown.index(came.line)
    assert row is not None
    assert shown.text.split("\n")[row] == failing


def test_parsing_happens_once(monkeypatch):
    program(samples.sample, {"shape": samples.cube, "x": 0.0})

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("parsed again")

    monkeypatch.setattr(inspect, "getsource", refuse)
    text = program(samples.sample, {"shape": samples.cube, "x": 0.25}).text
    assert "x=0.25" in text
