"""What the lesson looks like: the file's keys beside the network's, copied one after the other."""

from functools import lru_cache
from typing import Any

from lib.core.controls import Menu, Slider, Switch
from lib.core.i18n import Translate, english, mark, translated
from lib.core.isolation import call_alone
from lib.core.scene import ALL, Line, Picture, Revealed, Row, Scene
from lib.lessons.training.save_load import figures
from lib.lessons.training.save_load.files import saved
from lib.lessons.training.save_load.lesson import (
    FILTERS,
    SEEDS,
    WAYS,
    Filter,
    Illustrated,
    Loaded,
    as_in_the_notes,
    everything,
    illustrated,
)
from lib.lessons.training.save_load.networks import (
    SOURCES,
    TARGETS,
    Network,
    net,
    parallel,
    renamed,
    three_classes,
)
from lib.lessons.training.save_load.questions import loaded, own_keys

IDEA = mark(
    "What a network learned is its numbers. :blue[**net**]`.state_dict()` is a dict of them: a "
    "key such as `conv1.weight` and its tensor, as `np.savez` stores arrays by name. "
    "`torch.save` writes it to a :green[**file**]. "
    ":violet[**new**]`.load_state_dict(`:green[**file**]`)` copies every tensor whose key and "
    "shape :violet[**new**] has, too. With `strict=True`, missing or unexpected keys are an error."
)
CONTROLS = {
    "target": Menu(TARGETS),
    "filter": Menu(FILTERS),
    "strict": Switch(True),
    "source": Menu(SOURCES),
    "way": Menu({way: way for way in WAYS}),
    "strip": Switch(),
    "seed": Slider(SEEDS, 1),
}
SYMBOLS = {"net": "blue", "file": "green", "new": "violet"}
# Played once before the first question: into the same network, where every key has its place.
EXAMPLE = {"target": net}

ARGUMENTS = {net: '"conv1", 10', renamed: '"stem", 10', three_classes: '"conv1", 3'}


def settings(**values: Any) -> dict[str, Any]:
    """Name the filter as the lesson's function does."""
    return {("key_filter" if name == "filter" else name): each for name, each in values.items()}


@lru_cache(maxsize=1000)
def illustrated_once(**settings: Any) -> Illustrated:
    """Return what comes of loading, computed once for the same settings."""
    found: Illustrated = call_alone(illustrated, settings)
    return found


@lru_cache(maxsize=20)
def bytes_of(way: str, source: Network) -> int:
    """Return how many bytes a file has."""
    return len(call_alone(saved, {"way": way, "source": source}))


def loading(
    way: str = "state_dict", source: Network = net, target: Network = renamed, **others: Any
) -> Illustrated:
    """Return what comes of loading; what is known already is not computed again."""
    order = way if way == "safetensors" else "state_dict"  # safetensors sorts the keys
    seen = illustrated_once(way=order, source=source, target=target, **others)
    return seen._replace(result=seen.result._replace(file_bytes=bytes_of(way, source)))


def scene(
    way: str = "state_dict",
    source: Network = net,
    target: Network = renamed,
    strip: bool = False,
    key_filter: Filter = everything,
    strict: bool = True,
    seed: int = 1,
    *,
    revealed: Revealed = ALL,
    _: Translate = english,
) -> Scene:
    """Return what is seen at these settings; the questions are "keys" and "outcome"."""
    seen = loading(
        way, source, target, strip=strip, key_filter=key_filter, strict=strict, seed=seed
    )
    result, may_see = seen.result, "keys" in revealed
    words = translated(figures.WORDS, _)
    moving = figures.loading(result.keys, seen.in_file, seen.start, seen.in_net, words)
    alt = _("{count} keys, in the file and in the network, with small pictures of their weights.",
            count=len(result.keys))  # fmt: skip
    if may_see:
        alt += " " + _("{count} are copied.", count=loaded(result))
    accuracy = _("Accuracy on test images: the saved network {trained:.1%}, the new one before "
                 "loading {before:.1%}.",
                 trained=result.trained_accuracy, before=result.accuracy_before)  # fmt: skip
    return Scene(
        pictures={
            "keys": Picture(moving if may_see else moving.unplayed(), alt),
            "accuracy": Picture(figures.accuracies(result, may_see, words), accuracy),
        },
        code=code(way, source, target, strip, key_filter, strict, seed, len(result.keys)),
        caption=_("Left, what the file holds; right, the new network before loading."),
        numbers=rows(result, target, revealed, _),
        rest=0,
        pause=1000,
        error="RuntimeError" if result.error else "",
    )


