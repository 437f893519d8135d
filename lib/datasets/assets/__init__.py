"""The files that come with the playground: photos, data and weights, in lib/datasets/assets."""

from pathlib import Path

FOLDER = Path(__file__).parent


def asset(name: str) -> Path:
    """Return the path of the file ``name`` in lib/datasets/assets.

    A download has the function of lib/export/overrides.py in the place of this one.

    Raises:
        ValueError: if there is no such file.
    """
    files = sorted(file.name for file in FOLDER.iterdir() if file.is_file())
    if name not in files:
        raise ValueError(f"name={name!r} is not shipped; there are: {', '.join(files)}")
    return FOLDER / name
