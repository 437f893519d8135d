"""Mistakes around datasets and loaders, each with its repair, all of them real."""

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset, SequentialSampler, TensorDataset
from torchvision.transforms.functional import pil_to_tensor

from lib.core.bugs import fixes, replaces
from lib.datasets.fashion_mnist import fashion_mnist

# --- tensors of unequal length --------------------------------------------------------------------


def unequal_lengths() -> int:
    """Put pictures and labels together, one label short."""
    images, labels = fashion_mnist()
    x_train = torch.tensor(images[:10])  # (10, 28, 28)
    y_train = torch.tensor(labels[:9])  # (9,)
    train_ds = TensorDataset(x_train, y_train)
    return len(train_ds)


@fixes(
    unequal_lengths,
    "unequal lengths",
    "A sample is one entry of every tensor, so all of them need the same length.",
)
def unequal_lengths_fixed() -> int:
    """Cut both from the same places."""
    images, labels = fashion_mnist()
    x_train = torch.tensor(images[:10])  # (10, 28, 28)
    y_train = torch.tensor(labels[:10])  # (10,)
    train_ds = TensorDataset(x_train, y_train)
    return len(train_ds)


# --- samples of unequal shape ---------------------------------------------------------------------


def unequal_shapes() -> tuple[int, ...]:
    """Put sentences of 3, 5 and 4 words into one batch."""
    sentences = [torch.ones(3), torch.ones(5), torch.ones(4)]
    train_dl = DataLoader(sentences, 3)
    xb = next(iter(train_dl))
    return tuple(xb.shape)


@fixes(
    unequal_shapes,
    "unequal shapes",
    "A batch is one tensor, stacked from the samples. A `collate_fn` makes it in another way.",
)
def unequal_shapes_fixed() -> tuple[int, ...]:
    """Fill the short ones up with zeros; collate_fn is what makes a batch of samples."""
    sentences = [torch.ones(3), torch.ones(5), torch.ones(4)]

    def padded(samples: list[torch.Tensor]) -> torch.Tensor:
        return pad_sequence(samples, batch_first=True)  # (3, 5)

    train_dl = DataLoader(sentences, 3, collate_fn=padded)
    xb = next(iter(train_dl))  # (3, 5)
    return tuple(xb.shape)


# --- samples that are no tensors ------------------------------------------------------------------


def pictures_as_samples() -> tuple[int, ...]:
    """Put Pillow's pictures into one batch, as a folder of files gives them."""
    images, _ = fashion_mnist()
    pictures = [Image.fromarray(image) for image in images[:8]]
    samples = pictures
    train_dl = DataLoader(samples, batch_size=4)
    xb = next(iter(train_dl))
    return tuple(xb.shape)


@fixes(
    pictures_as_samples,
    "pictures as samples",
    "A batch is stacked from tensors, arrays or numbers. Let the dataset make tensors of the "
    "pictures, for example with a `transform`.",
)
def pictures_as_samples_fixed() -> tuple[int, ...]:
    """Make a tensor of each picture first."""
    images, _ = fashion_mnist()
    pictures = [Image.fromarray(image) for image in images[:8]]
    samples = [pil_to_tensor(each) for each in pictures]  # (1, 28, 28) each
    train_dl = DataLoader(samples, batch_size=4)
    xb = next(iter(train_dl))  # (4, 1, 28, 28)
    return tuple(xb.shape)


# --- a dataset without samples --------------------------------------------------------------------


def no_samples() -> int:
    """Keep the pictures of one class, by a label that there is not."""
    images, labels = fashion_mnist()
    boots = torch.tensor(images[labels == 10])  # (0, 28, 28)
    train_dl = DataLoader(boots, batch_size=40, shuffle=True)
    return len(train_dl)


@fixes(
    no_samples,
    "no samples",
    "`num_samples=0` says that the dataset is empty: a filter or a path found nothing. Print "
    "`len(train_ds)` first. Here, the ten labels are 0 to 9.",
)
def no_samples_fixed() -> int:
    """Take the label that ankle boots have."""
    images, labels = fashion_mnist()
    boots = torch.tensor(images[labels == 9])  # (about 400, 28, 28)
    train_dl = DataLoader(boots, batch_size=40, shuffle=True)
    return len(train_dl)


# --- shuffle together with a sampler --------------------------------------------------------------


def shuffle_and_sampler() -> int:
    """Ask for two orders at once."""
    train_ds = TensorDataset(torch.arange(32))
    sampler = SequentialSampler(train_ds)
    train_dl = DataLoader(train_ds, 8, shuffle=True, sampler=sampler)
    return len(train_dl)


