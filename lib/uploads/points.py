"""Points from visitors, as a file or a table, bounded, with a message for each fault.

Nothing is evaluated. Whatever comes in, what comes out is points that a recipe can learn, or none,
and a sentence for everything that was left out or changed.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import NamedTuple

from lib.core.i18n import Message, mark
from lib.core.rules import Between

# All points lie in the square from -EDGE to EDGE.
EDGE = 6.0
# Two coordinates and the class of each point.
OwnPoints = tuple[tuple[float, float, int], ...]
OWN_POINTS = Between(4, 500)  # how many there may be

MOST_BYTES = 200_000
MOST_LINES = 5_000
MOST_CLASSES = 4
LONGEST = 40  # signs of a cell
FARTHEST = 1e9  # from 0; a number beyond it is a typo, not a place
SHOWN = 10  # problems listed one by one; the others are counted
REACH = EDGE - 1  # how far scaled points go
NAMES = ("x1", "x2", "class")
CLASS_NAMES = ("class", "label", "target", "y")  # what the last column is called elsewhere
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")

EMPTY = mark("There are no points in it.")
TOO_LARGE = mark("The file has {size} bytes. {most} are allowed.")
TOO_MANY_LINES = mark("There are {count} lines. {most} are allowed.")
NOT_TEXT = mark(
    "The file is not text in UTF-8: its byte number {place} is {value}. If it comes from a "
    'spreadsheet, save it as "CSV UTF-8".'
)
NOT_A_ROW = mark(
    "Line {line} cannot be split into columns: {value}. A quote is left open, or a cell is far too "
    "long."
)
WRONG_COLUMNS = mark("Line {line}: {value}. Columns: {count}, not {wanted}.")
MISSING = mark("Line {line}: {name} is missing.")
NOT_A_NUMBER = mark("Line {line}: {name} is {value}, which is not a number.")
TWO_MEANINGS = mark(
    "Line {line}: {name} is {value}. In a file with decimal commas, its point may stand between "
    "thousands. Write it with a comma, or without the point."
)
TOO_FAR = mark("Line {line}: {name} is {value}, which is out of range: {low} to {high}.")
TOO_LONG = mark("Line {line}: the class {value} has {count} letters. {most} are allowed.")
FIFTH_CLASS = mark("Line {line}: {value} would be a fifth class. There can be four: {names}.")
MORE = mark("And {count} more lines that cannot be used.")
THINNED = mark("There are {count} points. {most} of them are used, picked at random.")
TOO_FEW = mark("Points that can be used: {count}. At least {least} are needed.")
ONE_CLASS = mark("All points have the class {name}. To tell classes apart, two are needed.")
HEADER = mark("Line {line} is taken for the names of the columns: {value}.")
SCALED = mark(
    "{name} went from {low} to {high}, out of the square from -{edge} to {edge}. It was moved and "
    "scaled, and now goes from {new_low} to {new_high}."
)
NUMBERED = mark("The classes got numbers: {names}.")


class Uploaded(NamedTuple):
    """What came of a file or a table.

    Attributes:
        points: (x1, x2, class) of each, as ``Recipe.own`` takes them; none if there is nothing
            to be learned of them, and ``problems`` then says why.
        problems: what could not be used, by line; of many, the first and how many more.
        notes: what was done with the rest, such as moving it into the square.
    """

    points: OwnPoints
    problems: tuple[Message, ...]
    notes: tuple[Message, ...]


class Point(NamedTuple):
    """A point whose class still has the name a visitor gave it."""

    line: int
    x1: float
    x2: float
    label: str


def points_from_csv(data: bytes) -> Uploaded:
    """Read points from a CSV file with the columns x1, x2 and class.

    Commas, tabs and semicolons are understood; with the last two, numbers may have a decimal
    comma. If the first line names all three columns, they may stand anywhere between others. The
    class may be called label, target or y; of three columns, it is enough that one is.
    """
    if len(data) > MOST_BYTES:
        return _refused(Message(TOO_LARGE, {"size": len(data), "most": MOST_BYTES}))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = {"place": error.start + 1, "value": f"0x{error.object[error.start]:02x}"}
        return _refused(Message(NOT_TEXT, where))
    numbered = enumerate(re.split(r"\r\n|\r|\n", text), start=1)
    lines = [(number, line) for number, line in numbered if line.strip(" \t,;")]
    if len(lines) > MOST_LINES:
        return _refused(Message(TOO_MANY_LINES, {"count": len(lines), "most": MOST_LINES}))
    sign = _separator([line for _, line in lines[:20]])
    rows = [(number, line, _cells(line, sign)) for number, line in lines]
    columns, wanted, notes = [0, 1, 2], len(NAMES), []
    if rows and _is_header(rows[0][2]):
        number, line, names = rows.pop(0)
        notes.append(Message(HEADER, {"line": number, "value": _shown(line)}))
        if named := _named_columns(names):
            columns, wanted = named, len(names)
    places = [row[place] for _, _, row in rows for place in columns[:2] if place < len(row)]
    with_comma = sign != "," and any("," in place for place in places)
    read: list[Point | Message] = []
    for number, line, cells in rows:
        while len(cells) > wanted and not cells[-1]:
            cells.pop()  # spreadsheets like to end a line with a few separators
        about = {"line": number, "value": _shown(line)}
        if not cells:
            read.append(Message(NOT_A_ROW, about))
        elif len(cells) != wanted:
            read.append(Message(WRONG_COLUMNS, {**about, "count": len(cells), "wanted": wanted}))
        else:
            read.append(_point(number, [cells[place] for place in columns], with_comma))
    return _uploaded(read, notes)


def points_from_table(rows: Sequence[Mapping[str, object]]) -> Uploaded:
    """Read points from the rows of a table that is being edited; empty rows do not count."""
    if len(rows) > MOST_LINES:
        return _refused(Message(TOO_MANY_LINES, {"count": len(rows), "most": MOST_LINES}))
    texts = [[_text(row.get(name)) for name in NAMES] for row in rows]
    lines = enumerate(texts, start=1)
    return _uploaded([_point(line, cells, False) for line, cells in lines if any(cells)], [])


def _refused(*problems: Message) -> Uploaded:
    return Uploaded((), problems, ())


def _separator(lines: list[str]) -> str:
    """Return the sign that splits most of these lines into three or more cells."""
    return max("\t;,", key=lambda sign: sum(line.count(sign) >= 2 for line in lines))


def _cells(line: str, sign: str) -> list[str]:
    """Return the cells of a line; none if it cannot be split, as with a quote left open.

    One line at a time: a quote left open must not swallow the lines that follow.
    """
    try:
        row = next(csv.reader([line], delimiter=sign, skipinitialspace=True, strict=True), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in row]


def _named_columns(names: list[str]) -> list[int]:
    """Return where the columns stand that a header names; nothing unless it names all three."""
    names = [name.lower() for name in names]
    label = next((name for name in CLASS_NAMES if name in names), "")
    if label and {"x1", "x2"} <= {*names}:
        return [names.index(name) for name in ("x1", "x2", label)]
    if label and label != "y" and len(names) == len(NAMES):  # the others are the places
        place = names.index(label)
        return [*(each for each in range(len(NAMES)) if each != place), place]
    return []


def _is_header(cells: list[str]) -> bool:
    """Tell whether a line holds names where points have numbers."""
    if _named_columns(cells):  # also with others, such as pandas' index, which has no name
        return True
    places = cells[:2]
    return len(places) == 2 and not any(not p or p[0] in "+-.0123456789" for p in places)


def _text(value: object) -> str:
    """Return a table's cell as a file would hold it; one without a value is empty."""
    if not isinstance(value, str):
        try:
            value = str(value)
        except ValueError:  # a whole number of thousands of digits
            return "?"
        if value in {"None", "nan", "<NA>", "NaT"}:
            return ""
    return value.strip()


