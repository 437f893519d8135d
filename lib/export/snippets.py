"""Turn a lesson function and its settings into text that runs by itself.

The text is cut out of the function's own source, line by line, so the code on the page is the
code that ran. What the function uses from ``lib`` is written out above it, what it uses from
other packages is imported, and below it stands the call that was just made. Left out is what
only the playground needs: ``@checked``, ``mark()``, notes to the type checker, and all of a
docstring but its first line. All but the call is cached: a moved slider costs microseconds.

A program may read data files that come with the playground, or an uploaded picture. They are
downloads, too, and have to lie in the folder it runs in.
"""

import inspect
import re
import sys
from ast import literal_eval
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from textwrap import indent
from typing import Any, NamedTuple

import nbformat
from nbformat import v4

from lib.core.rules import readable
from lib.datasets.assets import FOLDER, asset
from lib.export.source import Import, Piece, module, trace

WIDTH = 88
PIP_NAMES = {"cv2": "opencv-python-headless", "PIL": "pillow", "sklearn": "scikit-learn"}
ASSET = re.compile(r"""\basset\("([^"]+)"\)""")
# Of a function below its comment, or of a class that is no mere record of results.
DEFINITION = re.compile(r"(#.*\n)*(def |class (?!\w+\(NamedTuple\)))")
OWN = "own.png"  # the one setting that is bytes: an uploaded picture


