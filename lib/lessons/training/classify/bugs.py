"""What goes wrong when a classifier is trained and measured; the damage is measured, too."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - the name it has everywhere
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from lib.core.bugs import fixes
from lib.datasets.fashion_mnist import fashion_mnist


def pixels(train: bool, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return images as rows of numbers around 0, and their classes."""
    part = fashion_mnist(train)
    x = torch.tensor(part.images[:count]).float().view(-1, 784)  # (n, 28, 28) -> (n, 784)
    return (x - 128) / 128, torch.tensor(part.labels[:count]).long()


def network(hidden: int = 32) -> nn.Sequential:
    """Return an untrained network."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, 10))


def network_with_extras(hidden: int) -> nn.Sequential:
    """Return an untrained network with batch norm and dropout."""
    torch.manual_seed(0)
    norm, dropout = nn.BatchNorm1d(hidden), nn.Dropout(0.5)
    return nn.Sequential(nn.Linear(784, hidden), norm, nn.ReLU(), dropout, nn.Linear(hidden, 10))


def fit(
    model: nn.Module, x: torch.Tensor, y: torch.Tensor, lr: float = 0.02, epochs: int = 3,
    shuffle: bool = True,
) -> float:  # fmt: skip
    """Train a network and return the loss of the last batch."""
    train_dl = DataLoader(TensorDataset(x, y), batch_size=50, shuffle=shuffle)
    opt = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for _ in range(epochs):
        for xb, yb in train_dl:
            loss = F.cross_entropy(model(xb), yb)  # (B, 10), (B,) -> ()
            loss.backward()
            opt.step()
            opt.zero_grad()
    return loss.item()


def accuracy(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> float:
    """Return the part of the images whose largest output is that of their class."""
    with torch.no_grad():
        right: torch.Tensor = model(x).argmax(dim=1) == y  # (n,)
    return right.float().mean().item()


class Score(NamedTuple):
    """The part of the images a network gets right."""

    on_training_images: float
    on_test_images: float


# --- sorted images, not shuffled (silent) ---------------------------------------------------------


def sorted_not_shuffled() -> Score:
    """Learn from images that come class by class."""
    x, y = pixels(train=True, count=2000)  # (2000, 784), (2000,)
    order = y.argsort(stable=True)  # all T-shirts, then all trousers, ...
    model = network()
    fit(model, x[order], y[order], shuffle=False)
    return Score(accuracy(model, x, y), accuracy(model, *pixels(train=False, count=1000)))


@fixes(
    sorted_not_shuffled,
    "sorted, not shuffled",
    "No error: a batch holds one class, or two where one ends and the next begins. So its step "
    "teaches the network to predict these whatever it sees, and the next class overwrites that. "
    "`shuffle=True` draws a new order of the images in each epoch.",
    heavy=True,
    silent=True,
)
def sorted_not_shuffled_fixed() -> Score:
    """Learn from the same images in a new order each time."""
    x, y = pixels(train=True, count=2000)  # (2000, 784), (2000,)
    order = y.argsort(stable=True)  # all T-shirts, then all trousers, ...
    model = network()
    fit(model, x[order], y[order], shuffle=True)
    return Score(accuracy(model, x, y), accuracy(model, *pixels(train=False, count=1000)))


# --- eval() forgotten (silent) --------------------------------------------------------------------


class Twice(NamedTuple):
    """The part of the test images one network gets right: twice, and looking at two at a time."""

    first: float
    second: float
    two_by_two: float


def eval_forgotten() -> Twice:
    """Measure a network with batch norm and dropout right after training."""
    model = network_with_extras(hidden=32)
    fit(model, *pixels(train=True, count=2000))
    test_x, test_y = pixels(train=False, count=1000)  # (1000, 784), (1000,)
    first, second = (accuracy(model, test_x, test_y) for _ in range(2))
    pairs = zip(test_x.split(2), test_y.split(2), strict=True)
    return Twice(first, second, sum(accuracy(model, xb, yb) for xb, yb in pairs) / 500)


@fixes(
    eval_forgotten,
    "eval forgotten",
    "No error: dropout goes on dropping, so the same images give another number each time, and "
    "batch norm takes mean and standard deviation from the batch: given two images at a time, the "
    "network looks far worse than it is. After `model.eval()` neither happens.",
    heavy=True,
    silent=True,
)
def eval_forgotten_fixed() -> Twice:
    """Switch both to measuring first."""
    model = network_with_extras(hidden=32)
    fit(model, *pixels(train=True, count=2000))
    test_x, test_y = pixels(train=False, count=1000)  # (1000, 784), (1000,)
    model.eval()
    first, second = (accuracy(model, test_x, test_y) for _ in range(2))
    pairs = zip(test_x.split(2), test_y.split(2), strict=True)
    return Twice(first, second, sum(accuracy(model, xb, yb) for xb, yb in pairs) / 500)


# --- train() forgotten after measuring (silent) ---------------------------------------------------


class Stayed(NamedTuple):
    """In how many epochs dropout was on, and the part of the test images that are right."""

    epochs_with_dropout: int
    on_test_images: float


def train_forgotten() -> Stayed:
    """Measure after each epoch, and train on as the network is."""
    model = network_with_extras(hidden=64)
    with_dropout = 0
    for _ in range(8):
        with_dropout += model.training
        fit(model, *pixels(train=True, count=500), epochs=1)
        model.eval()
        right = accuracy(model, *pixels(train=False, count=1000))
    return Stayed(with_dropout, right)


@fixes(
    train_forgotten,
    "train forgotten",
    "No error: `eval()` lasts until `train()` is called. From the second epoch on dropout drops "
    "nothing, and batch norm goes by the mean and standard deviation it saw in the first. Call "
    "`model.train()` at the beginning of every epoch.",
    heavy=True,
    silent=True,
)
def train_forgotten_fixed() -> Stayed:
    """Switch back to training before each epoch."""
    model = network_with_extras(hidden=64)
    with_dropout = 0
    for _ in range(8):
        model.train()
        with_dropout += model.training
        fit(model, *pixels(train=True, count=500), epochs=1)
        model.eval()
        right = accuracy(model, *pixels(train=False, count=1000))
    return Stayed(with_dropout, right)


# --- measured without no_grad (silent) ------------------------------------------------------------


class Kept(NamedTuple):
    """The part of the test images that are right, and bytes kept for a backward pass."""

    on_test_images: float
    bytes_kept: int


@contextmanager
def kept_for_backward() -> Iterator[dict[int, int]]:
    """Note the bytes of all results that autograd keeps meanwhile, by where they begin."""
    sizes: dict[int, int] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        if not tensor.is_leaf:  # the images are there anyway
            sizes[tensor.data_ptr()] = tensor.nbytes
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        yield sizes


def no_grad_forgotten() -> Kept:
    """Measure a network, and let it record all it does."""
    model = network(hidden=512)
    fit(model, *pixels(train=True, count=1000), epochs=1)
    test_x, test_y = pixels(train=False, count=1000)  # (1000, 784), (1000,)
    model.eval()
    with kept_for_backward() as sizes:
        outputs = [model(xb) for xb in test_x.split(50)]  # (50, 10) each
    right = torch.cat(outputs).argmax(dim=1) == test_y  # (1000,)
    return Kept(right.float().mean().item(), sum(sizes.values()))


@fixes(
    no_grad_forgotten,
    "no_grad forgotten",
    "No error, and the same accuracy. But `eval()` stops no recording: as long as an output is "
    "there, so is what each layer needs for a backward pass that never comes. That way measuring "
    "may run out of memory where training did not. Put it under `torch.no_grad()`.",
    heavy=True,
    silent=True,
)
def no_grad_forgotten_fixed() -> Kept:
    """Record nothing while measuring."""
    model = network(hidden=512)
    fit(model, *pixels(train=True, count=1000), epochs=1)
    test_x, test_y = pixels(train=False, count=1000)  # (1000, 784), (1000,)
    model.eval()
    with torch.no_grad(), kept_for_backward() as sizes:
        outputs = [model(xb) for xb in test_x.split(50)]  # (50, 10) each
    right = torch.cat(outputs).argmax(dim=1) == test_y  # (1000,)
    return Kept(right.float().mean().item(), sum(sizes.values()))


# --- the largest of the wrong axis (silent) -------------------------------------------------------


def argmax_over_images() -> float:
    """Count what is right, ten images at a time, with the axis that comes first."""
    model = network()
    fit(model, *pixels(train=True, count=2000))
    test_x, test_y = pixels(train=False, count=1000)  # (1000, 784), (1000,)
    right = 0.0
    for xb, yb in zip(test_x.split(10), test_y.split(10), strict=True):
        predicted = model(xb).argmax(dim=0)  # (10, 10) -> (10,)
        right += (predicted == yb).sum().item()
    return right / 1000


@fixes(
    argmax_over_images,
    "argmax over the images",
    "No error, since ten images meet ten classes: `dim=0` finds for each class the image with the "
    "highest score, and numbers of images are compared with classes. Scores are (images, classes): "
    "the best class of an image is along `dim=1`. With 50 images at a time PyTorch would complain.",
    heavy=True,
    silent=True,
)
def argmax_over_images_fixed() -> float:
    """Find the largest score among the classes of each image."""
    model = network()
    fit(model, *pixels(train=True, count=2000))
    test_x, test_y = pixels(train=False, count=1000)  # (1000, 784), (1000,)
    right = 0.0
    for xb, yb in zip(test_x.split(10), test_y.split(10), strict=True):
        predicted = model(xb).argmax(dim=1)  # (10, 10) -> (10,)
        right += (predicted == yb).sum().item()
    return right / 1000


# --- labels shifted by one (silent) ---------------------------------------------------------------


def labels_shifted() -> Score:
    """Skip one line too many, and so lose the first label, but not the first image."""
    x, y = pixels(train=True, count=2000)  # (2000, 784), (2000,)
    x, y = x[:-1], y[1:]  # (1999, 784), (1999,)
    model = network()
    fit(model, x, y)
    return Score(accuracy(model, x, y), accuracy(model, *pixels(train=False, count=1000)))


@fixes(
    labels_shifted,
    "labels shifted by one",
    "No error: every image has the label of the one after it, which says nothing about it. One "
    "test image in ten is right by chance. Look at a few images with their labels before you "
    "train.",
    heavy=True,
    silent=True,
)
def labels_shifted_fixed() -> Score:
    """Keep each label with its image."""
    x, y = pixels(train=True, count=2000)  # (2000, 784), (2000,)
    x, y = x[1:], y[1:]  # (1999, 784), (1999,)
    model = network()
    fit(model, x, y)
    return Score(accuracy(model, x, y), accuracy(model, *pixels(train=False, count=1000)))


# --- measured on the training images (silent) -----------------------------------------------------


def measured_on_training() -> float:
    """Memorize 300 images, and report how many of them are right."""
    x, y = pixels(train=True, count=300)  # (300, 784), (300,)
    model = network(hidden=64)
    fit(model, x, y, epochs=40)
    return accuracy(model, x, y)


@fixes(
    measured_on_training,
    "measured on the training images",
    "No error: it does get these images right, since it has memorized them. Only images it has "
    "never seen tell what it has learned about clothes.",
    heavy=True,
    silent=True,
)
def measured_on_training_fixed() -> float:
    """Report how many of the images it has never seen are right."""
    x, y = pixels(train=True, count=300)  # (300, 784), (300,)
    model = network(hidden=64)
    fit(model, x, y, epochs=40)
    return accuracy(model, *pixels(train=False, count=1000))


# --- the rate is too large (silent) ---------------------------------------------------------------


class Ended(NamedTuple):
    """The loss of the last batch, and the part of the test images that are right."""

    loss: float
    on_test_images: float


def rate_too_large() -> Ended:
    """Take steps of a length that suits no network."""
    model = network()
    loss = fit(model, *pixels(train=True, count=2000), lr=2.0)
    return Ended(loss, accuracy(model, *pixels(train=False, count=1000)))


@fixes(
    rate_too_large,
    "rate too large",
    "No error: the first steps throw the weights so far that next to nothing gets through the "
    "ReLU any more. From then on the network predicts the same class for nearly every image, and "
    "one in ten is right. Start with a rate a hundred times smaller.",
    heavy=True,
    silent=True,
)
def rate_too_large_fixed() -> Ended:
    """Take steps a hundred times shorter."""
    model = network()
    loss = fit(model, *pixels(train=True, count=2000), lr=0.02)
    return Ended(loss, accuracy(model, *pixels(train=False, count=1000)))


# --- labels as numbers with a point ---------------------------------------------------------------


def labels_as_floats() -> float:
    """Take labels as a table of numbers holds them: with a decimal point."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=64)  # (64, 784), (64,)
    y = y.float()  # as from a CSV file
    model = nn.Linear(784, 10)
    return F.cross_entropy(model(x), y).item()


