"""Find the source of everything a function uses, as far as it is written in this project.

A module is cut into pieces, one for each statement at its top level, and each piece knows which
names it binds and which it uses. ``trace`` follows the names from a function to the pieces it
needs, into every module of the project, and collects what comes from other packages as imports.
``lib/export/snippets.py`` makes scripts of the result.

A few modules do something else on a visitor's machine than here, such as finding a data file;
``lib/export/overrides.py`` has what is written out in their place.
"""

import ast
import builtins
import inspect
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from importlib.util import resolve_name
from symtable import SymbolTable, symtable
from typing import NamedTuple

# What stands in a line for the type checker or the linter, not for the reader.
NOTE = re.compile(r"\s*#\s*(?:type: ignore|noqa)\b[^#]*")
# What stands around words for the translators.
MARK = re.compile(r"""\bmark\(("[^"\\]*")\)""")
# The modules that a download has in another form.
DOWNLOADS = {
    "lib.datasets.fashion_mnist_full": "lib.export.overrides",
    "lib.datasets.assets": "lib.export.overrides",
}
# What stands above a function for the playground alone (lib/core/rules.py, lib/core/bugs.py).
DECORATORS = {"checked", "fixes", "replaces"}
QUOTES = re.compile(r"""[a-zA-Z]*("{3}|'{3})""")


class Import(NamedTuple):
    """One name that a module imports: ``from module import name as alias``."""

    module: str
    name: str = ""
    alias: str = ""

    @property
    def package(self) -> str:
        """The package at the root of the module's name."""
        return self.module.partition(".")[0]

    @property
    def bound(self) -> str:
        """The name it binds."""
        return self.alias or self.name or self.package

    @property
    def origin(self) -> str:
        """What the bound name stands for."""
        if self.name:
            return f"{self.module}.{self.name}"
        return self.module if self.alias else self.package

    def __str__(self) -> str:
        """Return the import as Python writes it."""
        start = f"from {self.module} import {self.name}" if self.name else f"import {self.module}"
        return f"{start} as {self.alias}" if self.alias else start


class Piece(NamedTuple):
    """One statement at the top level of a module, as it is shown.

    Attributes:
        module: the name of its module.
        text: its lines and the comment right above; without ``@checked``, ``mark()`` and notes
            to the type checker, docstrings cut to their first line.
        lines: for each line of ``text``, its number in the file.
        is_block: whether it is a function or a class.
        binds: the names it gives a meaning to or changes.
        uses: the names it takes from its module or from Python.
        imports: the imports inside it, as in the body of a function.
    """

    module: str
    text: str
    lines: tuple[int, ...]
    is_block: bool
    binds: frozenset[str]
    uses: frozenset[str]
    imports: tuple[Import, ...]


class Module(NamedTuple):
    """A module's imports and the other statements at its top level, in the file's order."""

    imports: tuple[Import, ...]
    pieces: tuple[Piece, ...]


@lru_cache(maxsize=512)
def module(name: str) -> Module:
    """Return the module, as a download has it, cut into pieces; none for a folder without a file.

    Raises:
        ValueError: if the module changes how Python reads it (``from __future__``).

    >>> [sorted(piece.binds) for piece in module("lib.export.overrides").pieces]
    [[], ['asset'], ['full_fashion_mnist']]
    """
    loaded = import_module(DOWNLOADS.get(name, name))
    if not getattr(loaded, "__file__", None):
        return Module((), ())
    source = inspect.getsource(loaded)
    lines, package = source.split("\n"), loaded.__package__ or ""
    imports: list[Import] = []
    pieces: list[Piece] = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports.extend(_imports(node, package))
        else:
            pieces.append(_piece(name, node, lines, package))
    if future := [str(each) for each in imports if each.module == "__future__"]:
        raise ValueError(f"{name}: {future[0]} cannot be written out")
    return Module(tuple(imports), tuple(pieces))


def trace(starts: list[tuple[str, str]]) -> tuple[list[Piece], set[Import]]:
    """Follow the names from ``starts``, pairs of module and name.

    Written out is what stands in ``lib`` and in the package of the last start.

    Returns:
        The pieces needed, in an order that runs: modules as Python would import them, the
        pieces of one module as they stand there. And the imports from other packages.

    Raises:
        ValueError: for a name that means two things, a name that cannot be found, and a form
            of import that cannot be written out.

    >>> pieces, imports = trace([("lib.datasets.assets", "asset")])
    >>> [str(each) for each in imports]
    ['from pathlib import Path']
    """
    ours = frozenset({"lib", starts[-1][0].partition(".")[0]})
    meaning: dict[str, str] = {}
    pieces: set[Piece] = set()
    imports: set[Import] = set()
    waiting = list(starts)
    while waiting:
        where, name = waiting.pop()
        origin, defining, importing = _find(where, name, ours)
        known = name in meaning
        if meaning.setdefault(name, origin) != origin:
            raise ValueError(f"{name} means two things: {meaning[name]} and {origin}")
        # Several plain imports may share a name (torch, torch.utils.data); others need only one.
        imports.update(i for i in importing if not known or not (i.name or i.alias))
        for piece in set(defining) - pieces:
            pieces.add(piece)
            waiting.extend((piece.module, used) for used in piece.uses | piece.binds)
            for each in piece.imports:
                if each.package in ours:
                    raise ValueError(f"{piece.module}: {each} must stand at the top of the file")
    order = _as_imported([where for where, _ in starts], ours)
    return sorted(pieces, key=lambda piece: (order.index(piece.module), piece.lines)), imports


