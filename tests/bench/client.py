"""A visitor: a websocket connection that moves sliders the way Streamlit's page in a browser does.

What a browser sends is sent here too: the fragment the widget lives in, the values of the sliders,
the URL's bound parameters and the hashes of the large messages it already holds.
"""

import asyncio
import json
import random
import time
from typing import Any
from urllib.parse import urlencode

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider
from websockets.typing import Subprotocol

PATIENCE = 60  # seconds until a visitor gives up
ENDED_WELL = (
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
)
INTERNAL = "$$STREAMLIT_INTERNAL_KEY"  # STREAMLIT_INTERNAL_KEY_PREFIX of its session_state.py


class PageError(Exception):
    """The page showed an exception, did not exist or has nothing to move."""


class Visitor:
    """One session on one page."""

    def __init__(self, port: int, page: str, query: dict[str, str]) -> None:
        self.port = port
        self.page = page
        self.query = dict(query)
        self.page_hash = ""
        self.sliders: dict[str, tuple[Any, str]] = {}  # id -> its message, its fragment
        self.menus: dict[str, tuple[Any, str]] = {}  # the same of menus
        self.chosen: dict[str, str] = {}
        self.values: dict[str, float] = {}
        self.components: dict[str, tuple[Any, str]] = {}  # name -> the same of our own elements
        self.hashes: set[str] = set()
        self.fragment_runs = 0

    async def open(self) -> float:
        """Connect and load the page; return the seconds until it was complete."""
        start = time.perf_counter()
        self.socket = await websockets.connect(
            f"ws://localhost:{self.port}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
            open_timeout=PATIENCE,
        )
        await self._rerun("")
        if not self.sliders and not self.menus:
            raise PageError(f"/{self.page} has no slider and no menu")
        return time.perf_counter() - start

    async def close(self) -> None:
        """Leave."""
        if hasattr(self, "socket"):
            await self.socket.close()

    async def move(self) -> float:
        """Move one of the sliders to another place; return the seconds until the run ended.

        On a page without sliders, choose something else from one of the menus.
        """
        if not self.sliders:
            return await self._choose()
        name, (slider, fragment) = random.choice(list(self.sliders.items()))
        places = round((slider.max - slider.min) / slider.step)
        steps = [slider.min + slider.step * place for place in range(places + 1)]
        now = self.values[name]
        value = random.choice([step for step in steps if abs(step - now) > slider.step / 2])
        self.values[name] = value
        if slider.query_param_key:
            shown = f"{value:g}"
            self.query[slider.query_param_key] = shown
        start = time.perf_counter()
        await self._rerun(fragment)
        return time.perf_counter() - start

    async def _choose(self) -> float:
        name, (menu, fragment) = random.choice(list(self.menus.items()))
        now = self.chosen.get(name, menu.options[menu.default])
        self.chosen[name] = random.choice([option for option in menu.options if option != now])
        if menu.query_param_key:
            self.query[menu.query_param_key] = self.chosen[name]
        start = time.perf_counter()
        await self._rerun(fragment)
        return time.perf_counter() - start

    def shown(self, component: str) -> dict[str, Any]:
        """Return what one of our own elements holds."""
        data: dict[str, Any] = json.loads(self.components[component][0].json)
        return data

    async def tell(self, component: str, event: str, value: dict[str, Any]) -> None:
        """Let one of our own elements tell the server something; return when the run ended."""
        element, fragment = self.components[component]
        told = json.dumps([{"event": event, "value": value}])
        await self._rerun(fragment, (f"{INTERNAL}_{element.id}__events", told))

    async def _rerun(self, fragment: str, trigger: tuple[str, str] | None = None) -> None:
        message = BackMsg()
        state = message.rerun_script
        state.query_string = urlencode(self.query)
        state.page_script_hash = self.page_hash
        state.page_name = "" if self.page_hash else self.page
        state.fragment_id = fragment
        state.cached_message_hashes.extend(self.hashes)
        state.context_info.url = f"http://localhost:{self.port}/{self.page}"
        state.context_info.locale = "en-US"
        for name, value in self.values.items():
            state.widget_states.widgets.add(id=name).double_array_value.data.append(value)
        for name, option in self.chosen.items():
            state.widget_states.widgets.add(id=name, string_value=option)
        if trigger:  # as components/v2/bidi_component/main.py of Streamlit names and reads it
            state.widget_states.widgets.add(id=trigger[0], json_trigger_value=trigger[1])
        await self.socket.send(message.SerializeToString())
        async with asyncio.timeout(PATIENCE):
            await self._until_finished()

    async def _until_finished(self) -> None:
        seen: dict[str, tuple[Any, str]] = {}
        problem = ""
        async for data in self.socket:
            message = ForwardMsg.FromString(data)
            if message.metadata.cacheable:
                self.hashes.add(message.hash)
            match message.WhichOneof("type"):
                case "new_session":
                    self.page_hash = message.new_session.page_script_hash
                case "navigation":
                    self.page_hash = message.navigation.page_script_hash
                case "page_not_found":
                    problem = f"/{self.page} was not found"
                case "delta" if message.delta.HasField("new_element"):
                    problem = self._see(message.delta, seen) or problem
                case "script_finished":
                    if message.script_finished in ENDED_WELL:
                        self._remember(seen)
                        fragment_run = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
                        self.fragment_runs += message.script_finished == fragment_run
                        break
                    problem = problem or f"/{self.page} ended with {message.script_finished}"
                    break
        else:
            problem = "the server closed the connection"
        if problem:
            raise PageError(problem)

    def _see(self, delta: Delta, seen: dict[str, tuple[Any, str]]) -> str:
        """Note an element if it is one to use; return the problem if it tells of one."""
        element = delta.new_element
        if element.HasField("slider"):
            slider = element.slider
            if slider.type == Slider.SLIDER and not slider.disabled:  # one over numbers, and free
                seen[slider.id] = (slider, delta.fragment_id)
        elif element.HasField("selectbox") and not element.selectbox.disabled:
            self.menus[element.selectbox.id] = (element.selectbox, delta.fragment_id)
        elif element.HasField("bidi_component"):
            component = element.bidi_component
            self.components[component.component_name] = (component, delta.fragment_id)
        elif element.HasField("exception"):
            return f"/{self.page} shows {element.exception.type}"
        return ""

    def _remember(self, seen: dict[str, tuple[Any, str]]) -> None:
        if seen:
            self.sliders = seen
            fresh = {name: slider.default[0] for name, (slider, _) in seen.items()}
            self.values = {name: self.values.get(name, first) for name, first in fresh.items()}
