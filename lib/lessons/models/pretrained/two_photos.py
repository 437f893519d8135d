"""The challenge: a head that classifies crops of two photos, from ten examples."""

from typing import NamedTuple

import torch
from torch import nn
from torchvision.models import get_model
from torchvision.transforms import v2

from lib.core.rules import OneOf, Rule, checked
from lib.datasets.images import PICTURES, PictureRule, picture
from lib.lessons.models.pretrained.networks import (
    WEIGHTS,
    NetworkRule,
    accuracy,
    colors,
    jpeg,
    trained,
    without_head,
)

EXAMPLES, TESTS = 5, 30  # crops of each photo
SIDE = 96  # pixels of a crop
GOAL = 0.95
UNTRAINED = "untrained"
BODIES = ("pixels", UNTRAINED, "trained")
AREAS = (0.05, 0.1, 0.25, 0.5)
STEPS = (1, 5, 20, 100)


class Head(NamedTuple):
    """A trained head for two classes.

    Attributes:
        parameters: how many numbers trained.
        train_accuracy: on the ten examples, from 0 to 1.
        first_accuracy: on the first photo's test crops.
        second_accuracy: on the second photo's.
        test_accuracy: on all test crops.
    """

    parameters: int
    train_accuracy: float
    first_accuracy: float
    second_accuracy: float
    test_accuracy: float


PHOTOS: dict[str, Rule] = {
    "network": NetworkRule(),
    "first": PictureRule(costly=True),
    "second": OneOf(*PICTURES, costly=True),
    "area": OneOf(*AREAS, costly=True),
}


@checked(**PHOTOS, body=OneOf(*BODIES, costly=True), steps=OneOf(*STEPS))
def two_photos(
    network: str = "mobilenet_v2",
    first: str | bytes = "astronaut",
    second: str = "coffee",
    body: str = "untrained",
    area: float = 0.05,
    steps: int = 20,
) -> Head:
    """Train a head on five crops of each of two photos, and test it on thirty others of each.

    The test crops also have other colors, so that color alone is not enough.

    Args:
        network: torchvision's name of the body.
        first: a picture that ``picture`` knows.
        second: a shipped photo.
        body: what the head stands on: the crop's pixels, or the features of the network, untrained
            or trained. Its batch norms know the mean and variance of the examples if it is
            untrained, and those of ImageNet if it is trained.
        area: how much of a photo's area a crop covers.
        steps: how many steps the head trains.
    """
    x = examples(network, first, second, area)  # (10, 3, 96, 96)
    test_x = torch.cat([crops(network, photo, TESTS, area, True) for photo in (first, second)])
    y = torch.tensor([0, 1]).repeat_interleave(EXAMPLES)  # (10,)
    test_y = torch.tensor([0, 1]).repeat_interleave(TESTS)  # (60,)
    base = body_of(network, body, x)
    features, test_features = on(base, x), on(base, test_x)  # (10, features), (60, features)

    torch.manual_seed(0)  # again: making a network draws random numbers, too
    head = nn.Linear(features.shape[1], 2)
    optimizer = torch.optim.Adam(head.parameters(), lr=0.001)
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.cross_entropy(head(features), y).backward()
        optimizer.step()

    return Head(
        parameters=sum(p.numel() for p in head.parameters()),
        train_accuracy=accuracy(head, features, y),
        first_accuracy=accuracy(head, test_features[:TESTS], test_y[:TESTS]),
        second_accuracy=accuracy(head, test_features[TESTS:], test_y[TESTS:]),
        test_accuracy=accuracy(head, test_features, test_y),
    )


def examples(network: str, first: str | bytes, second: str, area: float) -> torch.Tensor:
    """Return what the head learns from, five crops of each photo: (10, 3, 96, 96)."""
    torch.manual_seed(0)
    return torch.cat([crops(network, photo, EXAMPLES, area) for photo in (first, second)])


def crops(
    network: str, photo: str | bytes, count: int, area: float, recolor: bool = False
) -> torch.Tensor:
    """Return random crops of a photo, some mirrored: (count, 3, 96, 96)."""
    preset = WEIGHTS[network].transforms()
    x = torch.tensor(picture(photo)).permute(2, 0, 1)  # (H, W, 3) -> (3, H, W)
    chain = v2.Compose(
        [
            v2.RandomResizedCrop(SIDE, scale=(area, area), ratio=(1, 1)),
            v2.RandomHorizontalFlip(),
            v2.ColorJitter(0.4, 0.4, 1.0, 0.5) if recolor else v2.Identity(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(preset.mean, preset.std),
        ]
    )
    return torch.stack([chain(x) for _ in range(count)])


def body_of(network: str, body: str, x: torch.Tensor) -> nn.Module:
    """Return what the head stands on; an untrained network measures its batch norms on ``x``."""
    if body == "pixels":
        return nn.Flatten()  # (n, 3, 96, 96) -> (n, 27648)
    if body == "trained":
        return without_head(trained(network))
    untrained = without_head(get_model(network))
    for module in untrained.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None  # take the examples' own mean and variance, not a part of them
    with torch.no_grad():
        untrained.train()(x)  # without this, block after block shrinks its features to 1e-9
    return untrained.eval()


def on(body: nn.Module, x: torch.Tensor) -> torch.Tensor:
    """Return what the head gets: (n, 3, 96, 96) -> (n, features)."""
    with torch.no_grad():
        return torch.cat([body(batch) for batch in x.split(20)])


@checked(**PHOTOS)
def sheet(
    network: str = "mobilenet_v2",
    first: str | bytes = "astronaut",
    second: str = "coffee",
    area: float = 0.05,
) -> bytes:
    """Return the ten examples as one JPEG, a row for each photo."""
    mean, std = colors(network)
    x = examples(network, first, second, area) * std + mean  # colors from 0 to 1 again
    x = x.clamp(0, 1).mul(255).round().byte().view(2, EXAMPLES, 3, SIDE, SIDE)
    return jpeg(x.permute(2, 0, 3, 1, 4).reshape(3, 2 * SIDE, EXAMPLES * SIDE))  # side by side


def reaches(result: Head, body: str) -> bool:
    """Tell whether the challenge is met: on a trained body, since pixels may do by chance."""
    return body == "trained" and result.test_accuracy >= GOAL
