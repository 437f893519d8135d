"""A chain as one writes it: as an ``nn.Sequential``, or as a class of one's own."""

from collections import Counter
from collections.abc import Sequence

from lib.export.snippets import Program, assembled
from lib.export.source import Import
from lib.lessons.models.build import lesson
from lib.lessons.models.build.layers import Layer, Layers, Shape, shape_text, written
from lib.lessons.models.build.lesson import Built

STYLES = ("Sequential", "Module")
OPTIMIZERS = {
    "SGD": "optim.SGD(model.parameters(), lr=0.1, momentum=0.9)",
    "Adam": "optim.Adam(model.parameters(), lr=0.01)",
}
# What a layer is called in a class.
NAMES = {
    "Conv2d": "conv",
    "ConvTranspose2d": "up",
    "MaxPool2d": "pool",
    "AvgPool2d": "pool",
    "BatchNorm1d": "norm",
    "BatchNorm2d": "norm",
    "LayerNorm": "norm",
    "Dropout": "drop",
    "LeakyReLU": "relu",
}


def sequential(layers: Layers, result: Built, optimizer: str, told: bool = True) -> Program:
    """Return the program that puts the layers into an ``nn.Sequential``.

    Args:
        layers: the chain.
        result: what ``build`` returned for it.
        optimizer: one of ``OPTIMIZERS``.
        told: whether the shapes stand beside the lines.
    """
    comments = _comments(layers, result, told)
    rows = [
        f"    {called(layer)},{comment}" for layer, comment in zip(layers, comments, strict=True)
    ]
    model = ["torch.manual_seed(0)", "model = nn.Sequential(", *rows, ")"]
    helpers = [lesson.Lambda] if _functions(layers) else []
    return assembled(
        [*helpers, *map(lesson.FUNCTIONS.__getitem__, _functions(layers))],
        _imports(result),
        "\n".join([*model, *_use(result, optimizer)]),
    )


def module(layers: Layers, result: Built, optimizer: str, told: bool = True) -> Program:
    """Return the program that makes the same network as a class; arguments as above."""
    comments, names = _comments(layers, result, told), _names(layers)
    kept = [
        (name, layer) for name, layer in zip(names, layers, strict=True) if layer[0] != "Lambda"
    ]
    made = [f"        self.{name} = {called(layer)}" for name, layer in kept]
    steps = [
        f"        x = {layer[1] if layer[0] == 'Lambda' else f'self.{name}'}(x){comment}"
        for name, layer, comment in zip(names, layers, comments, strict=True)
    ]
    head = ["class Net(nn.Module):", "    def __init__(self):", "        super().__init__()"]
    text = [*head, *made, "", "    def forward(self, x):", *steps, "        return x"]
    use = ["torch.manual_seed(0)", "model = Net()", *_use(result, optimizer)]
    functions = [lesson.FUNCTIONS[name] for name in _functions(layers)]
    return assembled(functions, _imports(result), "\n".join(use), "\n".join(text))


PROGRAMS = {"Sequential": sequential, "Module": module}


def called(layer: Layer) -> str:
    """Return a layer as a program writes it: ``nn.Linear(784, 10)``."""
    return written(layer) if layer[0] == "Lambda" else f"nn.{written(layer)}"


def shape_of(shape: Shape, states: int = 0) -> str:
    """Return a shape, and the states that come with it from an LSTM."""
    return f"({shape}, h, c)" if states else str(shape)


def _functions(layers: Layers) -> list[str]:
    """Return the functions in the chain, each once."""
    return list(dict.fromkeys(layer[1] for layer in layers if layer[0] == "Lambda"))


def _names(layers: Layers) -> list[str]:
    """Return what each layer is called in a class: conv1, relu1; a Lambda is its function."""
    count: Counter[str] = Counter()
    names = []
    for layer in layers:
        if layer[0] == "Lambda":
            names.append(layer[1])
            continue
        name = NAMES.get(layer[0], layer[0].lower())
        count[name] += 1
        names.append(f"{name}{count[name]}")
    return names


def _comments(layers: Layers, result: Built, told: bool) -> list[str]:
    """Return what stands beside each layer: what came out, or the kind of error."""
    if not told:
        return [""] * len(layers)
    shapes = [shape_of(*each) for each in zip(result.shapes, result.states, strict=True)]
    comments = [f"  # -> {shape}" for shape in shapes[1:]]
    if comments:
        comments[0] = f"  # {shapes[0]} -> {shapes[1]}"
    if result.refused:
        comments.append(f"  # {result.refused.partition(':')[0]}")
    return comments + [""] * (len(layers) - len(comments))


def _imports(result: Built) -> Sequence[Import]:
    more = [Import("torch", "optim")] if any(result.parameters) else []
    return [Import("torch"), Import("torch", "nn"), *more]


def _use(result: Built, optimizer: str) -> list[str]:
    """Return the lines that use the model: the optimizer, and one batch."""
    opt = [f"opt = {OPTIMIZERS[optimizer]}"] if any(result.parameters) else []
    given = f"torch.rand({shape_text(result.shapes[0])})"
    y = "y, (h, c)" if result.states[-1] and not result.refused else "y"
    return [
        *opt,
        "",
        f"x = {given}",
        f"{y} = model(x)",
        "print(tuple(y.shape))",
        'print(sum(p.numel() for p in model.parameters()), "parameters")',
        "print((y if y.dim() < 2 else y[0]).flatten()[:10].tolist())",
    ]
