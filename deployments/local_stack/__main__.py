"""``python -m deployments.local_stack``: what is behind ``make demo`` and ``make up``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deployments.local_stack.demo import demo
from deployments.local_stack.errors import StackError
from deployments.local_stack.signals import ToldToStop, told_to_stop
from deployments.local_stack.stack import FOLDER, Options, Stack, running

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


class Machines(StrEnum):
    QEMU = "qemu"
    INSTANT = "instant"


Hypervisor = Annotated[Machines, typer.Option(help="qemu: real machines. instant: a model, for a quick look.")]
Pace = Annotated[float, typer.Option(min=0, max=10, help="Azure's waiting times this much. 1: as on Azure; 0: none.")]
SlotNumber = Annotated[int | None, typer.Option(min=1, help="Use var/stack-N, with its history. Else the first free.")]
Folder = Annotated[Path, typer.Option(help="Where stacks keep what they have.")]
Recipe = Annotated[str, typer.Option(help="The recipe, as a path from the repository's root.")]


@app.command("demo")
def demo_command(
    hypervisor: Hypervisor = Machines.QEMU,
    pace: Pace = 0.02,
    slot: SlotNumber = None,
    recipe: Recipe = "deployments/recipes/debian-12-web.yaml",
    folder: Folder = FOLDER,
) -> None:
    """Build an image on this machine, from nothing to published. The last line on standard output is JSON."""
    _main(Options(hypervisor.value, pace, slot), folder, lambda stack, console: demo(stack, recipe, console))


@app.command()
def up(
    hypervisor: Hypervisor = Machines.QEMU, pace: Pace = 0.02, slot: SlotNumber = None, folder: Folder = FOLDER
) -> None:
    """Keep localazure, Prefect and a worker running, with the schedule, until Ctrl-C."""
    _main(Options(hypervisor.value, pace, slot, scheduled=True), folder, _stay)


def _stay(stack: Stack, console: Console) -> int:
    console.print(f"Prefect's UI: {stack.ui}", soft_wrap=True)
    console.print("To build an image: Deployments, debian-12-web, Run. To stop all of it: Ctrl-C.")
    with suppress(ToldToStop):
        while True:
            stack.check()
            time.sleep(1)
    return 0


def _main(options: Options, folder: Path, work: Callable[[Stack, Console], int]) -> None:
    """Run ``work`` on a running stack, and end this process with its exit code."""
    console = Console(stderr=True)

    def say(text: str) -> None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)

    with told_to_stop():
        try:
            with running(options, say, folder) as stack:
                code = work(stack, console)
                say("Stopping.")
        except StackError as error:
            say(str(error))
            code = 1
        except ToldToStop as signal:
            say(f"Stopped by {signal}.")
            code = 130
    sys.exit(code)


if __name__ == "__main__":
    app()
