"""Questions about a network: the right answers, and the wrong ones people give."""

from math import prod

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.models.build.cost import parameter_count
from lib.lessons.models.build.layer_kinds import Layer, Layers
from lib.lessons.models.build.lesson import Built

# What to say to somebody who gave an answer, by its code.
SHAPE_FEEDBACK = {
    "window": mark(
        "Each side becomes (side + 2 × padding − kernel) / stride + 1, rounded down; out_channels "
        "says how many channels there are."
    ),
    "pool": mark(
        "Each side becomes (side + 2 × padding − kernel) / stride + 1, rounded down; the channels "
        "stay, since each is pooled by itself."
    ),
    "features": mark("The last axis becomes what the layer gives; the others stay."),
    "same": mark("This layer works on every number by itself, so the shape stays."),
    "together": mark(
        "This layer compares numbers with each other, but gives each one back in its place, so "
        "the shape stays."
    ),
    "flat": mark(
        "The axes from start_dim, usually 1, to end_dim, usually the last, become one: its length "
        "is the product of theirs."
    ),
    "view": mark("A Lambda does what its function does to the shape, and nothing else."),
    "up": mark("Each side becomes (side − 1) × stride − 2 × padding + kernel."),
    "unchanged": mark("Then this layer would not change the shape at all, but it does."),
    "full": mark("Those are the sides that arrive, as if kernel, stride and padding did nothing."),
    "more": mark("Off by one: divide, round down, then add 1."),
    "more_up": mark("Each side is one too long."),
    "no_batch": mark("No layer drops the first axis. In a batch, it counts the samples."),
    "channels": mark("The number of channels comes from the layer, not from what arrives."),
    "fits": mark("This layer takes what arrives, so there is no error."),
    "error": mark("Look at what arrives, and at what the layer takes: the two do not fit."),
    "refused": mark("No shape comes out of a layer that refuses what arrives."),
    "early": mark("An error further up: nothing ever arrives here."),
    "never": mark("No shape comes out where nothing arrives."),
}
LABELS = {"error": mark("an error")}
TOTAL_FEEDBACK = {
    "total": mark(
        "Kernel × kernel × in × out for a convolution, in × out for a linear layer, and one bias "
        "for each output unless bias=False; what has no weights adds none."
    ),
    "total_norm": mark(
        "Kernel × kernel × in × out for a convolution, in × out for a linear layer, and one bias "
        "for each output unless bias=False; a norm has a weight and a bias for each channel or "
        "feature."
    ),
    "total_lstm": mark(
        "An LSTM has four gates. In each, hidden × (in + hidden) weights, and two biases for each "
        "hidden number unless bias=False; a further layer reads the hidden numbers. A linear layer "
        "has in × out weights, and one bias for each output."
    ),
    "total_all": mark(
        "A convolution has kernel × kernel × in × out weights, a linear layer in × out, an LSTM "
        "4 × hidden × (in + hidden), a norm one for each channel or feature. There is one bias for "
        "each output or feature, in an LSTM two for each of the 4 × hidden, unless bias=False."
    ),
    "no_bias": mark("Those are the weights alone. The biases count, too."),
    "kernels": mark("Each output channel has a kernel for every channel that arrives, not one."),
    "numbers": mark("Those are the numbers that come out for one sample, not the weights."),
    "batch": mark("The same weights serve all samples of the batch: they are counted once."),
    "layers": mark("That is how many layers there are; one can have many parameters, or none."),
    "one_more": mark("What has no weights, such as ReLU, adds nothing to the total."),
}
# Why the shape is what it is; all other layers keep it, and work on every number by itself.
REASONS = {"Linear": "features", "LSTM": "features", "Flatten": "flat", "Lambda": "view",
       "Conv2d": "window", "MaxPool2d": "pool", "AvgPool2d": "pool", "ConvTranspose2d": "up",
       "Softmax": "together", "BatchNorm1d": "together", "BatchNorm2d": "together",
       "LayerNorm": "together"}  # fmt: skip


def shape_answers(layers: Layers, result: Built, edge: int) -> tuple[Guess, ...]:
    """Return what may come out of layer number ``edge``, counted from 1; exactly one is right."""
    shapes, (name, *arguments) = result.shapes, layers[edge - 1]
    if edge >= len(shapes):
        code, wrong_code = ("error", "refused") if edge == len(shapes) else ("early", "never")
        arrived = shapes[-1]
        wrong = [arrived, arrived[1:], (*arrived[:-1], 1)]
        if name in {"Linear", "LSTM"}:
            wrong.insert(0, (*arrived[:-1], arguments[1]))
        guesses = [(wrong_code, str(shape)) for shape in wrong if shape]
        return answers("error", [(code, "error"), *guesses])
    before, after = shapes[edge - 1], shapes[edge]
    code = REASONS.get(name, "same")
    options = [(code, after), ("unchanged", before)]
    if len(after) > 2 and code in {"window", "pool", "up"}:
        head, sides = after[:-2], after[-2:]
        options.append(("full", (*head, *before[-2:])))
        more = "more_up" if code == "up" else "more"
        options.append((more, (*head, *(side + 1 for side in sides))))
        options.append(("channels", (*before[:-2], *sides)))
    options.append(("no_batch", after[1:]))
    shown = [(code, str(shape)) for code, shape in options if shape]
    few = list(dict.fromkeys(shape for _, shape in shown))[:4]
    return answers(str(after), [*(each for each in shown if each[1] in few), ("fits", "error")])


def total_answers(layers: Layers, result: Built) -> tuple[Guess, ...]:
    """Return how many parameters the network may have; exactly one is right."""
    truth = sum(result.parameters)
    options = [
        (_rule(layers), truth),
        ("no_bias", sum(map(_without_bias, layers))),
        ("kernels", sum(map(_one_kernel, layers))),
        ("numbers", sum(prod(shape[1:]) for shape in result.shapes[1:])),
        ("batch", truth * result.shapes[0][0]),
        ("layers", len(layers)),
        ("one_more", truth + len(layers)),
    ]
    return answers(truth, options)[:4]


def _rule(layers: Layers) -> str:
    """Return which rule says how many parameters these layers have."""
    names = " ".join(layer[0] for layer in layers)
    if "LSTM" in names:
        return "total_all" if "Norm" in names or "Conv" in names else "total_lstm"
    return "total_norm" if "Norm" in names else "total"


def _without_bias(layer: Layer) -> int:
    if layer[0] == "Linear":
        return int(layer[1] * layer[2])
    if "Conv" in layer[0]:
        return parameter_count(layer) - int(layer[2])
    if layer[0] == "LSTM":
        without = (*layer[:3], layer[3] if len(layer) > 3 else 1, False)
        return parameter_count(without)
    return parameter_count(layer) // 2 if "Norm" in layer[0] else parameter_count(layer)


def _one_kernel(layer: Layer) -> int:
    return parameter_count((layer[0], 1, *layer[2:]) if "Conv" in layer[0] else layer)


def reaches(parameters: int, accuracy: float, all_parameters: int, full_accuracy: float) -> bool:
    """Tell whether a network has 90 % of another one's accuracy with half its parameters."""
    return 2 * parameters <= all_parameters and accuracy >= 0.9 * full_accuracy
