"""Plotly's own browser script, as the installed package ships it."""

import gzip
from functools import cache
from importlib.metadata import version
from importlib.resources import files

# The version is part of the name, so browsers may keep the file forever.
PATH = f"/plotly-{version('plotly')}.min.js"


@cache
def script() -> bytes:
    """Return the script that matches the Python package.

    Raises:
        FileNotFoundError: if the package no longer ships it where this looks.

    >>> b"plotly" in script()[:200]
    True
    """
    return (files("plotly") / "package_data" / "plotly.min.js").read_bytes()


@cache
def compressed() -> bytes:
    """Return the script compressed with gzip, about a third of its size.

    >>> gzip.decompress(compressed()) == script()
    True
    """
    return gzip.compress(script())
