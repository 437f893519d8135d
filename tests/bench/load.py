"""Visitors by the dozen: how long their reruns take, what they cost, who was lost."""

import asyncio
import random
import time
from dataclasses import dataclass, field

from tests.bench.client import Visitor
from tests.bench.server import Server

PAUSE = 3.0  # seconds from the end of a visitor's rerun to the next move


@dataclass
class Target:
    """A page to measure: what to call it, the app that serves it, its path and its settings."""

    name: str
    app: str
    page: str = ""
    query: dict[str, str] = field(default_factory=dict)

    def visitor(self, server: Server) -> Visitor:
        """Return a visitor who has not come in yet."""
        return Visitor(server.port, self.page, self.query)


@dataclass
class Load:
    """What came of one load; times in seconds, memory in MB."""

    times: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)
    cpu: float = 0.0  # of the server, for one move
    busy: float = 0.0  # CPU seconds of the server in one second
    memory: float = 0.0  # of the server, for one session
    fragments: bool = False


async def alone(target: Target, server: Server, moves: int, warm_up: int = 10) -> Load:
    """Let one visitor move sliders one after the other."""
    load = Load()
    visitor = target.visitor(server)
    load.opened.append(await visitor.open())
    for _ in range(warm_up):
        await visitor.move()
    before = server.cpu()
    for _ in range(moves):
        load.times.append(await visitor.move())
    load.cpu = (server.cpu() - before) / moves
    load.fragments = visitor.fragment_runs > 0
    await visitor.close()
    return load


async def crowd(target: Target, server: Server, visitors: int, seconds: float) -> Load:
    """Let many visitors come in, then move sliders with pauses for some seconds."""
    load = Load()
    memory = server.rss()
    everybody = [target.visitor(server) for _ in range(visitors)]
    came = await asyncio.gather(*(_come(visitor, load, visitors / 10) for visitor in everybody))
    inside = [visitor for visitor, here in zip(everybody, came, strict=True) if here]
    start, before = time.perf_counter(), server.cpu()
    await asyncio.gather(*(_play(visitor, load, start + seconds) for visitor in inside))
    load.busy = (server.cpu() - before) / (time.perf_counter() - start)
    load.memory = (server.rss() - memory) / visitors
    await asyncio.gather(*(visitor.close() for visitor in everybody), return_exceptions=True)
    return load


async def _come(visitor: Visitor, load: Load, spread: float) -> bool:
    await asyncio.sleep(random.uniform(0, spread))
    try:
        load.opened.append(await visitor.open())
    except Exception as error:
        load.problems.append(f"coming in: {type(error).__name__}: {error}")
        return False
    return True


async def _play(visitor: Visitor, load: Load, end: float) -> None:
    await asyncio.sleep(random.uniform(0, PAUSE))
    try:
        while time.perf_counter() < end:
            load.times.append(await visitor.move())
            await asyncio.sleep(PAUSE)
    except Exception as error:
        load.problems.append(f"moving: {type(error).__name__}: {error}")
