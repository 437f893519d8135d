"""Questions about a layer, the answers people give, and whether the challenge is met."""

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any, NamedTuple

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.models.layers.reference import Settings, Shape, parameter_formula, shape_formula
from lib.lessons.models.layers.scene import called

OUT, FILTERS, MOST = 7, 16, 200  # the challenge
SHOWN = 4  # answers to choose from
CORNER = 1e-3  # where slope and finite difference are further apart, the curve has a corner

# What to say to somebody who gave an answer, by its code.
SHAPE_FEEDBACK = {
    "right": mark("The formula has these very numbers put in."),
    "error": mark("PyTorch refuses these settings. Under the picture it says why, in its words."),
    "would": mark("That is what the formula gives, but PyTorch refuses these settings."),
    "no_error": mark("Nothing is wrong with these settings: PyTorch accepts them."),
    "stays": mark("Each number keeps its place, whatever becomes of it."),
    "features": mark("Only the last axis changes: in_features becomes out_features."),
    "rows": mark("Each index becomes a row of the table: one axis more."),
    "reduced": mark("The reductions mean and sum make one number of all losses: its shape is ()."),
    "rows_kept": mark("With reduction='none', each row of logits keeps a loss of its own."),
    "numbers_kept": mark("With reduction='none', each prediction keeps a loss of its own."),
    "pair": mark("Predictions and targets are compared, not stacked."),
    "same": mark("That is the shape that goes in."),
    "sides": mark("That is the height and width that go in."),
    "moves": mark("That is how often the window moves; it has one place more than moves."),
    "less": mark("That is one cell too few."),
    "no_stride": mark("That is with stride 1."),
    "no_padding": mark("That is without the padding."),
    "no_dilation": mark("That is without the dilation: a dilated window covers more."),
    "channels": mark("out_channels says how many channels come out, however many go in."),
    "more": mark("That is one cell too many."),
    "all": mark("The batch axis went, too: all samples in one row."),
    "one_axis": mark("That merges other axes than start_dim says."),
    "turned": mark("The first axis of the input stays first."),
    "table": mark("That is the shape of the table, not of what was looked up."),
    "indices": mark("Each index becomes a whole row."),
    "fewer": mark("Dropped numbers become zeros; they keep their places."),
    "per_sample": mark("That is one number for each sample; but every number stays."),
    "all_in_one": mark("That is one number for all of them; but every number stays."),
    "no_batch": mark("The batch axis is missing. It stays, even for a single sample."),
    "last": mark("That is one step only. There is an output for every step."),
    "one_way": mark("The outputs of both directions are concatenated."),
    "swapped": mark("batch_first orders the first two axes of input and output alike."),
    "stacked": mark("Only the last layer's outputs are returned."),
    "scalar": mark("With the reductions mean and sum, a loss is one number: its shape is ()."),
    "not_reduced": mark("That is reduction='none', which keeps all losses apart."),
}
LABELS = {"error": mark("an error")}
PARAMETER_FEEDBACK = {
    "right": mark("The formula has these very numbers put in."),
    "nothing": mark("There are no weights in it, so training changes nothing."),
    "no_bias": mark("There is a bias, too: a number for each output."),
    "with_bias": mark("There is no bias here."),
    "one_channel": mark("Every filter reaches through all input channels of its group."),
    "no_groups": mark("With groups, a filter sees only the channels of its own group."),
    "one_filter": mark("There is a filter for each output channel."),
    "none": mark("It does learn something."),
    "window": mark("The window has that many cells, but nothing in it is learned."),
    "one_window": mark("Those are the weights of one filter for one input channel."),
    "half": mark("Each channel or feature has a weight and a bias."),
    "samples": mark("All samples share the same weights."),
    "buffers": mark("The running mean and variance (buffers) are not learned by gradient."),
    "one_gate": mark("An LSTM has four gates, each with weights of its own."),
    "one_layer": mark("Every layer has weights of its own."),
    "one_way": mark("Each direction has weights of its own."),
    "inputs": mark("There is a weight for each pair of an input and an output."),
    "values": mark("That counts the numbers that pass through; the layer itself learns nothing."),
    "pairs": mark("A Linear layer would have a weight for each pair of numbers. This has none."),
}
EVAL_FEEDBACK = {
    "right": mark("After `eval()` dropout does nothing at all: the scaling was done in training."),
    "scaled": mark("That is what training does with the numbers that it does not drop."),
    "shrunk": mark("Some books scale down afterwards. PyTorch scales up while training instead."),
    "zero": mark("Nothing is dropped after `eval()`."),
}
SLOPE_FEEDBACK = {
    "ReLU": mark("To the right of 0, ReLU is y = x, with slope 1. To the left it is flat."),
    "LeakyReLU": mark(
        "To the right of 0, it is y = x, with slope 1. To the left it is y = 0.01·x."
    ),
    "GELU": mark(
        "GELU is x·Φ(x), so its slope is Φ(x) + x·φ(x): Φ is the share of a normal distribution "
        "below x, and φ its density at x."
    ),
    "Sigmoid": mark("The slope is s·(1 − s), where s = sigmoid(x) is the height of the curve."),
    "Tanh": mark("The slope is 1 − t², where t = tanh(x) is the height of the curve."),
    "MSELoss": mark(
        "The derivative of (x − target)² is 2·(x − target). With reduction='mean' it is divided by "
        "the number of predictions."
    ),
    "L1Loss": mark(
        "The derivative of |x − target| is 1 above the target, −1 below it, and 0 at the target, "
        "where PyTorch picks it. With reduction='mean' it is divided by the number of predictions."
    ),
    "CrossEntropyLoss": mark(
        "It is the probability that softmax gives to the class, minus 1 for the true class. With "
        "reduction='mean' it is divided by the number of rows."
    ),
    "BCEWithLogitsLoss": mark(
        "It is sigmoid(x) − target. With reduction='mean' it is divided by the number of logits."
    ),
    "corner": mark(
        "The curve has a corner here. PyTorch picks a slope for it; a finite difference gives the "
        "mean of both sides."
    ),
    "both_sides": mark("That is the finite difference: the mean of the slopes on both sides."),
    "one_side": mark("That is the slope on one side of the corner."),
    "value": mark("That is the height of the curve, not how steep it is."),
    "place": mark("That is x itself, the place."),
    "one": mark("That is the slope of the straight line y = x."),
    "zero": mark("The curve is not flat here."),
    "other_sign": mark("With that sign, the curve would go the other way here."),
    "opposite": mark("The other way: the gradient points to where the loss grows."),
    "alone": mark("That is the gradient of one prediction alone; mean divides by the batch."),
    "divided": mark("Only reduction='mean' divides by the batch."),
    "loss": mark("That is the loss itself."),
    "half": mark("The 2 of the square is missing."),
    "factor": mark("That is the 2 of the square alone. It is multiplied by the distance."),
    "not_minus": mark("1 is missing: for the true class, it is taken off the probability."),
    "minus": mark("1 is taken off for the true class only, and this logit is another one's."),
    "sigmoid": mark("That is sigmoid(x) without taking off the target."),
}