@fixes(
    labels_as_floats,
    "labels as floats",
    "`cross_entropy` wants the number of each image's class as int64 or uint8. Floats it takes "
    "only as probabilities, one for each class: (64, 10). Labels out of a table or a CSV file "
    "are often floats.",
)
def labels_as_floats_fixed() -> float:
    """Make whole numbers of them, which is what classes are counted in."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=64)  # (64, 784), (64,)
    y = y.float()  # as from a CSV file
    model = nn.Linear(784, 10)
    return F.cross_entropy(model(x), y.long()).item()


# --- classes that begin with 1 --------------------------------------------------------------------


def labels_from_one() -> float:
    """Take labels from a table that counts classes from 1."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=64)  # (64, 784), (64,)
    y = y + 1  # from 1 to 10
    model = nn.Linear(784, 10)
    return F.cross_entropy(model(x), y).item()


@fixes(
    labels_from_one,
    "labels from 1 on",
    "Ten outputs are the scores of the classes 0 to 9, so there is no class 10. On a GPU the same "
    "mistake is `CUDA error: device-side assert triggered`, perhaps at a later line: run the "
    "program on the CPU to read this message.",
)
def labels_from_one_fixed() -> float:
    """Count from 0."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=64)  # (64, 784), (64,)
    y = y + 1  # from 1 to 10
    model = nn.Linear(784, 10)
    return F.cross_entropy(model(x), y - 1).item()


# --- labels in a column ---------------------------------------------------------------------------


def labels_in_a_column() -> float:
    """Take labels as a table holds them: one column of many rows."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=64)  # (64, 784), (64,)
    y = y.view(-1, 1)  # (64, 1), as a column of a table
    model = nn.Linear(784, 10)
    return F.cross_entropy(model(x), y).item()


