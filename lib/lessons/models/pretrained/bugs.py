"""What goes wrong with a trained network, and what the notes write that no longer holds."""

import torch
from torch import nn
from torchvision import models
from torchvision.transforms import functional as images

from lib.core.bugs import Bug, Then
from lib.core.i18n import mark
from lib.lessons.models.pretrained.bugs_silent import (
    eval_forgotten,
    eval_forgotten_fixed,
    frozen_in_training,
    frozen_in_training_fixed,
    frozen_too_late,
    frozen_too_late_fixed,
    not_normalized,
    not_normalized_fixed,
)
from lib.lessons.models.pretrained.bugs_then import pretrained_true, weights_named
from lib.lessons.models.pretrained.networks import prepared, trained

# --- the notes' loop without indentation ----------------------------------------------------------


def loop_not_indented() -> None:
    """Let Python read the notes' two lines."""
    notes = """
for param in resnet.parameters():
param.requires_grad_(False)
"""
    compile(notes, "notes.py", "exec")


def loop_not_indented_fixed() -> int:
    """Indent the second line; return how many parameters still train."""
    with torch.device("meta"):  # a network without numbers: nothing to download
        resnet = models.resnet50()
    for param in resnet.parameters():
        param.requires_grad_(False)
    return sum(param.numel() for param in resnet.parameters() if param.requires_grad)


# --- in_features of the Sequential ----------------------------------------------------------------


def fc_of_sequential() -> tuple[int, ...]:
    """Write what the notes write: give the body the network's name, then ask it for ``fc``."""
    embed_size = 256
    with torch.device("meta"):
        resnet = models.resnet50()
        modules = list(resnet.children())[:-1]
        resnet = nn.Sequential(*modules)
        embed = nn.Linear(resnet.fc.in_features, embed_size)
    return tuple(embed.weight.shape)


def fc_of_sequential_fixed() -> tuple[int, ...]:
    """Give the body a name of its own."""
    embed_size = 256
    with torch.device("meta"):
        resnet = models.resnet50()
        modules = list(resnet.children())[:-1]
        body = nn.Sequential(*modules)
        embed = nn.Linear(resnet.fc.in_features, embed_size)
    assert not hasattr(body, "fc")
    return tuple(embed.weight.shape)


# --- a gray picture -------------------------------------------------------------------------------


def gray_picture() -> tuple[int, ...]:
    """Show the network a picture with one channel."""
    model = trained("mobilenet_v2")
    x = images.rgb_to_grayscale(prepared("mobilenet_v2", "camera"))  # (1, 224, 224)
    return tuple(model(x.unsqueeze(0)).shape)


def gray_picture_fixed() -> tuple[int, ...]:
    """Give it the same gray as red, green and blue."""
    model = trained("mobilenet_v2")
    x = images.rgb_to_grayscale(prepared("mobilenet_v2", "camera"))  # (1, 224, 224)
    x = x.expand(3, -1, -1)  # (3, 224, 224)
    return tuple(model(x.unsqueeze(0)).shape)


# --- a body without its pooling -------------------------------------------------------------------


def not_pooled() -> tuple[int, ...]:
    """Cut MobileNetV2 as the notes cut a ResNet."""
    model = trained("mobilenet_v2")
    body = nn.Sequential(*list(model.children())[:-1])
    head = nn.Linear(1280, 10)
    x = prepared("mobilenet_v2", "chelsea").unsqueeze(0)  # (1, 3, 224, 224)
    return tuple(head(body(x)).shape)  # body(x): (1, 1280, 7, 7)


def not_pooled_fixed() -> tuple[int, ...]:
    """Put the pooling back in, which MobileNetV2 does in forward() and not in a layer."""
    model = trained("mobilenet_v2")
    body = nn.Sequential(*list(model.children())[:-1], nn.AdaptiveAvgPool2d(1), nn.Flatten())
    head = nn.Linear(1280, 10)
    x = prepared("mobilenet_v2", "chelsea").unsqueeze(0)  # (1, 3, 224, 224)
    return tuple(head(body(x)).shape)  # body(x): (1, 1280)


# --- what the page shows --------------------------------------------------------------------------

BUGS = (
    Bug(
        mark("not normalized (silent)"),
        not_normalized,
        not_normalized_fixed,
        mark(
            "No error: the network gets numbers from 0 to 1, and it learned from numbers around "
            "0. Most answers change, and it is less sure of them. `weights.transforms()` does what "
            "these weights need."
        ),
        heavy=True,
    ),
    Bug(
        mark("eval() forgotten (silent)"),
        eval_forgotten,
        eval_forgotten_fixed,
        mark(
            "No error: dropout goes on dropping, so two runs differ, and batch norm measures mean "
            "and spread on these six photos instead of using those of ImageNet."
        ),
        heavy=True,
    ),
    Bug(
        mark("frozen, but in train() (silent)"),
        frozen_in_training,
        frozen_in_training_fixed,
        mark(
            "No error: `requires_grad_(False)` stops the weights. The running mean and variance "
            "of batch norm are buffers, and move with every batch in training mode. Leave the "
            "frozen body in `eval()`."
        ),
        heavy=True,
    ),
    Bug(
        mark("frozen too late (silent)"),
        frozen_too_late,
        frozen_too_late_fixed,
        mark(
            "No error: whether a frozen weight rests is up to its `.grad`. Today's `zero_grad()` "
            "sets it to None, and the optimizer passes it over. With zeros, as older programs "
            "have it, momentum and weight decay go on moving it. Freeze first, then hand the "
            "optimizer what still trains."
        ),
    ),
    Bug(
        mark("a gray picture"),
        gray_picture,
        gray_picture_fixed,
        mark(
            "The first layer has weights for red, green and blue. A picture with one channel is "
            "given three times."
        ),
        heavy=True,
    ),
    Bug(
        mark("a body without pooling"),
        not_pooled,
        not_pooled_fixed,
        mark(
            "`children()` knows layers only. In a ResNet, pooling is one of them; MobileNetV2 "
            "pools in `forward()`, so `children()[:-1]` loses it, and the head gets 7 by 7 "
            "positions. `create_feature_extractor` follows `forward()` and keeps it."
        ),
        heavy=True,
    ),
    Bug(
        mark("a loop without indentation"),
        loop_not_indented,
        loop_not_indented_fixed,
        mark(
            "The notes lost the spaces before the second line. Python reads a whole file before "
            "it runs the first line, so nothing of it runs."
        ),
    ),
    Bug(
        mark("fc of a Sequential"),
        fc_of_sequential,
        fc_of_sequential_fixed,
        mark(
            "The notes give the body the name `resnet`, and then ask it for `fc`. Layers of a "
            "`Sequential` have numbers as names, and `fc` was cut off. Keep the network's name "
            "for the network."
        ),
    ),
)

PRETRAINED = Then(
    mark("The notes load weights with `pretrained=True`."),
    pretrained_true,
    weights_named,
    mark(
        "It still runs, with warnings, and stands for the oldest weights there are. `weights=` "
        "says which ones: ResNet-50 has two sets, and the newer one, "
        "`ResNet50_Weights.DEFAULT`, is better and wants another size of picture. (Here it is "
        "MobileNetV2, whose weights are on this computer.)"
    ),
    heavy=True,
)
