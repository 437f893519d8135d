"""What the lesson looks like: a photo on its way through the network, the answer, a new head.

The network itself runs in a worker, which is too much for a picture that follows a slider. What it
answered comes in as ``prediction``; without one, the answer that is shown stays as it is.
"""

from functools import lru_cache
from typing import Any

from lib.core.controls import Control, Menu, Scale, Slider, Switch
from lib.core.i18n import Translate, english, mark, translated
from lib.core.scene import ALL, Line, Picture, Revealed, Row, Scene
from lib.datasets.images import PICTURES
from lib.lessons.models.pretrained import figures
from lib.lessons.models.pretrained.figures import ANSWERED, FROZEN, HEADED
from lib.lessons.models.pretrained.lesson import (
    EMBED_SIZES,
    SEEDS,
    TOP,
    Frozen,
    Prediction,
    counted,
    views,
)
from lib.lessons.models.pretrained.lesson import (
    FROZEN as FROZEN_BLOCKS,
)
from lib.lessons.models.pretrained.networks import BLOCKS, SHIPPED, WEIGHTS, available, block_shapes
from lib.plots.numbers import digits

IDEA = mark(
    "A network that has learned 1000 classes from a million photos has learned to see: its last "
    "layer needs only 1280 numbers a photo, its features. Freeze what makes them, and train a new "
    ":blue[**head**] alone, `nn.Linear(1280, 10)`: a few examples are enough. In NumPy you would "
    "fit a line to columns that somebody else has computed. The network always names one of its "
    "own classes, never “a cat”."
)
CONTROLS: dict[str, Control] = {
    "network": Menu({name: name for name in WEIGHTS}),
    "image": Menu({name: name for name in PICTURES}),
    "k": Slider(TOP, 5),
    "normalize": Switch(True),
    "evaluate": Switch(True),
    "seed": Slider(SEEDS, 0),
    "frozen": Slider(FROZEN_BLOCKS, BLOCKS[SHIPPED] - 2),
    "embed_size": Scale(EMBED_SIZES, 256),
}
SYMBOLS = {"classifier": "blue", "fc": "blue"}
# Played once before the first question: another photo, another head.
EXAMPLE = {
    "image": "coffee",
    "frozen": 10,
    "embed_size": 10,
    "k": 3,
    "prediction": Prediction(("espresso", "consomme", "cup"), (0.989, 0.005, 0.003), -0.351, 1.32),
}

shipped_views = lru_cache(maxsize=32)(views)  # never a visitor's own picture


def settings(
    network: str, frozen: int, embed_size: float, prediction: Prediction | None = None, **looks: Any
) -> dict[str, Any]:
    """Go on with the shipped network where the weights of another are missing."""
    network = network if available(network) else SHIPPED
    return {
        "network": network,
        "frozen": min(frozen, BLOCKS[network]),
        "embed_size": int(embed_size),
        "prediction": prediction,
        "seed": 0,
        **looks,
    }


