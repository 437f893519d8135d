"""What goes wrong with a trained network, and how weights were asked for once."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import torch
from safetensors.torch import load_file
from torch import nn
from torchvision import models
from torchvision.models import MobileNet_V2_Weights, mobilenet_v2
from torchvision.transforms import functional as images

from lib.core.bugs import fixes, replaces
from lib.datasets.assets import asset
from lib.datasets.images import PICTURES
from lib.lessons.models.pretrained.networks import WEIGHTS, prepared, trained

CLASSES = WEIGHTS["mobilenet_v2"].meta["categories"]


class Top(NamedTuple):
    """The class that a network predicts for every photo, and the mean of their probabilities."""

    classes: tuple[str, ...]
    mean_probability: float


def photos(normalize: bool = True) -> torch.Tensor:
    """Return the six photos as a batch: (6, 3, 224, 224)."""
    return torch.stack([prepared("mobilenet_v2", each, normalize) for each in PICTURES])


def top(model: nn.Module, x: torch.Tensor) -> Top:
    """Return what a network predicts for each picture."""
    with torch.no_grad():
        probabilities, places = model(x).softmax(dim=1).max(dim=1)  # (n,), (n,)
    return Top(tuple(CLASSES[place] for place in places.tolist()), probabilities.mean().item())


# --- normalization forgotten ----------------------------------------------------------------------


def not_normalized() -> Top:
    """Hand the network colors from 0 to 1."""
    model = trained("mobilenet_v2")
    return top(model, photos(normalize=False))


@fixes(
    not_normalized,
    "not normalized",
    "No error: the network gets numbers from 0 to 1, and it learned from numbers around 0. Most "
    "answers change, and it is less sure of them. `weights.transforms()` does what these weights "
    "need.",
    heavy=True,
    silent=True,
)
def not_normalized_fixed() -> Top:
    """Normalize them with the mean and standard deviation of ImageNet, as in training."""
    model = trained("mobilenet_v2")
    return top(model, photos(normalize=True))


# --- eval() forgotten -----------------------------------------------------------------------------


class Twice(NamedTuple):
    """The same photos, shown twice to the same network."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    largest_difference: float


def eval_forgotten() -> Twice:
    """Ask the same network twice, in training mode."""
    torch.manual_seed(0)
    model = deepcopy(trained("mobilenet_v2"))
    model.train()  # as a network is when it was just made
    return twice(model)


@fixes(
    eval_forgotten,
    "eval() forgotten",
    "No error: dropout goes on dropping, so two runs differ, and batch norm takes mean and "
    "variance from these six photos instead of using those of ImageNet.",
    heavy=True,
    silent=True,
)
def eval_forgotten_fixed() -> Twice:
    """Call eval() first."""
    torch.manual_seed(0)
    model = deepcopy(trained("mobilenet_v2"))
    model.eval()
    return twice(model)


def twice(model: nn.Module) -> Twice:
    """Return a network's answers to the photos, asked two times."""
    x = photos()  # (6, 3, 224, 224)
    with torch.no_grad():
        first, second = model(x).softmax(dim=1), model(x).softmax(dim=1)  # (6, 1000) each
    names = [tuple(CLASSES[i] for i in each.argmax(dim=1).tolist()) for each in (first, second)]
    return Twice(names[0], names[1], (first - second).abs().max().item())


# --- frozen, and still moving: the buffers of batch norm ------------------------------------------


def frozen_in_training() -> Top:
    """Freeze every weight, show 20 batches of one photo in training mode, then ask again."""
    model = deepcopy(trained("mobilenet_v2")).requires_grad_(False)
    model.train()  # for the head
    show(model)
    return top(model.eval(), photos())


@fixes(
    frozen_in_training,
    "frozen, but in train()",
    "No error: `requires_grad_(False)` stops the weights. The running mean and variance of batch "
    "norm are buffers, and move with every batch in training mode. Leave the frozen body in "
    "`eval()`.",
    heavy=True,
    silent=True,
)
def frozen_in_training_fixed() -> Top:
    """Leave the frozen body in eval mode, and only the head in training mode."""
    model = deepcopy(trained("mobilenet_v2")).requires_grad_(False)
    model.eval()
    model.classifier.train()  # the head
    show(model)
    return top(model.eval(), photos())


