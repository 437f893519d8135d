import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lib.core.isolation import call_alone
from lib.lessons.models.layers.lesson import LAYERS
from lib.lessons.models.layers.questions import SHAPE_FEEDBACK, reaches, second, shape_answers
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
