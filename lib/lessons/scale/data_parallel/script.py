"""The script for torchrun as a visitor gets it, and the commands that start it."""

from pathlib import Path

from lib.export.source import NOTE

NAME = "train.py"


def script() -> str:
    """Return the script's text, without what stands in it for the type checker."""
    text = Path(__file__).with_name("torchrun.py").read_text("utf-8")
    return "\n".join(NOTE.sub("", line) for line in text.split("\n"))


def on_one_machine(processes: int) -> str:
    """Return the command that starts it on one machine."""
    return f"torchrun --standalone --nproc_per_node={processes} {NAME}"


def on_several_machines(machines: int, processes: int) -> str:
    """Return the command that starts it on several; each of them runs the same one."""
    return (
        f"torchrun --nnodes={machines} --nproc_per_node={processes} \\\n"
        "  --rdzv_backend=c10d --rdzv_id=lesson --rdzv_endpoint=first-machine:29500 \\\n"
        f"  {NAME}"
    )
