"""Networks that learned from ImageNet: one that is shipped, two that torchvision can download.

A worker process keeps at most two of them, for all visitors, and nobody may write into them: they
are frozen and in eval mode, and what trains, or counts batches, works on a ``copy.deepcopy``. The
server itself holds none.
"""

from functools import lru_cache
from pathlib import Path

import cv2
import torch
from safetensors.torch import load_file
from torch import nn
from torchvision.models import (
    MobileNet_V2_Weights,
    ResNet18_Weights,
    ResNet50_Weights,
    WeightsEnum,
    get_model,
)
from torchvision.transforms import functional as images

from lib.core.rules import OneOf
from lib.datasets.assets import asset
from lib.datasets.images import picture

SHIPPED = "mobilenet_v2"
WEIGHTS: dict[str, WeightsEnum] = {
    "mobilenet_v2": MobileNet_V2_Weights.IMAGENET1K_V1,
    "resnet18": ResNet18_Weights.DEFAULT,
    "resnet50": ResNet50_Weights.DEFAULT,
}
BLOCKS = {"mobilenet_v2": 19, "resnet18": 5, "resnet50": 5}  # how many ``blocks`` finds


def cached(name: str) -> Path:
    """Return the file that torchvision keeps the weights in, once it has downloaded them."""
    return Path(torch.hub.get_dir()) / "checkpoints" / Path(WEIGHTS[name].url).name


def available(name: str) -> bool:
    """Tell whether a network can be had without a download."""
    return name == SHIPPED or cached(name).is_file()


class NetworkRule(OneOf):
    """The name of a network whose weights are on this computer."""

    def __init__(self) -> None:
        super().__init__(*WEIGHTS)

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless it is one of the names, and the weights are there."""
        super().check(name, value)
        if not available(str(value)):
            there = ", ".join(repr(each) for each in WEIGHTS if available(each))
            raise ValueError(f"{name}={value!r} has no weights on this computer; there is: {there}")


@lru_cache(maxsize=2)
def trained(name: str) -> nn.Module:
    """Return a trained network, the same one to all who ask: read it, do not write into it."""
    model: nn.Module
    if name == "mobilenet_v2":
        model = get_model(name)
        half = load_file(asset("mobilenet_v2.safetensors"))  # 16 bits, half the size of a file
        model.load_state_dict(half)  # copied into the 32 bits of the network
    else:
        model = get_model(name, weights=WEIGHTS[name])  # downloaded by torchvision, once
    return model.requires_grad_(False).eval()


def cropped(name: str, image: str | bytes) -> torch.Tensor:
    """Return the part of a picture that a network gets to see: uint8, (3, 224, 224)."""
    preset = WEIGHTS[name].transforms()
    x: torch.Tensor = torch.tensor(picture(image)).permute(2, 0, 1)  # (H, W, 3) -> (3, H, W)
    x = images.resize(x, preset.resize_size)  # the shorter side: 256, ResNet-50 232
    x = images.center_crop(x, preset.crop_size)  # (3, 224, 224)
    return x


def prepared(name: str, image: str | bytes, normalize: bool = True) -> torch.Tensor:
    """Return a picture as the network wants it, as ``WEIGHTS[name].transforms()`` does."""
    x: torch.Tensor = images.convert_image_dtype(cropped(name, image))  # from 0..255 to 0..1
    if normalize:
        preset = WEIGHTS[name].transforms()
        x = images.normalize(x, preset.mean, preset.std)  # around 0, as in training
    return x  # (3, 224, 224)


def jpeg(x: torch.Tensor) -> bytes:
    """Return colors from 0 to 255 as a JPEG: uint8, (3, H, W)."""
    rows = x.permute(1, 2, 0).flip(2).contiguous().numpy()  # (H, W, 3), blue first
    return bytes(cv2.imencode(".jpg", rows, [cv2.IMWRITE_JPEG_QUALITY, 90])[1])


def blocks(model: nn.Module) -> list[tuple[str, list[nn.Module]]]:
    """Return the parts of a network from the picture to the features, each with its name."""
    parts = dict(model.named_children())
    if "features" in parts:
        layers = parts["features"].children()
        return [(f"features[{place}]", [layer]) for place, layer in enumerate(layers)]
    stages = [(name, [part]) for name, part in parts.items() if name.startswith("layer")]
    return [("conv1, bn1", [parts["conv1"], parts["bn1"]]), *stages]


@lru_cache
def block_shapes(name: str) -> tuple[tuple[int, ...], ...]:
    """Return the shape of what each block hands on for one picture; no numbers are computed."""
    shapes: list[tuple[int, ...]] = []
    with torch.device("meta"):
        model = get_model(name).eval()
        for _, modules in blocks(model):
            modules[-1].register_forward_hook(lambda *call: shapes.append((*call[2].shape[1:],)))
        model(torch.empty(1, 3, 224, 224))
    return tuple(shapes)


def feature_count(model: nn.Module) -> int:
    """Return how many features the network's own last layer takes."""
    layers = [each for each in model.modules() if isinstance(each, nn.Linear)]
    return layers[-1].in_features


def accuracy(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> float:
    """Return how much of ``x`` a network classifies as ``y`` says, from 0 to 1."""
    with torch.no_grad():
        right: torch.Tensor = model(x).argmax(dim=1) == y  # (n,)
    return right.float().mean().item()


def colors(name: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Return mean and standard deviation of the colors a network was trained on: (3, 1, 1)."""
    preset = WEIGHTS[name].transforms()
    return torch.tensor(preset.mean).view(3, 1, 1), torch.tensor(preset.std).view(3, 1, 1)


def without_head(model: nn.Module) -> nn.Sequential:
    """Return a network up to its features, pooled: a batch of pictures -> (B, features)."""
    return nn.Sequential(*list(model.children())[:-1], nn.AdaptiveAvgPool2d(1), nn.Flatten())
