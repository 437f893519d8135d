"""The server: Streamlit over pages/frame.py, with everything heavy done before the first visitor.

Start it with `streamlit run app.py`, `python app.py` or, to host it, `uvicorn app:app`.
"""

import gc
import importlib.util
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib import catalogue
from lib.core.isolation import attempt
from lib.plots import plotly_script
from lib.runtime import scenes
from lib.runtime.pool import close_workers, workers
from pages.parts.browser import live, serve

HEAVY = ("torch", "torchvision", "cv2", "pandas", "nbformat", "pygments")

# Who may show the playground inside a page of theirs: a Content-Security-Policy source list.
# Open by default, so that a teacher can embed a lesson anywhere.
FRAME_ANCESTORS = os.environ.get("PLAYGROUND_FRAME_ANCESTORS", "*")

HEADERS = {
    "Content-Security-Policy": f"frame-ancestors {FRAME_ANCESTORS}",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Import, warm up and freeze before the first visitor; leave no process behind."""
    for name in HEAVY:
        importlib.import_module(name)
    importlib.import_module("torch").set_num_threads(1)  # many visitors share few cores
    for row in catalogue.LESSONS:
        if importlib.util.find_spec(f"{row.package}.figures"):  # else drawn in the browser alone
            importlib.import_module(f"{row.package}.figures")
        try_out(f"{row.package}.lesson")
        try_out(f"{row.package}.bugs")
        if importlib.util.find_spec(f"{row.package}.scene"):
            scenes.prepare(row.slug)
    plotly_script.compressed()
    workers().warm()  # after the imports: it hides the main module while its processes start
    gc.collect()
    gc.freeze()  # no collection ever walks through what the imports made
    try:
        yield
    finally:
        close_workers()


def try_out(module: str) -> None:
    """Call each lesson function of a module once: the first backward of a process takes long."""
    for function in list(vars(importlib.import_module(module)).values()):
        if hasattr(function, "rules"):
            attempt(function, {})  # those that are wrong on purpose raise


class SecurityHeaders:
    """Adds ``HEADERS`` to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; put the headers on what comes back."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers)


async def plotly(request: Request) -> Response:
    """Serve Plotly's script, compressed, for browsers to keep."""
    headers = {**serve.KEEP, "Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(plotly_script.script(), headers=headers, media_type="text/javascript")
    headers["Content-Encoding"] = "gzip"
    return Response(plotly_script.compressed(), headers=headers, media_type="text/javascript")


def routes() -> list[Route]:
    """Return what is served besides what Streamlit serves."""
    served = {
        plotly_script.PATH: plotly,
        f"{serve.FOLDER}/{{name}}": serve.file,
        live.PATH: live.live,
    }
    return [Route(serve.address(path), answer) for path, answer in served.items()]


app = st.App(
    Path(__file__).parent / "pages" / "frame.py",
    lifespan=lifespan,
    middleware=[Middleware(SecurityHeaders)],
    routes=routes(),
)

if __name__ == "__main__":
    app.run(config={"server.baseUrlPath": st.get_option("server.baseUrlPath")})
