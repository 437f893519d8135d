"""The route that answers while a control is moved: stateless, cached, plain in its refusals."""

import asyncio
import json

from starlette.requests import Request
from starlette.responses import Response

from pages.parts.browser.live import live


def get(slug: str, query: str = "", **headers: str) -> Response:
    scope = {
        "type": "http", "method": "GET", "path": f"/live/{slug}", "query_string": query.encode(),
        "path_params": {"slug": slug}, "server": ("localhost", 80), "scheme": "http",
        "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()],
    }  # fmt: skip
    return asyncio.run_coroutine_threadsafe(live(Request(scope)), _loop()).result(60)


def _loop() -> asyncio.AbstractEventLoop:
    """Return a loop in a thread of its own: another may run in this one."""
    import threading  # noqa: PLC0415

    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return loop


def test_it_answers_with_the_scene_that_the_address_means() -> None:
    answer = get("gradients", "gradients.x=2&language=en&revealed=slope")
    assert answer.status_code == 200
    assert answer.media_type == "application/json"
    assert "max-age" in answer.headers["cache-control"]
    scene = json.loads(bytes(answer.body))
    assert "2.0" in "".join(line["html"] for line in scene["code"])
    assert dict(scene["numbers"])["`x.grad`"].startswith("`6`")


def test_what_is_not_revealed_is_not_sent() -> None:
    scene = json.loads(bytes(get("gradients", "gradients.x=2").body))
    assert "x.grad" not in dict(scene["numbers"])
    assert scene["asked"] >= 1


def test_a_browser_that_has_it_is_told_so() -> None:
    tag = get("gradients", "gradients.x=2").headers["etag"]
    again = get("gradients", "gradients.x=2", if_none_match=tag)
    assert (again.status_code, bytes(again.body)) == (304, b"")


def test_bad_addresses_are_refused_with_a_sentence() -> None:
    answer = get("gradients", "gradients.x=9")
    assert answer.status_code == 400
    assert bytes(answer.body) == b"x: '9' is out of range: -3.0 to 3.0"
    assert get("gradients", "gradients.x=nan").status_code == 400
    assert get("gradients", "gradients.expression=__import__('os')").status_code == 400
    assert get("gradients", f"gradients.x={'9' * 5000}").status_code == 400
    assert get("no_such_lesson").status_code == 404
