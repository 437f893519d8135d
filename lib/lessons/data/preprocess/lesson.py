"""From pixels to tensors: a chain of torchvision's transforms, an image after every step."""

from typing import NamedTuple

import cv2
import numpy as np
import torch
from torchvision.transforms import v2

from lib.core.rules import Between, Each, OneOf, checked
from lib.datasets.images import PICTURES, PictureRule, picture

# Of ImageNet's photos, red, green and blue, as torchvision's own networks expect them.
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

STEPS: dict[str, v2.Transform] = {
    "ToImage()": v2.ToImage(),
    "Resize(64)": v2.Resize(64),
    "Resize(128)": v2.Resize(128),
    "Resize((128, 128))": v2.Resize((128, 128)),
    "CenterCrop(112)": v2.CenterCrop(112),
    "RandomCrop(112)": v2.RandomCrop(112),
    "RandomHorizontalFlip(p=0.5)": v2.RandomHorizontalFlip(p=0.5),
    "RandomRotation(30)": v2.RandomRotation(30),
    "ColorJitter(0.5, 0.5, 0.5)": v2.ColorJitter(0.5, 0.5, 0.5),
    "Grayscale()": v2.Grayscale(),
    "ToDtype(torch.float32, scale=True)": v2.ToDtype(torch.float32, scale=True),
    "ToDtype(torch.float32)": v2.ToDtype(torch.float32),
    "Normalize([0.5], [0.5])": v2.Normalize([0.5], [0.5]),
    "Normalize(MEAN, STD)": v2.Normalize(MEAN, STD),
}
RANDOM = tuple(name for name in STEPS if name.startswith(("Random", "ColorJitter")))

Steps = tuple[str, ...]
MOST_STEPS = 8
FIRST_CHAIN: Steps = (
    "ToImage()",
    "Resize(128)",
    "RandomCrop(112)",
    "RandomHorizontalFlip(p=0.5)",
    "ToDtype(torch.float32, scale=True)",
    "Normalize(MEAN, STD)",
)
CHAIN = Each(OneOf(*STEPS), Between(0, MOST_STEPS))

BINS = 32  # of a histogram
SIDE = 160  # pixels of the longer side of an image that is drawn


class Snapshot(NamedTuple):
    """An image after a step.

    Attributes:
        call: the step that made it; empty at the beginning.
        kind: what it is: "ndarray", "Image" (a tensor that knows it is an image) or "Tensor".
        shape: how long each axis is.
        dtype: of its numbers, such as "uint8".
        low: the smallest number.
        high: the largest.
        mean: of each channel.
        std: the standard deviation of each channel.
        ends: the range the histogram covers.
        histogram: for each channel, how many pixels fall into each part, (channels, BINS).
        clipped: the share of numbers that is cut off when it is shown, from 0 to 1.
        shown: the image as matplotlib shows it, uint8 (height, width, 3).
    """

    call: str
    kind: str
    shape: tuple[int, ...]
    dtype: str
    low: float
    high: float
    mean: tuple[float, ...]
    std: tuple[float, ...]
    ends: tuple[float, float]
    histogram: np.ndarray
    clipped: float
    shown: np.ndarray


def snapshot(call: str, x: np.ndarray | torch.Tensor) -> Snapshot:
    """Measure and show an image, H W C if it is an array and C H W if a tensor."""
    planes = x if isinstance(x, torch.Tensor) else torch.from_numpy(x).permute(2, 0, 1)
    channels = planes.as_subclass(torch.Tensor).flatten(1).float()  # (C, H * W)
    mean = channels.mean(dim=1, keepdim=True)  # (C, 1)
    std = (channels - mean).square().mean(dim=1).sqrt()  # (C,)
    low, high = channels.min().item(), channels.max().item()
    most = 1.0 if planes.is_floating_point() else 255.0
    natural = low >= 0 and high <= most
    ends = (0.0, most) if natural else (low, high) if low < high else (low - 1, high + 1)
    return Snapshot(
        call=call,
        kind=type(x).__name__,
        shape=tuple(x.shape),
        dtype=str(x.dtype).removeprefix("torch."),
        low=low,
        high=high,
        mean=tuple(mean.flatten().tolist()),
        std=tuple(std.tolist()),
        ends=ends,
        histogram=histogram(channels, ends),
        clipped=((channels < 0) | (channels > most)).float().mean().item(),
        shown=shown(planes),
    )


def histogram(channels: torch.Tensor, ends: tuple[float, float]) -> np.ndarray:
    """Count, for each channel, how many numbers fall into each of ``BINS`` equal parts."""
    low, high = ends
    part = ((channels - low) / ((high - low) / BINS)).long().clamp(0, BINS - 1)  # (C, H * W)
    counts = [torch.bincount(row, minlength=BINS) for row in part]
    return torch.stack(counts).int().numpy()  # (C, BINS)


def shown(planes: torch.Tensor) -> np.ndarray:
    """Return an image as matplotlib shows it, made small enough to be drawn."""
    image = as_bytes(planes.as_subclass(torch.Tensor))  # (C, H, W)
    pixels = image.expand(3, -1, -1).permute(1, 2, 0).contiguous().numpy()  # (H, W, 3)
    smaller = min(1, SIDE / max(pixels.shape[:2]))
    height, width = (max(1, round(side * smaller)) for side in pixels.shape[:2])
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)


def as_bytes(pixels: torch.Tensor) -> torch.Tensor:
    """Return pixels as uint8, as matplotlib's imshow does: floats are clipped to 0 to 1."""
    return (pixels.clamp(0, 1) * 255).round().byte() if pixels.is_floating_point() else pixels


# --- a chain of them ------------------------------------------------------------------------------

SEEDS = Between(0, 99)