class Program(NamedTuple):
    """A script in parts; joined by ``text`` they run in a fresh interpreter.

    Attributes:
        imports: the import lines, in the order isort gives them.
        definitions: what the function uses and the function itself, in an order that runs.
        call: the call with the settings, and the lines that print its result.
        packages: what to install with pip, in alphabetical order.
        files: the data files it may read from the folder it runs in.
    """

    imports: str
    definitions: str
    call: str
    packages: tuple[str, ...]
    files: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole script."""
        text = "\n\n\n".join(filter(None, (self.definitions, self.call))) + "\n"
        if not self.imports:
            return text
        # isort wants two empty lines before a function or class, one before all else.
        gap = "\n\n\n" if text.startswith(("def ", "class ", "async ", "@")) else "\n\n"
        return self.imports + gap + text


class Listing(NamedTuple):
    """The source of one function as the page shows it.

    Attributes:
        text: the source.
        lines: for each line of ``text``, its number in the original file.
    """

    text: str
    lines: tuple[int, ...]

    def index(self, line: int) -> int | None:  # type: ignore[override]
        """Return which line of ``text``, from 0, is ``line`` of the file; None if not shown."""
        return self.lines.index(line) if line in self.lines else None


def program(function: Callable[..., Any], settings: dict[str, Any]) -> Program:
    """Return the script that makes the call ``function(**settings)`` and prints its result.

    Raises:
        ValueError: if a setting is unknown or cannot be written as Python, if two modules give
            one name to different things, or if an import from ``lib`` has another form than
            ``from lib.x import name``.

    >>> from lib.datasets.fashion_mnist import fashion_mnist
    >>> made = program(fashion_mnist, {"train": False})
    >>> made.packages, made.files
    (('numpy',), ('fashion_mnist.npz',))
    """
    named = tuple(value for value in settings.values() if _has_a_source(value))
    own = _own(settings)
    made = _frame(function, named, own is not None)
    files = (*made.files, *_chosen(made, function, settings), *([OWN] if own is not None else []))
    return made._replace(call=_call(function, settings), files=files)


def data_file(name: str, settings: dict[str, Any]) -> bytes:
    """Return one of the ``files`` of a program that was made with these settings.

    Raises:
        ValueError: if there is no such file.

    >>> data_file("chelsea.jpg", {})[6:10]
    b'JFIF'
    """
    own = _own(settings) if name == OWN else None
    return asset(name).read_bytes() if own is None else own


@lru_cache(maxsize=512)
def listing(function: Callable[..., Any], *, helpers: bool = False) -> Listing:
    """Return the source of ``function``, with the numbers of its lines in the file.

    Args:
        function: a function or class.
        helpers: whether the functions and classes of its module that it uses stand above it.

    >>> from lib.datasets.assets import asset
    >>> listing(asset).text.splitlines()[0]
    'def asset(name: str) -> Path:'
    """
    where, name = _address(function)
    pieces = [piece for piece in module(where).pieces if piece.is_block]
    blocks = {each: piece for piece in pieces for each in piece.binds}
    if name not in blocks:
        raise ValueError(f"{name} is not defined at the top of {where}")
    shown, waiting = {blocks[name]}, [blocks[name]]
    while helpers and waiting:
        used = {blocks[each] for each in waiting.pop().uses if each in blocks}
        new = {each for each in used - shown if DEFINITION.match(each.text)}
        shown |= new
        waiting += new
    parts = sorted(shown, key=lambda each: each.lines)
    lines = [number for each in parts for number in (*each.lines, 0, 0)]  # two empty ones between
    return Listing("\n\n\n".join(each.text for each in parts), tuple(lines[:-2]))


def assembled(
    helpers: Sequence[Callable[..., Any]],
    imports: Iterable[Import],
    call: str,
    definitions: str = "",
) -> Program:
    """Return a program whose lines a lesson wrote, together with what they use of ``lib``.

    Args:
        helpers: the functions and classes of ``lib`` it uses, which are written out.
        imports: what it imports from other packages.
        call: its last lines, which run.
        definitions: functions and classes of its own.

    >>> from lib.datasets.assets import asset
    >>> assembled([asset], [], 'print(asset("chelsea.jpg"))').call
    'print(asset("chelsea.jpg"))'
    """
    pieces, used = trace([_address(each) for each in helpers]) if helpers else ([], set())
    packages = {each.package for each in (*used, *imports)} - sys.stdlib_module_names
    above = "\n\n\n".join(filter(None, (_joined(pieces), definitions)))
    every = used.union(imports, *(piece.imports for piece in pieces))
    return Program(_import_lines(every), above, call, tuple(sorted(packages)))


def script(function: Callable[..., Any], settings: dict[str, Any], source: str = "") -> str:
    """Return the program as a ``.py`` file; ``source`` is the page to read more on.

    >>> from lib.datasets.assets import asset
    >>> print(script(asset, {"name": "chelsea.jpg"}).splitlines()[0])
    # asset: Return the path of the file ``name`` in lib/datasets/assets.
    """
    made = program(function, settings)
    return as_script(made, _about(function, made, source))


def as_script(made: Program, about: Sequence[str]) -> str:
    """Return a program as a ``.py`` file that begins with a few lines on what it is.

    >>> print(as_script(Program("", "", "print(1)", ()), ["one: Print a number."]))
    # one: Print a number.
    <BLANKLINE>
    print(1)
    <BLANKLINE>
    """
    head = "\n".join(f"# {line}" for line in about)
    return f"{head}\n\n{made.text}"


def notebook(function: Callable[..., Any], settings: dict[str, Any], source: str = "") -> str:
    """Return the program as an ``.ipynb`` file; ``source`` is the page to read more on.

    >>> import json
    >>> from lib.datasets.assets import asset
    >>> [cell["id"] for cell in json.loads(notebook(asset, {"name": "chelsea.jpg"}))["cells"]]
    ['about', 'imports', 'definitions', 'call']
    """
    made = program(function, settings)
    return as_notebook(made, _about(function, made, source))


def as_notebook(made: Program, about: Sequence[str]) -> str:
    """Return a program as an ``.ipynb`` file that begins with a few lines on what it is.

    >>> import json
    >>> book = as_notebook(Program("", "", "print(1)", ()), ["one: Print a number."])
    >>> json.loads(book)["cells"][1]["source"]
    ['print(1)']
    """
    cells = [v4.new_markdown_cell("\n\n".join(about), id="about")]
    for name in ("imports", "definitions", "call"):
        if text := getattr(made, name):
            cells.append(v4.new_code_cell(text, id=name))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    about_it = {"kernelspec": kernel}
    book = v4.new_notebook(cells=cells, metadata=about_it)
    nbformat.validate(book)
    return str(nbformat.writes(book)) + "\n"


def _about(function: Callable[..., Any], made: Program, source: str) -> list[str]:
    """Return the lines that introduce a download; a link cannot add lines of its own."""
    first = (inspect.getdoc(function) or "").partition("\n")[0]
    needs = f"pip install {' '.join(made.packages)}" if made.packages else "nothing but Python"
    more = [f"Read more: {' '.join(source.split())}"] if source else []
    if made.files:
        more.append(f"Reads from the folder you run it in: {', '.join(made.files)}")
    return [f"{function.__name__}: {first}", *more, f"Needs: {needs}"]


def _call(function: Callable[..., Any], settings: dict[str, Any]) -> str:
    """Return the lines that call ``function`` and print what it returns."""
    plain = inspect.unwrap(function)
    known = _parameters(plain)
    if unknown := settings.keys() - set(known):
        raise ValueError(f"{plain.__name__} has no setting named {sorted(unknown)}")
    arguments = [f"{name}={_written(name, settings[name])}" for name in known if name in settings]
    call = f"{plain.__name__}({', '.join(arguments)})"
    if len(f"result = {call}") > WIDTH:
        call = f"{plain.__name__}(\n    " + ",\n    ".join(arguments) + ",\n)"
    if inspect.isgeneratorfunction(plain):
        return f"result = list({call})\nfor record in result:\n    print(record)"
    returned = plain.__annotations__.get("return")
    if isinstance(returned, str):
        returned = plain.__globals__.get(returned)
    if hasattr(returned, "_fields"):
        show = 'for name, value in result._asdict().items():\n    print(f"{name} = {value}")'
    else:
        show = "print(result)"
    if {"num_workers", "processes"} & set(known):
        # On Windows and macOS its processes read the script anew; they must not make the call.
        return 'if __name__ == "__main__":\n' + indent(f"result = {call}\n{show}", "    ")
    return f"result = {call}\n{show}"


@lru_cache(maxsize=512)
def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def _written(name: str, value: object) -> str:
    """Return a setting as Python, or raise if what ``readable`` makes of it is not."""
    if isinstance(value, bytes):
        return f'Path("{OWN}").read_bytes()'
    text = readable(value)
    if not _has_a_source(value):
        try:
            literal_eval(text)
        except (ValueError, SyntaxError):
            raise ValueError(f"{name}={text} cannot be written as plain Python") from None
    return text


def _has_a_source(value: object) -> bool:
    """Tell whether a setting is a function or a class, which is called by name and written out."""
    return inspect.isroutine(value) or inspect.isclass(value)


def _own(settings: dict[str, Any]) -> bytes | None:
    """Return the uploaded picture, the one setting that is bytes; None if there is none."""
    own = [name for name, value in settings.items() if isinstance(value, bytes)]
    if len(own) > 1:
        raise ValueError(f"{own} are bytes; only one setting can be read from {OWN}")
    return bytes(settings[own[0]]) if own else None


def _chosen(made: Program, function: Callable[..., Any], settings: dict[str, Any]) -> list[str]:
    """Return the assets that settings name: "chelsea" stands for chelsea.jpg."""
    if "def asset(" not in made.definitions:
        return []
    parameters = inspect.signature(function).parameters.values()
    values = [settings.get(each.name, each.default) for each in parameters]
    stems = {value for value in values if isinstance(value, str)}
    names = sorted(file.name for file in FOLDER.iterdir() if file.stem in stems)
    return [name for name in names if name not in made.files]


@lru_cache(maxsize=512)
def _frame(
    function: Callable[..., Any], others: tuple[Callable[..., Any], ...], own: bool
) -> Program:
    """Return the program without its call.

    Args:
        function: what is called.
        others: the functions among the settings.
        own: whether a setting is an uploaded picture, read from a file.
    """
    pieces, imports = trace([_address(each) for each in (*others, function)])
    if own:
        imports.add(Import("pathlib", "Path"))
    used = imports.union(*(piece.imports for piece in pieces))
    packages = {each.package for each in used} - sys.stdlib_module_names
    pip_names = tuple(sorted(PIP_NAMES.get(package, package) for package in packages))
    definitions = _joined(pieces)
    files = tuple(dict.fromkeys(ASSET.findall(definitions)))
    return Program(_import_lines(imports), definitions, "", pip_names, files)


def _address(function: Callable[..., Any]) -> tuple[str, str]:
    """Return where a function is defined: its module and its name there."""
    plain = inspect.unwrap(function)
    name = plain.__qualname__
    if not name.isidentifier():
        raise ValueError(f"{name} is not defined by a name at the top of a module")
    return plain.__module__ or "Python", name


def _joined(pieces: list[Piece]) -> str:
    """Return the pieces, two empty lines around functions and classes; constants as they stood."""
    text = ""
    for above, piece in zip([None, *pieces], pieces, strict=False):
        if above:
            is_next = above.module == piece.module and above.lines[-1] + 1 == piece.lines[0]
            is_separate = above.is_block or piece.is_block
            text += "\n\n\n" if is_separate else "\n" if is_next else "\n\n"
        text += piece.text
    return text


def _import_lines(imports: set[Import]) -> str:
    """Return the imports as isort orders them: Python's own first, then other packages."""
    own = {each for each in imports if each.package in sys.stdlib_module_names}
    return "\n\n".join(filter(None, (_section(own), _section(imports - own))))


