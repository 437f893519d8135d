"""Make mobilenet_v2.safetensors from torchvision's weights; README.md beside this says how."""

import sys
from hashlib import sha256
from pathlib import Path

import torch
from safetensors.torch import save

# Of mobilenet_v2-b0353104.pth, as torchvision offers it; the name has its first eight digits.
SHA256 = "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889"


def halved(source: Path) -> dict[str, torch.Tensor]:
    """Return the weights with every float in 16 bits; the counters of batch norm stay as they are.

    Raises:
        ValueError: if this is not the file that torchvision offers.
    """
    found = sha256(source.read_bytes()).hexdigest()
    if found != SHA256:
        raise ValueError(f"source={str(source)!r} has the SHA-256 {found}, not {SHA256}")
    weights: dict[str, torch.Tensor] = torch.load(source, weights_only=True)
    return {name: x.half() if x.is_floating_point() else x for name, x in weights.items()}


if __name__ == "__main__":
    target = Path(__file__).with_name("mobilenet_v2.safetensors")
    # Visitors download the file, and its license has to come with it.
    about = {"license": target.with_name("torchvision.LICENSE").read_text("utf-8")}
    target.write_bytes(save(halved(Path(sys.argv[1])), about))
