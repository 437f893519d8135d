"""A script that starts worker processes as Windows and macOS start them, run for real."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from lib.core.bugs import fixes


def dataset_in_main() -> str:
    """Start a worker from a script, the way Windows and macOS start one."""
    script = """
from torch.utils.data import DataLoader, Dataset

class Squares(Dataset):
    def __len__(self):
        return 4
    def __getitem__(self, i):
        return i * i

train_dl = DataLoader(Squares(), batch_size=4, num_workers=1, multiprocessing_context="spawn")
print(next(iter(train_dl)))
"""
    return run_script(script)


@fixes(
    dataset_in_main,
    "dataset in the main script",
    "A worker that is not a copy of your process has to find the dataset's class, so it runs your "
    "script again, down to the loader, which would start a worker ... Put what starts workers "
    'under `if __name__ == "__main__":`. Both scripts are run for real.',
    heavy=True,
)
def dataset_in_main_fixed() -> str:
    """Keep the loop from running again in the worker, which reads the script anew."""
    script = """
from torch.utils.data import DataLoader, Dataset

class Squares(Dataset):
    def __len__(self):
        return 4
    def __getitem__(self, i):
        return i * i

if __name__ == "__main__":
    train_dl = DataLoader(Squares(), batch_size=4, num_workers=1, multiprocessing_context="spawn")
    print(next(iter(train_dl)))
"""
    return run_script(script)


def run_script(script: str) -> str:
    """Run a script in a Python of its own and return what it printed.

    Raises:
        RuntimeError: with what it said last of each error, if there was one.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder, "train.py")
        file.write_text(script, "utf-8")
        command = [sys.executable, str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        raise RuntimeError(errors(done.stderr))
    return done.stdout.strip()


def errors(said: str) -> str:
    """Return the errors in what Python said, in order, without the way there."""
    kept: list[str] = []
    inside = False
    for line in said.splitlines():
        words = line.removeprefix("RuntimeError:").strip()
        inside = inside and not line.startswith(("Traceback", "The above exception"))
        inside = inside or line.startswith("RuntimeError:")
        if inside and words:
            kept.append(words)
    return "\n".join(kept)