def _find(
    where: str, name: str, ours: frozenset[str]
) -> tuple[str, tuple[Piece, ...], tuple[Import, ...]]:
    """Return what ``name`` stands for in module ``where``, and the pieces or imports that say so.

    Imports from our packages are followed to the module that defines the name.
    """
    if where.partition(".")[0] not in ours:
        raise ValueError(f"{name} of {where} cannot be written out: it is not defined in lib")
    here = module(where)
    imports = tuple(each for each in here.imports if each.bound == name)
    if imports:
        each = imports[-1]
        if each.package not in ours:
            return each.origin, (), imports
        if not each.name or each.alias:
            raise ValueError(f"{where}: {each} cannot be written out; use from lib.x import name")
        return _find(each.module, each.name, ours)
    if pieces := tuple(piece for piece in here.pieces if name in piece.binds):
        return f"{where}.{name}", pieces, ()
    is_own = name.startswith("__") and name != "__file__"  # __name__, __module__ and so on
    if is_own or (hasattr(builtins, name) and here.pieces):
        return "Python", (), ()
    raise ValueError(f"{name} is not defined at the top of {where}, so it cannot be written out")


def _as_imported(names: list[str], ours: frozenset[str]) -> list[str]:
    """Return the modules and those of ours that they import, each after what it imports."""
    done: list[str] = []
    started: set[str] = set()

    def visit(name: str) -> None:
        if name not in started:
            started.add(name)
            for each in module(name).imports:
                if each.package in ours:
                    visit(each.module)
            done.append(name)

    for name in names:
        visit(name)
    return done


def _imports(tree: ast.AST, package: str) -> Iterator[Import]:
    """Yield every import in ``tree``; ``package`` is where a relative one starts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(each.name, alias=each.asname or "") for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = resolve_name("." * node.level + (node.module or ""), package)
            yield from (Import(source, each.name, each.asname or "") for each in node.names)


def _piece(where: str, node: ast.stmt, lines: list[str], package: str) -> Piece:
    """Return the statement as it is shown, and what it binds and uses."""
    shown = _shown(node, lines)
    text = "\n".join(shown.values())
    # Python's own analysis of scopes, of the text as shown: @checked is gone from it already.
    names = symtable(text, where, "exec")
    is_block = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    binds = {each.get_name() for each in names.get_symbols() if each.is_assigned()}
    if not is_block:
        binds.update(_changed(node))
    uses = frozenset({*_used(names), *_quoted(node)})
    inside = tuple(_imports(node, package))
    return Piece(where, text, tuple(shown), is_block, frozenset(binds), uses, inside)


def _shown(node: ast.stmt, lines: list[str]) -> dict[int, str]:
    """Return the lines to show of a statement, by their number in the file."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(each.lineno for each in decorators)])
    last = node.end_lineno or first
    while first > 1 and lines[first - 2].startswith("#"):
        first -= 1
    while last < len(lines) and re.match(r"\s+#", lines[last]):
        last += 1
    shown = {number: _plain(lines[number - 1]) for number in range(first, last + 1)}
    hidden: list[int] = []
    for each in decorators:
        if _is_ours(each):
            hidden += range(each.lineno, (each.end_lineno or 0) + 1)
    for inner in ast.walk(node):
        if docstring := _docstring(inner):
            shown[docstring.lineno] = _first_line(docstring, lines)
            hidden += range(docstring.lineno + 1, (docstring.end_lineno or 0) + 1)
    return {number: line for number, line in shown.items() if number not in hidden}


def _plain(line: str) -> str:
    """Return a line without what stands in it for the type checker, linter and translators."""
    return MARK.sub(r"\1", NOTE.sub("", line))


def _is_ours(decorator: ast.expr) -> bool:
    """Tell whether it says something to the playground only, not to who reads the program."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Name) and called.id in DECORATORS


def _docstring(node: ast.AST) -> ast.expr | None:
    """Return the docstring of a function or class if it has more than one line."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        start = node.body[0]
        if isinstance(start, ast.Expr) and ast.get_docstring(node, clean=False) is not None:
            return start.value if start.value.end_lineno != start.lineno else None
    return None


def _first_line(docstring: ast.expr, lines: list[str]) -> str:
    """Return the first line of a docstring as a whole docstring."""
    source = "\n".join(lines[docstring.lineno - 1 : docstring.end_lineno])
    indent, source = source[: docstring.col_offset], source[docstring.col_offset :]
    quotes = QUOTES.match(source)
    if quotes is None:
        return indent + source
    words = source[quotes.end() :].strip().partition("\n")[0].rstrip()
    return indent + quotes[0] + words + quotes[1]


def _changed(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement changes in place, as in ``REGISTRY["name"] = function``."""
    targets = [each for each in ast.walk(node) if isinstance(getattr(each, "ctx", None), ast.Store)]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        targets.append(node.value.func)  # REGISTRY.update(...)
    for target in targets:
        inner: ast.AST = target
        while isinstance(inner, ast.Attribute | ast.Subscript):
            inner = inner.value
        if inner is not target and isinstance(inner, ast.Name):
            yield inner.id


def _used(table: SymbolTable, top: bool = True) -> Iterator[str]:
    """Yield the names that code takes from outside of it, in any scope."""
    for symbol in table.get_symbols():
        if symbol.is_referenced() if top else symbol.is_global():
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _used(inner, top=False)


def _quoted(node: ast.stmt) -> Iterator[str]:
    """Yield the names in annotations that are written as strings."""
    for inner in ast.walk(node):
        for annotation in (getattr(inner, "annotation", None), getattr(inner, "returns", None)):
            if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
                yield from re.findall(r"(?<![.\w])[^\W\d]\w*", annotation.value)
