"""Questions about a layer, the answers people give, and whether the challenge is met."""

from collections.abc import Mapping
from math import prod
from typing import Any, NamedTuple

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.models.layers.distractors import (
    LIKELY_SHAPES,
    RIGHT,
    WRONG_PARAMETERS,
    WRONG_WINDOW,
    Options,
    normed,
)
from lib.lessons.models.layers.formulas import Settings, Shape, parameter_formula, shape_formula

OUT, FILTERS, MOST = 7, 16, 200  # the challenge
SHOWN = 4  # answers to choose from
CORNER = 1e-3  # where slope and finite difference are further apart, the curve has a corner

# What to tell somebody who gave an answer, by its code.
TOLD_SHAPE = {
    "right": mark("The formula below has these very numbers put in."),
    "stays": mark("The numbers change, but each keeps its place."),
    "features": mark("Only the last axis changes: in_features becomes out_features."),
    "rows": mark("Each index becomes a row of the table: one axis more."),
    "reduced": mark("The reductions mean and sum make one number of all losses: its shape is ()."),
    "kept": mark("With reduction='none' each sample keeps a loss of its own."),
    "pair": mark("Predictions and targets are compared, not stacked."),
    "same": mark("That is the shape that goes in."),
    "minus": mark("n − kernel counts the moves; there is one place more than moves."),
    "no_stride": mark("That is with stride 1."),
    "no_padding": mark("That is without the padding."),
    "no_dilation": mark("That is without the dilation: a spread-out window covers more."),
    "channels": mark("The channels of the output are as many as there are filters."),
    "more": mark("That is one cell too many."),
    "all": mark("The batch axis went, too: all samples in one row."),
    "one_axis": mark("That merges other axes than start_dim says."),
    "turned": mark("Samples stay in the first axis."),
    "table": mark("That is the shape of the table, not of what was looked up."),
    "indices": mark("Each index becomes a whole row."),
    "fewer": mark("Dropped numbers become zeros; they keep their places."),
    "each": mark("That would be one number for each group; but every number is kept."),
    "last": mark("That is one step only. There is an output for every step."),
    "one_way": mark("Two directions are laid side by side."),
    "stacked": mark("Only the last layer's outputs are returned."),
    "scalar": mark("With the reductions mean and sum, a loss is one number: its shape is ()."),
    "per_sample": mark("That is reduction='none': a number for each sample."),
}
TOLD_PARAMETERS = {
    "right": mark("The formula below has these very numbers put in."),
    "nothing": mark("There are no weights in it, so training changes nothing."),
    "no_bias": mark("There is a bias, too: a number for each output."),
    "with_bias": mark("There is no bias here."),
    "one_channel": mark("Every filter reaches through all input channels of its group."),
    "no_groups": mark("With groups, a filter sees only the channels of its own group."),
    "one_filter": mark("There is a filter for each output channel."),
    "none": mark("It does learn something."),
    "window": mark("The window has that many cells, but nothing in it is learned."),
    "half": mark("Each has a factor and a term, weight and bias."),
    "memory": mark("What is remembered of the data (buffers) is not learned by gradient."),
    "one_gate": mark("An LSTM has four gates, each with weights of its own."),
    "one_layer": mark("Every layer has weights of its own."),
    "both_ways": mark("Each direction has weights of its own."),
    "inputs": mark("There is a weight for each pair of an input and an output."),
    "values": mark("That counts the numbers that pass through; the layer itself learns nothing."),
}
TOLD_EVAL = {
    "kept": mark("After `eval()` dropout does nothing at all: the scaling was done in training."),
    "scaled": mark("That is what training does with the numbers it keeps."),
    "shrunk": mark("Some books scale down afterwards. PyTorch scales up while training instead."),
    "zero": mark("Nothing is dropped after `eval()`."),
}
TOLD_SLOPE = {
    "right": mark("Autograd and the finite difference agree on it."),
    "corner": mark(
        "The curve has a corner here. PyTorch picks a slope for it; a finite difference gives the "
        "mean of both sides."
    ),
    "value": mark("That is the height of the curve, not how steep it is."),
    "one": mark("That is the slope of the straight line y = x."),
    "zero": mark("The curve is not flat here."),
    "opposite": mark("The other way: the gradient points to where the loss grows."),
    "alone": mark("That is the gradient of one prediction alone; mean divides by the batch."),
    "loss": mark("That is the loss itself."),
    "half": mark("The 2 of the square is missing, or counted twice."),
}


class Question(NamedTuple):
    """The second question about a layer.

    Attributes:
        name: which one it is.
        words: what is asked.
        fields: what to fill into the words.
        guesses: its possible answers.
        told: what to tell somebody who gave one, by its code.
    """

    name: str
    words: str
    fields: Mapping[str, Any]
    guesses: tuple[Guess, ...]
    told: Mapping[str, str]