# What people overlook, by its code: the settings they compute with instead.
OVERLOOKED_OF_WINDOW: dict[str, Mapping[str, Any]] = {
    "no_stride": {"stride": 1},
    "no_padding": {"padding": 0},
    "no_dilation": {"dilation": 1},
}
OVERLOOKED_OF_WEIGHTS: dict[str, Mapping[str, Any]] = {
    "no_bias": {"bias": False},
    "with_bias": {"bias": True},
    "no_groups": {"groups": 1},
    "one_channel": {"in_channels": 1, "groups": 1},
    "one_filter": {"out_channels": 1, "groups": 1},
    "one_layer": {"num_layers": 1},
    "one_way": {"bidirectional": False},
}

Options = list[tuple[str, Any]]


class Question(NamedTuple):
    """The second question about a layer.

    Attributes:
        name: which one it is.
        words: what is asked.
        fields: what to fill into the words.
        answers: its possible answers.
        feedback: what to say to somebody who gave one, by its code.
    """

    name: str
    words: str
    fields: Mapping[str, Any]
    answers: tuple[Guess, ...]
    feedback: Mapping[str, str]


def second(layer: str, result: Any, settings: Settings) -> Question:
    """Return what is most worth asking of a layer, beside its shape."""
    if layer == "Dropout":
        words = mark("The last number of x is {last:g}, p is {p:g}. What is it after `eval()`?")
        fields = {"last": float(result.x.flat[-1]), "p": settings["p"]}
        return Question("eval", words, fields, eval_answers(result, settings), EVAL_FEEDBACK)
    if hasattr(result, "curve"):
        words = mark("How steep is `{call}` at x = {at:g}?")
        if layer == "CrossEntropyLoss":
            words = mark(
                "`{call}`, true class {label}, {batch} rows of logits {at:g}, {other:g}, 0: which "
                "gradient does the first logit of the first row get?"
            )
        elif "reduction" in settings:
            words = mark(
                "`{call}`, target {target:g}, {batch} predictions of {at:g}: which gradient does "
                "the first one get?"
            )
        fields = {**settings, "call": called(layer, settings)}
        found = slope_answers(layer, result, settings)
        return Question("slope", words, fields, found, SLOPE_FEEDBACK)
    words = mark("How many numbers does `{call}` learn, weights and biases?")
    fields = {"call": called(layer, settings)}
    found = parameter_answers(layer, result, settings)
    return Question("parameters", words, fields, found, PARAMETER_FEEDBACK)


