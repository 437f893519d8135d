"""Mistakes with filters, each with its repair, and what the notes write that is gone."""

from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from lib.core.bugs import fixes, replaces
from lib.datasets.assets import asset
from lib.datasets.images import picture
from lib.lessons.inside.filters.networks import MEAN, STD, color_filters

SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=np.float32)


# --- negatives cut off ----------------------------------------------------------------------------


class Edges(NamedTuple):
    """What a filter for edges gives."""

    lowest: float
    highest: float
    share_of_zeros: float


def negatives_cut() -> Edges:
    """Filter whole numbers from 0 to 255, and get such numbers back."""
    img = cv2.cvtColor(picture("camera"), cv2.COLOR_RGB2GRAY)  # (H, W), uint8
    edges = cv2.filter2D(img, -1, SOBEL)  # (H, W), uint8
    return Edges(float(edges.min()), float(edges.max()), float((edges == 0).mean()))


@fixes(
    negatives_cut,
    "negatives cut off",
    "No error: `ddepth=-1` means the same dtype as the input, and uint8 has no negative numbers: "
    "every edge from bright to dark becomes 0. Ask for `cv2.CV_32F`. The notes' `-1` works, since "
    "their picture is made of floats.",
    silent=True,
)
def negatives_cut_fixed() -> Edges:
    """Ask for floats."""
    img = cv2.cvtColor(picture("camera"), cv2.COLOR_RGB2GRAY)  # (H, W), uint8
    edges = cv2.filter2D(img, cv2.CV_32F, SOBEL)  # (H, W), float32
    return Edges(float(edges.min()), float(edges.max()), float((edges == 0).mean()))


# --- blue first -----------------------------------------------------------------------------------


class Responses(NamedTuple):
    """How strongly 32 color filters respond, and how far that is from the right response."""

    mean_response: float
    mean_error: float


def respond(rgb: np.ndarray) -> torch.Tensor:
    """Return what MobileNetV2's first layer makes of a picture, (32, H / 2, W / 2)."""
    x = torch.from_numpy((rgb / 255 - MEAN) / STD).float().permute(2, 0, 1)  # (3, H, W)
    filters = torch.from_numpy(color_filters().filters)  # (32, 3, 3, 3)
    return functional.conv2d(x, filters, stride=2, padding=1)


def blue_first() -> Responses:
    """Show the filters a photo as OpenCV reads it."""
    image = cv2.imread(str(asset("chelsea.jpg")))  # (H, W, 3)
    right = respond(image[..., ::-1])  # (32, H / 2, W / 2)
    given = respond(image)  # (32, H / 2, W / 2)
    return Responses(given.abs().mean().item(), (given - right).abs().mean().item())


@fixes(
    blue_first,
    "blue first",
    "No error: OpenCV reads blue, green, red; the filters learned red, green, blue. The weights "
    "for red are multiplied with blue.",
    silent=True,
)
def blue_first_fixed() -> Responses:
    """Put red first."""
    image = cv2.imread(str(asset("chelsea.jpg")))  # (H, W, 3)
    right = respond(image[..., ::-1])  # (32, H / 2, W / 2)
    given = respond(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))  # (32, H / 2, W / 2)
    return Responses(given.abs().mean().item(), (given - right).abs().mean().item())


# --- a flipped kernel -----------------------------------------------------------------------------


class Slopes(NamedTuple):
    """Responses to a picture that gets brighter to the right: the slope, and the Laplacian."""

    slope: float
    laplacian: float


