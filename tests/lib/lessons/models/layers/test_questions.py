import inspect
from math import erf, exp, pi, sqrt, tanh

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from torch import nn

from lib.core.isolation import call_alone
from lib.lessons.models.layers.lesson import LAYERS
from lib.lessons.models.layers.questions import SHAPE_FEEDBACK, reaches, second, shape_answers
from lib.lessons.models.layers.reference import shape_formula
from lib.lessons.models.layers.window_layers import edge
from tests.pages.strategies import strategy


@pytest.mark.parametrize("layer", LAYERS)
@settings(max_examples=25)
@given(data=some.data())
def test_each_question_has_one_right_answer_and_words_for_all(layer, data):
    rules = LAYERS[layer].function.rules
    chosen = data.draw(
        some.fixed_dictionaries({name: strategy(rule) for name, rule in rules.items()})
    )
    result = call_alone(LAYERS[layer].function, chosen)
    if getattr(result, "refused", ""):
        guesses = shape_answers(layer, result, chosen)
        assert [guess.value for guess in guesses if guess.right] == ["error"]
        assert all(guess.code in SHAPE_FEEDBACK for guess in guesses)
        assert len(guesses) >= 2
        return
    asked = second(layer, result, chosen)
    asked.words.format(**asked.fields)
    shapes = shape_answers(layer, result, chosen)
    for guesses, feedback in ((shapes, SHAPE_FEEDBACK), (asked.answers, asked.feedback)):
        assert len({guess.value for guess in guesses}) == len(guesses) >= 2
        assert sum(guess.right for guess in guesses) == 1
        assert all(guess.code in feedback for guess in guesses)
    [right] = [guess for guess in shapes if guess.right]
    assert right.value == str(result.shape_out)
    [right] = [guess for guess in asked.answers if guess.right]
    if asked.name == "parameters":
        assert right.value == result.parameters
    elif asked.name == "eval":
        assert right.value == pytest.approx(result.x.flat[-1])
    else:
        slope = result.gradient if "reduction" in chosen else result.curve.slope
        assert right.value == pytest.approx(slope, rel=6e-3, abs=1e-9)


def asked(layer, **chosen):
    """The answers to both questions by their codes, at the usual settings but for ``chosen``."""
    function = LAYERS[layer].function
    usual = {n: each.default for n, each in inspect.signature(function).parameters.items()}
    result = call_alone(function, {**usual, **chosen})
    found = shape_answers(layer, result, {**usual, **chosen})
    both = found, second(layer, result, {**usual, **chosen}).answers
    return tuple({guess.code: guess.value for guess in each} for each in both)


def right(layer, **chosen):
    """The code and the value of the right answer to the second question."""
    return next(iter(asked(layer, **chosen)[1].items()))


@pytest.mark.parametrize("layer", LAYERS)
def test_both_questions_have_three_answers_or_more(layer):
    for answers in asked(layer):
        assert len(answers) >= 3


@pytest.mark.parametrize("layer", LAYERS)
def test_feedback_names_only_what_the_layer_has(layer):
    shapes, numbers = asked(layer)
    has_reduction = "reduction" in LAYERS[layer].function.rules
    of_losses = {"scalar", "reduced", "not_reduced", "rows_kept", "numbers_kept"}
    assert has_reduction or not of_losses & set(shapes)
    if "buffers" in numbers:
        norm = getattr(nn, layer)(3)
        statistics = sum(b.numel() for b in norm.buffers() if b.dim())
        assert statistics == numbers["buffers"] - numbers["right"] == 6
    else:
        assert layer != "BatchNorm2d"
    if "half" in numbers and has_reduction:  # the 2 of the square
        assert layer == "MSELoss"


def test_the_window_is_learned_by_a_convolution_but_not_by_a_pooling():
    for layer in ("Conv2d", "ConvTranspose2d"):
        numbers = asked(layer, out_channels=4)[1]
        assert numbers["one_window"] == getattr(nn, layer)(1, 4, 3).weight[0, 0].numel()
        assert "window" not in numbers
    assert asked("MaxPool2d")[1]["window"] == 4


@pytest.mark.parametrize("stride", [1, 2, 3, 4])
def test_the_moves_of_a_window_are_one_fewer_than_its_places(stride):
    places = len(range(0, 14 - 2, stride))
    shapes = asked("Conv2d", size=14, stride=stride)[0]
    assert shapes["right"] == f"(1, 1, {places}, {places})"
    assert shapes["moves"] == f"(1, 1, {places - 1}, {places - 1})"


def test_an_error_is_offered_whether_or_not_it_is_right():
    refused = {
        "Conv2d": {"size": 3, "kernel_size": 5},
        "Embedding": {"indices": (5,)},
        "BatchNorm2d": {"batch": 1, "size": 1},
    }
    for layer, wrong in refused.items():
        function = LAYERS[layer].function
        usual = {n: each.default for n, each in inspect.signature(function).parameters.items()}
        for chosen, code in (({}, "no_error"), (wrong, "error")):
            result = call_alone(function, {**usual, **chosen})
            guesses = shape_answers(layer, result, {**usual, **chosen})
            [offered] = [guess for guess in guesses if guess.value == "error"]
            assert (offered.code, offered.right) == (code, code == "error")


