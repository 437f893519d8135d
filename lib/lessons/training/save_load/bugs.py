"""Mistakes with saved networks, each beside its repair, and what is written differently today."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from pickle import UnpicklingError
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - the name it has everywhere
from safetensors.torch import load_file, save_file
from torch import nn

from lib.core.bugs import fixes, replaces
from lib.lessons.training.save_load.files import as_if_saved_on
from lib.lessons.training.save_load.networks import (
    LEARNING_RATE,
    accuracy,
    images,
    net,
    parallel,
    renamed,
    three_classes,
    train,
    trained,
)


class Score(NamedTuple):
    """The accuracy of a network on the test images, before it was saved and after."""

    saved: float
    loaded: float


# --- a whole model --------------------------------------------------------------------------------


def whole_model() -> Score:
    """Save the whole model, as the notes do."""
    model, _ = trained(net)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.pt"
        torch.save(model, path)
        loaded = torch.load(path)
    return Score(accuracy(model), accuracy(loaded))


@fixes(
    whole_model,
    "whole model",
    "A whole model is a pickle that names classes and calls them. Since PyTorch 2.6, `torch.load` "
    "builds tensors and plain Python data, such as dicts, lists, numbers and text; other classes "
    "only if you allow them. `weights_only=False` lets it build, and run, whatever the file "
    "names: for files you made yourself.",
    heavy=True,
)
def whole_model_fixed() -> Score:
    """Say that the file is yours, and may run code."""
    model, _ = trained(net)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.pt"
        torch.save(model, path)
        loaded = torch.load(path, weights_only=False)
    return Score(accuracy(model), accuracy(loaded))


def as_the_notes_do() -> Score:
    """Save and load the whole model with the notes' two lines."""
    net_before, _ = trained(net)
    with TemporaryDirectory() as folder:
        model, path = net_before, Path(folder) / "model.pt"
        torch.save(model, path)
        model = torch.load(path)
    return Score(accuracy(net_before), accuracy(model))


@replaces(
    as_the_notes_do,
    "The notes save a whole model with `torch.save(model, path)` and open it with "
    "`torch.load(path)`.",
    "Today this raises an error. Save `state_dict()` and make the network with your code: then "
    "the file holds names and tensors only, and still opens when you have moved the code.",
    heavy=True,
)
def whole_model_as_weights() -> Score:
    """Save what was learned, and make the network anew."""
    model, _ = trained(net)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "weights.pt"
        torch.save(model.state_dict(), path)
        loaded = net()
        loaded.load_state_dict(torch.load(path))
    return Score(accuracy(model), accuracy(loaded))


# --- missing keys ---------------------------------------------------------------------------------


def missing_keys() -> Score:
    """Load into a network whose first layer was renamed since."""
    model, _ = trained(net)
    weights = model.state_dict()
    new = renamed()
    new.load_state_dict(weights)
    return Score(accuracy(model), accuracy(new))


@fixes(
    missing_keys,
    "missing keys",
    "Keys are the names of layers in your code: rename a layer, and its weights are not found any "
    "more. The error names every key; rename those of the file.",
    heavy=True,
)
def missing_keys_fixed() -> Score:
    """Rename the keys, too."""
    model, _ = trained(net)
    weights = {k.replace("conv1.", "stem."): v for k, v in model.state_dict().items()}
    new = renamed()
    new.load_state_dict(weights)
    return Score(accuracy(model), accuracy(new))


# --- another size ---------------------------------------------------------------------------------


class Head(NamedTuple):
    """What load_state_dict did not load."""

    missing: tuple[str, ...]
    unexpected: tuple[str, ...]


def another_head() -> Head:
    """Load ten classes into a network for three, with strict=False."""
    model, _ = trained(net)
    weights = model.state_dict()
    new = three_classes()
    result = new.load_state_dict(weights, strict=False)
    return Head(tuple(result.missing_keys), tuple(result.unexpected_keys))


@fixes(
    another_head,
    "size mismatch",
    "`strict=False` forgives keys that are missing or unexpected, but not a wrong shape. Leave "
    "out what does not fit, and read what `load_state_dict` returns: only the new head should be "
    "missing.",
    heavy=True,
)
def another_head_fixed() -> Head:
    """Leave the head out first."""
    model, _ = trained(net)
    weights = {k: v for k, v in model.state_dict().items() if not k.startswith("fc.")}
    new = three_classes()
    result = new.load_state_dict(weights, strict=False)
    return Head(tuple(result.missing_keys), tuple(result.unexpected_keys))


# --- module. --------------------------------------------------------------------------------------


def module_prefix() -> Score:
    """Load what DataParallel saved."""
    model, _ = trained(parallel)
    weights = model.state_dict()
    new = net()
    new.load_state_dict(weights)
    return Score(accuracy(model), accuracy(new))


