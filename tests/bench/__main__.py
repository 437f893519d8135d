"""How fast the playground is, beside a page that does nothing: `make bench`.

Everything is measured in one run on one machine, since absolute times mean little: the floor is
the same server over a page with one slider and one line of text. The visitors of a load run on the
same machine as the server and take CPU from it. Nothing is asserted; the exit code is 0.
"""

import argparse
import asyncio
import os

from lib import catalogue
from tests.bench import report, training, training_report
from tests.bench.browser import chromium, drag, paint_times
from tests.bench.load import PAUSE, Target, alone, crowd
from tests.bench.server import serving

FLOOR = Target("floor", "tests.bench.floor_app:app")
TRAINING = Target("loop", "app:app", "loop")


def lessons(names: list[str]) -> list[Target]:
    """Return the lessons as they are once a prediction is made: everything is drawn then."""
    return [Target(name, "app:app", name, {"answers": "shown"}) for name in names]


async def measure(target: Target, quick: bool) -> report.Result:
    """Measure a page without a browser: one visitor, then the crowds."""
    result = report.Result(target.name)
    seconds = 8 if quick else 25
    with serving(target.app) as server:
        result.loads[1] = await alone(target, server, 30 if quick else 100)
        # The large crowd first: its memory is then not taken from what the small one left.
        large = await crowd(target, server, 100, seconds)
        result.loads[30] = await crowd(target, server, 30, seconds)
        result.loads[100] = large
    return result


def main() -> None:
    """Measure and print."""
    every = [row.slug for row in catalogue.LESSONS]
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="shorter loads")
    parser.add_argument("lessons", nargs="*", metavar="lesson", help=f"of: {', '.join(every)}")
    chosen = parser.parse_args()
    if unknown := set(chosen.lessons) - set(every):
        parser.error(f"no lesson {', '.join(sorted(unknown))}; there are: {', '.join(every)}")

    print(f"load average at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    results = []
    for target in [FLOOR, *lessons(chosen.lessons or every)]:
        print(f"measuring {target.name} ...", flush=True)
        try:
            results.append((target, asyncio.run(measure(target, chosen.quick))))
        except Exception as error:  # a page that fails is told, and the others are measured
            print(f"  not measured: {type(error).__name__}: {error}", flush=True)
    if not results or results[0][0] is not FLOOR:
        print("Without the floor there is nothing to compare with.")
        return
    paint(results, 9 if chosen.quick else 18)
    trained = training.Trained()
    if TRAINING.name in (chosen.lessons or every):
        (other,) = lessons(["numpy_bridge"])
        trained = training.measure(TRAINING, other, FLOOR, chosen.quick)
    show([result for _, result in results], trained)


def paint(results: list[tuple[Target, report.Result]], moves: int) -> None:
    """Measure what a browser shows, where there is one."""
    with chromium() as page:
        if page is None:
            print("No Chromium here: slider to paint is not measured.")
            return
        for target, result in results:
            print(f"painting {target.name} ...", flush=True)
            try:
                with serving(target.app) as server:
                    result.paint = paint_times(page, target, server, moves)
                    result.drag = drag(page, moves, 2.0)
            except Exception as error:
                print(f"  not measured: {type(error).__name__}: {error}", flush=True)


def show(results: list[report.Result], trained: training.Trained) -> None:
    """Print the tables."""
    floor, pages = results[0], results[1:]
    print(f"\n{os.cpu_count()} cores, shared by server and visitors; each pauses {PAUSE:g} s")
    print("\nRerun: a slider moves until the script has finished\n")
    print(report.times(floor, pages))
    print("\nWhat a visitor costs\n")
    print(report.costs(results, 100))
    if floor.paint:
        print("\nPaint: a key on the slider until the changed picture is on the screen\n")
        print(report.paints(floor, [page for page in pages if page.paint]))
    if dragged := [page for page in pages if page.drag]:
        print("\nDrag: a new value of the slider until its picture is on the screen\n")
        print(report.drags(floor, dragged))
    training_report.show(floor.name, floor.loads[1], trained)
    print("\nAims\n")
    print(report.aims(floor, pages, 100, training_report.aims(floor.name, trained)))
    for result in results:
        for problem in sorted({words for load in result.loads.values() for words in load.problems}):
            print(f"lost on {result.name}: {problem}")


if __name__ == "__main__":
    main()
