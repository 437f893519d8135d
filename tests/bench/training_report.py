"""What was measured of training, as tables."""

from statistics import median

from tests.bench.load import Load
from tests.bench.report import CROWD, aim, ms, percentile, table
from tests.bench.training import Trained
from tests.bench.training_browser import Closed, Speed
from tests.bench.training_crowd import Crowd

# Not asserted anywhere either.
BARE, PICTURES, EPOCHS, UNFAIR, IDLE = 0.9, 8.0, {"4-2": 60.0}, 0.2, 1.0


def show(floor: str, alone: Load, trained: Trained) -> None:
    """Print the tables.

    Args:
        floor: what the page that does nothing is called.
        alone: that page, moved by one visitor on an idle machine.
        trained: what was measured.
    """
    if trained.speeds:
        print("\nTraining: epochs per second as Chromium shows them, beside the bare PyTorch loop,")
        print("timed before and after in a process of its own, one thread\n")
        print(_speeds(trained.speeds))
    if trained.closed:
        print("\nTraining: a tab that plays is closed, until the workers use no CPU any more\n")
        print(_closed(trained.closed))
    if trained.crowd:
        print(f"\n{len(trained.crowd.chunks)} visitors train at once, each another run\n")
        print(_chunks(trained.crowd))
        print(
            "\nMeanwhile one more moves sliders, of these pages in turns. The floor is on a server"
        )
        print("of its own, on the same busy machine; alone: the same with nothing else going on\n")
        print(_moves(floor, alone, trained.crowd))
        for problem in sorted(set(trained.crowd.problems)):
            print(f"lost: {problem}")


def aims(floor: str, trained: Trained) -> list[list[str]]:
    """Return what we aim at, and whether training is there."""
    rows = []
    for speed in trained.speeds:
        ratio = speed.shown / median(speed.bare)
        words = f">= {BARE} of the bare loop"
        rows.append(aim(words, speed.name, f"{ratio:.2f}", ratio >= BARE))
        words, met = f">= {PICTURES:g} pictures/s", speed.pictures >= PICTURES
        rows.append(aim(words, speed.name, f"{speed.pictures:.1f}", met))
        if least := EPOCHS.get(speed.name):
            met = speed.shown >= least
            rows.append(aim(f">= {least:g} epochs/s", speed.name, f"{speed.shown:.0f}", met))
    if trained.closed:
        latest = max(each.idle for each in trained.closed)
        words = f"closed tab: idle within {IDLE:g} s, each time"
        rows.append(aim(words, "loop", f"{latest:.2f} s", latest <= IDLE))
    if trained.crowd:
        rows += _crowd_aims(floor, trained.crowd)
    return rows


def _crowd_aims(floor: str, crowd: Crowd) -> list[list[str]]:
    count = len(crowd.chunks)
    low, high = crowd.shares
    met = low >= 1 - UNFAIR and high <= 1 + UNFAIR
    words = f"{count} train: each within {UNFAIR:.0%} of a fair share"
    rows = [aim(words, "loop", f"{low - 1:+.0%} {high - 1:+.0%}", met)]
    least = percentile(crowd.times[floor], 0.95)
    words = f"{count} train: another's p95 within {CROWD:g}x the floor"
    for name, times in crowd.times.items():
        if name != floor:
            late = percentile(times, 0.95) / least
            rows.append(aim(words, name, f"{late:.1f}x", late <= CROWD))
    rows.append(aim(f"{count} train: nobody lost", "loop", *_none(crowd.problems)))
    return rows


def _none(problems: list[str]) -> tuple[str, bool]:
    return str(len(problems)), not problems


def _speeds(speeds: list[Speed]) -> str:
    rows = [
        [
            each.name,
            f"{each.shown:.1f}",
            f"{each.said:.1f}",
            f"{median(each.bare):.1f}",
            f"{min(each.bare):.0f} to {max(each.bare):.0f}",
            f"{each.shown / median(each.bare):.2f}",
            f"{each.pictures:.1f}",
            f"{each.busy:.0%}",
        ]
        for each in speeds
    ]
    head = ["network", "shown", "the page says", "bare", "from, to", "ratio", "pictures/s"]
    return table([*head, "worker CPU"], rows)


def _closed(closed: list[Closed]) -> str:
    idle = [each.idle for each in closed]
    busy = min(each.busy for each in closed)
    row = [str(len(closed)), f"{median(idle):.2f} s", f"{max(idle):.2f} s", f"{busy:.0%}"]
    return table(["times", "median", "latest", "CPU of the workers before, at least"], [row])


def _chunks(crowd: Crowd) -> str:
    low, high = crowd.shares
    row = [
        " ".join(f"{count:.1f}" for count in sorted(crowd.chunks)),
        f"{sum(crowd.chunks) / len(crowd.chunks):.1f}",
        f"{low - 1:+.0%}",
        f"{high - 1:+.0%}",
        f"{crowd.epochs:.0f}",
    ]
    return table(["chunks each got", "fair", "smallest", "largest", "epochs/s of all"], [row])


def _moves(floor: str, alone: Load, crowd: Crowd) -> str:
    least, quiet = percentile(crowd.times[floor], 0.95), percentile(alone.times, 0.95)
    rows = []
    for name, times in crowd.times.items():
        late = percentile(times, 0.95)
        rows.append(
            [
                name,
                ms(percentile(times, 0.5)),
                ms(late),
                ms(least),
                f"{late / least:.1f}x",
                ms(quiet),
                f"{late / quiet:.1f}x",
                str(len(times)),
            ]
        )
    head = ["page", "p50", "p95", "floor p95", "ratio", "floor p95 alone", "ratio", "moves"]
    return table(head, rows)
