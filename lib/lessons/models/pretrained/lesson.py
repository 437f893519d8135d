"""Stand on a trained network: what it predicts, and which of its blocks still train."""

from copy import deepcopy
from functools import lru_cache
from typing import NamedTuple

import torch
from torch import nn
from torchvision.models import get_model
from torchvision.transforms import functional as images

from lib.core.rules import Between, OneOf, checked
from lib.datasets.images import PictureRule, picture
from lib.lessons.models.pretrained.networks import (
    BLOCKS,
    WEIGHTS,
    NetworkRule,
    blocks,
    cropped,
    feature_count,
    jpeg,
    prepared,
    trained,
)

TOP = Between(1, 10)
SEEDS = Between(0, 99)
FROZEN = Between(0, max(BLOCKS.values()))
EMBED_SIZES = (2, 10, 128, 256, 512, 1000)


class Prediction(NamedTuple):
    """What a network predicts for a picture.

    Attributes:
        classes: the most likely of ImageNet's 1000 classes, the likeliest first.
        probabilities: that of each, from 0 to 1.
        mean: the mean of the network's input.
        std: its standard deviation.
    """

    classes: tuple[str, ...]
    probabilities: tuple[float, ...]
    mean: float
    std: float


@checked(
    network=NetworkRule(),
    image=PictureRule(),
    k=TOP,
    normalize=OneOf(True, False),
    evaluate=OneOf(True, False),
    seed=SEEDS,
)
def top_classes(
    network: str = "mobilenet_v2",
    image: str | bytes = "chelsea",
    k: int = 5,
    normalize: bool = True,
    evaluate: bool = True,
    seed: int = 0,
) -> Prediction:
    """Ask a network that learned from ImageNet what a picture shows.

    Args:
        network: torchvision's name of it.
        image: a picture that ``picture`` knows.
        k: how many classes are returned.
        normalize: whether the picture is normalized as it was in training.
        evaluate: whether ``eval()`` is called; without it, batch norm normalizes by this picture
            alone.
        seed: for dropout, which draws only without ``eval()``.

    Source: https://docs.pytorch.org/vision/stable/models.html
    """
    model = trained(network)
    torch.manual_seed(seed)  # now: making a network draws random numbers, too
    if not evaluate:
        model = deepcopy(model).train()  # a copy: training mode changes batch norm's buffers
    x = prepared(network, image, normalize)  # (3, 224, 224)
    with torch.no_grad():
        logits = model(x.unsqueeze(0))  # (1, 3, 224, 224) -> (1, 1000)
    probabilities, places = logits[0].softmax(dim=0).topk(k)  # (1000,) -> (k,), (k,)

    names = WEIGHTS[network].meta["categories"]
    std, mean = torch.std_mean(x)
    classes = tuple(names[place] for place in places.tolist())
    return Prediction(classes, tuple(probabilities.tolist()), mean.item(), std.item())


@checked(network=NetworkRule(), image=PictureRule())
def seen(network: str = "mobilenet_v2", image: str | bytes = "chelsea") -> bytes:
    """Return the part of a picture that the network gets to see, as a JPEG."""
    return jpeg(cropped(network, image))


THUMBNAIL = 160  # pixels of the shorter side


class Views(NamedTuple):
    """A photo and the part of it that the network gets to see.

    Attributes:
        whole: the photo as a small JPEG.
        width: of it, in pixels.
        height: of it, in pixels.
        seen: the part as a JPEG.
        share: how much of the photo's shorter side the part keeps, from 0 to 1.
    """

    whole: bytes
    width: int
    height: int
    seen: bytes
    share: float


def views(network: str, image: str | bytes) -> Views:
    """Return a photo as it is and as the network sees it."""
    photo = torch.tensor(picture(image)).permute(2, 0, 1)  # (H, W, 3) -> (3, H, W)
    preset = WEIGHTS[network].transforms()
    share = preset.crop_size[0] / preset.resize_size[0]
    small: torch.Tensor = images.resize(photo, THUMBNAIL)  # (3, 160, about 240)
    return Views(jpeg(small), photo.shape[2], photo.shape[1], seen(network, image), share)


