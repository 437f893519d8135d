"""The browser code beside this file, served as modules below an address that changes with it.

The address holds a hash of all the files, so browsers may keep them forever, and one module finds
another by ``import ... from "./other.js"``.
"""

from hashlib import sha256
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response

MODULES = {file.name: file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.js"))}
VERSION = sha256(repr(MODULES).encode()).hexdigest()[:16]
FOLDER = f"/playground/browser/{VERSION}"
KEEP = {"Cache-Control": "public, max-age=31536000, immutable"}


def address(path: str) -> str:
    """Return where the server has one of its own paths: below Streamlit's base path, if one is set.

    Streamlit puts only its own routes there.
    """
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"/{base}{path}" if base else path


async def module(request: Request) -> Response:
    """Answer with the module of that name, or 404."""
    script = MODULES.get(request.path_params["name"])
    if script is None:
        return Response(status_code=404)
    return Response(script, headers=KEEP, media_type="text/javascript")
