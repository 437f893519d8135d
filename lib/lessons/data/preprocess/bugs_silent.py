"""Mistakes on the way from pixels to tensors that raise no error, each with its repair."""

from typing import NamedTuple

import cv2
import torch
from torchvision.transforms import v2

from lib.core.bugs import fixes
from lib.datasets.assets import asset
from lib.datasets.images import picture
from lib.lessons.data.preprocess.steps import MEAN, STD


class Spread(NamedTuple):
    """A picture in numbers."""

    shape: tuple[int, ...]
    dtype: str
    low: float
    high: float
    mean: float
    std: float


def spread(x: torch.Tensor) -> Spread:
    """Return a picture in numbers."""
    low, high = x.float().aminmax()
    std, mean = torch.std_mean(x.float())
    dtype = str(x.dtype).removeprefix("torch.")
    return Spread(tuple(x.shape), dtype, low.item(), high.item(), mean.item(), std.item())


# --- normalize before scaling ---------------------------------------------------------------------


def normalize_unscaled() -> Spread:
    """Turn the numbers into floats, but leave them between 0 and 255."""
    floats = v2.ToDtype(torch.float32)
    chain = v2.Compose([v2.ToImage(), floats, v2.Normalize(MEAN, STD)])
    return spread(chain(picture("chelsea")))


@fixes(
    normalize_unscaled,
    "normalize before scaling (silent)",
    "No error: the mean and std of 0 to 1 are used on 0 to 255, so the numbers that reach the "
    "network are far too large.",
)
def normalize_unscaled_fixed() -> Spread:
    """Scale them to 0 to 1 on the way."""
    floats = v2.ToDtype(torch.float32, scale=True)
    chain = v2.Compose([v2.ToImage(), floats, v2.Normalize(MEAN, STD)])
    return spread(chain(picture("chelsea")))


# --- an array passes ------------------------------------------------------------------------------


def array_passes() -> Spread:
    """Hand a NumPy array to the transforms."""
    resize, floats = v2.Resize((64, 64)), v2.ToDtype(torch.float32, scale=True)
    chain = v2.Compose([resize, floats, v2.Normalize(MEAN, STD)])
    return spread(torch.from_numpy(chain(picture("chelsea"))))


@fixes(
    array_passes,
    "no ToImage (silent)",
    "No error: the transforms work on tensors and Pillow's pictures, and let everything else "
    "pass, a NumPy array as well. Nothing was resized, scaled or normalized.",
)
def array_passes_fixed() -> Spread:
    """Tell the transforms that it is a picture."""
    resize, floats = v2.Resize((64, 64)), v2.ToDtype(torch.float32, scale=True)
    chain = v2.Compose([v2.ToImage(), resize, floats, v2.Normalize(MEAN, STD)])
    return spread(chain(picture("chelsea")))


# --- color jitter after normalize -----------------------------------------------------------------


def jitter_after_normalize() -> Spread:
    """Change the brightness of numbers around 0."""
    torch.manual_seed(0)
    floats, normalize = v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)
    jitter = v2.ColorJitter(brightness=0.5)
    chain = v2.Compose([v2.ToImage(), floats, normalize, jitter])
    return spread(chain(picture("chelsea")))


@fixes(
    jitter_after_normalize,
    "jitter after normalize (silent)",
    "No error: ColorJitter takes floats for colors from 0 to 1 and cuts off the rest. After "
    "Normalize, that is every number below the mean.",
)
def jitter_after_normalize_fixed() -> Spread:
    """Change the brightness first."""
    torch.manual_seed(0)
    floats, normalize = v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)
    jitter = v2.ColorJitter(brightness=0.5)
    chain = v2.Compose([v2.ToImage(), jitter, floats, normalize])
    return spread(chain(picture("chelsea")))


# --- blue for red ---------------------------------------------------------------------------------


class Channels(NamedTuple):
    """The mean of each channel, from 0 to 255."""

    red: float
    green: float
    blue: float