@fixes(
    module_prefix,
    "module. prefix",
    "`nn.DataParallel` holds your network in an attribute named `module`, so every key begins "
    "with it. Remove it, or save `model.module.state_dict()`.",
    heavy=True,
)
def module_prefix_fixed() -> Score:
    """Remove the prefix; or save model.module.state_dict()."""
    model, _ = trained(parallel)
    weights = {k.removeprefix("module."): v for k, v in model.state_dict().items()}
    new = net()
    new.load_state_dict(weights)
    return Score(accuracy(model), accuracy(new))


# --- a file that tries to run code ----------------------------------------------------------------


class Surprise:
    """Opens a file when it is unpickled; it could do anything."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        """Say how to rebuild it: by this call."""
        return open, (str(self.path), "w")


def runs_code() -> Score:
    """Load a file that somebody sent."""
    model, _ = trained(net)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "from_somebody.pt"
        torch.save({**model.state_dict(), "surprise": Surprise(Path(folder) / "trace")}, path)
        loaded = net()
        loaded.load_state_dict(torch.load(path))
    return Score(accuracy(model), accuracy(loaded))


class Safe(NamedTuple):
    """What came of two files."""

    refused: bool
    code_ran: bool
    loaded: float


@fixes(
    runs_code,
    "a file that runs code",
    "This file asks Python to call `open`; it could as well delete your files. "
    "`weights_only=True`, today's default, refused, and nothing ran: the file it would have made "
    "is not there. A safetensors file cannot hold code at all.",
    heavy=True,
)
def runs_code_fixed() -> Safe:
    """See that nothing ran, and ask for safetensors, which cannot hold code."""
    model, _ = trained(net)
    with TemporaryDirectory() as folder:
        path, trace = Path(folder) / "from_somebody.pt", Path(folder) / "trace"
        torch.save({**model.state_dict(), "surprise": Surprise(trace)}, path)
        refused = False
        try:
            torch.load(path)
        except UnpicklingError:
            refused = True
        save_file(model.state_dict(), path.with_suffix(".safetensors"))
        loaded = net()
        loaded.load_state_dict(load_file(path.with_suffix(".safetensors")))
        return Safe(refused, trace.exists(), accuracy(loaded))


# --- saved on a GPU -------------------------------------------------------------------------------


def from_a_gpu() -> Score:
    """Open a file that was saved on a GPU."""
    model, _ = trained(net)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "net.pt"
        torch.save(model.state_dict(), path)
        as_if_saved_on("cuda:0", path)
        new = net()
        new.load_state_dict(torch.load(path))
    return Score(accuracy(model), accuracy(new))


@fixes(
    from_a_gpu,
    "saved on a GPU",
    "A file remembers where each tensor was, and `torch.load` puts it back there. Here the file "
    "was made on the CPU, and the word `cuda:0` written into it afterwards; a file from a GPU "
    "says the same. `map_location` puts the tensors where you want them.",
    heavy=True,
)
def from_a_gpu_fixed() -> Score:
    """Say where the tensors are to go."""
    model, _ = trained(net)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "net.pt"
        torch.save(model.state_dict(), path)
        as_if_saved_on("cuda:0", path)
        new = net()
        new.load_state_dict(torch.load(path, map_location="cpu"))
    return Score(accuracy(model), accuracy(new))


# --- a class that is not there ------------------------------------------------------------------


class Net(nn.Module):
    """A network as a student writes one."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return two numbers for each row: (B, 4) -> (B, 2)."""
        scores: torch.Tensor = self.fc(x)
        return scores


@contextmanager
def in_a_script() -> Iterator[None]:
    """Let ``Net`` be a class of the script that runs, as it is in a file ``train.py`` of yours."""
    script = vars(sys.modules["__main__"])
    before = Net.__module__
    Net.__module__, script["Net"] = "__main__", Net
    try:
        yield
    finally:
        Net.__module__ = before
        del script["Net"]


def class_not_there() -> list[float]:
    """Save a whole model in one script, and open it in another that has no such class."""
    torch.manual_seed(0)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.pt"
        with in_a_script():
            torch.save(Net(), path)
        model = torch.load(path, weights_only=False)
    scores: list[float] = model(torch.ones(1, 4)).flatten().tolist()
    return scores


@fixes(
    class_not_there,
    "a class that is not there",
    "A whole model holds the name of its class, here `Net` of `__main__`, the script that saved "
    "it; the code of the class is not in the file. A script without a `Net` of its own cannot "
    "open it. Save `state_dict()`, and import the class where you load.",
    heavy=True,
)
def class_not_there_fixed() -> list[float]:
    """Save what was learned, and make the network where it is loaded."""
    torch.manual_seed(0)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.pt"
        with in_a_script():
            torch.save(Net().state_dict(), path)
        model = Net()
        model.load_state_dict(torch.load(path))
    scores: list[float] = model(torch.ones(1, 4)).flatten().tolist()
    return scores


