"""The scene: its code answers and counts as the page does, and what is asked is hidden."""

import json
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from torchvision.models import get_model

from lib.core.isolation import call_alone
from lib.core.scene import Revealed
from lib.datasets.images import PICTURES
from lib.lessons.models.pretrained.figures import ANSWERED, FROZEN, HEADED
from lib.lessons.models.pretrained.lesson import EMBED_SIZES, counted, top_classes, trains_little
from lib.lessons.models.pretrained.scene import CONTROLS, EXAMPLE, scene
from lib.lessons.models.pretrained.scene import settings as joined
from lib.runtime.scenes import scene_json
from tests.lib.core.scene_code import run_code


@settings(max_examples=12, deadline=None)
@given(
    some.sampled_from([*PICTURES]),
    some.integers(1, 10),
    some.booleans(),
    some.booleans(),
    some.integers(0, 99),
    some.integers(0, 19),
    some.sampled_from(EMBED_SIZES),
)
def test_the_code_answers_and_counts_as_the_page_does(
    image, k, normalize, evaluate, seed, frozen, embed_size
):
    looks = {"image": image, "normalize": normalize, "evaluate": evaluate, "seed": seed}
    expected = call_alone(top_classes, {**looks, "k": k})
    made = scene(**looks, k=k, frozen=frozen, embed_size=embed_size, prediction=expected)
    ran = run_code(made)
    assert ran.error == ""
    classes, trains = ran.printed
    assert tuple(classes) == expected.classes
    assert ran.names["p"][0].tolist() == pytest.approx(expected.probabilities, rel=1e-4)
    assert trains == counted("mobilenet_v2", frozen, embed_size).trains
    shown = {row.name: row.value for row in made.numbers}
    assert shown["of them train"] == f"`{trains:,}`"
    assert shown["first class"].startswith(expected.classes[0])
    rows = made.pictures["answer"].figure.layout["meta"]["numbers"]["rows"]
    assert [name for name, _ in rows] == list(expected.classes)


def test_the_example_is_what_the_network_really_answers():
    made = call_alone(top_classes, {"image": EXAMPLE["image"], "k": 3})
    assert EXAMPLE["prediction"].classes == made.classes
    assert EXAMPLE["prediction"].probabilities == pytest.approx(made.probabilities, abs=6e-4)
    assert (EXAMPLE["prediction"].mean, EXAMPLE["prediction"].std) == pytest.approx(
        (made.mean, made.std), rel=0.01
    )


def first(**changed: Any) -> dict[str, Any]:
    return joined(**{**{name: each.default for name, each in CONTROLS.items()}, **changed})


@pytest.fixture(scope="module")
def prediction():
    return call_alone(top_classes, {"k": 10})


def sent(prediction: Any, revealed: tuple[str, ...]) -> dict[str, Any]:
    return json.loads(scene_json("pretrained", first(prediction=prediction), Revealed(revealed)))


def test_each_answer_uncovers_only_its_own(prediction):
    trains = f"{counted(**{n: first()[n] for n in ('network', 'frozen', 'embed_size')}).trains:,}"
    for revealed in ((), ("first",), ("trains",), ("first", "trains")):
        text = json.dumps(sent(prediction, revealed))
        assert (prediction.classes[0] in text) == ("first" in revealed)
        assert (trains in text) == ("trains" in revealed)
        assert ("327,936" in text) == ("trains" in revealed)


def test_without_an_answer_the_one_that_is_shown_stays():
    answer, blocks = sent(None, ("first",))["pictures"]
    assert answer["figure"]["layout"]["meta"] == {"stays": True}
    assert answer["figure"]["data"] == []
    assert blocks["figure"]["data"]


def test_every_line_of_the_work_is_lit_in_its_frames(prediction):
    made = scene(prediction=prediction)
    frames = made.pictures["blocks"].figure.frames
    for number in range(len(frames)):
        lit = [line.text for line in made.code if number in line.frames]
        assert lit
        if number == FROZEN:
            assert lit == ["model.features[:17].requires_grad_(False)"]
        if number == HEADED:
            assert lit[0] == "model.classifier[1] = nn.Linear(1280, 256)"
        if number == ANSWERED:
            assert lit[0].startswith("p, i = model(")
    captions = [frame["name"] for frame in made.pictures["answer"].figure.frames]
    assert captions == [frame["name"] for frame in frames]


@pytest.mark.parametrize("frozen", range(6))
def test_a_resnet_is_frozen_by_its_children(frozen):
    printed: list[int] = []
    made = scene("resnet18", frozen=frozen, embed_size=10)
    code = [line.text for line in made.code]
    work = [line for line in code if "model." in line and "weights" not in line]
    names = {
        "torch": torch,
        "nn": torch.nn,
        "model": get_model("resnet18"),
        "print": printed.append,
    }
    exec("\n".join(work), names)
    assert printed == [counted("resnet18", frozen, 10).trains]
    assert all(len(line) <= 88 for line in code)
    assert "model.fc = nn.Linear(512, 10)" in code


def test_missing_weights_go_on_with_the_shipped_network(monkeypatch, tmp_path):
    monkeypatch.setattr("torch.hub.get_dir", lambda: str(tmp_path))
    assert first(network="resnet18")["network"] == "mobilenet_v2"


def test_the_challenge_is_not_solved_at_the_start():
    start = {name: first()[name] for name in ("network", "frozen", "embed_size")}
    assert not trains_little(counted(**start))
