"""The files that a visitor saves, in a folder of their own."""

from pathlib import Path
from tempfile import TemporaryDirectory

from lib.core.rules import OneOf, checked
from lib.lessons.training.save_load.lesson import WAYS, save
from lib.lessons.training.save_load.networks import SOURCES, Network, net, trained

MOST_FILES = 12


@checked(way=OneOf(*WAYS), source=OneOf(*SOURCES.values()))
def saved(way: str = "state_dict", source: Network = net) -> bytes:
    """Return the file that saving a trained network makes."""
    model, opt = trained(source)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "net.pt"
        save(way, model, opt, path)
        return path.read_bytes()


def name_of(way: str, source: Network) -> str:
    """Return what such a file is called."""
    ending = "safetensors" if way == "safetensors" else "pt"
    return f"{source.__name__}-{way.replace(' ', '_')}.{ending}"


def keep(folder: Path, name: str, data: bytes) -> Path:
    """Write a file into a visitor's folder and return its path.

    Raises:
        ValueError: if the folder is full, or the name leads out of it.
    """
    path = folder / name
    if path.name != name:
        raise ValueError(f"name={name!r} is no name of a file")
    if not path.exists() and len(names_in(folder)) >= MOST_FILES:
        raise ValueError(f"there are {MOST_FILES} files already, which is all that fits")
    path.write_bytes(data)
    return path


def names_in(folder: Path) -> tuple[str, ...]:
    """Return what the files in a visitor's folder are called."""
    return tuple(sorted(each.name for each in folder.iterdir() if each.is_file()))
