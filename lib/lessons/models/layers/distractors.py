"""What people believe of a layer, and which shape or number of parameters they get by it."""

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

from lib.lessons.models.layers.formulas import Settings, Shape

Options = list[tuple[str, Any]]

# Why the shape is what it is, for layers without a formula; all others keep the shape.
RIGHT = {"Linear": "features", "Embedding": "rows"}

# What each mistake does to the settings before the formula is used.
WRONG_WINDOW: dict[str, Mapping[str, Any]] = {
    "no_stride": {"stride": 1},
    "no_padding": {"padding": 0},
    "no_dilation": {"dilation": 1},
}


def normed(shape: Shape, _settings: Settings) -> Options:
    """Return the shapes that come to mind where a layer keeps the shape."""
    return [("each", shape[:1]), ("each", shape[1:]), ("scalar", ())]


def _of_linear(shape: Shape, settings: Settings) -> Options:
    out = settings["out_features"]
    return [("same", shape), ("turned", (out, shape[0])), ("each", (out,))]


def _of_embedding(shape: Shape, settings: Settings) -> Options:
    table = (settings["num_embeddings"], settings["embedding_dim"])
    return [("indices", shape), ("table", table), ("turned", (table[1], *shape))]


def _of_flatten(shape: Shape, settings: Settings) -> Options:
    merged = [prod(shape[1:]), prod(shape[2:])]
    return [
        ("all", (prod(shape),)),
        ("one_axis", (*shape[:2], merged[1])),
        ("one_axis", (shape[0], merged[0])),
        ("same", shape),
    ]


def _of_dropout(shape: Shape, settings: Settings) -> Options:
    kept = round(shape[1] * (1 - settings["p"]))
    return [("fewer", (shape[0], kept)), ("fewer", (round(prod(shape) * (1 - settings["p"])),)),
            ("turned", shape[::-1]), ("scalar", ())]  # fmt: skip


def _of_lstm(shape: Shape, settings: Settings) -> Options:
    hidden, ways = settings["hidden_size"], 2 if settings["bidirectional"] else 1
    batch = shape[0] if settings["batch_first"] else shape[1]
    options = [
        ("last", (batch, ways * hidden)),
        ("one_way", (*shape[:2], hidden)),
        ("stacked", (*shape[:2], settings["num_layers"] * ways * hidden)),
        ("same", shape),
    ]
    return options


def _of_loss(shape: Shape, _settings: Settings) -> Options:
    return [("scalar", ()), ("per_sample", shape[:1]), ("same", shape), ("pair", (2, *shape[:1]))]


LIKELY_SHAPES: dict[str, Callable[[Shape, Settings], Options]] = {
    "Linear": _of_linear,
    "Embedding": _of_embedding,
    "Flatten": _of_flatten,
    "Dropout": _of_dropout,
    "LSTM": _of_lstm,
    **dict.fromkeys(("MSELoss", "L1Loss", "CrossEntropyLoss", "BCEWithLogitsLoss"), _of_loss),
}

# What each mistake does to the settings before the formula is used.
OF_CONV: dict[str, Mapping[str, Any]] = {
    "no_bias": {"bias": False},
    "with_bias": {"bias": True},
    "no_groups": {"groups": 1},
    "one_channel": {"in_channels": 1, "groups": 1},
    "one_filter": {"out_channels": 1, "groups": 1},
}
WRONG_PARAMETERS: dict[str, dict[str, Mapping[str, Any]]] = {
    "Conv2d": OF_CONV,
    "ConvTranspose2d": OF_CONV,
    "Linear": {"no_bias": {"bias": False}, "with_bias": {"bias": True}},
    "LSTM": {"one_layer": {"num_layers": 1}, "both_ways": {"bidirectional": False}},
}
