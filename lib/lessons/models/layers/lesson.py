"""What each layer does: the register of the layers, and what there is to say of a result."""

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from lib.core.i18n import mark
from lib.core.rules import Checked
from lib.lessons.models.layers.curves import (
    activation,
    bce_with_logits_loss,
    cross_entropy_loss,
    l1_loss,
    mse_loss,
    softmax,
)
from lib.lessons.models.layers.dense_layers import (
    batch_norm2d,
    dropout,
    embedding,
    flatten,
    layer_norm,
    linear,
    lstm,
)
from lib.lessons.models.layers.reference import output_steps
from lib.lessons.models.layers.window_layers import (
    avg_pool2d,
    conv2d,
    conv_transpose2d,
    max_pool2d,
)
from lib.plots.numbers import digits


class Layer(NamedTuple):
    """A layer of the lesson.

    Attributes:
        function: the lesson function.
        kind: how it is drawn and asked about.
        family: whose controls it shares.
        summary: what it does, in a sentence or two.
    """

    function: Checked[..., Any]
    kind: str
    family: str
    summary: str


LAYERS = {
    "Conv2d": Layer(conv2d, "steps", "conv", mark(
        "A window slides over the image. Each output number is the window times the filter, added "
        "up over all input channels, plus a bias.")),
    "ConvTranspose2d": Layer(conv_transpose2d, "steps", "conv", mark(
        "A convolution turned around: each input number adds the filter, times itself, to the "
        "output. Where these overlap, they add up, plus a bias. A stride spreads them further "
        "apart, so the output gets larger.")),
    "MaxPool2d": Layer(max_pool2d, "steps", "pool", mark(
        "A window slides over the image. Each output number is the largest in the window.")),
    "AvgPool2d": Layer(avg_pool2d, "steps", "pool", mark(
        "A window slides over the image. Each output number is the mean of the window.")),
    "Linear": Layer(linear, "steps", "linear", mark(
        "All numbers of a row are multiplied by weights and added up, plus a bias, once for each "
        "output feature.")),
    "Flatten": Layer(flatten, "flat", "flatten", mark(
        "One axis is made of several; no number changes. The batch axis should stay.")),
    "Embedding": Layer(embedding, "steps", "embedding", mark(
        "A table of learned rows. An index goes in, its row comes out: nothing is computed.")),
    "Dropout": Layer(dropout, "dropout", "dropout", mark(
        "While training, numbers are set to zero at random and the others scaled up, so that the "
        "sum stays the same on average. After `eval()`, nothing is done.")),
    "BatchNorm2d": Layer(batch_norm2d, "norm", "batch_norm", mark(
        "Each channel is brought to mean 0 and standard deviation 1: while training by the batch's "
        "own statistics, after `eval()` by the running ones, collected in training. Then come a "
        "learned weight and bias, 1 and 0 at first.")),
    "LayerNorm": Layer(layer_norm, "norm", "layer_norm", mark(
        "Each row, a vector along the last axis, is brought to mean 0 and standard deviation 1 by "
        "itself, without running statistics. Then come a learned weight and bias for each feature, "
        "1 and 0 at first.")),
    "LSTM": Layer(lstm, "lstm", "lstm", mark(
        "A cell reads a sequence step by step, hands on its hidden state h and cell state c, and "
        "outputs h at each step. A second layer reads what the first one outputs. h_n and c_n are "
        "each layer's states after its last step.")),
    "activation": Layer(activation, "curve", "activation", mark(
        "Every number goes through the same curve. Without such a curve between them, two linear "
        "layers are one.")),
    "Softmax": Layer(softmax, "softmax", "softmax", mark(
        "Logits (raw scores) become probabilities: positive, and 1 in sum. One logit up, the other "
        "probabilities down.")),
    "MSELoss": Layer(mse_loss, "loss", "regression", mark(
        "The distance to the target, squared: far off counts much more than nearly right.")),
    "L1Loss": Layer(l1_loss, "loss", "regression", mark(
        "The distance to the target: the gradient pushes equally hard from near and far.")),
    "CrossEntropyLoss": Layer(cross_entropy_loss, "loss", "cross_entropy", mark(
        "Takes logits, raw scores of any size: softmax is inside. The loss is minus the logarithm "
        "of the true class's probability.")),
    "BCEWithLogitsLoss": Layer(bce_with_logits_loss, "loss", "bce", mark(
        "Yes or no from one logit: sigmoid is inside, so a raw score goes in.")),
}  # fmt: skip

TYPED_ROWS = mark("typed input: a comma between two numbers, a semicolon between rows")
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
    "past_batches": mark("batches seen in training before"),
    "indices": mark("indices: a comma between two"),
    "kind": mark("function"),
    "at": mark("x, where to look closely"),
    "first": mark("first logit"),
    "second": mark("second logit"),
    "third": mark("third logit"),
    "target": mark("target"),
    "other": mark("logit of class 1"),
    "label": mark("true class"),
}