@pytest.mark.parametrize("name", ["MSELoss", "L1Loss", "BCEWithLogitsLoss", "CrossEntropyLoss"])
def test_without_a_reduction_each_number_or_each_row_keeps_its_loss(name):
    logits = torch.zeros(2, 3)
    target = torch.zeros(2).long() if name == "CrossEntropyLoss" else logits
    real = getattr(nn, name)(reduction="none")(logits, target)
    assert shape_formula(name, (2, 3), {"reduction": "none"}).value == tuple(real.shape)
    code = next(iter(asked(name, reduction="none")[0]))
    assert code == ("rows_kept" if real.dim() == 1 else "numbers_kept")


@pytest.mark.parametrize("batch_first", [True, False])
def test_an_lstm_keeps_the_order_of_the_first_two_axes(batch_first):
    given = {"num_layers": 1, "input_size": 4, "batch_first": batch_first}
    lstm = nn.LSTM(4, 4, batch_first=batch_first)
    shape = (2, 5, 4) if batch_first else (5, 2, 4)
    real = tuple(lstm(torch.zeros(shape))[0].shape)
    shapes = asked("LSTM", **given)[0]
    assert shapes["right"] == str(real) == str(shape)
    assert shapes["swapped"] == str((shape[1], shape[0], 4))


def sigmoid(x):
    return 1 / (1 + exp(-x))


def below(x):
    """The share of a normal distribution below x."""
    return (1 + erf(x / sqrt(2))) / 2


# What the feedback says of the slope, written with the mathematics of Python.
SLOPES = {
    "ReLU": lambda x: float(x > 0),
    "LeakyReLU": lambda x: 1.0 if x > 0 else 0.01,
    "GELU": lambda x: below(x) + x * exp(-(x**2) / 2) / sqrt(2 * pi),
    "Sigmoid": lambda x: sigmoid(x) * (1 - sigmoid(x)),
    "Tanh": lambda x: 1 - tanh(x) ** 2,
}


@pytest.mark.parametrize("kind", SLOPES)
@pytest.mark.parametrize("at", [-2.0, 0.5, 1.0])
def test_the_slope_is_the_derivative_that_is_told(kind, at):
    code, value = right("activation", kind=kind, at=at)
    assert code == kind
    assert value == pytest.approx(SLOPES[kind](at), rel=6e-3)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("at", [-1.5, 1.0, 2.0])
def test_the_gradient_is_the_derivative_that_is_told(reduction, at):
    given = {"at": at, "batch": 4, "reduction": reduction}
    part = 1 / 4 if reduction == "mean" else 1
    first = exp(at) / (exp(at) + exp(1) + 1)
    for label in (0, 1):
        code, value = right("CrossEntropyLoss", label=label, **given)
        assert code == "CrossEntropyLoss"
        assert value == pytest.approx((first - (label == 0)) * part, rel=6e-3)
    for layer, slope in (
        ("MSELoss", 2 * (at - 1)),
        ("L1Loss", (at > 1) - (at < 1)),
        ("BCEWithLogitsLoss", sigmoid(at) - 1),
    ):
        code, value = right(layer, target=1.0, **given)
        assert code == layer
        assert value == pytest.approx(slope * part, rel=6e-3)


def test_wrong_gradients_are_the_mistakes_they_are_said_to_be():
    four = {"batch": 4, "at": 3.0}
    squared = asked("MSELoss", **four)[1]
    assert (squared["MSELoss"], squared["alone"], squared["half"]) == (1.0, 4.0, 0.5)
    assert asked("MSELoss", at=4.0)[1]["factor"] == 2.0
    summed = asked("MSELoss", reduction="sum", **four)[1]
    assert summed["divided"] == 1.0
    assert asked("L1Loss", at=1.0)[1] == {"L1Loss": 0.0, "one_side": -1.0}  # and 1.0
    yes = asked("BCEWithLogitsLoss", at=0.0)[1]
    assert (yes["BCEWithLogitsLoss"], yes["sigmoid"]) == (-0.5, 0.5)
    third = asked("CrossEntropyLoss", at=0.0, other=0.0)[1]
    assert third["not_minus"] == pytest.approx(1 / 3, rel=6e-3)
    other = asked("CrossEntropyLoss", at=0.0, other=0.0, label=1)[1]
    assert other["minus"] == pytest.approx(-2 / 3, rel=6e-3)
    corner = asked("activation", at=0.0)[1]
    assert (corner["corner"], corner["both_sides"]) == (0.0, 0.5)


def conv(**chosen):
    start = {"image": edge, "size": 28, "out_channels": 16, "kernel_size": 3, "stride": 4}
    return call_alone(LAYERS["Conv2d"].function, {**start, **chosen})


def test_the_challenge_takes_a_window_that_is_small_enough():
    assert reaches("Conv2d", conv())
    assert reaches("Conv2d", conv(out_channels=32, kernel_size=2, bias=False))
    assert not reaches("Conv2d", conv(kernel_size=4))  # 272 parameters
    assert not reaches("Conv2d", conv(out_channels=8))
    assert not reaches("Conv2d", conv(stride=3))
    assert not reaches("Conv2d", conv(size=14, stride=2))
    assert not reaches("Conv2d", call_alone(LAYERS["Conv2d"].function, {}))
    pooled = {"size": 28, "channels": 16, "kernel_size": 4, "stride": 4}
    assert not reaches("AvgPool2d", call_alone(LAYERS["AvgPool2d"].function, pooled))
