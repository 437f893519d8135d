"""Every public function and class of the shared packages has an example, and it runs."""

import doctest
import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

PACKAGES = ("lib.core", "lib.plots", "lib.export", "lib.runtime")
NO_EXAMPLE = {
    "lib.core.rules.Checked": "is made by checked, which has the example",
    "lib.runtime.dask_workers.DaskWorkers": "needs a Dask scheduler",
    "lib.runtime.downloads.Downloader": "starts a process and downloads",
    "lib.runtime.downloads.fetch_with_timeout": "sets a switch of the whole process",
    "lib.runtime.local_workers.LocalWorkers": "starts processes",
    "lib.export.overrides.full_fashion_mnist": "downloads a data set",
    "lib.runtime.local_workers.start_process": "starts a process",
    "lib.runtime.pool.close_workers": "ends processes",
    "lib.runtime.pool.open_workers": "starts processes",
    "lib.runtime.pool.workers": "starts processes",
    "lib.runtime.sandbox.run_sandboxed": "starts a process",
}


def modules() -> Iterator[ModuleType]:
    for package in map(import_module, PACKAGES):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield import_module(found.name)


MODULES = list(modules())


def is_interface(value: Any) -> bool:
    """Tell whether a class holds no work of its own: a record, an interface or an exception."""
    return inspect.isclass(value) and (
        hasattr(value, "_fields")
        or hasattr(value, "__dataclass_fields__")
        or getattr(value, "_is_protocol", False)
        or inspect.isabstract(value)
        or issubclass(value, BaseException)
    )


def public(module: ModuleType) -> dict[str, Any]:
    """Return the functions and classes that a module defines, by their full names."""
    return {
        f"{module.__name__}.{name}": value
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
        if inspect.isclass(value) or inspect.isroutine(inspect.unwrap(value))
        if getattr(value, "__name__", "") == name
        if not is_interface(value)
    }


PUBLIC = {name: value for module in MODULES for name, value in public(module).items()}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_the_examples_run(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("name", sorted(PUBLIC.keys() - NO_EXAMPLE.keys()))
def test_there_is_an_example(name: str) -> None:
    assert ">>>" in (inspect.getdoc(PUBLIC[name]) or "")


def test_only_what_exists_is_left_out() -> None:
    assert NO_EXAMPLE.keys() <= PUBLIC.keys()
    assert len(PUBLIC) > 50
