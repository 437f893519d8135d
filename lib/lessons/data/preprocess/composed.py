"""A chain as one writes it: one ``v2.Compose``, and what came of it beside each line."""

from lib.core.rules import checked
from lib.datasets.images import PICTURES, PictureRule
from lib.lessons.data.preprocess.lesson import Chain
from lib.lessons.data.preprocess.steps import MEAN, STD, Snapshot

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
