import json
import subprocess
import sys

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from torch import nn

from lib.core.isolation import alone, call_alone
from lib.export.snippets import as_notebook, as_script
from lib.lessons.models.build import lesson
from lib.lessons.models.build.layer_kinds import (
    CONVOLUTIONAL,
    KINDS,
    PRESETS,
    UpToTenLayers,
    layers_text,
    short,
    signature,
    written,
)
from lib.lessons.models.build.text import (
    OPTIMIZERS,
    PROGRAMS,
    module,
    read_layers,
    read_shape,
    sequential,
)
from tests.pages.strategies import strategy

quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "0 layers: 1 to 10"),
        ("ReLU()," * 11, "11 layers: 1 to 10"),
        ("__import__('os')", "'__import__' is not one of the layers"),
        ("torch.nn.ReLU()", "'torch.nn.ReLU' is not one of the layers"),
        ("ReLU", "'ReLU' is not a layer"),
        ("*x", "is not a layer"),
        ("ReLU(", "is not a list of layers"),
        ("ReLU()] + [ReLU()", "is not a layer"),
        ("Linear(3)", "Linear needs out_features"),
        ("Linear(1, 2, in_features=1)", "in_features is given twice"),
        ("Linear(1, 2, dtype=3)", "'dtype' is not one of its arguments here"),
        ("Linear(**x)", "is not one of its arguments"),
        ("Linear(1, 2, True, 4)", "4 arguments: here it takes in_features"),
        ("Linear(x, 2)", "'x' is not allowed here"),
        ("Linear(10**9, 2)", "is not allowed here"),
        ("Conv2d(1, 2, 99)", "kernel_size=99 is out of range: 1 to 64"),
        ("Dropout(2)", "p=2 is out of range: 0.0 to 1.0"),
        ("Lambda(os)", "'os' is not allowed here"),
        ("Lambda(lambda x: x.y)", "is not allowed here"),
        ("x" * 1001, "1001 characters: up to 1000"),
        ("[" * 900, "is not a list of layers"),
    ],
)
def test_other_text_is_refused_with_a_sentence(text, words):
    with pytest.raises(ValueError, match=words.replace("*", r"\*")):
        read_layers(text)


@pytest.mark.parametrize("text", ["", "four", "0, 4", "1, 2, 3, 4, 5", "2000", "1000, 1000, 2"])
def test_other_shapes_are_refused(text):
    with pytest.raises(ValueError, match=r"number|tuple|range"):
        read_shape(text)


# --- text -----------------------------------------------------------------------------------------


@quick
@given(strategy(UpToTenLayers()))
def test_layers_survive_being_written_and_read(layers):
    again = read_layers(layers_text(layers))
    assert [str(lesson.made(*each)) for each in again if each[0] != "Lambda"] == [
        str(lesson.made(*each)) for each in layers if each[0] != "Lambda"
    ]
    assert read_layers(", ".join(map(short, layers))) == layers


def test_a_pasted_sequential_is_read():
    text = """nn.Sequential(
        Lambda(preprocess),
        nn.Conv2d(1, 16, kernel_size=3, stride=2, padding=1),  # a comment
        nn.AvgPool2d(4),
        Lambda(lambda x: x.view(x.size(0), -1)),
    )"""
    assert read_layers(text) == (
        CONVOLUTIONAL[0],
        CONVOLUTIONAL[1],
        CONVOLUTIONAL[7],
        CONVOLUTIONAL[8],
    )
    assert written(CONVOLUTIONAL[1]) == "Conv2d(1, 16, kernel_size=3, stride=2, padding=1)"
    assert signature("MaxPool2d") == "MaxPool2d(kernel_size, stride, padding)"
    assert read_shape("(64, 1, 28, 28)") == (64, 1, 28, 28)
    assert all(UpToTenLayers().check("layers", (kind.example,)) is None for kind in KINDS.values())


def printed(text: str) -> list[str]:
    """What a program prints in a fresh interpreter, or the last line of its error."""
    command = [sys.executable, "-I", "-c", f"import torch; torch.set_num_threads(1)\n{text}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() or done.stderr.strip().splitlines()[-1:]


MORE = {
    "dropout": ((8, 12), "Dropout(0.5), Linear(12, 4), BatchNorm1d(4), LeakyReLU(0.2), Softmax(1)"),
    "states at the end": ((2, 4, 5), "LSTM(5, 3, batch_first=True)"),
    "no parameters": ((2, 3), "Tanh(), Sigmoid()"),
    "refused": ((4, 12), "ReLU(), Linear(10, 3)"),
}
CHAINS = {
    **{name: (preset.shape, preset.layers) for name, preset in PRESETS.items()},
    **{name: (shape, read_layers(text)) for name, (shape, text) in MORE.items()},
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_optimizer_is_written_out(optimizer):
    result = call_alone(lesson.build, {})
    assert (
        f"opt = optim.{optimizer}(model.parameters(), lr="
        in sequential(CONVOLUTIONAL, result, optimizer).text
    )


def test_both_programs_run_and_give_the_numbers_of_the_page():
    """All of them in one interpreter, since starting one takes seconds."""
    texts, wanted = [], []
    for shape, layers in CHAINS.values():
        result = call_alone(lesson.build, {"layers": layers, "shape": shape})
        for make in PROGRAMS.values():
            text = make(layers, result, "SGD").text
            assert "from lib" not in text
            texts.append(text)
            wanted.append(result)
    both = (
        "for text in TEXTS:\n"
        "    try:\n        exec(text, {})\n"
        "    except Exception as error:\n        print(f'{type(error).__name__}: {error}')"
    )
    lines = printed(f"TEXTS = {texts!r}\n{both}")
    for result in wanted:
        if result.refused:
            assert lines.pop(0) == result.refused
            continue
        assert lines.pop(0) == str(result.shapes[-1])
        assert lines.pop(0) == f"{sum(result.parameters)} parameters"
        assert [round(float(each), 4) for each in lines.pop(0)[1:-1].split(", ")] == pytest.approx(
            result.output, abs=2e-4
        )
    assert lines == []


def test_the_downloads_begin_with_what_they_are():
    made = module(CONVOLUTIONAL, call_alone(lesson.build, {}), "SGD")
    script = as_script(made, ("Your network", "Needs: pip install torch"))
    assert script.startswith("# Your network\n# Needs: pip install torch\n\nimport torch\n")
    assert script.endswith(made.text)
    cells = json.loads(as_notebook(made, ("Your network",)))["cells"]
    assert "".join(cells[0]["source"]) == "Your network"
    code = "\n\n\n".join("".join(cell["source"]) for cell in cells[1:])
    assert code.split() == made.text.split()


def test_what_an_lstm_returns_is_nested_as_pytorch_nests_it():
    network = {"layers": (("LSTM", 28, 64, 1, True, True),), "shape": (64, 28, 28)}
    with alone():
        output, (h, c) = nn.LSTM(28, 64, batch_first=True)(torch.zeros(64, 28, 28))
    assert h.shape == c.shape
    text = sequential(network["layers"], call_alone(lesson.build, network), "SGD").text
    assert f"# (64, 28, 28) -> ({tuple(output.shape)}, (h, c))" in text


def test_shapes_beside_the_lines_can_be_hidden():
    result = call_alone(lesson.build, {})
    for make in (sequential, module):
        assert "# (64, 784) -> (64, 1, 28, 28)" in make(CONVOLUTIONAL, result, "SGD").text
        hidden = make(CONVOLUTIONAL, result, "SGD", with_shapes=False)
        assert "(64, 16, 7, 7)" not in hidden.text
        assert hidden.packages == ("torch",)