def _section(imports: set[Import]) -> str:
    """Return import lines in order; what comes from one module under its own name, in one line."""
    lines = [str(each) for each in sorted(imports, key=_place) if not each.name]
    groups: dict[tuple[str, str], list[Import]] = {}
    for each in sorted(imports, key=_place):
        if each.name:
            groups.setdefault((each.module, each.alias and each.name), []).append(each)
    for group in groups.values():
        names = [str(each).split(" import ", 1)[1] for each in group]
        start = f"from {group[0].module} import "
        line = start + ", ".join(names)
        if len(line) > WIDTH:
            line = f"{start}(\n    " + ",\n    ".join(names) + ",\n)"
        lines.append(line)
    return "\n".join(lines)


def _place(each: Import) -> tuple[Any, ...]:
    """Return what isort sorts by: the module; then constants, classes, all else; then the name."""
    is_constant = each.name.isupper() and len(each.name) > 1
    kind = 0 if is_constant else 1 if each.name[:1].isupper() else 2
    return (_natural(each.module), kind, _natural(each.name), each.alias)


def _natural(name: str) -> list[int | str]:
    """Return a key that puts ``x2`` before ``x10`` and takes no notice of capitals."""
    return [int(part) if part.isdigit() else part.lower() for part in re.split(r"(\d+)", name)]
