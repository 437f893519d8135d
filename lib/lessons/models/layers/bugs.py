"""Mistakes with layers, each with its repair, all of them real; the last ones raise no error."""

from typing import NamedTuple

import torch
from torch import nn

from lib.core.bugs import fixes, replaces
from lib.core.rules import Between, checked

Shape = tuple[int, ...]
BATCHES = Between(2, 8)


# --- channels that do not match -------------------------------------------------------------------


@checked(batch=BATCHES)
def channels_do_not_match(batch: int = 4) -> Shape:
    """Send color images through a layer made for gray ones."""
    images = torch.zeros(batch, 3, 28, 28)  # (batch, 3, 28, 28)
    conv = nn.Conv2d(1, 8, kernel_size=3)
    return tuple(conv(images).shape)


@fixes(
    channels_do_not_match,
    "channels",
    "The first argument of `Conv2d` is the number of channels that come in.",
)
@checked(batch=BATCHES)
def channels_do_not_match_fixed(batch: int = 4) -> Shape:
    """Say that there are three channels."""
    images = torch.zeros(batch, 3, 28, 28)  # (batch, 3, 28, 28)
    conv = nn.Conv2d(3, 8, kernel_size=3)
    return tuple(conv(images).shape)  # (batch, 8, 26, 26)


# --- a kernel larger than the input ---------------------------------------------------------------


@checked(batch=BATCHES)
def kernel_too_large(batch: int = 4) -> Shape:
    """Make images smaller until the next window no longer fits."""
    x = torch.zeros(batch, 1, 28, 28)  # (batch, 1, 28, 28)
    x = nn.MaxPool2d(8)(x)  # (batch, 1, 3, 3)
    return tuple(nn.Conv2d(1, 8, kernel_size=5)(x).shape)


@fixes(
    kernel_too_large,
    "kernel too large",
    "Pooling by 8 left 3 by 3. A window of 5 needs padding, or less pooling before it.",
)
@checked(batch=BATCHES)
def kernel_too_large_fixed(batch: int = 4) -> Shape:
    """Add a border of one cell: 3 + 2 is as wide as the window."""
    x = torch.zeros(batch, 1, 28, 28)  # (batch, 1, 28, 28)
    x = nn.MaxPool2d(8)(x)  # (batch, 1, 3, 3)
    return tuple(nn.Conv2d(1, 8, kernel_size=5, padding=1)(x).shape)  # (batch, 8, 1, 1)


# --- an index without a row -----------------------------------------------------------------------


@checked(words=BATCHES)
def index_out_of_range(words: int = 2) -> Shape:
    """Count the words from 1."""
    torch.manual_seed(0)
    embeds = nn.Embedding(words, 5)
    indices = torch.arange(1, words + 1)  # (words,)
    return tuple(embeds(indices).shape)


@fixes(
    index_out_of_range,
    "index out of range",
    "A table of 2 rows has the indices 0 and 1, so there is no row for index 2.",
)
@checked(words=BATCHES)
def index_out_of_range_fixed(words: int = 2) -> Shape:
    """Count them from 0."""
    torch.manual_seed(0)
    embeds = nn.Embedding(words, 5)
    indices = torch.arange(words)  # (words,)
    return tuple(embeds(indices).shape)  # (words, 5)


# --- class targets as floats ----------------------------------------------------------------------


@checked(batch=BATCHES)
def float_labels(batch: int = 4) -> float:
    """Give classes as floats, as a CSV file is often read."""
    logits = torch.zeros(batch, 3)  # (batch, 3)
    labels = torch.zeros(batch)  # (batch,)
    return nn.CrossEntropyLoss()(logits, labels).item()


@fixes(
    float_labels,
    "float labels",
    "A class is a whole number. Floats are allowed too, but then as a probability per class.",
)
@checked(batch=BATCHES)
def float_labels_fixed(batch: int = 4) -> float:
    """Convert them to whole numbers."""
    logits = torch.zeros(batch, 3)  # (batch, 3)
    labels = torch.zeros(batch).long()  # (batch,)
    return nn.CrossEntropyLoss()(logits, labels).item()


# --- a loss that is made instead of computed ------------------------------------------------------


@checked(batch=BATCHES)
def loss_class_called(batch: int = 4) -> float:
    """Give predictions and labels to the class of a loss."""
    logits = torch.zeros(batch, 3)  # (batch, 3)
    labels = torch.zeros(batch).long()  # (batch,)
    return nn.CrossEntropyLoss(logits, labels).item()