def shape_answers(layer: str, result: Any, settings: Settings) -> tuple[Guess, ...]:
    """Return what the shape of the output may be, as it is written; exactly one is right."""
    shape: Shape = result.shape_in
    formula = shape_formula(layer, shape, settings)
    code = {"Linear": "features", "Embedding": "rows"}.get(layer, "stays")
    if "reduction" in settings:
        kept = "rows_kept" if layer == "CrossEntropyLoss" else "numbers_kept"
        code = kept if formula.value else "reduced"
    elif formula.words:
        code = "right"
    wrong = _window_shapes if "kernel_size" in settings else _wrong_shapes
    options = [(code, formula.value), *wrong(layer, shape, settings)]
    possible = [(code, str(each)) for code, each in options if all(n > 0 for n in each)]
    if getattr(result, "refused", ""):
        would = [("would" if each == code else each, value) for each, value in possible]
        return _few("error", [("error", "error"), *would])
    few = _few(str(result.shape_out), possible)
    may_refuse = "kernel_size" in settings or layer in ("Embedding", "BatchNorm2d")
    return (*few, Guess("no_error", "error", right=False)) if may_refuse else few


def _window_shapes(layer: str, shape: Shape, settings: Settings) -> Options:
    """Return the shapes that people get for a layer that slides a window."""
    _, out, *sides = shape_formula(layer, shape, settings).value
    fewer = "less" if layer == "ConvTranspose2d" else "moves"
    return [
        *(
            (code, shape_formula(layer, shape, {**settings, **changed}).value)
            for code, changed in OVERLOOKED_OF_WINDOW.items()
        ),
        ("channels", (*shape[:2], *sides)),
        ("sides", (shape[0], out, *shape[2:])),
        (fewer, (shape[0], out, *(n - 1 for n in sides))),
        ("more", (shape[0], out, *(n + 1 for n in sides))),
    ]


def _wrong_shapes(layer: str, shape: Shape, settings: Settings) -> Options:
    """Return the shapes that people get for any other layer."""
    options: Options = [("per_sample", shape[:1]), ("no_batch", shape[1:]), ("all_in_one", ())]
    if "reduction" in settings:
        options = [("scalar", ()), ("not_reduced", shape[:1]), ("same", shape)]
        options.append(("pair", (2, *shape[:1])))
    elif layer == "Linear":
        out = settings["out_features"]
        options = [("same", shape), ("turned", (out, shape[0])), ("no_batch", (out,))]
    elif layer == "Embedding":
        table = (settings["num_embeddings"], settings["embedding_dim"])
        options = [("indices", shape), ("table", table), ("turned", (table[1], *shape))]
    elif layer == "Flatten":
        options = [("all", (prod(shape),)), ("one_axis", (*shape[:2], prod(shape[2:])))]
        options += [("one_axis", (shape[0], prod(shape[1:]))), ("same", shape)]
    elif layer == "Dropout":
        left = 1 - settings["p"]
        options = [("fewer", (shape[0], round(shape[1] * left)))]
        options += [
            ("fewer", (round(prod(shape) * left),)),
            ("turned", shape[::-1]),
            ("all_in_one", ()),
        ]
    elif layer == "LSTM":
        hidden, directions = settings["hidden_size"], 2 if settings["bidirectional"] else 1
        batch = shape[0] if settings["batch_first"] else shape[1]
        options = [("last", (batch, directions * hidden)), ("one_way", (*shape[:2], hidden))]
        stacked = settings["num_layers"] * directions * hidden
        options += [("stacked", (*shape[:2], stacked)), ("same", shape)]
        options.append(("swapped", (shape[1], shape[0], directions * hidden)))
    return options


