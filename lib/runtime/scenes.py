"""The scenes of lessons as JSON, made once for all visitors with the same settings."""

from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from typing import Any

import orjson

from lib import catalogue
from lib.core.controls import read_settings
from lib.core.i18n import ENGLISH, languages, translator
from lib.core.isolation import call_alone
from lib.core.rules import known_by
from lib.core.scene import ALL, Revealed, Scene
from lib.export.highlight import highlighted
from lib.runtime.cache import SizedCache

REVEALED, LANGUAGE = "revealed", "language"  # parameters besides the settings
EVERYTHING = "all"

_scenes = SizedCache(150_000_000)  # bytes, for all visitors together


def module_of(slug: str) -> Any:
    """Return the module ``scene`` of a lesson.

    Raises:
        ValueError: if there is no such lesson, or it has no scene.

    >>> module_of("gradients").__name__
    'lib.lessons.autograd.gradients.scene'
    """
    name = f"{catalogue.find(slug).package}.scene"
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name != name:
            raise
        raise ValueError(f"lesson {slug!r} has no scene") from missing


def scene_json(
    slug: str,
    settings: Mapping[str, Any],
    revealed: Revealed = ALL,
    language: str = ENGLISH,
    *,
    forget: bool = False,
) -> bytes:
    """Return the scene of a lesson at these settings, for the browser.

    Args:
        slug: the lesson.
        settings: what its ``scene`` takes.
        revealed: the questions whose answers may be seen.
        language: of the reader.
        forget: whether it is not cached for others, as what shows a visitor's own picture.

    Raises:
        ValueError: for a setting that is not allowed.

    >>> sorted(orjson.loads(scene_json("gradients", {})))
    ['asked', 'caption', 'code', 'numbers', 'pause', 'pictures', 'rest']
    """

    def make() -> bytes:
        return _made(slug, settings, revealed, language)

    if forget:
        return make()
    values = tuple(f"{name}={known_by(value)}" for name, value in sorted(settings.items()))
    names = None if revealed.names is None else tuple(sorted(revealed.names))
    return _scenes.get((slug, values, names, language), make)


def live_scene(slug: str, query: Mapping[str, Sequence[str]]) -> bytes:
    """Return the scene that an address means: the page's own query string, and what is revealed.

    Raises:
        ValueError: naming the parameter, its text and what is allowed.

    >>> hidden = live_scene("gradients", {})  # at the controls' defaults, nothing answered yet
    >>> hidden == scene_json("gradients", {}, Revealed(()))
    True
    """
    module = module_of(slug)
    start = f"{slug}."
    texts = {
        name.removeprefix(start): each for name, each in query.items() if name.startswith(start)
    }
    settings = settings_of(module, read_settings(module.CONTROLS, texts))
    language = next(iter(query.get(LANGUAGE, ())), ENGLISH)
    revealed: Collection[str] = query.get(REVEALED, ())
    return scene_json(
        slug,
        settings,
        ALL if EVERYTHING in revealed else Revealed(revealed),
        language if language in languages() else ENGLISH,
    )


def prepare(slug: str) -> None:
    """Make the first scene of a lesson, before anybody asks for it.

    >>> prepare("gradients")
    """
    module = module_of(slug)
    if hasattr(module, "scene"):
        values = {name: control.default for name, control in module.CONTROLS.items()}
        scene_json(slug, settings_of(module, values), Revealed(()))


def settings_of(module: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Return what ``scene`` takes: what the controls say, joined by the lesson where it joins.

    >>> settings_of(object(), {"x": 1.0})  # a lesson that joins nothing
    {'x': 1.0}
    """
    joined: dict[str, Any] = module.settings(**values) if hasattr(module, "settings") else values
    return joined


def _made(slug: str, settings: Mapping[str, Any], revealed: Revealed, language: str) -> bytes:
    module = module_of(slug)
    words = {"revealed": revealed, "_": translator(language)}
    scene: Scene = call_alone(module.scene, {**settings, **words})
    symbols = getattr(module, "SYMBOLS", {})
    return orjson.dumps(
        {
            "pictures": [
                {"name": name, "alt": each.alt, "figure": orjson.Fragment(each.figure.to_json())}
                for name, each in scene.pictures.items()
            ],
            "code": [
                {"html": highlighted(line.text, symbols), "frames": line.frames}
                for line in scene.code
            ],
            "caption": scene.caption,
            "numbers": [
                (row.name, row.value)
                for row in scene.numbers
                if not row.question or row.question in revealed
            ],
            "asked": sum(bool(row.question) and row.question not in revealed
                         for row in scene.numbers),
            "rest": scene.rest,
            "pause": scene.pause,
        }
    )  # fmt: skip
