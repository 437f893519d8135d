"""The scene of several devices: its code finds the numbers shown; what is asked is hidden."""

import orjson
import pytest

from lib.core.isolation import call_alone
from lib.core.scene import Revealed
from lib.lessons.scale.data_parallel import scene as shown
from lib.lessons.scale.data_parallel.lesson import scatter_and_gather
from lib.lessons.scale.data_parallel.step_time import reaches
from lib.runtime.scenes import scene_json
from tests.lib.core.scene_code import run_code

CASES = [(30, 4), (64, 1), (64, 8), (9, 8), (1, 3), (17, 2)]


@pytest.mark.parametrize(("batch", "devices"), CASES)
def test_the_code_finds_the_numbers_of_the_page(batch: int, devices: int) -> None:
    settings = {"batch": batch, "devices": devices, "hidden": 3, "seed": batch}
    ran = run_code(call_alone(shown.scene, settings))
    result = call_alone(scatter_and_gather, settings)
    assert not ran.error
    assert tuple(len(chunk) for chunk in ran.names["chunks"]) == result.chunks
    assert ran.printed == pytest.approx([result.loss, result.summed_gradient], rel=1e-5)


@pytest.mark.parametrize(("batch", "devices"), CASES)
def test_samples_travel_from_the_batch_to_their_device_and_to_the_outputs(
    batch: int, devices: int
) -> None:
    scene = call_alone(shown.scene, {"batch": batch, "devices": devices})
    frames = scene.pictures["parallel"].figure.frames
    assert scene.rest == 0
    assert len(frames) == 1 + shown.BACKWARD
    assert frames[0]["name"].startswith("Simulated: the batch and the model")
    heights = [frame["data"][3]["y"] for frame in frames]
    assert all(len(each) == batch for each in heights)
    assert heights[shown.SCATTER] == heights[shown.APPLY]
    assert all(
        here < there < end
        for here, there, end in zip(
            heights[0], heights[shown.SCATTER], heights[shown.GATHER], strict=True
        )
    )
    models = [frame["data"][2]["y"] for frame in frames]
    assert set(models[shown.SCATTER]) == {models[0][0]}
    busy = models[shown.REPLICATE][: len(scatter_and_gather(batch, devices).chunks)]
    assert busy == sorted(set(busy))


def test_what_is_asked_is_nowhere_in_the_scene() -> None:
    hidden = scene_json("data_parallel", {}, Revealed(()))
    for word in (b"8, 8, 8, 6", b"fewer samples", b"first batch", b"small chunk"):
        assert word not in hidden, word
    assert not any(each["figure"]["frames"] for each in orjson.loads(hidden)["pictures"])
    first = scene_json("data_parallel", {}, Revealed(("first",)))
    assert b"8, 8, 8, 6" not in first
    assert b"0\xe2\x80\x9314" in first
    chunks = orjson.loads(scene_json("data_parallel", {}, Revealed(("chunks",))))
    assert not any("first batch" in name for name, _ in chunks["numbers"])


def test_the_challenge_does_not_begin_solved() -> None:
    start = {name: shown.CONTROLS[name].default for name in ("batch", "compute", "communication")}
    assert not reaches(**start)
