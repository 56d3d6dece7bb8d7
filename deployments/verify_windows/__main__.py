"""``python -m deployments.verify_windows``: what is behind ``make verify-windows-on-azure``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deployments.local_stack.signals import ToldToStop, told_to_stop
from deployments.verify_windows.custom_data import CustomData
from deployments.verify_windows.plan import plan_of
from deployments.verify_windows.points import ALL
from deployments.verify_windows.record import Record
from deployments.verify_windows.run import Depth, carried_out
from deployments.verify_windows.table import checklist, table
from mintage.azure.clients import connect
from mintage.errors import MintageError
from mintage.settings import load_settings

OTHERWISE, NOT_ASKED, STOPPED = 1, 2, 130
_RECIPE = Path("deployments/recipes/windows-server-2022.yaml")
_OUT = Path("build/windows-on-azure.json")


def main(
    *,
    recipe: Annotated[Path, typer.Option(help="Source, sizes and region are this recipe's.")] = _RECIPE,
    sysprep: Annotated[bool, typer.Option(help="Also generalize the VM.")] = True,
    image: Annotated[bool, typer.Option(help="Also capture it, and make one VM from the image.")] = False,
    list_only: Annotated[bool, typer.Option("--list", help="Show the checklist, and do nothing.")] = False,
    out: Annotated[Path, typer.Option(help="Where the results go, as JSON.")] = _OUT,
) -> None:
    """Ask a real Windows VM what localazure's model assumes. Takes one VM for up to an hour; removes what it makes."""
    if list_only:
        print("\n".join(checklist(ALL)))
        return
    sys.exit(_run(recipe, out, Depth(sysprep=sysprep, image=image)))


def _run(recipe: Path, out: Path, depth: Depth) -> int:
    console = Console(stderr=True)

    def say(line: str) -> None:
        console.print(line, markup=False, highlight=False, soft_wrap=True)

    with told_to_stop():
        try:
            settings, plan = load_settings(), plan_of(recipe)
            with connect(settings, policies=[CustomData()], tell=say) as clients:
                record = carried_out(settings, clients, plan, depth, say)
        except MintageError as error:
            say(str(error))
            return NOT_ASKED
        except ToldToStop as signal:
            say(f"Stopped by {signal}.")
            return STOPPED
    return _shown(record, out)


def _shown(record: Record, out: Path) -> int:
    record.write(out)
    Console().print(table(record.points))
    print(f"{record.otherwise} of {len(record.points)} points are otherwise than the model assumes. Written to {out}")
    return OTHERWISE if record.otherwise or record.left else 0


if __name__ == "__main__":
    typer.run(main)
