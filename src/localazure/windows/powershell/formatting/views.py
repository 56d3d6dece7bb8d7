"""The views that Windows PowerShell 5.1 has for types, as in its DotNetTypes.format.ps1xml and its neighbours."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localazure.windows.powershell.dotnet.date_formats import format_date

if TYPE_CHECKING:
    from localazure.windows.powershell.engine_api import EngineApi

Read = Callable[["EngineApi", Any], object]


@dataclass(frozen=True)
class Column:
    """`width` 0 shares what is left; `right` None means numbers right, all else left."""

    title: str
    read: Read
    width: int = 0
    right: bool | None = False


@dataclass(frozen=True)
class TableView:
    columns: tuple[Column, ...]
    group: Callable[["EngineApi", Any], str] | None = None
    """The line above a run of rows that share it."""


@dataclass(frozen=True)
class ListView:
    properties: tuple[str, ...]


@dataclass(frozen=True)
class TextView:
    """The objects' own texts, set off from what is around them."""


View = TableView | ListView | TextView


def read_property(name: str) -> Read:
    return lambda engine, value: engine.get_property(value, name)


def column(title: str, width: int = 0, *, name: str = "", right: bool | None = False) -> Column:
    return Column(title, read_property(name or title), width, right)


def _kilobytes(name: str) -> Read:
    def read(engine: "EngineApi", value: object) -> object:
        size = engine.get_property(value, name)
        return None if size is None else int(size) // 1024

    return read


def _cpu(engine: "EngineApi", value: object) -> object:
    seconds = engine.get_property(value, "CPU")
    return None if seconds is None else f"{float(seconds):,.2f}"


def _written(engine: "EngineApi", value: object) -> object:
    when = engine.get_property(value, "LastWriteTime")
    return f"{format_date(when, 'd'):>10}  {format_date(when, 't'):>8}" if when else ""


def _folder(engine: "EngineApi", value: object) -> str:
    path = str(engine.get_property(value, "FullName") or "").rstrip("\\")
    parent = path.rpartition("\\")[0]
    return f"    Directory: {parent}\\" if parent.endswith(":") else f"    Directory: {parent}"


_FILE = TableView(
    (
        column("Mode", 7),
        Column("LastWriteTime", _written, 25, right=True),
        column("Length", 14, right=True),
        column("Name"),
    ),
    _folder,
)
_PROCESS = TableView(
    (
        column("Handles", 7, name="HandleCount", right=True),
        Column("NPM(K)", _kilobytes("NonpagedSystemMemorySize64"), 7, right=True),
        Column("PM(K)", _kilobytes("PagedMemorySize64"), 8, right=True),
        Column("WS(K)", _kilobytes("WorkingSet64"), 10, right=True),
        Column("CPU(s)", _cpu, 10, right=True),
        column("Id", 6, right=True),
        column("SI", 3, name="SessionId", right=True),
        column("ProcessName", name="ProcessName"),
    )
)
_EXECUTABLE = TableView((column("CommandType", 15), column("Name", 50), column("Version", 10), column("Source")))
_LOCAL_USER = TableView((column("Name"), column("Enabled"), column("Description")))
_TASK = "Microsoft.Management.Infrastructure.CimInstance#Root/Microsoft/Windows/TaskScheduler/MSFT_ScheduledTask"
VIEWS: dict[str, View] = {
    "System.Collections.DictionaryEntry": TableView((column("Name", 30), column("Value"))),
    "System.ServiceProcess.ServiceController": TableView(
        (column("Status", 8), column("Name", 18), column("DisplayName", 38))
    ),
    "System.Diagnostics.Process": _PROCESS,
    "System.IO.FileInfo": _FILE,
    "System.IO.DirectoryInfo": _FILE,
    "System.Management.ManagementObject#root\\cimv2\\Win32_QuickFixEngineering": TableView(
        tuple(column(name) for name in ("Source", "Description", "HotFixID", "InstalledBy", "InstalledOn"))
    ),
    _TASK: TableView((column("TaskPath", 46), column("TaskName", 33), column("State"))),
    "System.Version": TableView(
        tuple(column(name, width) for name, width in (("Major", 6), ("Minor", 6), ("Build", 6), ("Revision", 8)))
    ),
    "System.Guid": TableView((Column("Guid", lambda _engine, value: str(value)),)),
    "System.TimeSpan": ListView(
        (
            "Days",
            "Hours",
            "Minutes",
            "Seconds",
            "Milliseconds",
            "Ticks",
            "TotalDays",
            "TotalHours",
            "TotalMinutes",
            "TotalSeconds",
            "TotalMilliseconds",
        )
    ),
    "System.Management.Automation.CmdletInfo": _EXECUTABLE,
    "System.Management.Automation.FunctionInfo": _EXECUTABLE,
    "System.Management.Automation.AliasInfo": _EXECUTABLE,
    "System.Management.Automation.ApplicationInfo": _EXECUTABLE,
    "System.Management.Automation.PSModuleInfo": TableView(
        (column("ModuleType", 10), column("Version", 10), column("Name", 35), column("ExportedCommands"))
    ),
    "System.Management.Automation.PSVariable": TableView((column("Name", 30), column("Value"))),
    "System.Management.Automation.PathInfo": TableView((column("Path"),)),
    "System.Management.Automation.PSDriveInfo": TableView(
        (
            column("Name", 10),
            column("Used (GB)", 13, name="UsedGB", right=True),
            column("Free (GB)", 13, name="FreeGB", right=True),
            column("Provider", 13, name="ProviderName"),
            column("Root", 47),
        )
    ),
    "Microsoft.PowerShell.Commands.MatchInfo": TextView(),
    "Microsoft.PowerShell.Commands.LocalUser": _LOCAL_USER,
    "Microsoft.PowerShell.Commands.LocalGroup": TableView((column("Name"), column("Description"))),
    "Microsoft.PowerShell.Commands.GroupInfo": TableView(
        (column("Count", 5, right=True), column("Name", 25), column("Group"))
    ),
    "Microsoft.PowerShell.Commands.GenericMeasureInfo": ListView(
        ("Count", "Average", "Sum", "Maximum", "Minimum", "Property")
    ),
}


def view_of(type_names: list[str]) -> View | None:
    """The view of the first of an object's types that has one."""
    return next((VIEWS[name] for name in type_names if name in VIEWS), None)