# --- the optimizer's state, forgotten -------------------------------------------------------------


class Resumed(NamedTuple):
    """The loss on test images three steps later: in one go, and resumed from the file."""

    in_one_go: float
    resumed: float


def three_steps(model: nn.Module, optimizer: torch.optim.Optimizer) -> float:
    """Train for three steps more; return the loss on test images."""
    x, y = images(train=True, count=150)
    for xb, yb in zip(x.split(50), y.split(50), strict=True):
        loss = F.cross_entropy(model(xb), yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    x, y = images(train=False, count=1000)
    with torch.no_grad():
        return F.cross_entropy(model(x), y).item()


def optimizer_forgotten() -> Resumed:
    """Save the weights alone, and go on with a new optimizer."""
    model, optimizer = trained(net)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "checkpoint.pt"
        torch.save({"model": model.state_dict()}, path)
        state = torch.load(path)
    in_one_go = three_steps(model, optimizer)
    again = net()
    again.load_state_dict(state["model"])
    optimizer = torch.optim.Adam(again.parameters(), lr=LEARNING_RATE)
    return Resumed(in_one_go, three_steps(again, optimizer))


@fixes(
    optimizer_forgotten,
    "optimizer's state forgotten",
    "No error: but a new Adam knows nothing of the gradients before, and its first steps move "
    "every weight by about the whole learning rate, so the loss jumps up. Save the states of "
    "network and optimizer, and training goes on as if it had never stopped.",
    heavy=True,
    silent=True,
)
def optimizer_forgotten_fixed() -> Resumed:
    """Save and load the optimizer's state, too."""
    model, optimizer = trained(net)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "checkpoint.pt"
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, path)
        state = torch.load(path)
    in_one_go = three_steps(model, optimizer)
    again = net()
    again.load_state_dict(state["model"])
    optimizer = torch.optim.Adam(again.parameters(), lr=LEARNING_RATE)
    optimizer.load_state_dict(state["optimizer"])
    return Resumed(in_one_go, three_steps(again, optimizer))


# --- the best weights, not copied -----------------------------------------------------------------


class Best(NamedTuple):
    """The best accuracy in training, and that of the weights that were to be kept from there."""

    best: float
    restored: float


def best_not_copied() -> Best:
    """Keep the best weights, and go on with a learning rate that is far too large."""
    model, optimizer = trained(net)
    best, weights = accuracy(model), model.state_dict()
    optimizer.param_groups[0]["lr"] = 100 * LEARNING_RATE
    train(model, optimizer)
    model.load_state_dict(weights)
    return Best(best, accuracy(model))


@fixes(
    best_not_copied,
    "best weights not copied",
    "No error: `state_dict()` returns the network's own tensors, not copies. Training goes on "
    "writing into them, so the best weights are gone. `deepcopy` keeps them, and so does "
    "`torch.save` to a file at that moment.",
    heavy=True,
    silent=True,
)
def best_not_copied_fixed() -> Best:
    """Keep a copy."""
    model, optimizer = trained(net)
    best, weights = accuracy(model), deepcopy(model.state_dict())
    optimizer.param_groups[0]["lr"] = 100 * LEARNING_RATE
    train(model, optimizer)
    model.load_state_dict(weights)
    return Best(best, accuracy(model))


# --- strict=False, and nothing is loaded ----------------------------------------------------------


class Loaded(NamedTuple):
    """How many keys were loaded, and the accuracy of the network."""

    keys_loaded: int
    keys_not_loaded: int
    accuracy: float


def not_strict() -> Loaded:
    """Silence the error about keys."""
    torch.manual_seed(1)
    weights = trained(parallel)[0].state_dict()
    new = net()
    result = new.load_state_dict(weights, strict=False)
    left = len(result.missing_keys)
    return Loaded(len(new.state_dict()) - left, left, accuracy(new))


@replaces(
    not_strict,
    'A common answer to "missing keys" is: set `strict=False`.',
    "It silences the error, and may load nothing at all (silent): then your trained network "
    "guesses. Look at what `load_state_dict` returns, or repair the keys and stay strict.",
    heavy=True,
)
def strict() -> Loaded:
    """Repair the keys, and stay strict."""
    torch.manual_seed(1)
    weights = trained(parallel)[0].state_dict()
    weights = {k.removeprefix("module."): v for k, v in weights.items()}
    new = net()
    result = new.load_state_dict(weights)
    left = len(result.missing_keys)
    return Loaded(len(new.state_dict()) - left, left, accuracy(new))