def rows(result: Loaded, target: Network, revealed: Revealed, _: Translate) -> tuple[Row, ...]:
    """Return how much was loaded, what was raised, and what the networks are worth."""
    raised = _("nothing")
    if result.error:
        raised = "RuntimeError"
        if "keys" in revealed:
            raised += ": " + " ".join(result.error.replace("`", "'").split())
    of_all = _("{loaded} of {own}", loaded=loaded(result), own=own_keys(result))
    made = [
        Row(_("bytes of the file"), str(result.file_bytes)),
        Row(_("keys of the network that hold the file's numbers"), of_all, "keys"),
        Row(_("`load_state_dict` raises"), raised, "outcome"),
        Row(_("accuracy after loading"), f"{result.accuracy_after:.1%}", "keys"),
        Row(_("outputs the same, bit for bit"), f"`{result.same}`", "keys"),
    ]
    if target is three_classes:
        told = _("images of its three classes only: a third of them is what guessing gets right")
        made.append(Row(_("the new network is tested on"), told))
    return tuple(made)


def code(
    way: str,
    source: Network,
    target: Network,
    strip: bool,
    key_filter: Filter,
    strict: bool,
    seed: int,
    keys: int,
) -> tuple[Line, ...]:
    """Return what a student would write for exactly these settings."""
    before, save, load = _file(way)
    read = [f"file = {load}"]
    if strip:
        again = 'file = {{k.removeprefix("module."): w for k, w in {file}.items()}}'
        one = again.format(file=load)
        read = [*read, again.format(file="file")] if way == "whole model" else [one]
    if key_filter is as_in_the_notes:
        read.append("own = new.state_dict()")
        read.append("file = own | {k: w for k, w in file.items() if k in own}")
    elif key_filter is not everything:
        read.append("own = new.state_dict()")
        read.append(
            "file = own | {k: w for k, w in file.items() if k in own and w.shape == own[k].shape}"
        )
    made = [
        "def network(first, classes):",
        '    layers = {first: nn.Conv2d(1, 8, 3), "conv2": nn.Conv2d(8, 16, 3)}',
        '    return nn.ModuleDict({**layers, "fc": nn.Linear(784, classes)})',
        f"net = {_made(source)}  # then train it",
    ]
    return (
        *(Line(each) for each in (*made, *before)),
        Line(save, (0,)),
        Line(f"torch.manual_seed({seed})"),
        Line(f"new = {_made(target)}", (0,)),
        *(Line(each, (0,)) for each in read),
        Line(f"print(new.load_state_dict(file, strict={strict}))", tuple(range(1, keys + 2))),
    )


def _made(network: Network) -> str:
    """Return how a network is made."""
    if network is parallel:
        return f"nn.DataParallel(network({ARGUMENTS[net]}))"
    return f"network({ARGUMENTS[network]})"


def _file(way: str) -> tuple[list[str], str, str]:
    """Return the lines before a file is written, the one that writes it, and what reads it."""
    if way == "checkpoint":
        optimizer = ["adam = torch.optim.Adam(net.parameters())"]
        states = '{"model": net.state_dict(), "optimizer": adam.state_dict()}'
        return optimizer, f'torch.save({states}, "net.pt")', 'torch.load("net.pt")["model"]'
    if way == "whole model":
        read = 'torch.load("net.pt", weights_only=False).state_dict()'
        return [], 'torch.save(net, "net.pt")', read
    if way == "safetensors":
        library = ["from safetensors.torch import load_file, save_file"]
        write = 'save_file(net.state_dict(), "net.safetensors")'
        return library, write, 'load_file("net.safetensors")'
    return [], 'torch.save(net.state_dict(), "net.pt")', 'torch.load("net.pt")'
