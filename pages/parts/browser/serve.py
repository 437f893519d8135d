"""The browser code and thumbnails beside this file, served below an address that changes with them.

The address holds a hash of all the files, so browsers may keep them forever, and one module finds
another by ``import ... from "./other.js"``.
"""

import os
from hashlib import sha256
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from streamlit import config

HERE = Path(__file__).parent
TYPES = {".js": "text/javascript", ".webp": "image/webp"}
FILES = {
    file.name: file.read_bytes()
    for file in sorted([*HERE.glob("*.js"), *(HERE / "thumbnails").glob("*.webp")])
}
VERSION = sha256(repr(FILES).encode()).hexdigest()[:16]
FOLDER = f"/playground/browser/{VERSION}"
# Streamlit heeds this variable under `streamlit run` alone. It is set here, since elements are
# declared with their address as soon as their parts are imported.
if base := os.environ.get("STREAMLIT_SERVER_BASE_URL_PATH"):
    config.set_option("server.baseUrlPath", base)

KEEP = {"Cache-Control": "public, max-age=31536000, immutable"}


def address(path: str) -> str:
    """Return where the server has one of its own paths: below Streamlit's base path, if one is set.

    Streamlit puts only its own routes there.
    """
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"/{base}{path}" if base else path


async def file(request: Request) -> Response:
    """Answer with the file of that name, or 404."""
    name = request.path_params["name"]
    if name not in FILES:
        return Response(status_code=404)
    return Response(FILES[name], headers=KEEP, media_type=TYPES[Path(name).suffix])