@fixes(
    shuffle_and_sampler,
    "shuffle and sampler",
    "Both say in which order the samples come. `shuffle=True` is a `RandomSampler`.",
)
def shuffle_and_sampler_fixed() -> int:
    """Let the sampler alone say in which order."""
    train_ds = TensorDataset(torch.arange(32))
    sampler = SequentialSampler(train_ds)
    train_dl = DataLoader(train_ds, 8, sampler=sampler)
    return len(train_dl)


# --- a script that starts worker processes as Windows and macOS start them -----------------------


def dataset_in_main() -> str:
    """Start a worker from a script, the way Windows and macOS start one."""
    script = """
from torch.utils.data import DataLoader, Dataset

class Squares(Dataset):
    def __len__(self):
        return 4
    def __getitem__(self, i):
        return i * i

train_dl = DataLoader(Squares(), batch_size=4, num_workers=1, multiprocessing_context="spawn")
print(next(iter(train_dl)))
"""
    return run_script(script)


@fixes(
    dataset_in_main,
    "dataset in the main script",
    "A worker that is not a copy of your process has to find the dataset's class, so it runs your "
    "script again, down to the loader, which would start a worker ... Put what starts workers "
    'under `if __name__ == "__main__":`. Both scripts are run for real.',
    heavy=True,
)
def dataset_in_main_fixed() -> str:
    """Keep the loop from running again in the worker, which reads the script anew."""
    script = """
from torch.utils.data import DataLoader, Dataset

class Squares(Dataset):
    def __len__(self):
        return 4
    def __getitem__(self, i):
        return i * i

if __name__ == "__main__":
    train_dl = DataLoader(Squares(), batch_size=4, num_workers=1, multiprocessing_context="spawn")
    print(next(iter(train_dl)))
"""
    return run_script(script)


def run_script(script: str) -> str:
    """Run a script in a Python of its own and return what it printed.

    Raises:
        RuntimeError: with the words of each error, if there was one.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder, "train.py")
        file.write_text(script, "utf-8")
        command = [sys.executable, str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        raise RuntimeError(errors(done.stderr))
    return done.stdout.strip()


def errors(stderr: str) -> str:
    """Return the words of the errors that Python wrote, in order, without their tracebacks."""
    found: list[str] = []
    inside = False
    for line in stderr.splitlines():
        words = line.removeprefix("RuntimeError:").strip()
        inside = inside and not line.startswith(("Traceback", "The above exception"))
        inside = inside or line.startswith("RuntimeError:")
        if inside and words:
            found.append(words)
    return "\n".join(found)


# --- sorted labels without shuffle (silent) -------------------------------------------------------


class Learned(NamedTuple):
    """Accuracy on 1000 new pictures, how many labels it ever predicts, and those of batch 0."""

    accuracy: float
    labels_predicted: int
    labels_in_first_batch: list[int]


def sorted_pictures() -> TensorDataset:
    """Return pictures of clothes sorted by label, as they come out of folders."""
    images, labels = fashion_mnist()
    order = np.argsort(labels, kind="stable")  # (4000,)
    x_train = torch.tensor(images[order]).flatten(1) / 255  # (4000, 784)
    return TensorDataset(x_train, torch.tensor(labels[order]).long())


def learned_from(train_dl: DataLoader[tuple[torch.Tensor, ...]]) -> Learned:
    """Train a linear layer for one epoch, and see what it predicts of new pictures."""
    model = nn.Linear(784, 10)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    first = next(iter(train_dl))[1].unique().tolist()
    for xb, yb in train_dl:
        loss = nn.functional.cross_entropy(model(xb), yb)  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    images, labels = fashion_mnist(train=False)
    predicted = model(torch.tensor(images).flatten(1) / 255).argmax(1)  # (1000,)
    accuracy = (predicted == torch.tensor(labels)).float().mean()  # ()
    return Learned(accuracy.item(), len(predicted.unique()), first)


def sorted_without_shuffle() -> Learned:
    """Learn from pictures sorted by label, in that order."""
    torch.manual_seed(0)
    train_ds = sorted_pictures()
    train_dl = DataLoader(train_ds, batch_size=40, shuffle=False)
    return learned_from(train_dl)


@fixes(
    sorted_without_shuffle,
    "sorted labels",
    "No error. Each stretch of batches holds one class, so the network forgets all others and "
    "predicts what it saw last. `shuffle=True` mixes them; the rest is the same.",
    heavy=True,
    silent=True,
)
def sorted_without_shuffle_fixed() -> Learned:
    """Learn from the same pictures, mixed."""
    torch.manual_seed(0)
    train_ds = sorted_pictures()
    train_dl = DataLoader(train_ds, batch_size=40, shuffle=True)
    return learned_from(train_dl)


# --- one generator, copied into every worker (silent) ---------------------------------------------


class Drawn(NamedTuple):
    """Random numbers that a dataset draws for eight samples, in two epochs."""

    first_epoch: list[float]
    second_epoch: list[float]
    different: int


def drawn_by(train_ds: Dataset[float]) -> Drawn:
    """Load two epochs with two workers."""
    train_dl = DataLoader(train_ds, batch_size=2, num_workers=2)
    epochs = [[round(x, 3) for xb in train_dl for x in xb.tolist()] for _ in range(2)]
    return Drawn(*epochs, len({*epochs[0], *epochs[1]}))


class Brightness(Dataset[float]):
    """What eight samples are multiplied by, drawn when they are loaded, to augment them."""

    def __init__(self, draw: Callable[[float, float], float]) -> None:
        self.draw = draw

    def __len__(self) -> int:
        """Return how many samples there are."""
        return 8

    def __getitem__(self, i: int) -> float:
        """Return the brightness of sample ``i``."""
        return self.draw(0.5, 1.5)


def one_generator_in_all_workers() -> Drawn:
    """Draw from a generator that was made before the workers started."""
    torch.manual_seed(0)
    draw = np.random.default_rng(0).uniform
    return drawn_by(Brightness(draw))


@fixes(
    one_generator_in_all_workers,
    "one generator, two workers",
    "No error: every worker gets a copy of the dataset and of its generator, so all draw the same "
    "numbers, and again in every epoch. The loader gives each worker a seed of its own, a new one "
    "each epoch, for `torch`, `random` and `np.random`, but not for a generator that you made.",
    heavy=True,
    silent=True,
)
def one_generator_in_all_workers_fixed() -> Drawn:
    """Draw from Python's own generator, which the loader seeds anew in every worker."""
    torch.manual_seed(0)
    draw = random.uniform
    return drawn_by(Brightness(draw))