def scene(
    network: str = SHIPPED,
    image: str | bytes = "chelsea",
    k: int = 5,
    normalize: bool = True,
    evaluate: bool = True,
    seed: int = 0,
    frozen: int = BLOCKS[SHIPPED] - 2,
    embed_size: int = 256,
    prediction: Prediction | None = None,
    *,
    revealed: Revealed = ALL,
    _: Translate = english,
) -> Scene:
    """Return what is seen at these settings; the questions are "first" and "trains"."""
    result = counted(network, frozen, embed_size)
    words = translated(figures.WORDS, _)
    last = BLOCKS[network] - 1
    passed = [0, last // 2, last]  # the blocks that the way through the network shows
    reached = [-1, -1, -1, *passed, last + 1, 99, 99]  # the row at each frame; 99 is below all
    says = captions(network, passed, prediction, normalize, result, revealed, _)
    answer = figures.unknown()
    if prediction:
        predicted = [*zip(prediction.classes, prediction.probabilities, strict=True)][:k]
        photo = (views if isinstance(image, bytes) else shipped_views)(network, image)
        says[0] = _("The photo: {width} × {height} pixels.", **photo._asdict())
        answer = figures.answer(photo, predicted, says, "first" in revealed, words)
    return Scene(
        pictures={
            "answer": Picture(
                answer,
                _("The photo, the part of it that the network sees, and bars for its {count} "
                  "likeliest classes.", count=k),
            ),
            "blocks": Picture(
                figures.blocks(result, reached, says, "trains" in revealed, words),
                _("Parameters of each block as bars; {frozen} of {blocks} blocks are frozen.",
                  frozen=frozen, blocks=BLOCKS[network]),
            ),
        },
        code=code(network, image, k, normalize, evaluate, seed, frozen, embed_size),
        caption=_("A photo on its way through the network, and a new head for it."),
        numbers=rows(prediction, result, _),
        pause=1500,
    )  # fmt: skip


def captions(
    network: str,
    passed: list[int],
    prediction: Prediction | None,
    normalize: bool,
    result: Frozen,
    revealed: Revealed,
    _: Translate,
) -> list[str]:
    """Return what is said at each frame."""
    first, trains = "first" in revealed, "trains" in revealed
    outputs = result.parts[-1].parameters // (result.features + 1)
    are = {"mean": "?", "std": "?"}
    name, probability = "?", 0.0
    if prediction:
        are = {"mean": digits(prediction.mean, 2), "std": digits(prediction.std, 2)}
        name, probability = prediction.classes[0], prediction.probabilities[0]
    shapes = block_shapes(network)
    return [
        _("The photo."),
        _("Resized and cut to 224 × 224 pixels: that is all the network gets to see."),
        _("Normalized as in training: mean {mean}, standard deviation {std}.", **are)
        if normalize
        else _("Not normalized, as the network does not know it: mean {mean}, standard deviation "
               "{std}.", **are),
        *(
            _("{block} hands on numbers of shape {shape}.",
              block=result.parts[at].name, shape=shapes[at])
            for at in passed
        ),
        _("The head's 1000 numbers become probabilities. First comes {name}: {probability:.1%}.",
          name=name, probability=probability)
        if first
        else _("The head's 1000 numbers become probabilities. Which class comes first?"),
        _("{frozen} of {blocks} blocks are frozen: training leaves them as they are.",
          frozen=sum(not part.trains for part in result.parts), blocks=BLOCKS[network]),
        _("A new head with {outputs} outputs. {trains:,} of {total:,} parameters train.",
          outputs=outputs, trains=result.trains, total=result.total)
        if trains
        else _("A new head with {outputs} outputs takes the place of the old one.",
               outputs=outputs),
    ]  # fmt: skip


def rows(prediction: Prediction | None, result: Frozen, _: Translate) -> tuple[Row, ...]:
    """Return what the network answers, and what trains."""
    answered: tuple[Row, ...] = ()
    if prediction:
        name, probability = prediction.classes[0], prediction.probabilities[0]
        answered = (
            Row("`x.mean()`, `x.std()`", f"{digits(prediction.mean)}, {digits(prediction.std)}"),
            Row(_("first class"), f"{name}, {probability:.2%}", "first"),
        )
    return (
        *answered,
        Row(_("parameters with the new head"), f"`{result.total:,}`", "trains"),
        Row(_("of them train"), f"`{result.trains:,}`", "trains"),
        Row(_("features that go into the head"), f"`{result.features}`"),
        Row(_("parameters of ImageNet's head, cut off"), f"`{result.old_head:,}`", "trains"),
    )


def code(
    network: str,
    image: str | bytes,
    k: int,
    normalize: bool,
    evaluate: bool,
    seed: int,
    frozen: int,
    embed_size: int,
) -> tuple[Line, ...]:
    """Return what a student would write for exactly these settings."""
    file = PICTURES[image] if isinstance(image, str) else "own.png"
    preset = "" if normalize else "mean=(0, 0, 0), std=(1, 1, 1)"
    features = counted(network, 0, embed_size).features
    head, body = "classifier[1]", f"model.features[:{frozen}]"
    if network != SHIPPED:  # a ResNet: its first block is followed by ReLU and pooling
        head, body = "fc", f"nn.Sequential(*list(model.children())[:{frozen + 3}])"
    looking = (3, 4, 5, ANSWERED)
    return (
        Line("from PIL import Image"),
        Line("from torchvision import models"),
        Line(f"weights = models.{WEIGHTS[network]}"),
        Line(f"model = models.{network}(weights=weights){'.eval()' if evaluate else ''}"),
        Line(f'photo = Image.open("{file}").convert("RGB")', (0,)),
        Line(f"x = weights.transforms({preset})(photo)  # (3, 224, 224)", (1, 2)),
        *([] if evaluate else [Line(f"torch.manual_seed({seed})  # dropout draws", (3,))]),
        Line(f"p, i = model(x[None]).softmax(dim=1).topk({k})  # (1, {k}), (1, {k})", looking),
        Line('print([weights.meta["categories"][each] for each in i[0]])', (ANSWERED,)),
        *([Line(f"{body}.requires_grad_(False)", (FROZEN,))] if frozen else []),
        Line(f"model.{head} = nn.Linear({features}, {embed_size})", (HEADED,)),
        Line("print(sum(p.numel() for p in model.parameters() if p.requires_grad))", (HEADED,)),
    )
