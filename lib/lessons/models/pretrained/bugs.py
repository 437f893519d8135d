"""What goes wrong with a trained network, and what the notes write that no longer holds."""

import torch
from torch import nn
from torchvision import models
from torchvision.transforms import functional as images

from lib.core.bugs import fixes
from lib.lessons.models.pretrained.networks import prepared, trained

# --- the notes' loop without indentation ----------------------------------------------------------


def loop_not_indented() -> None:
    """Let Python read the notes' two lines."""
    notes = """
for param in resnet.parameters():
param.requires_grad_(False)
"""
    compile(notes, "notes.py", "exec")


@fixes(
    loop_not_indented,
    "a loop without indentation",
    "The notes lost the spaces before the second line. Python reads a whole file before it runs "
    "the first line, so nothing of it runs.",
)
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


@fixes(
    fc_of_sequential,
    "fc of a Sequential",
    "The notes give the body the name `resnet`, and then ask it for `fc`. Layers of a "
    "`Sequential` have numbers as names, and `fc` was cut off. Keep the network's name for the "
    "network.",
)
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


@fixes(
    gray_picture,
    "a gray picture",
    "The first layer has weights for red, green and blue. A picture with one channel is given "
    "three times.",
    heavy=True,
)
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


@fixes(
    not_pooled,
    "a body without pooling",
    "`children()` knows layers only. In a ResNet, pooling is one of them; MobileNetV2 pools in "
    "`forward()`, so `children()[:-1]` loses it, and the head gets 7 by 7 positions. "
    "`create_feature_extractor` follows `forward()` and keeps it.",
    heavy=True,
)
def not_pooled_fixed() -> tuple[int, ...]:
    """Put the pooling back in, which MobileNetV2 does in forward() and not in a layer."""
    model = trained("mobilenet_v2")
    body = nn.Sequential(*list(model.children())[:-1], nn.AdaptiveAvgPool2d(1), nn.Flatten())
    head = nn.Linear(1280, 10)
    x = prepared("mobilenet_v2", "chelsea").unsqueeze(0)  # (1, 3, 224, 224)
    return tuple(head(body(x)).shape)  # body(x): (1, 1280)