@fixes(
    loss_class_called,
    "class for a loss",
    "`nn.CrossEntropyLoss` is a class: a first call makes the loss and takes its settings, and the "
    "logits were taken for one; a second call computes it. The function "
    "`nn.functional.cross_entropy` takes logits and labels at once.",
)
@checked(batch=BATCHES)
def loss_class_called_fixed(batch: int = 4) -> float:
    """Make the loss first, then call it."""
    logits = torch.zeros(batch, 3)  # (batch, 3)
    labels = torch.zeros(batch).long()  # (batch,)
    return nn.CrossEntropyLoss()(logits, labels).item()


# --- logits for a loss that takes probabilities ---------------------------------------------------


@checked(batch=BATCHES)
def bce_of_logits(batch: int = 4) -> float:
    """Give raw scores to a loss that takes probabilities."""
    logits = torch.linspace(-2, 2, batch)  # (batch,)
    labels = torch.ones(batch)  # (batch,)
    return nn.BCELoss()(logits, labels).item()


@fixes(
    bce_of_logits,
    "BCELoss of logits",
    "`BCELoss` takes probabilities. `BCEWithLogitsLoss` takes what a linear layer returns, any "
    "number, and applies sigmoid itself.",
)
@checked(batch=BATCHES)
def bce_of_logits_fixed(batch: int = 4) -> float:
    """Take the loss that takes logits."""
    logits = torch.linspace(-2, 2, batch)  # (batch,)
    labels = torch.ones(batch)  # (batch,)
    return nn.BCEWithLogitsLoss()(logits, labels).item()


# --- sigmoid before BCEWithLogitsLoss -------------------------------------------------------------


@checked(logit=Between(1, 8))
def sigmoid_twice(logit: int = 5) -> float:
    """Give a probability to a loss that takes a logit."""
    logits = torch.tensor([-float(logit)])  # (1,): a sure no
    labels = torch.zeros(1)  # (1,): which is right
    return nn.BCEWithLogitsLoss()(logits.sigmoid(), labels).item()


@fixes(
    sigmoid_twice,
    "sigmoid twice",
    "No error: `BCEWithLogitsLoss` applies sigmoid itself. It takes your probability for a logit "
    "that is never below 0, so even a sure and right no costs at least 0.69, as much as a guess.",
    silent=True,
)
@checked(logit=Between(1, 8))
def sigmoid_twice_fixed(logit: int = 5) -> float:
    """Give it the logit itself."""
    logits = torch.tensor([-float(logit)])  # (1,): a sure no
    labels = torch.zeros(1)  # (1,): which is right
    return nn.BCEWithLogitsLoss()(logits, labels).item()


# --- a column of predictions, a row of labels -----------------------------------------------------


@checked(batch=BATCHES)
def column_and_row(batch: int = 4) -> float:
    """Compare what a linear layer returns with labels of one axis."""
    torch.manual_seed(0)
    linear = nn.Linear(3, 1)
    logits = linear(torch.ones(batch, 3))  # (batch, 1)
    labels = torch.ones(batch)  # (batch,)
    return nn.BCEWithLogitsLoss()(logits, labels).item()


@fixes(
    column_and_row,
    "target size",
    "The layer returns a column, the labels have one axis. `squeeze(1)` takes the column's second "
    "axis away. `MSELoss` only warns here, and compares every prediction with every label.",
)
@checked(batch=BATCHES)
def column_and_row_fixed(batch: int = 4) -> float:
    """Take away the axis of length 1."""
    torch.manual_seed(0)
    linear = nn.Linear(3, 1)
    logits = linear(torch.ones(batch, 3)).squeeze(1)  # (batch, 1) -> (batch,)
    labels = torch.ones(batch)  # (batch,)
    return nn.BCEWithLogitsLoss()(logits, labels).item()


# --- softmax before CrossEntropyLoss --------------------------------------------------------------


class Pushed(NamedTuple):
    """A confident mistake: its loss, and how hard the gradient pushes the logits.

    Attributes:
        loss: the loss.
        gradient: what backward leaves at the three logits.
        push: its length.
    """

    loss: float
    gradient: list[float]
    push: float


