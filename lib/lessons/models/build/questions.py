"""Questions about a network: the right answers, and the wrong ones people give."""

from math import prod

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.models.build.layers import Layer, Layers
from lib.lessons.models.build.lesson import Built
from lib.lessons.models.build.work import weights

# What to tell somebody who gave an answer, by its code.
TOLD = {
    "window": mark(
        "Each side becomes (side + 2 × padding − kernel) / stride + 1, rounded down; the channels "
        "are the layer's own."
    ),
    "features": mark("The last axis becomes what the layer gives; the others stay."),
    "same": mark("This layer works on every number by itself, so the shape stays."),
    "flat": mark("All axes but the first become one: its length is the product of theirs."),
    "view": mark("A Lambda does what its function does to the shape, and nothing else."),
    "up": mark("Each side becomes (side − 1) × stride − 2 × padding + kernel."),
    "kept": mark("Then this layer would not change the shape at all, but it does."),
    "full": mark("The stride was forgotten: with it, only every second, third ... place counts."),
    "more": mark("Off by one: divide, round down, then add 1."),
    "no_batch": mark("The first axis counts the samples. It goes through all the layers."),
    "channels": mark("The number of channels comes from the layer, not from what arrives."),
    "error": mark("Look at what arrives, and at what the layer takes: the two do not fit."),
    "early": mark("An error further up: nothing ever arrives here."),
}
LABELS = {"error": mark("an error")}
TOLD_TOTAL = {
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
WHY = {"Linear": "features", "LSTM": "features", "Flatten": "flat", "Lambda": "view",
       "Conv2d": "window", "MaxPool2d": "window", "AvgPool2d": "window",
       "ConvTranspose2d": "up"}  # fmt: skip


def guesses(layers: Layers, result: Built, edge: int) -> dict[str, tuple[Guess, ...]]:
    """Return two questions about a network, each with its possible answers.

    - "shape": what comes out of layer number ``edge``, counted from 1, or "error".
    - "total": how many parameters the network has.

    The first code stays where two come to the same value. Exactly one answer is right.
    """
    return {"shape": _shape(layers, result, edge), "total": _total(layers, result)}


def _shape(layers: Layers, result: Built, edge: int) -> tuple[Guess, ...]:
    shapes, (name, *arguments) = result.shapes, layers[edge - 1]
    if edge >= len(shapes):
        why = "error" if edge == len(shapes) else "early"
        arrived = shapes[-1]
        wrong = [("kept", arrived), ("no_batch", arrived[1:]), ("more", (*arrived[:-1], 1))]
        if name in {"Linear", "LSTM"}:
            wrong.insert(0, ("features", (*arrived[:-1], arguments[1])))
        return answers("error", [(why, "error"), *((code, str(s)) for code, s in wrong if s)])
    before, after = shapes[edge - 1], shapes[edge]
    wrong = [("kept", before)]
    if len(after) > 2 and WHY.get(name) in {"window", "up"}:
        head, sides = after[:-2], after[-2:]
        wrong.append(("full", (*head, *before[-2:])))
        wrong.append(("more", (*head, *(side + 1 for side in sides))))
        wrong.append(("channels", (*before[:-2], *sides)))
    wrong.append(("no_batch", after[1:]))
    why = WHY.get(name, "same")
    options = list(dict.fromkeys([str(after), *(str(each) for _, each in wrong if each)]))[:4]
    rows = [(why, str(after)), *((code, str(each)) for code, each in wrong if each)]
    few = [(code, each) for code, each in rows if each in options]
    return answers(str(after), [*few, ("error", "error")])


def _total(layers: Layers, result: Built) -> tuple[Guess, ...]:
    truth = sum(result.parameters)
    samples = result.shapes[0][0]
    wrong = [
        ("no_bias", sum(map(_without_bias, layers))),
        ("kernels", sum(map(_one_kernel, layers))),
        ("numbers", sum(prod(shape[1:]) for shape in result.shapes[1:])),
        ("batch", truth * samples),
        ("layers", len(layers)),
        ("one_more", truth + len(layers)),
    ]
    return answers(truth, [("total", truth), *_first(wrong, truth)])


def _first(wrong: list[tuple[str, int]], truth: int) -> list[tuple[str, int]]:
    """Return the first three that are neither right nor there already."""
    found = {value: code for code, value in reversed(wrong) if value != truth}
    values = list(dict.fromkeys(value for _, value in wrong if value != truth))[:3]
    return [(found[value], value) for value in values]


def _without_bias(layer: Layer) -> int:
    if layer[0] == "Linear":
        return int(layer[1] * layer[2])
    if "Conv" in layer[0]:
        return int(layer[1] * layer[2] * layer[3] ** 2)
    return weights(layer) // 2 if "Norm" in layer[0] else weights(layer)


def _one_kernel(layer: Layer) -> int:
    if "Conv" in layer[0]:
        return int(layer[2] * layer[3] ** 2 + layer[2])
    return weights(layer)


def reaches(parameters: int, accuracy: float, notes: int, notes_accuracy: float) -> bool:
    """Tell whether a network has 90 % of the notes' accuracy with half its parameters."""
    return 2 * parameters <= notes and accuracy >= 0.9 * notes_accuracy
