"""The steps a chain may be made of: transforms of torchvision, by the call that makes them."""

import torch
from torchvision.transforms import v2

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


class UpToEightSteps:
    """Up to eight steps, each one of ``STEPS``, in any order."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is a tuple of such steps."""
        if not isinstance(value, tuple):
            raise ValueError(f"{name}={value!r} is not a tuple such as ('ToImage()',)")
        if len(value) > MOST_STEPS:
            raise ValueError(f"{name} has {len(value)} steps: 0 to {MOST_STEPS} are allowed")
        for step in value:
            if step not in STEPS:
                raise ValueError(f"step {step!r} is not one of: {', '.join(STEPS)}")