def _shown(text: str) -> str:
    """Return what a visitor wrote: quoted, on one line, and no longer than it needs to be."""
    return repr(text if len(text) <= LONGEST else text[:LONGEST] + "…")


def _point(line: int, cells: Sequence[str], decimal_comma: bool) -> Point | Message:
    """Return the point of a line, or what is wrong with it."""
    for name, cell in zip(NAMES, cells, strict=True):
        if not cell:
            return Message(MISSING, {"line": line, "name": name})
    places = []
    for name, cell in zip(NAMES, cells[:2], strict=False):
        about = {"line": line, "name": name, "value": _shown(cell)}
        if decimal_comma and "." in cell:
            return Message(TWO_MEANINGS, about)
        number = cell.replace(",", ".") if decimal_comma else cell
        if len(number) > LONGEST or not NUMBER.fullmatch(number):
            return Message(NOT_A_NUMBER, about)
        if abs(float(number)) > FARTHEST:
            return Message(TOO_FAR, {**about, "low": f"{-FARTHEST:g}", "high": f"{FARTHEST:g}"})
        places.append(float(number))
    label = cells[2]
    if len(label) > LONGEST:
        about = {"line": line, "value": _shown(label), "count": len(label), "most": LONGEST}
        return Message(TOO_LONG, about)
    return Point(line, places[0], places[1], label)