# What it is called for one layer only.
OWN_LABELS = {
    "Conv2d": {"weight": mark("first filter")},
    "ConvTranspose2d": {"weight": mark("first filter")},
    "MSELoss": {"at": mark("x, the prediction")},
    "L1Loss": {"at": mark("x, the prediction")},
    "CrossEntropyLoss": {"at": mark("x, the logit of class 0")},
    "BCEWithLogitsLoss": {"at": mark("x, the logit for yes")},
}


class Applied(NamedTuple):
    """A layer applied to an input.

    Attributes:
        result: what its lesson function returned.
        drawn: what its figure draws: the result, or how each number of it comes about.
    """

    result: Any
    drawn: Any


def apply(layer: str, **settings: Any) -> Applied:
    """Call the lesson function of a layer, and step through its output if it is drawn so."""
    result = LAYERS[layer].function(**settings)
    if LAYERS[layer].kind != "steps" or result.refused:
        return Applied(result, result)
    return Applied(result, output_steps(layer, result, settings))


# --- numbers beside shape and parameters ----------------------------------------------------------

METRICS = {
    "scale": mark("these are multiplied by 1 / (1 − p)"),
    "shape_h": mark("shape of h_n and of c_n"),
    "means": mark("mean of each group of x"),
    "stds": mark("its standard deviation"),
    "running_mean": mark("running mean, for eval()"),
    "running_var": mark("running variance, for eval()"),
    "loss": mark("loss"),
    "gradient": mark("gradient at the first prediction, by autograd"),
    "difference": mark("the same by a finite difference"),
    "view": mark("`x.view(x.size(0), -1).shape`"),
    "probabilities": mark("probabilities"),
}
MASK = mark("numbers not dropped while training")
SLOPE = mark("slope at x, by autograd")


class Metric(NamedTuple):
    """What else there is to say of a result.

    Attributes:
        name: which field of the result it is.
        label: what it is, to translate.
        text: the number or numbers; code stands between backticks.
    """

    name: str
    label: str
    text: str


def metrics(result: Any) -> tuple[Metric, ...]:
    """Return what else there is to say of a result."""
    found = []
    if hasattr(result, "mask"):
        found.append(Metric("mask", MASK, f"`{int(result.mask.sum())}` / `{result.mask.size}`"))
    for name, label in METRICS.items():
        if (value := getattr(result, name, None)) is not None:
            found.append(Metric(name, label, _text(value)))
    if hasattr(result, "curve") and not hasattr(result, "gradient"):
        found.append(Metric("gradient", SLOPE, _text(result.curve.slope)))
        label = METRICS["difference"]
        found.append(Metric("difference", label, _text(result.curve.difference)))
    return tuple(found)


def _text(value: Any) -> str:
    """Return numbers with six digits, a shape as code."""
    if isinstance(value, tuple):
        return f"`{value}`"
    return ", ".join(digits(float(each), 6) for each in np.ravel(value))


# --- the cheat sheet's lines on layers ------------------------------------------------------------

LINES = {
    "x = x.view(x.size(0), -1)": mark("flatten: (4, 1, 28, 28) becomes"),
    "nn.Embedding(2, 5)": mark("a table of 2 rows with 5 numbers each; index 1 looked up has"),
    "self.fc_drop = nn.Dropout(p=0.4)": mark("2 of 5 numbers dropped on average; of 1000 here"),
    "nn.LSTM(input_size=input_dim, hidden_size=hidden_dim, num_layers=n_layers)": mark(
        "with input_dim=3, hidden_dim=4, n_layers=2 its parameters are"
    ),
    "criterion = nn.MSELoss()": mark("of 2 for a target of 1, and of 3 for 1, on average"),
}


def run_lines() -> dict[str, str]:
    """Run the cheat sheet's lines on layers; return what came of each."""
    torch.manual_seed(0)
    x = torch.zeros(4, 1, 28, 28)  # (4, 1, 28, 28)
    x = x.view(x.size(0), -1)  # (4, 784)
    embeds = nn.Embedding(2, 5)
    row = embeds(torch.tensor([1]))  # (1, 5)
    fc_drop = nn.Dropout(p=0.4)
    dropped = int((fc_drop(torch.ones(1000)) == 0).sum())
    input_dim, hidden_dim, n_layers = 3, 4, 2
    lstm = nn.LSTM(input_size=input_dim, hidden_size=hidden_dim, num_layers=n_layers)
    criterion = nn.MSELoss()
    loss = criterion(torch.tensor([2.0, 3.0]), torch.tensor([1.0, 1.0]))  # ()
    results = (
        str(tuple(x.shape)),
        str(tuple(row.shape)),
        f"{dropped}",
        f"{sum(p.numel() for p in lstm.parameters())}",
        f"{loss.item()}",
    )
    return dict(zip(LINES, results, strict=True))
