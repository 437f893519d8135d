"""What the lesson looks like: an image on its way through the chain, its histogram beside it."""

from functools import lru_cache
from typing import Any

from lib.core.controls import Control, Field, Menu, Slider
from lib.core.i18n import Translate, english, mark, translated
from lib.core.rules import Between
from lib.core.scene import ALL, Line, Picture, Revealed, Row, Scene
from lib.datasets.images import FASHION, PICTURES
from lib.lessons.data.preprocess import figures
from lib.lessons.data.preprocess.lesson import (
    FIRST_CHAIN,
    MEAN,
    MOST_STEPS,
    OWN,
    RANDOM,
    SEEDS,
    STD,
    STEPS,
    Chain,
    Steps,
    follow,
)
from lib.lessons.data.preprocess.questions import subject

IDEA = mark(
    "A photo is numbers from 0 to 255, height × width × 3. A network wants small floats, color "
    "first: a chain of steps makes them. `Normalize` computes (:blue[**x**] − mean) / std with "
    "*your* two numbers, as NumPy would. With 0.5 and 0.25, a color's own mean of 0.6 becomes "
    "(0.6 − 0.5) / 0.25 = 0.4, and its std of 0.2 becomes 0.2 / 0.25 = 0.8."
)
SYMBOLS = {"x": "blue"}
NONE, FASHION_NAME = "none", "Fashion-MNIST"
CONTROLS: dict[str, Control] = {
    "image": Menu({**{name: name for name in PICTURES}, FASHION_NAME: FASHION_NAME}),
    "image_number": Field(Between(0, FASHION - 1), 0),
    **{
        f"step{place}": Menu({name: name for name in (NONE, *STEPS)}, step)
        for place, step in enumerate(
            [*FIRST_CHAIN, *[NONE] * (MOST_STEPS - len(FIRST_CHAIN))], start=1
        )
    },
    "seed": Slider(SEEDS, 0),
}
# Played once before the first question, with another Normalize than the question's.
EXAMPLE = {
    "image": "coffee",
    **{f"step{place}": NONE for place in range(1, MOST_STEPS + 1)},
    "step1": "ToImage()",
    "step2": "Grayscale()",
    "step3": "ToDtype(torch.float32, scale=True)",
    "step4": "Normalize([0.5], [0.5])",
}


def settings(image: str | bytes, seed: int, image_number: int = 0, **steps: str) -> dict[str, Any]:
    """Join the number of a Fashion-MNIST picture to its name, and the steps to a chain."""
    if image == FASHION_NAME:
        image = f"fashion {image_number}"
    chosen = (steps[f"step{place}"] for place in range(1, MOST_STEPS + 1))
    return {"image": image, "steps": tuple(each for each in chosen if each != NONE), "seed": seed}


@lru_cache(maxsize=64)  # an answer uncovers more of the same chain
def follow_shipped(image: str, steps: Steps, seed: int) -> Chain:
    """Return what came of a chain; never with a visitor's own picture, which nobody keeps."""
    made: Chain = follow(image, steps, seed)
    return made


def scene(
    image: str | bytes = "chelsea",
    steps: Steps = FIRST_CHAIN,
    seed: int = 0,
    *,
    revealed: Revealed = ALL,
    _: Translate = english,
) -> Scene:
    """Return what is seen at these settings; the questions are "normalized" and "shape"."""
    own = isinstance(image, bytes)
    chain = follow(image, steps, seed) if own else follow_shipped(image, steps, seed)
    seen = chain.snapshots[: 1 + uncovered(chain, revealed)]
    words = translated(figures.WORDS, _)
    after = figures.after(chain, seen, words, shapes="shape" in revealed)
    names = [frame["name"] for frame in after.frames]
    return Scene(
        pictures={
            "before": Picture(
                figures.before(chain.snapshots[0], words),
                _("The image at first, of shape {shape}.", shape=chain.snapshots[0].shape),
            ),
            "after": Picture(after, _("The image after each of {count} steps.", count=len(steps))),
            "histogram": Picture(
                figures.histograms(seen, names),
                _("A histogram of each channel after each step; the last from {low} to {high}.",
                  low=f"{seen[-1].low:.3g}", high=f"{seen[-1].high:.3g}"),
            ),
        },
        code=code(image, steps, seed),
        caption=_("Play the chain: the image and its numbers after every step."),
        numbers=rows(chain, _),
        pause=1200,
        error=chain.error.partition(":")[0],
    )  # fmt: skip


def uncovered(chain: Chain, revealed: Revealed) -> int:
    """Return after how many steps the image may be seen.

    The first question asks for what its Normalize does, the second for what comes of the whole
    chain, which may be an error: until then only steps are seen that cannot be refused.
    """
    worked, about = len(chain.snapshots) - 1, subject(chain)
    if about is None:
        sure = min(surely_work(chain.steps), max(0, len(chain.steps) - 1))
        return worked if "shape" in revealed else sure
    if "normalized" not in revealed:
        return about.number - 1
    return worked if "shape" in revealed else about.number


def surely_work(steps: Steps) -> int:
    """Return how many of the first steps can be told to work from their names alone."""
    if steps[:1] != ("ToImage()",):
        return 0
    large = False  # enough for the crop
    for place, step in enumerate(steps):
        if step.startswith("Normalize") or (step == "RandomCrop(112)" and not large):
            return place
        if step.startswith(("Resize", "CenterCrop")):
            large = step != "Resize(64)"
    return len(steps)


def rows(chain: Chain, _: Translate) -> tuple[Row, ...]:
    """Return the end of the chain in numbers."""
    last = chain.snapshots[-1]
    # What comes out of a chain with a Normalize tells what that does.
    asked = "normalized" if subject(chain) else "shape"
    mean, std = (", ".join(f"{x:.3f}" for x in each) for each in (last.mean, last.std))
    return (
        Row(_("what it is"), f"`{last.kind}`", "shape"),
        Row("`x.shape`", f"`{last.shape}`", "shape"),
        Row("`x.dtype`", f"`{last.dtype}`", "shape"),
        Row(_("smallest, largest"), f"{last.low:.4g}, {last.high:.4g}", asked),
        Row(_("mean of each channel"), mean, asked),
        Row(_("std of each channel"), std, asked),
        Row(_("clipped when shown"), f"{last.clipped:.1%}", asked),
    )


def code(image: str | bytes, steps: Steps, seed: int) -> tuple[Line, ...]:
    """Return what a student would write for exactly these settings."""
    lines = [Line("from torchvision.transforms import v2")]
    if isinstance(image, str) and image.startswith("fashion "):
        lines += [
            Line(f'gray = np.load("fashion_mnist.npz")["test_images"][{image.split()[1]}]', (0,)),
            Line("x = np.stack([gray, gray, gray], axis=-1)", (0,)),
        ]
    else:
        name = PICTURES[image] if isinstance(image, str) else OWN
        lines = [Line("from PIL import Image"), *lines]
        lines.append(Line(f'x = np.array(Image.open("{name}").convert("RGB"))', (0,)))
    if any(step in RANDOM for step in steps):
        lines.append(Line(f"torch.manual_seed({seed})"))
    for number, step in enumerate(steps, start=1):
        call = step.replace("MEAN, STD", f"{MEAN}, {STD}")
        lines.append(Line(f"x = v2.{call}(x)", (number,)))
    return tuple(lines)
