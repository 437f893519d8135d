"""What the lesson looks like: pictures of clothes dealt out as batches, this epoch and the next."""

from collections.abc import Callable
from typing import Any

from lib.core.controls import Field, Menu, Slider, Switch
from lib.core.i18n import Translate, english, mark, translated
from lib.core.scene import ALL, Line, Picture, Revealed, Row, Scene
from lib.datasets.fashion_mnist import Images
from lib.lessons.data.batching import figures
from lib.lessons.data.batching.figures import Shown
from lib.lessons.data.batching.lesson import (
    DATA,
    SAMPLERS,
    Loaded,
    Order,
    class_balanced,
    in_order,
    mixed,
    mostly_shirts,
    random,
    seen,
    sequential,
    shuffled,
    sorted_by_label,
    taking_turns,
    two_epochs,
    with_replacement,
)
from lib.lessons.data.batching.questions import shows_order

Data = Callable[[int], Images]

IDEA = mark(
    "A network learns from a few samples of a dataset at a time: a batch. `DataLoader(train_ds, "
    "`:orange[**batch_size**]`, shuffle=True)` deals the samples out like cards: it draws an "
    "order, cuts it into batches of :orange[**batch_size**], and what is left over makes a "
    "smaller last one; `drop_last=True` leaves that out. Once through all is an epoch; each is "
    "dealt anew. In NumPy: shuffle the row numbers, then slice them."
)
SYMBOLS = {"batch_size": "orange"}
NONE = "none"
RULES = two_epochs.rules
CONTROLS = {
    "samples": Slider(RULES["samples"], 32),
    "batch_size": Slider(RULES["batch_size"], 5),
    "shuffle": Switch(True),
    "drop_last": Switch(),
    "data": Menu(DATA),
    "sampler": Menu({NONE: NONE, **SAMPLERS}),
    "seed": Field(RULES["seed"], 0),
}
# Played once before the first question, with other numbers, and in order.
EXAMPLE = {"samples": 14, "batch_size": 4, "shuffle": False}

WRITTEN: dict[Order, str] = {
    in_order: "shuffle=False",
    shuffled: "shuffle=True",
    sequential: "SequentialSampler(train_ds)",
    random: "RandomSampler(train_ds)",
    with_replacement: "RandomSampler(train_ds, replacement=True)",
    class_balanced: "WeightedRandomSampler(1 / torch.bincount(y)[y], len(y))",
    taking_turns: "sampler=TakingTurns(y)",
}
FILE = "fashion_mnist.npz"
TURNS = (
    "class TakingTurns(list):  # one sample of each class in turn",
    "    def __iter__(self):",
    "        s = [g[torch.randperm(len(g))] for c in y.unique() for g in torch.where(y == c)]",
    "        return iter([int(g[i % len(g)]) for i in range(len(y)) for g in s][: len(y)])",
)
DEALT = tuple(range(1, 60))  # the frames in which batches are dealt


def settings(sampler: Any, shuffle: bool = True, **others: Any) -> dict[str, Any]:
    """Join the sampler and shuffle, whose place it takes."""
    order = sampler if sampler != NONE else shuffled if shuffle else in_order
    return {**others, "order": order}


def scene(
    data: Data = mixed,
    order: Order = shuffled,
    samples: int = 32,
    batch_size: int = 5,
    drop_last: bool = False,
    seed: int = 0,
    *,
    revealed: Revealed = ALL,
    _: Translate = english,
) -> Scene:
    """Return what is seen at these settings; the questions are "batches", "last" and "order"."""
    result = two_epochs(data, order, samples, batch_size, drop_last, seed)
    asked = "order" if shows_order(result, order) else "last"  # what hides the next epoch
    epochs = uncovered(result, revealed, asked)
    return Scene(
        pictures={
            "tiles": Picture(
                figures.tiles(
                    result, epochs, data(samples).images, batch_size, translated(figures.WORDS, _)
                ),
                _("{samples} pictures of clothes as tiles; below, the batches they are dealt into, "
                  "in this epoch and in the next.", samples=samples),
            )
        },
        code=code(data, order, samples, batch_size, drop_last, seed),
        caption=_("Each color is a batch: play how the samples are dealt out."),
        numbers=rows(result, asked, _),
        pause=700,
    )  # fmt: skip