def _uploaded(read: Iterable[Point | Message], notes: list[Message]) -> Uploaded:
    """Return the points as a recipe takes them, and everything there is to say."""
    points, problems = _of_four_classes(read)
    listed = problems[:SHOWN]
    if len(problems) > SHOWN:
        listed.append(Message(MORE, {"count": len(problems) - SHOWN}))
    most, least = int(OWN_POINTS.high), int(OWN_POINTS.low)
    if len(points) > most:
        listed.append(Message(THINNED, {"count": len(points), "most": most}))
        # At random, since every second line of a file may well be of one class.
        points = sorted(Random(0).sample(points, most))
    labels = {_key(point.label): point.label for point in reversed(points)}
    if not points and not problems:
        listed.append(Message(EMPTY, {}))
    elif len(points) < least:
        listed.append(Message(TOO_FEW, {"count": len(points), "least": least}))
    elif len(labels) < 2:
        listed.append(Message(ONE_CLASS, {"name": _shown(points[0].label)}))
    if len(points) < least or len(labels) < 2:
        return Uploaded((), tuple(listed), tuple(notes))
    number = {key: place for place, key in enumerate(_in_order(points))}
    if any(key != place for key, place in number.items()):
        named = ", ".join(f"{_shown(labels[key])} → {place}" for key, place in number.items())
        notes.append(Message(NUMBERED, {"names": named}))
    x1 = _fitted("x1", [point.x1 for point in points], notes)
    x2 = _fitted("x2", [point.x2 for point in points], notes)
    own = zip(x1, x2, (number[_key(point.label)] for point in points), strict=True)
    return Uploaded(tuple(own), tuple(listed), tuple(notes))


def _of_four_classes(read: Iterable[Point | Message]) -> tuple[list[Point], list[Message]]:
    """Return the points of the first four classes; what is wrong with the others, in order."""
    points, problems = [], []
    labels: dict[object, str] = {}
    for each in read:
        if isinstance(each, Message):
            problems.append(each)
        elif _key(each.label) in labels or len(labels) < MOST_CLASSES:
            labels.setdefault(_key(each.label), _shown(each.label))
            points.append(each)
        else:
            about = {"line": each.line, "value": _shown(each.label)}
            problems.append(Message(FIFTH_CLASS, {**about, "names": ", ".join(labels.values())}))
    return points, problems


def _key(label: str) -> float | str:
    """Return what a class is known by: 1, 1.0 and +1 are one class."""
    return float(label) if NUMBER.fullmatch(label) else label


def _in_order(points: list[Point]) -> list[float | str]:
    """Return the classes: numbers by size, names as they appear."""
    keys = list(dict.fromkeys(_key(point.label) for point in points))
    numbers = [key for key in keys if isinstance(key, float)]
    return [*sorted(numbers)] if len(numbers) == len(keys) else keys


def _fitted(name: str, values: list[float], notes: list[Message]) -> list[float]:
    """Return coordinates; moved and scaled, with a note, if they go beyond the square."""
    low, high = min(values), max(values)
    if low >= -EDGE and high <= EDGE:
        return values
    middle, half = (low + high) / 2, (high - low) / 2 or 1.0
    fitted = [round((value - middle) / half * REACH, 4) + 0.0 for value in values]
    about = {"name": name, "low": f"{low:g}", "high": f"{high:g}", "edge": f"{EDGE:g}"}
    ends = {"new_low": f"{min(fitted):g}", "new_high": f"{max(fitted):g}"}
    notes.append(Message(SCALED, {**about, **ends}))
    return fitted
