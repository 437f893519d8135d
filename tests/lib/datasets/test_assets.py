import json
import subprocess
import sys
from contextlib import chdir

import pytest

from lib.core.rules import OneOf, checked
from lib.datasets.assets import FOLDER, asset
from lib.datasets.fashion_mnist import CLASSES, fashion_mnist
from lib.export.overrides import asset as in_a_download
from lib.export.snippets import OWN, data_file, notebook, program, script


@checked(train=OneOf(True, False))
def brightness(train: bool = True) -> float:
    """Return how bright a pixel is on average."""
    return float(fashion_mnist(train).images.mean())


def size(photo: str = "chelsea") -> int:
    """Return the size of a shipped photo's file."""
    return len(asset(f"{photo}.jpg").read_bytes())


def length(picture: bytes, times: int = 1) -> int:
    """Return how long something is."""
    return len(picture) * times


def two(first: bytes, second: bytes) -> int:
    """Return how long two things are."""
    return len(first + second)


def len_of(words: str = "a") -> int:
    """Return how long words are."""
    return len(words)


def named(label: int = 0) -> str:
    """Return the name of a class."""
    return CLASSES[label]


def ran(text: str, folder) -> str:
    command = [sys.executable, "-I", "-W", "error", "-c", text]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_shipped_file_is_found():
    assert asset("README.md") == FOLDER / "README.md"
    assert asset("fashion_mnist.npz").is_file()


@pytest.mark.parametrize("name", ["", ".", "no.png", "../shipped.py", "/etc/hosts", "README", 3])
def test_any_other_name_is_refused(name):
    with pytest.raises(ValueError, match=r"is not shipped; there are: .*README\.md"):
        asset(name)


def test_a_download_finds_it_in_the_folder_it_runs_in(tmp_path):
    with chdir(tmp_path):
        (tmp_path / "a.txt").write_text("here")
        assert in_a_download("a.txt").read_text() == "here"


def test_the_program_reads_the_file_beside_it(tmp_path):
    made = program(brightness, {"train": False})
    assert made.files == ("fashion_mnist.npz",)
    assert "return Path(name)" in made.definitions
    assert "assets" not in made.text
    assert "is not shipped" not in made.text
    data = data_file("fashion_mnist.npz", {"train": False})
    (tmp_path / "fashion_mnist.npz").write_bytes(data)
    assert ran(script(brightness, {"train": False}), tmp_path) == f"{brightness(False)}\n"


def test_the_notebook_reads_it_too(tmp_path):
    (tmp_path / "fashion_mnist.npz").write_bytes(data_file("fashion_mnist.npz", {}))
    cells = json.loads(notebook(brightness, {}))["cells"]
    code = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert "__file__" not in code
    assert ran(code, tmp_path) == f"{brightness()}\n"


def test_the_script_says_which_files_it_reads():
    head = script(brightness, {}).partition("\n\n")[0]
    assert "# Reads from the folder you run it in: fashion_mnist.npz" in head.split("\n")
    assert "Reads" not in script(len_of, {}).partition("\n\n")[0]


@pytest.mark.parametrize("photo", ["chelsea", "coffee"])
def test_a_setting_that_names_a_photo_brings_its_file(photo, tmp_path):
    made = program(size, {"photo": photo})
    assert made.files == (f"{photo}.jpg",)
    (tmp_path / made.files[0]).write_bytes(data_file(made.files[0], {"photo": photo}))
    assert ran(made.text, tmp_path) == f"{size(photo)}\n"
    assert program(size, {}).files == ("chelsea.jpg",)
    assert program(len_of, {"words": photo}).files == ()


def test_a_visitors_own_picture_is_read_from_a_file(tmp_path):
    settings = {"picture": b"\x89PNG and more", "times": 2}
    made = program(length, settings)
    assert made.files == (OWN,)
    assert made.call.startswith('result = length(picture=Path("own.png").read_bytes(), times=2)\n')
    assert "from pathlib import Path" in made.imports
    assert data_file(OWN, settings) == settings["picture"]
    (tmp_path / OWN).write_bytes(data_file(OWN, settings))
    assert ran(made.text, tmp_path) == "26\n"


def test_only_one_setting_can_be_the_visitors_own():
    with pytest.raises(ValueError, match=r"\['first', 'second'\] are bytes"):
        program(two, {"first": b"a", "second": b"b"})


def test_a_file_that_is_no_data_is_refused():
    with pytest.raises(ValueError, match=r"'own\.png' is not shipped"):
        data_file(OWN, {"photo": "chelsea"})


def test_marks_for_translators_are_not_written_out():
    def_of = program(named, {}).definitions
    assert "mark(" not in def_of
    assert '"Ankle boot",' in def_of
