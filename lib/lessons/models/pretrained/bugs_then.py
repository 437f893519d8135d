"""How weights were asked for once, and how today."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import torch
from safetensors.torch import load_file
from torchvision.models import MobileNet_V2_Weights, mobilenet_v2

from lib.core.bugs import replaces
from lib.datasets.assets import asset


class Loaded(NamedTuple):
    """A network that was loaded, in numbers."""

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
    """Return a network in numbers."""
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
    "and wants another size of picture. (Here it is MobileNetV2, whose weights are on this "
    "computer.)",
    heavy=True,
)
def weights_named() -> Loaded:
    """Say which weights."""
    with downloaded():
        model = mobilenet_v2(weights=MobileNet_V2_Weights.IMAGENET1K_V1)
    return loaded(model)