class Chain(NamedTuple):
    """What came of a chain of steps.

    Attributes:
        steps: all steps of the chain.
        snapshots: the image at first, then after each step that worked.
        error: torchvision's own words, if it refused the next step; else empty.
    """

    steps: Steps
    snapshots: tuple[Snapshot, ...]
    error: str


@checked(image=PictureRule(), steps=CHAIN, seed=SEEDS)
def follow(image: str | bytes = "chelsea", steps: Steps = FIRST_CHAIN, seed: int = 0) -> Chain:
    """Send an image through the steps one by one, and take a snapshot after each.

    ``v2.Compose`` does the same in one go: it calls its transforms one after the other.

    Args:
        image: one that ``picture`` knows.
        steps: names from ``STEPS``, in the order they are taken.
        seed: for the steps that draw random numbers.

    Source: https://docs.pytorch.org/vision/stable/transforms.html
    """
    torch.manual_seed(seed)
    x = picture(image)  # (H, W, 3)
    snapshots = [snapshot("", x)]
    for name in steps:
        transform: v2.Transform = STEPS[name]
        try:
            x = transform(x)  # ToImage: (3, H, W); the others as their name says
        except (TypeError, ValueError, RuntimeError) as error:
            return Chain(steps, tuple(snapshots), f"{type(error).__name__}: {error}")
        snapshots.append(snapshot(name, x))
    return Chain(steps, tuple(snapshots), "")


DRAWS = 8


def draws_at_random(steps: Steps) -> bool:
    """Tell whether a random step comes after ToImage; before it, an array passes as it is.

    >>> draws_at_random(("RandomRotation(30)", "ToImage()", "Grayscale()"))
    False
    """
    images = steps[steps.index("ToImage()") :] if "ToImage()" in steps else ()
    return any(step in RANDOM for step in images)


class Draws(NamedTuple):
    """Eight results of one chain: what a network gets of one image in eight epochs.

    Attributes:
        images: each as matplotlib shows it, uint8 (height, width, 3); none if a step is refused.
        different: how many of them differ.
        mean: the mean of all numbers of each.
    """

    images: tuple[np.ndarray, ...]
    different: int
    mean: tuple[float, ...]


@checked(image=PictureRule(), steps=CHAIN, seed=SEEDS)
def draw(image: str | bytes = "chelsea", steps: Steps = FIRST_CHAIN, seed: int = 0) -> Draws:
    """Send the same image through the same chain eight times.

    A Normalize at the end is left out: it draws nothing, and hides what the others do.

    Args:
        image: one that ``picture`` knows.
        steps: names from ``STEPS``, in the order they are taken.
        seed: set once, before the first draw.
    """
    torch.manual_seed(seed)
    start = picture(image)  # (H, W, 3)
    taken = steps[:-1] if steps and steps[-1].startswith("Normalize") else steps
    chain = v2.Compose([STEPS[name] for name in taken] or [v2.Identity()])
    try:
        drawn = [snapshot("", chain(start)) for _ in range(DRAWS)]
    except (TypeError, ValueError, RuntimeError):
        return Draws((), 0, ())
    return Draws(
        images=tuple(each.shown for each in drawn),
        different=len({(each.shown.tobytes(), each.mean) for each in drawn}),
        mean=tuple(float(np.mean(each.mean)) for each in drawn),
    )


# --- the chain as one writes it: one v2.Compose, and what came of it beside each line -------------

OWN = "own.png"  # the name an uploaded image has


@checked(image=PictureRule())
def composed(chain: Chain, image: str | bytes, seed: int, revealed: bool = True) -> str:
    """Return the program that sends ``image`` through the steps of ``chain``.

    Args:
        chain: what ``follow`` returned for this picture and this seed.
        image: the one it reads.
        seed: for the steps that draw random numbers.
        revealed: whether shapes and errors stand beside the lines.
    """
    lines = ["import numpy as np", "import torch"]
    if not _is_fashion(image):
        lines.append("from PIL import Image")
    lines += ["from torchvision.transforms import v2", ""]
    if any("MEAN" in step for step in chain.steps):
        lines += [f"MEAN, STD = {MEAN}, {STD}", ""]
    lines += [*_opened(image, chain.snapshots[0]), ""]
    if not chain.steps:
        return "\n".join([*lines, "x = image  # no steps", "print(x.shape)"]) + "\n"
    comments = _comments(chain) if revealed else [""] * len(chain.steps)
    lines += ["chain = v2.Compose(", "    ["]
    lines += [
        f"        v2.{step},{comment}"
        for step, comment in zip(chain.steps, comments, strict=True)
    ]  # fmt: skip
    lines += ["    ]", ")", f"torch.manual_seed({seed})", "x = chain(image)", "print(x.shape)"]
    return "\n".join(lines) + "\n"


def _opened(image: str | bytes, first: Snapshot) -> list[str]:
    """Return the lines that read the image."""
    note = f"  # {first.shape} {first.dtype}"
    if isinstance(image, str) and _is_fashion(image):
        return [
            f'gray = np.load("fashion_mnist.npz")["test_images"][{int(image.split()[1])}]',
            f"image = np.stack([gray, gray, gray], axis=-1){note}",
        ]
    name = PICTURES[image] if isinstance(image, str) else OWN
    return [f'image = np.array(Image.open("{name}").convert("RGB")){note}']


def _is_fashion(image: str | bytes) -> bool:
    return isinstance(image, str) and image.startswith("fashion ")


def _comments(chain: Chain) -> list[str]:
    """Return what stands behind each step: what came of it, or why nothing did."""
    comments = [f"  # {each.shape} {each.dtype}" for each in chain.snapshots[1:]]
    if chain.error:
        comments.append(f"  # {chain.error.partition(':')[0]}")
    return comments + [""] * (len(chain.steps) - len(comments))