def second(layer: str, result: Any, settings: Settings) -> Question:
    """Return what is most worth asking of a layer, beside its shape."""
    if layer == "Dropout":
        words = mark("The last number is {last:g}. What is it after `eval()`?")
        fields = {"last": float(result.x.flat[-1])}
        return Question("eval", words, fields, eval_guesses(result, settings), TOLD_EVAL)
    if hasattr(result, "curve"):
        words = mark("How steep is the curve at x = {at:g}?")
        if "reduction" in settings:
            words = mark("Which gradient does the first prediction get?")
        at = {"at": settings["at"]}
        return Question("slope", words, at, slope_guesses(result, settings), TOLD_SLOPE)
    words = mark("How many numbers does it learn?")
    guesses = parameter_guesses(layer, result, settings)
    return Question("parameters", words, {}, guesses, TOLD_PARAMETERS)


def shape_guesses(layer: str, result: Any, settings: Settings) -> tuple[Guess, ...]:
    """Return what the shape of the output may be, as it is written; exactly one is right."""
    shape: Shape = result.shape_in
    formula = shape_formula(layer, shape, settings)
    code = "right" if "=" in formula.words else RIGHT.get(layer, "stays")
    if "reduction" in settings:
        code = "reduced" if formula.value == () else "kept"
    options: Options = [(code, formula.value)]
    if "kernel_size" in settings:
        for code, changed in WRONG_WINDOW.items():
            options.append((code, shape_formula(layer, shape, {**settings, **changed}).value))
        out = settings.get("out_channels", shape[1])
        options.append(("channels", (*shape[:1], shape[1], *result.shape_out[2:])))
        options.append(("same", (shape[0], out, *shape[2:])))
        options.append(
            ("minus", (shape[0], out, *(n - settings["kernel_size"] for n in shape[2:])))
        )
        options.append(("more", (shape[0], out, *(n + 1 for n in result.shape_out[2:]))))
    else:
        options += LIKELY_SHAPES.get(layer, normed)(shape, settings)
    possible = [each for each in options if all(length > 0 for length in each[1])]
    return _few(str(tuple(result.shape_out)), [(c, str(tuple(v))) for c, v in possible])


def parameter_guesses(layer: str, result: Any, settings: Settings) -> tuple[Guess, ...]:
    """Return how many numbers the layer may learn; exactly one is right."""
    learned = parameter_formula(layer, settings).value
    options: Options = [("right" if learned else "nothing", learned)]
    for code, changed in WRONG_PARAMETERS.get(layer, {}).items():
        options.append((code, parameter_formula(layer, {**settings, **changed}).value))
    if layer in ("BatchNorm2d", "LayerNorm"):
        options += [("half", options[0][1] // 2), ("memory", options[0][1] * 2)]
    if layer == "Linear":
        options.append(("inputs", settings["in_features"] + settings["out_features"]))
    if layer == "Embedding":
        options.append(("with_bias", options[0][1] + settings["embedding_dim"]))
    if layer == "LSTM":
        options.append(("one_gate", options[0][1] // 4))
    if "kernel_size" in settings:
        options.append(("window", settings["kernel_size"] ** 2))
    options.append(("none", 0) if options[0][1] else ("values", prod(result.shape_out)))
    return _few(result.parameters, options)


def eval_guesses(result: Any, settings: Settings) -> tuple[Guess, ...]:
    """Return what the last number may be after ``eval()`` of a dropout; exactly one is right."""
    last, keep = float(result.x.flat[-1]), 1 - settings["p"]
    options = [("kept", last), ("shrunk", last * keep), ("zero", 0.0)]
    if keep:
        options.insert(1, ("scaled", last / keep))
    return answers(float(result.eval.flat[-1]), _rounded(options))


def slope_guesses(result: Any, settings: Settings) -> tuple[Guess, ...]:
    """Return how steep an activation may be, or the gradient of a loss; exactly one is right."""
    curve = result.curve
    code = "right" if abs(curve.slope - curve.difference) < CORNER else "corner"
    if "reduction" in settings:
        right, alone = result.gradient, curve.slope
        options = [
            (code, right),
            ("alone", alone),
            ("opposite", -right),
            ("loss", result.loss),
            ("half", right / 2),
        ]
    else:
        right = curve.slope
        options = [(code, right), ("value", curve.value), ("one", 1.0), ("zero", 0.0)]
    return _few(_rounded([("", right)])[0][1], [*_rounded(options), ("one", 1.0), ("zero", 0.0)])


def reaches(layer: str, result: Any) -> bool:
    """Return whether 16 filters turn 28 by 28 into 7 by 7 with at most 200 parameters."""
    return bool(
        layer == "Conv2d"
        and result.shape_in[2:] == (4 * OUT, 4 * OUT)
        and result.shape_out[2:] == (OUT, OUT)
        and result.shape_out[1] >= FILTERS
        and result.parameters <= MOST
    )


def _few(truth: Any, options: Options) -> tuple[Guess, ...]:
    """Return up to four guesses, the right one among them."""
    guesses = answers(truth, options)
    wrong = [guess for guess in guesses if not guess.right][: SHOWN - 1]
    return tuple(guess for guess in guesses if guess.right or guess in wrong)


def _rounded(options: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return the options as they are shown, so that two that look alike are one."""
    return [(code, float(f"{value:.3g}") + 0.0) for code, value in options]