@fixes(
    labels_in_a_column,
    "labels in a column",
    "Two axes of whole numbers would mean several classes for each image. `cross_entropy` wants "
    "one for each: (64,). `squeeze(1)` takes away the axis of length 1.",
)
def labels_in_a_column_fixed() -> float:
    """Take away the axis of length 1."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=64)  # (64, 784), (64,)
    y = y.view(-1, 1)  # (64, 1), as a column of a table
    model = nn.Linear(784, 10)
    return F.cross_entropy(model(x), y.squeeze(1)).item()


# --- rows that are no images any more -------------------------------------------------------------


def channels_as_rows() -> float:
    """Make rows of what a convolution returns, and forget its channels."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=64)  # (64, 784), (64,)
    convolution = nn.Conv2d(1, 8, kernel_size=3, stride=2, padding=1)
    maps = convolution(x.view(-1, 1, 28, 28))  # (64, 8, 14, 14)
    rows = maps.view(-1, 14 * 14)  # (512, 196)
    model = nn.Linear(rows.shape[1], 10)
    return F.cross_entropy(model(rows), y).item()


@fixes(
    channels_as_rows,
    "rows that are no images",
    "A row of 14 * 14 numbers is one channel, so the `-1` becomes 64 * 8 = 512 rows, for 64 "
    "labels. `flatten(1)` leaves the first axis, the images, as it is.",
)
def channels_as_rows_fixed() -> float:
    """Make one row of each image, whatever it consists of."""
    torch.manual_seed(0)
    x, y = pixels(train=True, count=64)  # (64, 784), (64,)
    convolution = nn.Conv2d(1, 8, kernel_size=3, stride=2, padding=1)
    maps = convolution(x.view(-1, 1, 28, 28))  # (64, 8, 14, 14)
    rows = maps.flatten(1)  # (64, 1568)
    model = nn.Linear(rows.shape[1], 10)
    return F.cross_entropy(model(rows), y).item()


# --- pictures where rows are expected -------------------------------------------------------------


def pictures_for_rows() -> tuple[int, ...]:
    """Give pictures to the notes' logistic regression."""
    x, _ = pixels(train=True, count=64)  # (64, 784)
    model = nn.Linear(784, 10)
    return tuple(model(x.view(-1, 1, 28, 28)).shape)  # (64, 1, 28, 28)


@fixes(
    pictures_for_rows,
    "pictures where rows are expected",
    "A linear layer looks at the last axis: 28, where it wants 784. The notes keep images as "
    "rows, and their CNN begins with `Lambda(preprocess)`, which makes pictures of them; here it "
    "is the other way round, and `nn.Flatten()` makes rows.",
)
def pictures_for_rows_fixed() -> tuple[int, ...]:
    """Make a row of each picture first."""
    x, _ = pixels(train=True, count=64)  # (64, 784)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    return tuple(model(x.view(-1, 1, 28, 28)).shape)  # (64, 1, 28, 28) -> (64, 10)