def show(model: nn.Module) -> None:
    """Show a network the same small batch 20 times."""
    x = prepared("mobilenet_v2", "horse")[:, ::2, ::2]  # (3, 112, 112)
    for _ in range(20):
        model(torch.stack([x, x.flip(2)]))  # (2, 3, 112, 112) -> (2, 1000)


# --- frozen after the optimizer was made ----------------------------------------------------------


class Moved(NamedTuple):
    """How far the weights of a frozen layer moved in ten steps, as the norm of the difference."""

    with_grad_none: float
    with_grad_zero: float


def frozen_too_late() -> Moved:
    """Train, freeze the first layer, and go on with the same optimizer."""
    moved = []
    for set_to_none in (True, False):
        model, optimizer = begun(set_to_none)  # one step that trained everything
        model[0].requires_grad_(False)
        moved.append(go_on(model, optimizer, set_to_none))
    return Moved(*moved)


@fixes(
    frozen_too_late,
    "frozen too late",
    "No error: whether a frozen weight is updated depends on its `.grad`. Today's `zero_grad()` "
    "sets it to None, and the optimizer skips it. With zeros, as in older programs, momentum "
    "and weight decay go on moving it. Freeze first, then hand the optimizer what still trains.",
    silent=True,
)
def frozen_too_late_fixed() -> Moved:
    """Make a new optimizer, which gets only what still trains."""
    moved = []
    for set_to_none in (True, False):
        model, optimizer = begun(set_to_none)  # one step that trained everything
        model[0].requires_grad_(False)
        left = [p for p in model.parameters() if p.requires_grad]
        optimizer = torch.optim.SGD(left, lr=0.1, momentum=0.9, weight_decay=0.01)
        moved.append(go_on(model, optimizer, set_to_none))
    return Moved(*moved)


def begun(set_to_none: bool) -> tuple[nn.Sequential, torch.optim.Optimizer]:
    """Return a small network after one step, and its optimizer."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=0.01)
    step(model, optimizer, set_to_none)
    return model, optimizer


def go_on(model: nn.Sequential, optimizer: torch.optim.Optimizer, set_to_none: bool) -> float:
    """Take ten steps and return how far the first layer moved."""
    weight = next(model.parameters())  # (8, 8)
    before = weight.detach().clone()
    for _ in range(10):
        step(model, optimizer, set_to_none)
    return float((weight - before).norm())


def step(model: nn.Module, optimizer: torch.optim.Optimizer, set_to_none: bool) -> None:
    """Take one step on twenty made-up points."""
    x, y = torch.rand(20, 8), torch.arange(20) % 2  # (20, 8), (20,)
    optimizer.zero_grad(set_to_none=set_to_none)
    nn.functional.cross_entropy(model(x), y).backward()
    optimizer.step()


# --- a gray picture -------------------------------------------------------------------------------


def gray_picture() -> tuple[int, ...]:
    """Show the network a picture with one channel."""
    model = trained("mobilenet_v2")
    x = images.rgb_to_grayscale(prepared("mobilenet_v2", "camera"))  # (1, 224, 224)
    return tuple(model(x.unsqueeze(0)).shape)


@fixes(
    gray_picture,
    "a gray picture",
    "The first layer has weights for red, green and blue. A picture with one channel is given "
    "three times.",
    heavy=True,
)
def gray_picture_fixed() -> tuple[int, ...]:
    """Give it the same gray as red, green and blue."""
    model = trained("mobilenet_v2")
    x = images.rgb_to_grayscale(prepared("mobilenet_v2", "camera"))  # (1, 224, 224)
    x = x.expand(3, -1, -1)  # (3, 224, 224)
    return tuple(model(x.unsqueeze(0)).shape)


# --- a body without its pooling -------------------------------------------------------------------


def not_pooled() -> tuple[int, ...]:
    """Cut MobileNetV2 as the notes cut a ResNet."""
    model = trained("mobilenet_v2")
    body = nn.Sequential(*list(model.children())[:-1])
    head = nn.Linear(1280, 10)
    x = prepared("mobilenet_v2", "chelsea").unsqueeze(0)  # (1, 3, 224, 224)
    return tuple(head(body(x)).shape)  # body(x): (1, 1280, 7, 7)


@fixes(
    not_pooled,
    "a body without pooling",
    "`children()` knows layers only. In a ResNet, pooling is one of them; MobileNetV2 pools in "
    "`forward()`, so `children()[:-1]` loses it, and the head gets 7 by 7 positions. "
    "`create_feature_extractor` follows `forward()` and keeps it.",
    heavy=True,
)
def not_pooled_fixed() -> tuple[int, ...]:
    """Put the pooling back in, which MobileNetV2 does in forward() and not in a layer."""
    model = trained("mobilenet_v2")
    body = nn.Sequential(*list(model.children())[:-1], nn.AdaptiveAvgPool2d(1), nn.Flatten())
    head = nn.Linear(1280, 10)
    x = prepared("mobilenet_v2", "chelsea").unsqueeze(0)  # (1, 3, 224, 224)
    return tuple(head(body(x)).shape)  # body(x): (1, 1280)


# --- the notes' loop without indentation ----------------------------------------------------------


def loop_not_indented() -> None:
    """Let Python read the notes' two lines."""
    notes = """
for param in resnet.parameters():
param.requires_grad_(False)
"""
    compile(notes, "notes.py", "exec")