# --- frozen blocks --------------------------------------------------------------------------------


class Part(NamedTuple):
    """A block of a network.

    Attributes:
        name: where it stands in the network.
        parameters: how many weights and biases it has.
        trains: how many of them still train.
    """

    name: str
    parameters: int
    trains: int


class Frozen(NamedTuple):
    """The parameters of a network with a new head, counted.

    Attributes:
        parts: its blocks in order; the new head is the last one.
        features: how many numbers the blocks hand to the head.
        old_head: parameters of ImageNet's own head, which was cut off.
        total: parameters with the new head.
        trains: how many of them still train.
    """

    parts: tuple[Part, ...]
    features: int
    old_head: int
    total: int
    trains: int


@checked(network=OneOf(*WEIGHTS), frozen=FROZEN, embed_size=OneOf(*EMBED_SIZES))
def freeze(network: str = "mobilenet_v2", frozen: int = 5, embed_size: int = 256) -> Frozen:
    """Freeze the first blocks of a network, give it a new head, and count what still trains.

    Counting needs no numbers, so the network is made on the device "meta", which holds none. To
    train it, leave that line out and give ``get_model`` the weights.

    Args:
        network: torchvision's name of it.
        frozen: how many blocks are frozen, from the picture on; all, if there are fewer.
        embed_size: how many outputs the new head has, the notes' ``embed_size``.

    Source: https://docs.pytorch.org/tutorials/beginner/transfer_learning_tutorial.html
    """
    with torch.device("meta"):
        model = get_model(network)
        head = nn.Linear(feature_count(model), embed_size)  # the notes' ``embed``

    parts = []
    for place, (name, modules) in enumerate(blocks(model)):
        for module in modules:
            module.requires_grad_(place >= frozen)
        parameters = [p for module in modules for p in module.parameters()]
        parts.append(Part(name, count(parameters), count(parameters, training=True)))
    new = list(head.parameters())
    parts.append(Part("head", count(new), count(new, training=True)))

    body = sum(part.parameters for part in parts[:-1])
    return Frozen(
        parts=tuple(parts),
        features=head.in_features,
        old_head=count(list(model.parameters())) - body,
        total=sum(part.parameters for part in parts),
        trains=sum(part.trains for part in parts),
    )


@lru_cache
def unfrozen(network: str) -> Frozen:
    """Return the network with nothing frozen; it is made once, for all heads."""
    return freeze(network, 0, EMBED_SIZES[0])


def counted(network: str, frozen: int, embed_size: int) -> Frozen:
    """Return what ``freeze`` does, without making the network anew."""
    whole = unfrozen(network)
    new = (whole.features + 1) * embed_size  # a weight for each feature, and a bias
    parts = [
        part._replace(trains=part.parameters if place >= frozen else 0)
        for place, part in enumerate(whole.parts[:-1])
    ]
    parts.append(Part("head", new, new))
    return whole._replace(
        parts=tuple(parts),
        total=sum(part.parameters for part in parts),
        trains=sum(part.trains for part in parts),
    )


MOST_TRAINED, FEWEST_CLASSES = 0.01, 10  # of the challenge: the share that trains, and outputs


def trains_little(result: Frozen) -> bool:
    """Tell whether a head for enough classes trains, and hardly anything else."""
    outputs = result.parts[-1].parameters // (result.features + 1)
    return outputs >= FEWEST_CLASSES and result.trains < MOST_TRAINED * result.total


def count(parameters: list[nn.Parameter], training: bool = False) -> int:
    """Return how many numbers these are; ``training`` leaves out the frozen ones."""
    return sum(p.numel() for p in parameters if p.requires_grad or not training)
