"""Get-Date, New-TimeSpan, Start-Sleep."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from localazure.windows.powershell.cmdlets.common import UTILITY
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.dotnet.date_formats import format_date
from localazure.windows.powershell.dotnet.times import local_now
from localazure.windows.powershell.flow import Stopped
from localazure.windows.powershell.text import to_text

_PARTS = ("Year", "Month", "Day", "Hour", "Minute", "Second")
_UNITS = ("Days", "Hours", "Minutes", "Seconds")


@command(
    "Get-Date",
    module=UTILITY,
    parameters=(
        Parameter("Date", position=0, kind="System.DateTime", pipeline="value", aliases=("LastWriteTime",)),
        *(Parameter(name, kind=int) for name in _PARTS),
        Parameter("Format", kind=str),
    ),
)
def get_date(call: Call) -> Iterator[object]:
    """The moment, or the one given, as a DateTime or as text."""
    moment: datetime = call.get("Date") or local_now(call.engine)
    given: dict[str, Any] = {name.lower(): int(call.get(name)) for name in _PARTS if name in call.parameters}
    moment = moment.replace(**given)
    form = call.get("Format")
    yield moment if form is None else format_date(moment, to_text(form))


@command(
    "New-TimeSpan",
    module=UTILITY,
    parameters=(
        Parameter("Start", position=0, kind="System.DateTime", pipeline="value", aliases=("LastWriteTime",)),
        Parameter("End", position=1, kind="System.DateTime"),
        *(Parameter(name, kind=int) for name in _UNITS),
    ),
)
def new_time_span(call: Call) -> Iterator[object]:
    """What lies between two moments, either of them now; or days, hours, minutes and seconds together."""
    if any(name in call.parameters for name in _UNITS):
        yield timedelta(**{name.lower(): int(call.parameters[name]) for name in _UNITS if name in call.parameters})
        return
    now = local_now(call.engine)
    yield call.get("End", now) - call.get("Start", now)


@command(
    "Start-Sleep",
    aliases=("sleep",),
    module=UTILITY,
    parameters=(
        Parameter("Seconds", position=0, kind=int, pipeline="both"),
        Parameter("Milliseconds", kind=int, aliases=("ms",)),
    ),
)
def start_sleep(call: Call) -> None:
    """Let time pass: the machine's, which its pace scales, and the host's where there is no machine."""
    given: Any = call.get("Seconds")
    seconds = float(given) if given is not None else float(call.get("Milliseconds") or 0) / 1000
    if call.engine.host.cancelled.wait(_scaled(call, seconds)):
        raise Stopped


def _scaled(call: Call, seconds: float) -> float:
    pace = getattr(getattr(call.engine.machine, "time", None), "pace", None)
    # A script that polls must not spin when the machine's time costs nothing.
    return seconds if pace is None else max(float(pace.seconds(seconds)), min(seconds, _LEAST))


_LEAST = 0.05
