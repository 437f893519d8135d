"""What a trained network takes a picture for."""

from copy import deepcopy
from typing import NamedTuple

import cv2
import torch
from torchvision.transforms import functional as images

from lib.core.rules import Between, OneOf, checked
from lib.datasets.images import PictureRule, picture
from lib.lessons.models.pretrained.networks import WEIGHTS, NetworkRule, prepared, trained

TOP = Between(1, 10)
SEEDS = Between(0, 99)


class Answer(NamedTuple):
    """The network's answer.

    Attributes:
        classes: the most likely of ImageNet's 1000 classes, the likeliest first.
        chances: how likely the network finds each, from 0 to 1.
        mean: the mean of the numbers that went in.
        std: their spread.
    """

    classes: tuple[str, ...]
    chances: tuple[float, ...]
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
) -> Answer:
    """Ask a network that learned from ImageNet what a picture shows.

    Args:
        network: torchvision's name of it.
        image: a picture that ``picture`` knows.
        k: how many classes are told.
        normalize: whether the picture is normalized as it was in training.
        evaluate: whether ``eval()`` is called.
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
    chances, places = logits[0].softmax(dim=0).topk(k)  # (1000,) -> (k,), (k,)

    names = WEIGHTS[network].meta["categories"]
    std, mean = torch.std_mean(x)
    classes = tuple(names[place] for place in places.tolist())
    return Answer(classes, tuple(chances.tolist()), mean.item(), std.item())


@checked(network=NetworkRule(), image=PictureRule())
def seen(network: str = "mobilenet_v2", image: str | bytes = "chelsea") -> bytes:
    """Return the part of a picture that the network gets to see, as a JPEG."""
    preset = WEIGHTS[network].transforms()
    x = torch.tensor(picture(image)).permute(2, 0, 1)  # (H, W, 3) -> (3, H, W)
    x = images.center_crop(images.resize(x, preset.resize_size), preset.crop_size)  # (3, 224, 224)
    rows = x.permute(1, 2, 0).flip(2).contiguous().numpy()  # (224, 224, 3), blue first
    return bytes(cv2.imencode(".jpg", rows, [cv2.IMWRITE_JPEG_QUALITY, 90])[1])