# As a book on mathematics prints them: convolution turns them by half a turn.
TO_THE_RIGHT = torch.tensor([[[[0.0, 0, 0], [1, 0, -1], [0, 0, 0]]]])  # (1, 1, 3, 3)
LAPLACIAN = torch.tensor([[[[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]]])  # (1, 1, 3, 3)


def flipped_kernel() -> Slopes:
    """Use a book's kernels as they are printed."""
    x = torch.tensor([1.0, 2, 4]).repeat(1, 1, 3, 1)  # (1, 1, 3, 3)
    slope = functional.conv2d(x, TO_THE_RIGHT)  # (1, 1, 1, 1)
    laplacian = functional.conv2d(x, LAPLACIAN)  # (1, 1, 1, 1)
    return Slopes(slope.item(), laplacian.item())


@fixes(
    flipped_kernel,
    "flipped kernel",
    "No error: `conv2d` and `filter2D` do not turn the kernel. A slope made for mathematics' "
    "convolution comes out with the opposite sign, other kernels with other numbers. One that is "
    "the same after half a turn, such as the Laplacian, hides it. Turn it with `.flip(2, 3)`.",
    silent=True,
)
def flipped_kernel_fixed() -> Slopes:
    """Turn them by half a turn, as convolution does."""
    x = torch.tensor([1.0, 2, 4]).repeat(1, 1, 3, 1)  # (1, 1, 3, 3)
    slope = functional.conv2d(x, TO_THE_RIGHT.flip(2, 3))  # (1, 1, 1, 1)
    laplacian = functional.conv2d(x, LAPLACIAN.flip(2, 3))  # (1, 1, 1, 1)
    return Slopes(slope.item(), laplacian.item())


# --- another border -------------------------------------------------------------------------------


class Difference(NamedTuple):
    """How far OpenCV and a layer differ."""

    largest: float
    share_that_differs: float


def compared(layer: nn.Conv2d) -> Difference:
    """Compare a layer that has Sobel's weights with what filter2D does when nothing is said."""
    img = cv2.cvtColor(picture("camera"), cv2.COLOR_RGB2GRAY) / np.float32(255)  # (H, W)
    with torch.no_grad():
        layer.weight[0, 0] = torch.from_numpy(SOBEL)
        y = layer(torch.from_numpy(img)[None, None])[0, 0].numpy()  # (H, W)
    difference = np.abs(y - cv2.filter2D(img, -1, SOBEL))  # (H, W)
    return Difference(float(difference.max()), float((difference > 1e-5).mean()))


def another_border() -> Difference:
    """Pad the layer, and say no more."""
    return compared(nn.Conv2d(1, 1, 3, padding=1, bias=False))


@fixes(
    another_border,
    "another border",
    "No error: `filter2D` reflects at the edge, `padding=1` adds zeros. Only the outermost pixels "
    "differ, so nobody notices. Name the border on both sides.",
    silent=True,
)
def another_border_fixed() -> Difference:
    """Reflect at the edge, as filter2D does."""
    return compared(nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect", bias=False))


def dress() -> np.ndarray:
    """Return a dress of Fashion-MNIST from 0 to 1, (28, 28)."""
    img: np.ndarray = picture("fashion 3")[..., 0] / np.float32(255)
    return img


class Shapes(NamedTuple):
    """The shape of a filter, and of its feature map."""

    filter: tuple[int, ...]
    feature_map: tuple[int, ...]


# --- weights to NumPy -----------------------------------------------------------------------------


def weights_to_numpy() -> Shapes:
    """Hand a layer's weights to OpenCV."""
    img = dress()  # (28, 28)
    conv1 = nn.Conv2d(1, 10, kernel_size=3)
    w = conv1.weight.numpy()  # (10, 1, 3, 3)
    return Shapes(w[0][0].shape, cv2.filter2D(img, -1, w[0][0]).shape)


@fixes(
    weights_to_numpy,
    "weights to NumPy",
    "A weight takes part in gradients, and NumPy knows none. `.detach()` gives the same memory "
    "without them; the notes' `.data` does, too.",
)
def weights_to_numpy_fixed() -> Shapes:
    """Take them out of the graph first."""
    img = dress()  # (28, 28)
    conv1 = nn.Conv2d(1, 10, kernel_size=3)
    w = conv1.weight.detach().numpy()  # (10, 1, 3, 3)
    return Shapes(w[0][0].shape, cv2.filter2D(img, -1, w[0][0]).shape)


# --- padding forgotten ----------------------------------------------------------------------------


def padding_forgotten() -> float:
    """Compare filter2D with a layer that has no padding."""
    img = dress()  # (28, 28)
    layer = nn.Conv2d(1, 1, kernel_size=3, padding_mode="reflect", bias=False)
    with torch.no_grad():
        y = layer(torch.from_numpy(img)[None, None])[0, 0].numpy()  # (26, 26)
    opencv = cv2.filter2D(img, -1, layer.weight.data.numpy()[0][0])  # (28, 28)
    return float(round(np.abs(opencv - y).max(), 5))


@fixes(
    padding_forgotten,
    "padding forgotten",
    "Without `padding` the layer gives a smaller map than `filter2D`. Half the kernel on each "
    'side, `padding=1` for 3 by 3, keeps the size; `padding="same"` finds it, as long as the '
    "stride is 1.",
)
def padding_forgotten_fixed() -> float:
    """Pad by half the kernel: 1 for 3 by 3."""
    img = dress()  # (28, 28)
    layer = nn.Conv2d(1, 1, kernel_size=3, padding=1, padding_mode="reflect", bias=False)
    with torch.no_grad():
        y = layer(torch.from_numpy(img)[None, None])[0, 0].numpy()  # (28, 28)
    opencv = cv2.filter2D(img, -1, layer.weight.data.numpy()[0][0])  # (28, 28)
    return float(round(np.abs(opencv - y).max(), 5))


# --- filter2D does not wrap -----------------------------------------------------------------------


def wrap_refused() -> tuple[int, ...]:
    """Let the picture go on with its other side."""
    img = dress()  # (28, 28)
    mean = np.full((3, 3), 1 / 9)
    return tuple(cv2.filter2D(img, -1, mean, borderType=cv2.BORDER_WRAP).shape)


@fixes(
    wrap_refused,
    "filter2D does not wrap",
    'PyTorch has `padding_mode="circular"`, and OpenCV has `BORDER_WRAP`, but not for `filter2D`. '
    "Make the border first, then cut it off.",
)
def wrap_refused_fixed() -> tuple[int, ...]:
    """Make the border by hand, and cut it off afterwards."""
    img = dress()  # (28, 28)
    mean = np.full((3, 3), 1 / 9)
    wider = cv2.copyMakeBorder(img, 1, 1, 1, 1, cv2.BORDER_WRAP)  # (30, 30)
    return tuple(cv2.filter2D(wider, -1, mean)[1:-1, 1:-1].shape)  # (28, 28)


# --- then and now ---------------------------------------------------------------------------------


def notes_next() -> tuple[int, ...]:
    """Take a batch as the notes do."""
    test_loader = DataLoader(TensorDataset(torch.rand(40, 1, 28, 28)), batch_size=20)
    dataiter = iter(test_loader)
    (images,) = dataiter.next()
    return tuple(images.numpy().shape)


@replaces(
    notes_next,
    "The notes take a batch with `dataiter.next()`.",
    "That method is gone. `next(dataiter)` is Python's own, and works with every iterator.",
)
def next_now() -> tuple[int, ...]:
    """Ask Python's own next for it."""
    test_loader = DataLoader(TensorDataset(torch.rand(40, 1, 28, 28)), batch_size=20)
    dataiter = iter(test_loader)
    (images,) = next(dataiter)
    return tuple(images.numpy().shape)
