"""The features of a trained network: cut out in two ways, and photos projected by them."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import torch
from torch import nn
from torchvision.models.feature_extraction import create_feature_extractor
from torchvision.transforms import functional as images

from lib.core.rules import OneOf, checked
from lib.datasets.images import PICTURES, PictureRule
from lib.lessons.models.pretrained.lesson import EMBED_SIZES
from lib.lessons.models.pretrained.networks import NetworkRule, feature_count, prepared, trained

Shape = tuple[int, ...]


class Ways(NamedTuple):
    """Features of one picture, cut out in two ways.

    Attributes:
        children: the names of what ``children()`` goes through.
        cut: shape of what ``children()[:-1]`` gives.
        extracted: shape of what ``create_feature_extractor`` gives.
        pooled: shape of the first once it is averaged over its positions.
        largest_difference: between the two then.
        embedded: shape of what the new head makes of it.
    """

    children: tuple[str, ...]
    cut: Shape
    extracted: Shape
    pooled: Shape
    largest_difference: float
    embedded: Shape


@checked(network=NetworkRule(), image=PictureRule(), embed_size=OneOf(*EMBED_SIZES))
def two_ways(
    network: str = "mobilenet_v2", image: str | bytes = "chelsea", embed_size: int = 256
) -> Ways:
    """Take the head off a network as the notes do, and as torchvision does.

    Args:
        network: torchvision's name of it.
        image: a picture that ``picture`` knows.
        embed_size: how many outputs the new head has.

    Source: https://docs.pytorch.org/vision/stable/feature_extraction.html
    """
    model = trained(network)
    x = prepared(network, image).unsqueeze(0)  # (1, 3, 224, 224)

    modules = list(model.children())[:-1]
    body = nn.Sequential(*modules)
    extractor = create_feature_extractor(model, {"flatten": "features"})
    embed = nn.Linear(feature_count(model), embed_size)

    with torch.no_grad():
        cut = body(x)  # MobileNetV2: (1, 1280, 7, 7). ResNet-50, which pools in a layer: 1 by 1
        features = extractor(x)["features"]  # (1, 1280)
        embedded = embed(features)  # (1, embed_size)
    pooled = cut.mean(dim=(2, 3))  # (1, 1280)
    return Ways(
        children=tuple(name for name, _ in model.named_children()),
        cut=tuple(cut.shape),
        extracted=tuple(features.shape),
        pooled=tuple(pooled.shape),
        largest_difference=(pooled - features).abs().max().item(),
        embedded=tuple(embedded.shape),
    )


# --- photos in a plane ----------------------------------------------------------------------------


class Spot(NamedTuple):
    """A piece of a photo in the plane: which photo, which piece, and where it lies."""

    photo: str
    piece: str
    x: float
    y: float


class Plane(NamedTuple):
    """The photos' features, projected to two numbers each.

    Attributes:
        spots: all pieces of all photos.
        explained: which share of the variance the two axes explain, from 0 to 1 each.
        nearest: for how many pieces the nearest other piece is of the same photo.
    """

    spots: tuple[Spot, ...]
    explained: tuple[float, float]
    nearest: int


PIECES = ("photo", "mirrored", "top left", "bottom right")


@checked(network=NetworkRule(), image=PictureRule(costly=True))
def plane(network: str = "mobilenet_v2", image: str | bytes = "chelsea") -> Plane:
    """Project the features of the shipped photos, and of yours, to a plane by PCA.

    Args:
        network: torchvision's name of it.
        image: a picture that ``picture`` knows; one of yours is added to the shipped ones.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.linalg.svd.html
    """
    own = [] if image in PICTURES else [piece_features(network, [image])]
    names = [*PICTURES, *(["yours"] if own else [])]
    x = torch.cat([shipped_features(network), *own])  # (photos * 4, 1280)
    u, s, _ = torch.linalg.svd(x - x.mean(dim=0), full_matrices=False)
    projected = u[:, :2] * s[:2]  # (photos * 4, 2): the two directions of largest variance
    explained = s.square() / s.square().sum()

    distances = torch.cdist(x, x).fill_diagonal_(torch.inf)  # (photos * 4, photos * 4)
    owner = torch.arange(len(x)) // len(PIECES)  # (photos * 4,)
    nearest = (owner[distances.argmin(dim=1)] == owner).sum()
    spots = [
        Spot(names[row // len(PIECES)], PIECES[row % len(PIECES)], *point)
        for row, point in enumerate(projected.tolist())
    ]
    return Plane(tuple(spots), (explained[0].item(), explained[1].item()), int(nearest))


@lru_cache(maxsize=2)
def shipped_features(network: str) -> torch.Tensor:
    """Return the features of the shipped photos' pieces, cached for the next one who asks."""
    return piece_features(network, [*PICTURES])  # (24, 1280)


def piece_features(network: str, photos: Sequence[str | bytes]) -> torch.Tensor:
    """Return the features of photos, and of three views of each: (photos * 4, 1280)."""
    extractor = create_feature_extractor(trained(network), {"flatten": "features"})
    found = []
    for photo in photos:
        x = prepared(network, photo)  # (3, 224, 224)
        corners = [images.crop(x, start, start, 160, 160) for start in (0, 64)]  # (3, 160, 160)
        views = [x, x.flip(2), *(images.resize(each, [224, 224]) for each in corners)]
        with torch.no_grad():
            found.append(extractor(torch.stack(views))["features"])  # (4, 1280)
    return torch.cat(found)
