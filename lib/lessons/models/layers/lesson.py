"""What each layer does: the register of the layers, and how each of them is looked at."""

from collections.abc import Callable
from typing import Any, NamedTuple

from lib.core.i18n import mark
from lib.lessons.models.layers.curves import activation, softmax
from lib.lessons.models.layers.dense_layers import Mapped, dropout, embedding, flatten, linear
from lib.lessons.models.layers.grid import Swept, conv2d, conv_transpose2d
from lib.lessons.models.layers.losses import (
    bce_with_logits_loss,
    cross_entropy_loss,
    l1_loss,
    mse_loss,
)
from lib.lessons.models.layers.norm import batch_norm2d, layer_norm
from lib.lessons.models.layers.pool import avg_pool2d, max_pool2d
from lib.lessons.models.layers.sequence import lstm
from lib.lessons.models.layers.steps import Stepped, row_steps, stamp_steps, window_steps

Seen = Any  # what a lesson function returned; its figure knows which


class Layer(NamedTuple):
    """A layer of the lesson.

    Attributes:
        function: the lesson function.
        kind: how it is drawn and asked about.
        family: whose controls it shares.
        does: what it does, in a sentence.
    """

    function: Callable[..., Any]
    kind: str
    family: str
    does: str


LAYERS = {
    "Conv2d": Layer(
        conv2d,
        "steps",
        "conv",
        mark("A window slides over the image. Each output number is the window times the filter, "
             "added up."),
    ),
    "ConvTranspose2d": Layer(
        conv_transpose2d,
        "steps",
        "conv",
        mark("The other way round: each input number stamps the filter, times itself, onto a "
             "larger output. Where stamps overlap they add up."),
    ),
    "MaxPool2d": Layer(
        max_pool2d,
        "steps",
        "pool",
        mark("A window slides over the image, and its largest number is kept."),
    ),
    "AvgPool2d": Layer(
        avg_pool2d,
        "steps",
        "pool",
        mark("A window slides over the image, and its mean is kept."),
    ),
    "Linear": Layer(
        linear,
        "steps",
        "linear",
        mark("All numbers of a row are weighed and added up, once for each output feature."),
    ),
    "Flatten": Layer(
        flatten,
        "flat",
        "flatten",
        mark("One axis is made of several; no number changes. The batch axis should stay."),
    ),
    "Embedding": Layer(
        embedding,
        "steps",
        "embedding",
        mark("A table of learned rows. An index goes in, its row comes out: nothing is computed."),
    ),
    "Dropout": Layer(
        dropout,
        "dropout",
        "dropout",
        mark("While training, numbers are set to zero at random and the others scaled up, so that "
             "the sum stays the same on average. After `eval()`, nothing is done."),
    ),
    "BatchNorm2d": Layer(
        batch_norm2d,
        "norm",
        "batch_norm",
        mark("Each channel is brought to mean 0 and spread 1: while training by the batch's own "
             "numbers, after `eval()` by those it remembers from training."),
    ),
    "LayerNorm": Layer(
        layer_norm,
        "norm",
        "layer_norm",
        mark("Each sample is brought to mean 0 and spread 1 by itself. Nothing is remembered."),
    ),
    "LSTM": Layer(
        lstm,
        "lstm",
        "lstm",
        mark("A cell reads a sequence step by step, hands its memory on, and says something at "
             "each step. A second layer reads what the first one says."),
    ),
    "activation": Layer(
        activation,
        "curve",
        "activation",
        mark("Every number goes through the same curve. Without such a curve between them, two "
             "linear layers are one."),
    ),
    "Softmax": Layer(
        softmax,
        "shares",
        "softmax",
        mark("Scores become shares: positive, and 1 in sum. One score up, the other shares down."),
    ),
    "MSELoss": Layer(
        mse_loss,
        "loss",
        "regression",
        mark("The distance to the target, squared: far off counts much more than nearly right."),
    ),
    "L1Loss": Layer(
        l1_loss,
        "loss",
        "regression",
        mark("The distance to the target: the gradient pushes equally hard from near and far."),
    ),
    "CrossEntropyLoss": Layer(
        cross_entropy_loss,
        "loss",
        "cross_entropy",
        mark("Takes scores, not shares: softmax is inside. The loss is minus the logarithm of the "
             "right class's share."),
    ),
    "BCEWithLogitsLoss": Layer(
        bce_with_logits_loss,
        "loss",
        "bce",
        mark("Yes or no from one score: sigmoid is inside, so a plain score goes in."),
    ),
}  # fmt: skip

TYPED = mark("numbers: a comma between two, a semicolon between rows")
# What a control is called where the name in the code does not say it.
LABELS = {
    "image": mark("input"),
    "rows": mark("rows"),
    "size": mark("height and width of the input"),
    "batch": mark("samples in the batch"),
    "features": mark("features"),
    "channels": mark("channels"),
    "height": mark("height"),
    "width": mark("width"),
    "columns": mark("columns"),
    "steps": mark("steps of a sequence"),
    "seen": mark("batches seen in training before"),
    "indices": mark("indices: a comma between two"),
    "kind": mark("function"),
    "at": mark("x, where to look closely"),
    "first": mark("first score"),
    "second": mark("second score"),
    "third": mark("third score"),
    "target": mark("target"),
    "other": mark("score of class 1"),
    "label": mark("class that is right"),
}

# What it is called for one layer only.
OWN_LABELS = {
    "Conv2d": {"weight": mark("first filter")},
    "ConvTranspose2d": {"weight": mark("first filter")},
    "MSELoss": {"at": mark("x, the prediction")},
    "L1Loss": {"at": mark("x, the prediction")},
    "CrossEntropyLoss": {"at": mark("x, the score of class 0")},
    "BCEWithLogitsLoss": {"at": mark("x, the score for yes")},
}


def at_work(layer: str, **settings: Any) -> Stepped:
    """Return how each output number of a layer that is looked at in steps comes about.

    Raises:
        ValueError: if the layer refused.
    """
    result: Swept | Mapped = LAYERS[layer].function(**settings)
    if isinstance(result, Mapped):
        return row_steps(result)
    if layer == "ConvTranspose2d":
        return stamp_steps(result, settings)
    return window_steps(layer, result, settings)
