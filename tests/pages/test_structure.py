"""The rules of the project: who imports whom, and that the catalogue is the single register."""

import ast
import tomllib
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from lib import catalogue
from lib.core.bugs import bugs_of, outdated_of
from lib.plots import palette

ROOT = Path(__file__).parents[2]
LIB = sorted((ROOT / "lib").rglob("*.py"))
PAGES = sorted((ROOT / "pages").rglob("*.py"))
LESSON_PAGES = [ROOT / "pages" / row.section / f"{row.slug}.py" for row in catalogue.LESSONS]
FIGURES = [file for file in LIB if file.stem == "figures" or file.stem.endswith("_figures")]
FOLDERS = {row.slug: ROOT / row.package.replace(".", "/") for row in catalogue.LESSONS}
MOST_FILES, MOST_FILES_OF = 9, {"loop": 14}  # scene.py, which came later, does not count


def imported(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def packages(file: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(file)}


def test_there_is_something_to_check() -> None:
    assert len(LIB) > 100
    assert len(LESSON_PAGES) == len(FOLDERS) == 20
    assert len(FIGURES) >= 20


@pytest.mark.parametrize("file", LIB, ids=str)
def test_lib_knows_no_interface(file: Path) -> None:
    assert not packages(file) & {"streamlit", "pages", "app", "starlette"}


@pytest.mark.parametrize("file", FIGURES, ids=str)
def test_figures_draw_and_compute_nothing(file: Path) -> None:
    """Pictures are plain dictionaries; what they show comes from elsewhere."""
    assert not packages(file) & {"torch", "torchvision", "plotly", "sklearn"}


@pytest.mark.parametrize("file", LIB, ids=str)
def test_only_the_script_that_is_served_comes_from_plotly(file: Path) -> None:
    if "plotly" in packages(file):
        assert file.stem == "plotly_script"


@pytest.mark.parametrize("file", PAGES, ids=str)
def test_pages_are_words_and_layout(file: Path) -> None:
    assert not packages(file) & {"torch", "torchvision", "plotly", "cv2"}
    if file in LESSON_PAGES:
        assert "numpy" not in packages(file)


@pytest.mark.parametrize("row", catalogue.LESSONS, ids=lambda row: row.slug)
def test_lessons_do_not_import_each_other(row: catalogue.Lesson) -> None:
    others = {other.package for other in catalogue.LESSONS} - {row.package}
    parts = (ROOT / "pages/parts" / row.section).glob(f"{row.slug}*.py")
    page = ROOT / "pages" / row.section / f"{row.slug}.py"
    files = [*FOLDERS[row.slug].rglob("*.py"), *parts, page]
    assert len(files) > 4
    for file in files:
        for name in imported(file):
            assert not any(f"{name}.".startswith(f"{other}.") for other in others), (file, name)
            if name.startswith("pages.parts."):
                section, _, rest = name.removeprefix("pages.parts.").partition(".")
                if section in catalogue.SECTIONS and rest:
                    assert rest.startswith(row.slug), (file, name)


@pytest.mark.parametrize("file", LIB, ids=str)
def test_shared_code_knows_no_lesson(file: Path) -> None:
    if "lessons" not in file.relative_to(ROOT).parts:
        assert not any(name.startswith("lib.lessons") for name in imported(file))


def test_no_circle_of_imports() -> None:
    """Modules can be sorted so that each one imports only those before it."""
    names = {".".join(file.relative_to(ROOT).with_suffix("").parts): file for file in LIB}
    graph = {
        name.removesuffix(".__init__"): {
            other
            for other in _at_the_top(file)
            if other != name.removesuffix(".__init__") and other in names
        }
        for name, file in names.items()
    }
    assert list(TopologicalSorter(graph).static_order())


def _at_the_top(file: Path) -> set[str]:
    """Return what a module imports when it is itself imported."""
    found = set()
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("row", catalogue.LESSONS, ids=lambda row: row.slug)
def test_a_lesson_is_one_folder_of_a_few_files(row: catalogue.Lesson) -> None:
    files = [file for file in FOLDERS[row.slug].glob("*.py") if file.stem != "scene"]
    assert len(files) <= MOST_FILES_OF.get(row.slug, MOST_FILES)
    for file in files:
        assert not file.stem.startswith(row.slug), f"{file}: the folder says it already"
        if file.stem not in {"lesson", "figures", "bugs", "questions"}:
            assert len(file.read_text("utf-8").splitlines()) >= 55, f"{file}: merge it"


def test_the_root_of_lib_holds_the_register_and_packages() -> None:
    assert {file.name for file in (ROOT / "lib").glob("*.py")} == {"catalogue.py"}
    packages_of_lib = {file.relative_to(ROOT / "lib").parts[0] for file in LIB} - {"catalogue.py"}
    assert packages_of_lib == {
        "core", "export", "runtime", "plots", "datasets", "uploads", "tensorboard", "lessons"
    }  # fmt: skip
    for name in packages_of_lib - {"lessons"}:
        words = ast.get_docstring(ast.parse((ROOT / "lib" / name / "__init__.py").read_text()))
        assert (words or "").count(".") >= 3, name


def test_the_catalogue_is_the_files() -> None:
    listed = {(row.section, row.slug) for row in catalogue.LESSONS}
    found = {
        (section, file.stem)
        for section in catalogue.SECTIONS
        for file in (ROOT / "pages" / section).glob("*.py")
    }
    assert found == listed
    assert len({row.slug for row in catalogue.LESSONS}) == len(catalogue.LESSONS)


@pytest.mark.parametrize("row", catalogue.LESSONS, ids=lambda row: row.slug)
def test_a_lesson_has_all_its_files(row: catalogue.Lesson) -> None:
    folder = FOLDERS[row.slug]
    page = ROOT / "pages" / row.section / f"{row.slug}.py"
    draws = any(name.startswith(f"{row.package}.figures") for name in imported(page))
    assert {"lesson.py", "bugs.py", *(["figures.py"] if draws else [])} <= {
        file.name for file in folder.iterdir()
    }
    tests = ROOT / "tests" / folder.relative_to(ROOT)
    assert {"test_lesson.py", *(["test_figures.py"] if draws else [])} <= {
        file.name for file in tests.iterdir()
    }


def test_finding_and_searching() -> None:
    assert catalogue.find("gradients").section == "autograd"
    with pytest.raises(ValueError, match=r"no lesson 'gradient'; there are: .*gradients"):
        catalogue.find("gradient")
    assert catalogue.search("MEMORY numpy") == [catalogue.find("numpy_bridge")]
    assert catalogue.search("") == list(catalogue.LESSONS)
    assert catalogue.search("no such word") == []
    assert catalogue.after(catalogue.LESSONS[-1].slug) is None


def test_the_theme_has_the_palette() -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
    assert theme["chartCategoricalColors"] == list(palette.CATEGORIES)


def test_the_browser_knows_every_placeholder() -> None:
    script = (ROOT / "pages/parts/browser/plotly.js").read_text()
    for name in ("TEXT", "MUTED", "GRID", "BACKGROUND", "RAISED"):
        assert f'"{getattr(palette, name)}": "--st-' in script


KEYWORDS = {"_": None, "mark": None, "fixes": (2, 3), "replaces": (2, 3)}


def test_the_makefile_collects_the_same_words() -> None:
    recipe = " ".join((ROOT / "Makefile").read_text("utf-8").replace("\\", " ").split())
    for name, which in KEYWORDS.items():
        places = f":{','.join(map(str, which))}" if which else ""
        assert f"--keywords {name}{places} " in recipe


def marked() -> set[str]:
    """Return the words that `make words` collects."""
    found: set[str] = set()
    for top in ("pages", "lib"):
        for found_in in extract_from_dir(ROOT / top, keywords=KEYWORDS):
            messages = found_in[2]
            found |= set(messages) if isinstance(messages, tuple) else {messages}
    return found


def test_translators_get_the_words_that_lib_holds() -> None:
    shown: set[str] = set(catalogue.SECTIONS.values())
    for row in catalogue.LESSONS:
        shown |= {row.title, row.goal}
        shown |= {words for bug in bugs_of(row.package) for words in (bug.title, bug.why)}
        for each in outdated_of(row.package):
            shown |= {each.claim, each.truth}
    for file in LIB:
        module = import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
        for name, value in vars(module).items():
            if name == "WORDS" or name.endswith(("FEEDBACK", "LABELS", "MESSAGES")):
                shown |= set(texts_in(value))
            if name == "IDEA":
                shown.add(value)
    # What is the same in every language, such as a unit or the name of a tensor, is not marked.
    assert {words for words in shown - marked() if " " in words.strip()} == set()


def texts_in(words: object) -> Iterator[str]:
    """Yield the texts of a picture, those of a table's columns too."""
    if isinstance(words, str):
        yield words
    elif isinstance(words, Mapping):
        for each in words.values():
            yield from texts_in(each)
    elif isinstance(words, tuple):
        for each in words:
            yield from texts_in(each)


# What a visitor reads is an argument with a space in it, of a call that is not `_()` itself.
SHOWN_BY = {"st", "control", "challenge", "predict", "ask", "numbers", "offer"}


@pytest.mark.parametrize("file", sorted((ROOT / "pages").rglob("*.py")), ids=str)
def test_every_visible_word_can_be_translated(file: Path) -> None:
    for call in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        root = ast.unparse(call.func).partition(".")[0]
        if root not in SHOWN_BY or ast.unparse(call.func) in {
            "st.html",
            "st.code",
            "st.set_page_config",
        }:
            continue
        for argument in [*call.args, *(k.value for k in call.keywords if k.arg != "key")]:
            for each in argument.elts if isinstance(argument, ast.Tuple) else [argument]:
                words = each.value if isinstance(each, ast.Constant) else ""
                assert " " not in str(words), f"{file}:{call.lineno}: wrap {words!r} in _()"


def test_the_readme_lists_the_lessons() -> None:
    rows = [
        f"| {catalogue.SECTIONS[row.section]} | {row.title} | "
        f"{row.goal[0].lower()}{row.goal[1:].rstrip('.')} |"
        for row in catalogue.LESSONS
    ]
    assert "\n".join(rows) in (ROOT / "README.md").read_text("utf-8")