# --- drop_last with little data (silent) ----------------------------------------------------------


class Steps(NamedTuple):
    """How many batches there are, how many steps were made, and how far the weight moved."""

    batches: int
    steps: int
    moved: float


def steps_with(train_dl: DataLoader[tuple[torch.Tensor, ...]]) -> Steps:
    """Train one weight for one epoch, and count the steps."""
    model = nn.Linear(1, 1, bias=False)
    before, steps = model.weight.item(), 0
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for (xb,) in train_dl:
        loss = (model(xb) - 2 * xb).square().mean()  # ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        steps += 1
    return Steps(len(train_dl), steps, abs(model.weight.item() - before))


def nothing_left() -> Steps:
    """Drop the last batch, which is the only one."""
    torch.manual_seed(0)
    train_ds = TensorDataset(torch.randn(20, 1))  # 20 samples of (1,)
    train_dl = DataLoader(train_ds, batch_size=32, drop_last=True)
    return steps_with(train_dl)


@fixes(
    nothing_left,
    "drop_last, little data",
    "No error: fewer samples than one batch, and the loop runs not even once.",
    silent=True,
)
def nothing_left_fixed() -> Steps:
    """Keep it; a smaller batch is a batch."""
    torch.manual_seed(0)
    train_ds = TensorDataset(torch.randn(20, 1))  # 20 samples of (1,)
    train_dl = DataLoader(train_ds, batch_size=32, drop_last=False)
    return steps_with(train_dl)


# --- then and now ---------------------------------------------------------------------------------


def method_next() -> tuple[int, ...]:
    """Look at one batch as the notes do."""
    images, labels = fashion_mnist(train=False)
    test_ds = TensorDataset(torch.tensor(images[:20]), torch.tensor(labels[:20]))
    test_loader = DataLoader(test_ds, batch_size=20)
    dataiter = iter(test_loader)
    images, labels = dataiter.next()
    return tuple(images.shape)


@replaces(
    method_next,
    "The notes, and many old tutorials, take a batch with `dataiter.next()`.",
    "The method is gone. `next(dataiter)` works with every iterator, then as now.",
)
def function_next() -> tuple[int, ...]:
    """Look at one batch as every iterator of Python is asked for its next."""
    images, labels = fashion_mnist(train=False)
    test_ds = TensorDataset(torch.tensor(images[:20]), torch.tensor(labels[:20]))
    test_loader = DataLoader(test_ds, batch_size=20)
    dataiter = iter(test_loader)
    images, labels = next(dataiter)  # (20, 28, 28), (20,)
    return tuple(images.shape)
