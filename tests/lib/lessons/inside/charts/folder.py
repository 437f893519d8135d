"""A folder with two small runs, written once for all tests of a file."""

from pathlib import Path

from lib.lessons.inside.charts.runs import Logged, log_run

SMALL = {"pictures": 640, "points": 20, "epochs": 1}


def two_runs(folder: Path) -> dict[str, Logged]:
    """Write two runs into a folder; return what each wrote by its name."""
    return {
        "small": log_run(learning_rate=0.003, seed=1, log_dir=str(folder / "small"), **SMALL),
        "large": log_run(learning_rate=0.1, seed=1, log_dir=str(folder / "large"), **SMALL),
    }