@fixes(
    loop_not_indented,
    "a loop without indentation",
    "The notes lost the spaces before the second line. Python reads a whole file before it runs "
    "the first line, so nothing of it runs.",
)
def loop_not_indented_fixed() -> int:
    """Indent the second line; return how many parameters still train."""
    with torch.device("meta"):  # a network without numbers: nothing to download
        resnet = models.resnet50()
    for param in resnet.parameters():
        param.requires_grad_(False)
    return sum(param.numel() for param in resnet.parameters() if param.requires_grad)


# --- in_features of the Sequential ----------------------------------------------------------------


def fc_of_sequential() -> tuple[int, ...]:
    """Write what the notes write: give the body the network's name, then ask it for ``fc``."""
    embed_size = 256
    with torch.device("meta"):
        resnet = models.resnet50()
        modules = list(resnet.children())[:-1]
        resnet = nn.Sequential(*modules)
        embed = nn.Linear(resnet.fc.in_features, embed_size)
    return tuple(embed.weight.shape)


@fixes(
    fc_of_sequential,
    "fc of a Sequential",
    "The notes give the body the name `resnet`, and then ask it for `fc`. Layers of a "
    "`Sequential` have numbers as names, and `fc` was cut off. Keep the network's name for the "
    "network.",
)
def fc_of_sequential_fixed() -> tuple[int, ...]:
    """Give the body a name of its own."""
    embed_size = 256
    with torch.device("meta"):
        resnet = models.resnet50()
        modules = list(resnet.children())[:-1]
        body = nn.Sequential(*modules)
        embed = nn.Linear(resnet.fc.in_features, embed_size)
    assert not hasattr(body, "fc")
    return tuple(embed.weight.shape)


# --- then and now ---------------------------------------------------------------------------------


class Loaded(NamedTuple):
    """How many parameters a loaded network has, and the first of them."""

    parameters: int
    first_weight: float


@contextmanager
def downloaded() -> Iterator[None]:
    """Put the shipped weights where torchvision looks before it downloads any."""
    before = torch.hub.get_dir()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "checkpoints" / Path(MobileNet_V2_Weights.IMAGENET1K_V1.url).name
        file.parent.mkdir()
        torch.save(load_file(asset("mobilenet_v2.safetensors")), file)
        torch.hub.set_dir(folder)
        try:
            yield
        finally:
            torch.hub.set_dir(before)


def loaded(model: torch.nn.Module) -> Loaded:
    """Count the parameters of a network, and read the first."""
    weights = list(model.parameters())
    return Loaded(sum(p.numel() for p in weights), weights[0].flatten()[0].item())


def pretrained_true() -> Loaded:
    """Ask for weights as the notes do."""
    with downloaded():
        model = mobilenet_v2(pretrained=True)
    return loaded(model)


@replaces(
    pretrained_true,
    "The notes load weights with `pretrained=True`.",
    "It still runs, with warnings, and stands for the oldest weights there are. `weights=` says "
    "which ones: ResNet-50 has two sets, and the newer one, `ResNet50_Weights.DEFAULT`, is better "
    "and comes with other transforms: pictures are resized to 232 pixels before the crop, not to "
    "256. (Here it is MobileNetV2, whose weights are on this computer.)",
    heavy=True,
)
def weights_named() -> Loaded:
    """Say which weights."""
    with downloaded():
        model = mobilenet_v2(weights=MobileNet_V2_Weights.IMAGENET1K_V1)
    return loaded(model)