def blue_for_red() -> Channels:
    """Read a photo of a ginger cat with OpenCV and take the first channel for red."""
    image = cv2.imread(str(asset("chelsea.jpg")))  # (H, W, 3)
    planes = v2.functional.to_image(image)  # (3, H, W)
    return Channels(*planes.float().mean(dim=(1, 2)).tolist())


@fixes(
    blue_for_red,
    "blue for red (silent)",
    "No error: OpenCV reads blue, green, red. A ginger cat has more red than blue; the means "
    "tell. Above, under *views*, you can see it.",
)
def blue_for_red_fixed() -> Channels:
    """Turn OpenCV's blue, green, red around first."""
    image = cv2.imread(str(asset("chelsea.jpg")))  # (H, W, 3)
    image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)  # (H, W, 3)
    planes = v2.functional.to_image(image)  # (3, H, W)
    return Channels(*planes.float().mean(dim=(1, 2)).tolist())


# --- shown without undoing normalize --------------------------------------------------------------


class Shown(NamedTuple):
    """How much of a picture is cut off when it is shown, and how far it is from the right one."""

    share_clipped: float
    mean_error: float


def shown_normalized() -> Shown:
    """Show a normalized picture as it is. A viewer cuts floats off at 0 and 1."""
    right = v2.functional.to_dtype(v2.functional.to_image(picture("chelsea")), scale=True)
    x = v2.functional.normalize(right, MEAN, STD)  # (3, H, W)
    shown = x.clamp(0, 1)  # (3, H, W)
    clipped = ((x < -1e-6) | (x > 1 + 1e-6)).float().mean()
    return Shown(clipped.item(), (shown - right).abs().mean().item())


@fixes(
    shown_normalized,
    "shown normalized (silent)",
    "No error, at most a note: a viewer cuts floats off at 0 and 1, and with them whatever was "
    "darker than the mean. Undo Normalize to look at a picture.",
)
def shown_normalized_fixed() -> Shown:
    """Multiply by std and add the mean back first."""
    right = v2.functional.to_dtype(v2.functional.to_image(picture("chelsea")), scale=True)
    x = v2.functional.normalize(right, MEAN, STD)  # (3, H, W)
    mean, std = (torch.tensor(each).view(3, 1, 1) for each in (MEAN, STD))
    x = x * std + mean  # (3, H, W)
    shown = x.clamp(0, 1)  # (3, H, W)
    clipped = ((x < -1e-6) | (x > 1 + 1e-6)).float().mean()
    return Shown(round(clipped.item(), 6), round((shown - right).abs().mean().item(), 6))


# --- one draw for a whole batch -------------------------------------------------------------------


class Turned(NamedTuple):
    """A batch of eight equal pictures after a random rotation."""

    shape: tuple[int, ...]
    different: int


def one_draw_for_all() -> Turned:
    """Augment a batch as a whole, as a WrappedDataLoader's function would."""
    torch.manual_seed(0)
    x = v2.functional.to_image(picture("fashion 0"))  # (3, 28, 28)
    batch = torch.stack([x] * 8)  # (8, 3, 28, 28)
    rotate = v2.RandomRotation(180)
    turned = rotate(batch)  # (8, 3, 28, 28)
    return Turned(tuple(turned.shape), len(turned.unique(dim=0)))


@fixes(
    one_draw_for_all,
    "one draw for a batch (silent)",
    "No error: a random transform draws once for what it is given. Given a batch, it turns all "
    "its pictures the same way. Augment in the data set, not in the wrapper.",
)
def one_draw_for_all_fixed() -> Turned:
    """Augment each picture by itself, as a data set does before the batch is made."""
    torch.manual_seed(0)
    x = v2.functional.to_image(picture("fashion 0"))  # (3, 28, 28)
    batch = [x] * 8
    rotate = v2.RandomRotation(180)
    turned = torch.stack([rotate(each) for each in batch])  # (8, 3, 28, 28)
    return Turned(tuple(turned.shape), len(turned.unique(dim=0)))