def confident_mistake(logit: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Return logits that are highest for class 0, and the true class 1."""
    return torch.tensor([[logit, 0.0, 0.0]], requires_grad=True), torch.tensor([1])  # (1, 3), (1,)


def pushed(loss: torch.Tensor, logits: torch.Tensor) -> Pushed:
    """Go backward from the loss, and return what that leaves at the logits."""
    loss.backward()
    push = logits.grad[0]
    return Pushed(loss.item(), push.tolist(), push.norm().item())


@checked(logit=Between(1, 8))
def softmax_twice(logit: int = 5) -> Pushed:
    """Give probabilities to a loss that takes logits."""
    logits, label = confident_mistake(logit)
    probabilities = logits.softmax(dim=1)  # (1, 3)
    return pushed(nn.CrossEntropyLoss()(probabilities, label), logits)


@fixes(
    softmax_twice,
    "softmax twice",
    "No error: `CrossEntropyLoss` applies softmax itself. With yours before it, the loss of this "
    "confident mistake hardly rises, and the push that should correct it shrinks.",
    silent=True,
)
@checked(logit=Between(1, 8))
def softmax_twice_fixed(logit: int = 5) -> Pushed:
    """Give it the logits themselves."""
    logits, label = confident_mistake(logit)
    return pushed(nn.CrossEntropyLoss()(logits, label), logits)


# --- batch_first forgotten ------------------------------------------------------------------------


class Changes(NamedTuple):
    """Two batches that differ in their first sequence only.

    Attributes:
        shape: the shape of the output.
        first_changed: by how much the output for the first sequence changed at most.
        second_changed: by how much the output for the second one did, which stayed the same.
    """

    shape: tuple[int, ...]
    first_changed: float
    second_changed: float


def compare(lstm: nn.LSTM, steps: int) -> Changes:
    """Read two sequences, change the first one, and read both again."""
    x = torch.randn(2, steps, 3)  # (batch, steps, features)
    other = x.clone()  # (batch, steps, features)
    other[0] += 1
    before, after = lstm(x)[0], lstm(other)[0]  # (batch, steps, 4)
    changed = (before - after).abs().amax(dim=(1, 2))  # (batch,)
    return Changes(tuple(before.shape), changed[0].item(), changed[1].item())


@checked(steps=BATCHES)
def batch_second(steps: int = 5) -> Changes:
    """Give batches to an LSTM that takes the first axis for the steps."""
    torch.manual_seed(0)
    lstm = nn.LSTM(input_size=3, hidden_size=4)
    return compare(lstm, steps)


@fixes(
    batch_second,
    "batch_first forgotten",
    "No error, and the same shape: the first axis was taken for the steps, so 2 sequences of 5 "
    "steps were read as 5 sequences of 2 steps. What is in the first leaks into the second.",
    silent=True,
)
@checked(steps=BATCHES)
def batch_second_fixed(steps: int = 5) -> Changes:
    """Say that the batch comes first."""
    torch.manual_seed(0)
    lstm = nn.LSTM(input_size=3, hidden_size=4, batch_first=True)
    return compare(lstm, steps)


# --- an LSTM's tuple ------------------------------------------------------------------------------


@checked(steps=BATCHES)
def lstm_tuple(steps: int = 5) -> Shape:
    """Take what an LSTM returns for a tensor."""
    torch.manual_seed(0)
    lstm = nn.LSTM(input_size=3, hidden_size=4, batch_first=True)
    x = torch.zeros(2, steps, 3)  # (batch, steps, features)
    y = lstm(x)
    return tuple(y.shape)


@fixes(
    lstm_tuple,
    "LSTM returns a tuple",
    "An LSTM returns its output at every step and, in a tuple of their own, the hidden and the "
    "cell state after the last one.",
)
@checked(steps=BATCHES)
def lstm_tuple_fixed(steps: int = 5) -> Shape:
    """Take the tuple apart."""
    torch.manual_seed(0)
    lstm = nn.LSTM(input_size=3, hidden_size=4, batch_first=True)
    x = torch.zeros(2, steps, 3)  # (batch, steps, features)
    y, _ = lstm(x)  # (batch, steps, 4), and (h_n, c_n)
    return tuple(y.shape)


# --- a state that remembers its graph -------------------------------------------------------------


@checked(chunks=BATCHES)
def state_not_detached(chunks: int = 3) -> list[float]:
    """Read a long sequence chunk by chunk, and go backward after each."""
    torch.manual_seed(0)
    lstm = nn.LSTM(input_size=3, hidden_size=4, batch_first=True)
    state, losses = None, []
    for chunk in torch.randn(chunks, 1, 5, 3):  # (batch, steps, features)
        y, (h, c) = lstm(chunk, state)  # (1, 5, 4), and both states
        loss = (y - 1).pow(2).mean()  # ()
        loss.backward()
        losses.append(loss.item())
        state = h, c
    return losses


@fixes(
    state_not_detached,
    "state not detached",
    "The state that goes on to the next chunk still hangs on the graph of the last one, which "
    "`backward()` has freed. `detach()` keeps its numbers and lets go of the graph.",
)
@checked(chunks=BATCHES)
def state_not_detached_fixed(chunks: int = 3) -> list[float]:
    """Hand on the numbers of the state, without its graph."""
    torch.manual_seed(0)
    lstm = nn.LSTM(input_size=3, hidden_size=4, batch_first=True)
    state, losses = None, []
    for chunk in torch.randn(chunks, 1, 5, 3):  # (batch, steps, features)
        y, (h, c) = lstm(chunk, state)  # (1, 5, 4), and both states
        loss = (y - 1).pow(2).mean()  # ()
        loss.backward()
        losses.append(loss.item())
        state = h.detach(), c.detach()
    return losses


# --- Dropout left on ------------------------------------------------------------------------------


class Outputs(NamedTuple):
    """What a network returns for one input again and again.

    Attributes:
        first: the first three outputs.
        range: the largest of 200 outputs minus the smallest.
    """

    first: list[float]
    range: float


def network(features: int) -> nn.Sequential:
    """Make a network with dropout; it is in training mode, as every new one."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(features, 16), nn.ReLU(), nn.Dropout(p=0.4), nn.Linear(16, 1))


@checked(features=BATCHES)
def dropout_left_on(features: int = 8) -> Outputs:
    """Use a network that is still in training mode."""
    net = network(features)
    x = torch.ones(1, features)  # (1, features)
    with torch.no_grad():
        y = torch.cat([net(x) for _ in range(200)])  # 200 times (1, 1) -> (200, 1)
    return Outputs(y[:3, 0].tolist(), (y.max() - y.min()).item())


@fixes(
    dropout_left_on,
    "Dropout left on",
    "No error: while training, dropout draws a new mask on every call. `eval()` stops that.",
    silent=True,
)
@checked(features=BATCHES)
def dropout_left_on_fixed(features: int = 8) -> Outputs:
    """Call eval() first."""
    net = network(features)
    net.eval()
    x = torch.ones(1, features)  # (1, features)
    with torch.no_grad():
        y = torch.cat([net(x) for _ in range(200)])  # 200 times (1, 1) -> (200, 1)
    return Outputs(y[:3, 0].tolist(), (y.max() - y.min()).item())


# --- then and now ---------------------------------------------------------------------------------


class Flat(NamedTuple):
    """A batch that was to be flattened.

    Attributes:
        shape: its shape.
        message: PyTorch's own words if it refused, else what did it.
    """

    shape: Shape
    message: str


@checked(batch=BATCHES)
def flat_by_view(batch: int = 4) -> Flat:
    """Flatten a batch by a view, after its axes were moved."""
    x = torch.zeros(batch, 28, 28, 3).permute(0, 3, 1, 2)  # (batch, 3, 28, 28)
    try:
        x = x.view(x.size(0), -1)  # (batch, 2352)
        return Flat(tuple(x.shape), "view")
    except RuntimeError as error:
        return Flat(tuple(x.shape), str(error))


@replaces(
    flat_by_view,
    "The cheat sheet flattens a batch with `x = x.view(x.size(0), -1)`.",
    "It still works on memory in order, but after `permute` a view cannot be made. "
    "`nn.Flatten()`, or `x.flatten(1)`, copies where it has to, and stands in `nn.Sequential` as "
    "a layer that a reader sees.",
)
@checked(batch=BATCHES)
def flat_by_layer(batch: int = 4) -> Flat:
    """Flatten a batch by a layer, which copies where it has to."""
    x = torch.zeros(batch, 28, 28, 3).permute(0, 3, 1, 2)  # (batch, 3, 28, 28)
    net = nn.Sequential(nn.Flatten())
    x = net(x)  # (batch, 2352)
    return Flat(tuple(x.shape), str(net[0]))