def uncovered(result: Loaded, revealed: Revealed, asked: str) -> tuple[Shown, Shown]:
    """Return as much of the two epochs as the answered questions have uncovered.

    The first batch may always be seen, unless it is the last one, too.
    """
    whole = "batches" in revealed and "last" in revealed
    shown = []
    for epoch, hidden in ((result.first, False), (result.second, asked not in revealed)):
        if hidden:
            shown.append(Shown(()))
        elif whole:
            shown.append(Shown(epoch, seen(result, epoch).never))
        else:
            shown.append(Shown(epoch[:1] if len(epoch) > 1 else ()))
    first, second = shown
    return first, second


def rows(result: Loaded, asked: str, _: Translate) -> tuple[Row, ...]:
    """Return the loader in numbers."""
    first, second = seen(result, result.first), seen(result, result.second)
    shape = f"`{result.shape}`" if result.shape else _("no batch")
    last = len(result.first[-1]) if result.first else 0
    return (
        Row(_("samples, and classes among them"),
            f"`{len(result.labels)}` `{len(set(result.labels))}`"),
        Row("`len(train_dl)`", str(result.batches), "batches"),
        Row(_("`xb.shape` of the first batch"), shape, "batches"),
        Row(_("samples in the last batch"), str(last), "last"),
        Row(_("samples in no batch, this epoch and the next"),
            f"`{len(first.never)}` `{len(second.never)}`", "last"),
        Row(_("samples that came more than once, in each"),
            f"`{first.again}` `{second.again}`", asked),
        Row(_("batches with all ten classes, in each"),
            f"`{first.complete}` `{second.complete}`", asked),
        Row(_("the next epoch has the same order"), f"`{result.first == result.second}`", asked),
    )  # fmt: skip


def code(
    data: Data, order: Order, samples: int, batch_size: int, drop_last: bool, seed: int
) -> tuple[Line, ...]:
    """Return what a student would write for exactly these settings."""
    turns = order is taking_turns
    has_sampler = not turns and order not in (in_order, shuffled)
    names = ["DataLoader", "TensorDataset"]
    if has_sampler:
        names.insert(1, WRITTEN[order].partition("(")[0])
    made = [f"from torch.utils.data import {', '.join(names)}", *written_data(data, samples)]
    seeded = f"torch.manual_seed({seed})"
    rest = "sampler=sampler" if has_sampler else WRITTEN[order]
    rest += ", drop_last=True)" if drop_last else ")"
    if turns:  # the class takes the room of what others write out
        made += [*TURNS, seeded, f"train_dl = DataLoader(TensorDataset(x, y), {batch_size}, {rest}"]
        loop = ["print([[yb.tolist() for xb, yb in train_dl] for epoch in range(2)])"]
    else:
        made += ["train_ds = TensorDataset(x, y)", seeded]
        made += [f"sampler = {WRITTEN[order]}"] if has_sampler else []
        made.append(f"train_dl = DataLoader(train_ds, batch_size={batch_size}, {rest}")
        loop = [
            "for epoch in range(2):",
            "    for xb, yb in train_dl:",
            "        print(yb.tolist())",
        ]
    *before, last = loop
    return (*map(Line, [*made, *before]), Line(last, DEALT))


def written_data(data: Data, samples: int) -> list[str]:
    """Return the lines that make the pictures ``x`` and their labels ``y``."""
    if data is mostly_shirts:
        return [
            f'images, labels = map(np.load("{FILE}").get, ("train_images", "train_labels"))',
            "shirts, others = np.flatnonzero(labels == 0), np.flatnonzero(labels != 0)",
            f"i = [others[k // 4] if k % 4 == 3 else shirts[k] for k in range({samples})]",
            "x, y = torch.tensor(images[i]) / 255, torch.tensor(labels[i]).long()",
        ]
    made = [
        f'data = np.load("{FILE}")',
        f'x = torch.tensor(data["train_images"][:{samples}]) / 255',
        f'y = torch.tensor(data["train_labels"][:{samples}]).long()',
    ]
    if data is sorted_by_label:
        made.append("x, y = x[y.argsort(stable=True)], y.sort(stable=True).values")
    return made