def parameter_answers(layer: str, result: Any, settings: Settings) -> tuple[Guess, ...]:
    """Return how many numbers the layer may learn; exactly one is right."""
    learned = parameter_formula(layer, settings).value
    options: Options = [("right" if learned else "nothing", learned)]
    options += [
        (code, parameter_formula(layer, {**settings, **changed}).value)
        for code, changed in OVERLOOKED_OF_WEIGHTS.items()
        if changed.keys() <= settings.keys()
    ]
    if layer == "BatchNorm2d":
        options += [("half", learned // 2), ("buffers", learned * 2)]
    elif layer == "LayerNorm":
        options += [("half", learned // 2), ("samples", learned * settings["batch"])]
    elif layer == "Linear":
        options.append(("inputs", settings["in_features"] + settings["out_features"]))
    elif layer == "Embedding":
        options.append(("with_bias", learned + settings["embedding_dim"]))
    elif layer == "LSTM":
        options.append(("one_gate", learned // 4))
    elif "kernel_size" in settings:
        options.append(("one_window" if learned else "window", settings["kernel_size"] ** 2))
    options.append(("none", 0) if learned else ("values", prod(result.shape_out)))
    if layer in ("Flatten", "Softmax"):
        options.append(("pairs", result.shape_out[-1] ** 2))
    return _few(result.parameters, options)


def eval_answers(result: Any, settings: Settings) -> tuple[Guess, ...]:
    """Return what the last number may be after ``eval()`` of a dropout; exactly one is right."""
    last, left = float(result.x.flat[-1]), 1 - settings["p"]
    options = [("right", last), ("shrunk", last * left), ("zero", 0.0)]
    if left:
        options.insert(1, ("scaled", last / left))
    return answers(float(result.eval.flat[-1]), _rounded(options))


def slope_answers(layer: str, result: Any, settings: Settings) -> tuple[Guess, ...]:
    """Return how steep an activation may be, or the gradient of a loss; exactly one is right."""
    curve = result.curve
    is_corner = abs(curve.slope - curve.difference) >= CORNER
    if "reduction" in settings:
        options = [("corner" if is_corner else layer, result.gradient)]
        options += _wrong_gradients(layer, result, settings)
    else:
        options = [("corner" if is_corner else settings["kind"], curve.slope)]
        options += [("both_sides", curve.difference)] if is_corner else []
        options += [("value", curve.value), ("one", 1.0), ("zero", 0.0)]
        options += [("other_sign", -curve.slope), ("place", curve.at)]
    rounded = _rounded(options)
    return _few(rounded[0][1], rounded)


def _wrong_gradients(layer: str, result: Any, settings: Settings) -> Iterator[tuple[str, float]]:
    """Yield the gradients that people get for the first prediction of a batch."""
    right, batch = result.gradient, settings["batch"]
    part = 1 / batch if settings["reduction"] == "mean" else 1.0
    yield "alone", result.curve.slope
    if settings["reduction"] != "mean":
        yield "divided", right / batch
    if layer == "MSELoss":
        yield from (("half", right / 2), ("factor", 2 * part))
    elif layer == "L1Loss" and not right:
        yield from (("one_side", part), ("one_side", -part))
    elif layer == "CrossEntropyLoss":
        is_true = settings["label"] == 0
        yield ("not_minus", right + part) if is_true else ("minus", right - part)
    elif layer == "BCEWithLogitsLoss":
        yield "sigmoid", right + settings["target"] * part
    yield from (("opposite", -right), ("loss", result.loss), ("zero", 0.0), ("one", 1.0))


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
    """Return up to four answers, the right one among them."""
    found = answers(truth, options)
    wrong = [each for each in found if not each.right][: SHOWN - 1]
    return tuple(each for each in found if each.right or each in wrong)


def _rounded(options: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return the options as they are shown, so that two that look alike are one."""
    return [(code, float(f"{value:.3g}") + 0.0) for code, value in options]
