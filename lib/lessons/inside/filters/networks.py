"""The filters of networks: of a small one trained here, and MobileNetV2's color filters."""

from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
import torch
from safetensors import safe_open
from torch import nn
from torch.nn import functional

from lib.core.rules import Between, OneOf, checked
from lib.datasets.assets import asset
from lib.datasets.fashion_mnist import fashion_mnist
from lib.datasets.images import PictureRule, picture
from lib.lessons.inside.filters.lesson import gray, small

KERNEL_SIZES = (3, 5, 7)
LAYERS = ("conv1", "relu1", "pool1", "conv2", "relu2", "pool2")
PIXELS, BATCH = 28, 40
EPOCHS = Between(0, 3, costly=0)
# Of ImageNet's photos: what the network expects to be taken away, and divided by.
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
PHOTO_SIDE = 128
NUMBERS = Between(0, 31)


class Net(nn.Module):
    """Two convolutions and a linear layer; ten filters come first, as in the notes."""

    def __init__(self, kernel_size: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 10, kernel_size)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(10, 20, 3)
        self.relu2 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(2)
        self.fc = nn.LazyLinear(10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return ten logits for each picture."""
        x = self.pool1(self.relu1(self.conv1(x)))  # (N, 1, 28, 28) -> (N, 10, 13, 13) for 3 by 3
        x = self.pool2(self.relu2(self.conv2(x)))  # (N, 20, 5, 5)
        logits: torch.Tensor = self.fc(x.flatten(1))  # (N, 500) -> (N, 10)
        return logits


@lru_cache(maxsize=16)
def trained(kernel_size: int, epochs: int) -> Net:
    """Train a network on Fashion-MNIST; for 0 epochs, return it as it begins."""
    torch.manual_seed(0)
    x, y = pictures(train=True)  # (4000, 1, 28, 28) and (4000,)
    net = Net(kernel_size)
    net(x[:1])  # tells fc how many numbers come
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(epochs):
        for xb, yb in zip(x.split(BATCH), y.split(BATCH), strict=True):
            optimizer.zero_grad()
            functional.cross_entropy(net(xb), yb).backward()
            optimizer.step()
    return net.eval()


def pictures(train: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the pictures of Fashion-MNIST from 0 to 1, and what they show."""
    images, labels = fashion_mnist(train)
    x = torch.tensor(images).float().unsqueeze(1) / 255  # (n, 28, 28) -> (n, 1, 28, 28)
    return x, torch.tensor(labels).long()


@lru_cache(maxsize=16)
def accuracy(kernel_size: int, epochs: int) -> float:
    """Return the accuracy of a network on the test pictures."""
    x, y = pictures(train=False)  # (1000, 1, 28, 28) and (1000,)
    with torch.no_grad():
        right: torch.Tensor = trained(kernel_size, epochs)(x).argmax(dim=1) == y  # (1000,)
    return right.float().mean().item()


def seen_by_network(image: str | bytes) -> np.ndarray:
    """Return a picture in gray from 0 to 1, (28, 28), as the network knows pictures."""
    pixels = cv2.resize(gray(image), (PIXELS, PIXELS), interpolation=cv2.INTER_AREA)  # (28, 28)
    return pixels.astype(np.float32) / 255


# --- the notes' grid ------------------------------------------------------------------------------


class Filters(NamedTuple):
    """The ten filters of the first layer, and the feature map of each.

    Attributes:
        img: the picture, (28, 28).
        before: the filters before training, (10, k, k).
        after: the filters after it.
        maps: what ``cv2.filter2D`` makes of the picture with each filter, (10, 28, 28).
        layer: what the layer makes of it, (10, 28 - k + 1, 28 - k + 1).
        difference: the largest difference between the layer and the maps plus the layer's bias,
            without the rim that the layer does not have.
        bias: the layer's ten biases.
        moved: how far a weight is from where it began, on average.
        accuracy: on 1000 test pictures, before and after.
    """

    img: np.ndarray
    before: np.ndarray
    after: np.ndarray
    maps: np.ndarray
    layer: np.ndarray
    difference: float
    bias: tuple[float, ...]
    moved: float
    accuracy: tuple[float, float]


@checked(image=PictureRule(), kernel_size=OneOf(*KERNEL_SIZES), epochs=EPOCHS)
def first_layer(image: str | bytes = "fashion 3", kernel_size: int = 5, epochs: int = 2) -> Filters:
    """Show the filters of the first layer and, as the notes do, what OpenCV makes with them.

    Args:
        image: a picture that ``picture`` knows; the network gets it 28 by 28, in gray.
        kernel_size: of the first layer.
        epochs: how long the network is trained.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    """
    img = seen_by_network(image)  # (28, 28)
    start, net = trained(kernel_size, 0), trained(kernel_size, epochs)
    before = start.conv1.weight.data.numpy()[:, 0]  # (10, 1, k, k) -> (10, k, k)

    weights = net.conv1.weight.data  # (10, 1, k, k)
    w = weights.numpy()
    maps = np.stack([cv2.filter2D(img, -1, w[i][0]) for i in range(10)])  # (10, 28, 28)

    with torch.no_grad():
        layer = net.conv1(torch.from_numpy(img)[None, None])[0].numpy()  # (10, 29 - k, 29 - k)
    bias = net.state_dict()["conv1.bias"].numpy()  # (10,)
    r = kernel_size // 2
    inner = maps[:, r:-r, r:-r] + bias[:, None, None]  # (10, 29 - k, 29 - k)
    return Filters(
        img=img,
        before=before,
        after=w[:, 0],  # (10, k, k)
        maps=maps,
        layer=layer,
        difference=float(np.abs(layer - inner).max()),
        bias=tuple(bias.tolist()),
        moved=float(np.abs(w[:, 0] - before).mean()),
        accuracy=(accuracy(kernel_size, 0), accuracy(kernel_size, epochs)),
    )


# --- deeper layers --------------------------------------------------------------------------------


class Hooked(NamedTuple):
    """What flowed through a network, caught by hooks.

    Attributes:
        img: the picture, (28, 28).
        maps: what one layer gave, (channels, height, width).
        shapes: for every layer in order, its name and the shape it gave.
        zeros: the share of numbers in ``maps`` that are 0.
    """

    img: np.ndarray
    maps: np.ndarray
    shapes: tuple[tuple[str, tuple[int, ...]], ...]
    zeros: float


@checked(
    image=PictureRule(),
    layer=OneOf(*LAYERS),
    kernel_size=OneOf(*KERNEL_SIZES),
    epochs=EPOCHS,
)
def hooked(
    image: str | bytes = "fashion 3", layer: str = "conv2", kernel_size: int = 5, epochs: int = 2
) -> Hooked:
    """Catch what the layers of a network give with register_forward_hook.

    Args:
        image: a picture that ``picture`` knows; the network gets it 28 by 28, in gray.
        layer: the name of the layer to look at.
        kernel_size: of the first layer.
        epochs: how long the network is trained.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.register_forward_hook
    """
    img = seen_by_network(image)  # (28, 28)
    net = trained(kernel_size, epochs)
    caught: dict[nn.Module, torch.Tensor] = {}

    def keep(module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        caught[module] = output[0]  # the first picture of the batch

    handles = [part.register_forward_hook(keep) for part in net.children()]
    with torch.no_grad():
        net(torch.from_numpy(img)[None, None])  # (1, 1, 28, 28); every layer calls keep
    for handle in handles:
        handle.remove()

    maps = caught[net.get_submodule(layer)]  # (channels, height, width)
    return Hooked(
        img=img,
        maps=maps.numpy(),
        shapes=tuple((name, tuple(caught[part].shape)) for name, part in net.named_children()),
        zeros=(maps == 0).float().mean().item(),
    )


# --- color filters --------------------------------------------------------------------------------


class Colored(NamedTuple):
    """A photo through one of the 32 filters.

    Attributes:
        photo: RGB, uint8 (H, W, 3).
        filters: all of them, (32, 3, 3, 3): number, color, row, column.
        map: what the layer makes of the photo with the filter, (H / 2, W / 2).
        difference: the largest difference between the layer and three ``cv2.filter2D``, one for
            each color, added up.
        colorful: how much of the filter is color: 0 if red, green and blue have the same
            weights, 1 if they add up to nothing.
    """

    photo: np.ndarray
    filters: np.ndarray
    map: np.ndarray
    difference: float
    colorful: float


@checked(image=PictureRule(), number=NUMBERS)
def color_filters(image: str | bytes = "chelsea", number: int = 0) -> Colored:
    """Send a photo through a color filter of MobileNetV2, which learned it from ImageNet.

    Args:
        image: a picture that ``picture`` knows.
        number: which of the 32 filters.

    Source: https://docs.pytorch.org/vision/stable/models/mobilenetv2.html
    """
    with safe_open(asset("mobilenet_v2.safetensors"), "pt") as file:
        filters = file.get_tensor("features.0.0.weight").float()  # (32, 3, 3, 3)
    photo = small(picture(image), PHOTO_SIDE)  # (H, W, 3), red first
    img = ((photo / 255 - MEAN) / STD).astype(np.float32)  # (H, W, 3)

    x = torch.from_numpy(img).permute(2, 0, 1).unsqueeze(0)  # (1, 3, H, W)
    one = filters[number : number + 1]  # (1, 3, 3, 3)
    y = functional.conv2d(x, one, stride=2, padding=1)[0, 0].numpy()  # (H / 2, W / 2)

    w = one[0].numpy()  # (3, 3, 3): color, row, column
    zeros = cv2.BORDER_CONSTANT
    added = np.sum(
        [cv2.filter2D(img[..., c], -1, w[c], borderType=zeros) for c in range(3)], axis=0
    )  # (H, W)
    mean = w.mean(axis=0)  # (3, 3): the gray part
    return Colored(
        photo=photo,
        filters=filters.numpy(),
        map=y,
        difference=float(np.abs(y - added[::2, ::2]).max()),
        colorful=float(((w - mean) ** 2).sum() / (w**2).sum()),
    )
