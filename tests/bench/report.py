"""What was measured, as tables."""

from dataclasses import dataclass, field

from tests.bench.browser import Drag
from tests.bench.load import Load

# Not asserted anywhere: the machine at hand may be slower or busy.
PAINT, CROWD, CPU = 4.0, 3.0, 0.015
DRAG, PICTURES = 2.0, 15  # times the floor's slider to paint; pictures a second
ALL = 0.95  # of the values, but for the one that is under way when the measurement ends


@dataclass
class Result:
    """Everything measured of one page; ``loads`` by number of visitors."""

    name: str
    loads: dict[int, Load] = field(default_factory=dict)
    paint: list[float] = field(default_factory=list)
    drag: Drag | None = None


def percentile(values: list[float], share: float) -> float:
    """Return the smallest value that ``share`` of the values do not exceed; NaN for none."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)] if ordered else float("nan")


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a table for a terminal: the first column to the left, the others to the right."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]

    def line(cells: list[str]) -> str:
        padded = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
        padded[0] = cells[0].ljust(widths[0])
        return "  ".join(padded).rstrip()

    return "\n".join([line(head), line(["-" * width for width in widths]), *map(line, rows)])


def times(floor: Result, results: list[Result]) -> str:
    """Return the rerun times under each load, beside the floor's."""
    rows = []
    for result in results:
        for visitors, load in result.loads.items():
            least = floor.loads[visitors]
            cells = [f"{result.name}, {visitors}"]
            for share in (0.5, 0.95):
                cells += [*_compared(load.times, least.times, share)]
            rows.append(
                [
                    *cells,
                    str(len(load.times)),
                    str(len(load.problems)),
                    ms(percentile(load.opened, 0.95)),
                    f"{load.busy:.0%}" if visitors > 1 else "-",
                ]
            )
    columns = ["p50", "floor", "ratio", "p95", "floor", "ratio"]
    head = ["page, visitors", *columns, "moves", "lost", "coming in p95", "server CPU"]
    return table(head, rows)


def costs(results: list[Result], most: int) -> str:
    """Return CPU per slider move and memory per session."""
    rows = [
        [
            result.name,
            ms(result.loads[1].cpu),
            f"{result.loads[most].memory:.2f} MB",
            "fragment" if result.loads[1].fragments else "whole page",
        ]
        for result in results
    ]
    return table(["page", "CPU per move", "memory per session", "reruns"], rows)


def paints(floor: Result, results: list[Result]) -> str:
    """Return the times from a key on the slider to the painted picture, beside the floor's."""
    rows = []
    for result in results:
        halves = [_compared(result.paint, floor.paint, share) for share in (0.5, 0.95)]
        rows.append([result.name, *halves[0], *halves[1]])
    return table(["page", "p50", "floor", "ratio", "p95", "floor", "ratio"], rows)


def drags(floor: Result, results: list[Result]) -> str:
    """Return the times from a new value to its picture, and pictures a second, beside the floor."""
    rows = []
    for result in results:
        assert result.drag is not None
        rate = [f"{result.drag.pictures:.0f}/s", f"{result.drag.values:.0f}/s"]
        rows.append([result.name, *_compared(result.drag.times, floor.paint, 0.5), *rate])
    return table(["page", "p50", "floor's paint", "ratio", "pictures", "values"], rows)


def aims(floor: Result, results: list[Result], most: int, more: list[list[str]]) -> str:
    """Return what we aim at, and whether each page is there; ``more`` are rows of other aims."""
    rows = []
    for result in results:
        crowd, least = result.loads[most], floor.loads[most]
        lost = sum(len(load.problems) for load in result.loads.values())
        late = percentile(crowd.times, 0.95) / percentile(least.times, 0.95)
        cpu = result.loads[1].cpu
        if result.paint and floor.paint:
            slow = percentile(result.paint, 0.5) / percentile(floor.paint, 0.5)
            rows.append(
                _aim(result, f"slider to paint, p50, within {PAINT}x the floor", slow, PAINT)
            )
        if result.drag and floor.paint:
            slow = percentile(result.drag.times, 0.5) / percentile(floor.paint, 0.5)
            rate, values = result.drag.pictures, result.drag.values
            rows.append(_aim(result, f"drag to paint, p50, within {DRAG:g}x the floor", slow, DRAG))
            words = f"a picture for each value dragged over, or {PICTURES} a second"
            met = rate >= min(PICTURES, ALL * values)
            rows.append(aim(words, result.name, f"{rate:.0f} of {values:.0f}/s", met))
        rows.append(_aim(result, f"{most} visitors, p95, within {CROWD:g}x the floor", late, CROWD))
        rows.append(_aim(result, f"CPU per slider move <= {ms(CPU)}", cpu, CPU, ms(cpu)))
        rows.append(_aim(result, "no session lost", lost, 0, str(lost)))
    return table(["aim", "page", "now", ""], rows + more)


def aim(words: str, page: str, now: str, met: bool) -> list[str]:
    """Return the row of an aim."""
    return [words, page, now, "met" if met else "missed"]


def _aim(result: Result, words: str, now: float, most: float, shown: str = "") -> list[str]:
    return aim(words, result.name, shown or f"{now:.1f}x", now <= most)


def _compared(ours: list[float], floor: list[float], share: float) -> tuple[str, str, str]:
    mine, least = percentile(ours, share), percentile(floor, share)
    return ms(mine), ms(least), f"{mine / least:.1f}x"


def ms(seconds: float) -> str:
    """Return a time in milliseconds."""
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"
