"""Where a model and its tensors live after every line."""

import inspect
from itertools import product

import pytest
import torch
from torch import nn

from lib.core.isolation import call_alone
from lib.lessons.scale.devices import lesson as devices
from lib.lessons.scale.devices.lesson import IMAGES_LINES, MODEL_LINES, Y_LINES, choices, follow
from lib.lessons.scale.devices.questions import (
    FATES,
    FEEDBACK,
    FEEDBACK_FATE,
    FEEDBACK_MODEL,
    FOLLOWS,
    fate,
    trace_answers,
    works_there,
)
from lib.runtime.environment import devices as present

EVERY = list(product(choices(), MODEL_LINES, IMAGES_LINES, Y_LINES))


def followed(device, model, images, y):
    """Run the lines that were chosen."""
    return follow(device, MODEL_LINES[model], IMAGES_LINES[images], Y_LINES[y])


def right(answers):
    return next(each.value for each in answers if each.right)


def by_hand(device, model_line, images_line, y_line):
    """Tell from the words of the lines alone where everything must be."""
    there = str(torch.empty(0, device=device).device)
    model = "cpu" if model_line.startswith("#") else there
    images = there if images_line.startswith("images =") else "cpu"
    y = {"ones_like(images, device": there, "ones_like(images)": images, "ones(4": "cpu"}
    return model, images, next(place for words, place in y.items() if words in y_line)


@pytest.mark.parametrize(("device", "model", "images", "y"), EVERY)
def test_everything_is_where_the_lines_put_it(device, model, images, y):
    chosen = {"device": device, "model": model, "images": images, "y": y}
    result = followed(**chosen)
    places = by_hand(device, model, images, y)
    end = result.steps[-1]
    assert (end["model"], end["images"], end["y"]) == places
    stops = "model" if places[0] != places[1] else "loss" if places[0] != places[2] else "runs"
    assert fate(result) == stops
    assert bool(result.error) == (stops != "runs")
    assert len(result.steps) == {"model": 5, "loss": 6, "runs": 7}[stops]
    lines = devices.lines(result, **chosen)
    assert len(lines) == len(result.steps) + bool(result.error)
    if result.error:
        assert lines[-1] == devices.LAST[stops == "loss"]

    asked = trace_answers(result, device, model, images)
    assert right(asked["images"]) == places[1]
    assert right(asked["model"]) == places[0]
    assert right(asked["fate"]) == stops
    for name, feedback in (
        ("images", FEEDBACK),
        ("model", FEEDBACK_MODEL),
        ("fate", FEEDBACK_FATE),
    ):
        assert {each.code for each in asked[name]} <= set(feedback)
        assert len(asked[name]) >= 2
    assert set(FEEDBACK_FATE) == set(FATES)


@pytest.mark.parametrize(("device", "model", "images", "y"), EVERY)
def test_what_is_said_to_an_answer_is_what_happened(device, model, images, y):
    result = followed(device, model, images, y)
    asked = trace_answers(result, device, model, images)
    for name, line, same, words in (
        ("model", model, result.same_model, FEEDBACK_MODEL),
        ("images", images, result.same_images, FEEDBACK),
    ):
        assert len(asked[name]) == 3
        [said] = [words[each.code] for each in asked[name] if each.right]
        assert ("comment" in said) == line.startswith("#")
        if name == "images":
            assert not (same and "new tensor" in said)
        if device == "cpu":
            assert "comment" in said or "there already" in said


@pytest.mark.parametrize("lines", [MODEL_LINES, IMAGES_LINES, Y_LINES])
def test_a_line_on_the_page_is_the_line_that_runs(lines):
    for words, function in lines.items():
        source = [line.strip() for line in inspect.getsource(function).splitlines()]
        assert words.startswith("#") or words in source
    source = [line.partition("  #")[0].strip() for line in inspect.getsource(follow).splitlines()]
    assert set(devices.FIRST + devices.LAST) <= set(source)


def test_a_module_moves_in_place_and_a_tensor_is_copied():
    result = follow("meta")
    assert (result.same_model, result.same_images) == (True, False)
    result = follow("cpu")
    assert (result.same_model, result.same_images) == (True, True)
    model, x = nn.Linear(3, 3), torch.ones(2)
    parameter = model.weight
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    assert model.to("meta").weight.device.type == "meta"
    assert parameter.device.type == "cpu"  # the module has a new one in its place
    assert optimizer.param_groups[0]["params"][0] is parameter  # as the caption says
    assert x.to("meta").device.type == "meta"
    assert x.device.type == "cpu"


def test_the_same_settings_give_the_same_trace():
    assert call_alone(follow, {"device": "meta"}) == call_alone(follow, {"device": "meta"})


def test_the_choices_are_what_is_here():
    assert choices()[-2:] == ("meta", "cpu")
    assert set(choices()) == {*present(), "meta"}


@pytest.mark.parametrize("device", ["gpu", "cuda:99", "", 0])
def test_other_devices_are_refused(device):
    with pytest.raises(ValueError, match=r"is not one of: .*'meta', 'cpu'"):
        follow(device)


def test_other_lines_are_refused():
    with pytest.raises(ValueError, match="move_model=print is not one of: model_to, model_ass"):
        follow(move_model=print)


@pytest.mark.parametrize(("device", "model", "images", "y"), EVERY)
def test_the_challenge_asks_for_a_loss_elsewhere_and_a_target_that_follows(
    device, model, images, y
):
    result = followed(device, model, images, y)
    end = by_hand(device, model, images, y)
    is_met = set(end) == {"meta"} and y == FOLLOWS
    assert works_there(result, y) == is_met


def test_the_numbers_are_those_of_a_seeded_program():
    torch.manual_seed(0)
    model = nn.Linear(3, 3)
    out = model(torch.ones(4, 3))
    held = call_alone(devices.contents, {})
    assert held["model"] == [*model.weight.tolist(), model.bias.tolist()]
    assert held["out"] == out.tolist()
    assert held["loss"] == [[pytest.approx((out - 1).square().mean().item())]]


def test_the_notes_criterion_holds_nothing():
    assert devices.held() == (0, 1)
    assert list(nn.CrossEntropyLoss().parameters()) == []


@pytest.mark.skipif(not torch.accelerator.is_available(), reason="needs a GPU")
def test_on_a_gpu_the_parameters_are_the_same_objects():
    model = nn.Linear(3, 3)
    parameter = model.weight
    assert model.to(torch.accelerator.current_accelerator()).weight is parameter


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
def test_on_a_gpu_the_work_is_done_there():
    result = follow("cuda:0", move_images=devices.images_assigned)
    assert result.steps[-1]["loss"] == "cuda:0"
    broken = follow("cuda:0", move_images=devices.images_to)
    assert "same device" in broken.error
