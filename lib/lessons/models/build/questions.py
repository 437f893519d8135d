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
        "Each side becomes (side + 2 × padding − kernel) / stride + 1, rounded down; the channels "
        "are the layer's own."
    ),
    "features": mark("The last axis becomes what the layer gives; the others stay."),
    "same": mark("This layer works on every number by itself, so the shape stays."),
    "flat": mark("All axes but the first become one: its length is the product of theirs."),
    "view": mark("A Lambda does what its function does to the shape, and nothing else."),
    "up": mark("Each side becomes (side − 1) × stride − 2 × padding + kernel."),
    "unchanged": mark("Then this layer would not change the shape at all, but it does."),
    "full": mark("The stride was forgotten: with it, only every second, third ... place counts."),
    "more": mark("Off by one: divide, round down, then add 1."),
    "no_batch": mark("The first axis counts the samples. It goes through all the layers."),
    "channels": mark("The number of channels comes from the layer, not from what arrives."),
    "error": mark("Look at what arrives, and at what the layer takes: the two do not fit."),
    "early": mark("An error further up: nothing ever arrives here."),
}
LABELS = {"error": mark("an error")}
TOTAL_FEEDBACK = {
    "total": mark(
        "Kernel × kernel × in × out for a convolution, in × out for a linear layer, and one bias "
        "for each output; what has no weights adds none."
    ),
    "no_bias": mark("Those are the weights. Each output channel or feature has a bias, too."),
    "kernels": mark("Each output channel has a kernel for every channel that arrives, not one."),
    "numbers": mark("Those are the numbers that flow through for one sample, not the weights."),
    "batch": mark("The same weights serve all samples of the batch: they are counted once."),
    "layers": mark("That many layers there are; only some of them have weights."),
    "one_more": mark("What has no weights, such as ReLU, adds nothing to the total."),
}
# Why the shape is what it is; all other layers keep it.
REASONS = {"Linear": "features", "LSTM": "features", "Flatten": "flat", "Lambda": "view",
       "Conv2d": "window", "MaxPool2d": "window", "AvgPool2d": "window",
       "ConvTranspose2d": "up"}  # fmt: skip


def shape_answers(layers: Layers, result: Built, edge: int) -> tuple[Guess, ...]:
    """Return what may come out of layer number ``edge``, counted from 1; exactly one is right."""
    shapes, (name, *arguments) = result.shapes, layers[edge - 1]
    if edge >= len(shapes):
        code = "error" if edge == len(shapes) else "early"
        arrived = shapes[-1]
        wrong = [("unchanged", arrived), ("no_batch", arrived[1:]), ("more", (*arrived[:-1], 1))]
        if name in {"Linear", "LSTM"}:
            wrong.insert(0, ("features", (*arrived[:-1], arguments[1])))
        return answers("error", [(code, "error"), *((code, str(s)) for code, s in wrong if s)])
    before, after = shapes[edge - 1], shapes[edge]
    code = REASONS.get(name, "same")
    options = [(code, after), ("unchanged", before)]
    if len(after) > 2 and code in {"window", "up"}:
        head, sides = after[:-2], after[-2:]
        options.append(("full", (*head, *before[-2:])))
        options.append(("more", (*head, *(side + 1 for side in sides))))
        options.append(("channels", (*before[:-2], *sides)))
    options.append(("no_batch", after[1:]))
    shown = [(code, str(shape)) for code, shape in options if shape]
    few = list(dict.fromkeys(shape for _, shape in shown))[:4]
    return answers(str(after), [*(each for each in shown if each[1] in few), ("error", "error")])


def total_answers(layers: Layers, result: Built) -> tuple[Guess, ...]:
    """Return how many parameters the network may have; exactly one is right."""
    truth = sum(result.parameters)
    options = [
        ("total", truth),
        ("no_bias", sum(map(_without_bias, layers))),
        ("kernels", sum(map(_one_kernel, layers))),
        ("numbers", sum(prod(shape[1:]) for shape in result.shapes[1:])),
        ("batch", truth * result.shapes[0][0]),
        ("layers", len(layers)),
        ("one_more", truth + len(layers)),
    ]
    return answers(truth, options)[:4]


def _without_bias(layer: Layer) -> int:
    if layer[0] == "Linear":
        return int(layer[1] * layer[2])
    if "Conv" in layer[0]:
        return parameter_count(layer) - int(layer[2])
    return parameter_count(layer) // 2 if "Norm" in layer[0] else parameter_count(layer)


def _one_kernel(layer: Layer) -> int:
    return parameter_count((layer[0], 1, *layer[2:]) if "Conv" in layer[0] else layer)


def reaches(parameters: int, accuracy: float, all_parameters: int, full_accuracy: float) -> bool:
    """Tell whether a network has 90 % of another one's accuracy with half its parameters."""
    return 2 * parameters <= all_parameters and accuracy >= 0.9 * full_accuracy
