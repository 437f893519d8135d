"""The scenes of lessons as JSON, for a browser whose visitor is moving a control."""

from hashlib import sha256

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from lib.runtime.scenes import live_scene, module_of

PATH = "/live/{slug}"
LONGEST = 4000  # characters of a query


async def live(request: Request) -> Response:
    """Answer with the scene that the page's own query string means.

    It knows no session: the same address has the same answer, for everybody. 404 for what is no
    lesson, 400 with a sentence for settings that are not allowed.
    """
    slug = request.path_params["slug"]
    try:
        module_of(slug)
    except ValueError as error:
        return PlainTextResponse(str(error), 404)
    if len(request.url.query) > LONGEST:
        return PlainTextResponse(f"the query is longer than {LONGEST} characters", 400)
    query = {name: request.query_params.getlist(name) for name in request.query_params}
    try:
        scene = await run_in_threadpool(live_scene, slug, query)
    except ValueError as error:
        return PlainTextResponse(str(error), 400)
    headers = {
        "ETag": f'"{sha256(scene).hexdigest()[:32]}"',
        "Cache-Control": "public, max-age=60",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(scene, headers=headers, media_type="application/json")
