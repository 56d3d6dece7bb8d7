"""Event logs: Get-WinEvent, Get-EventLog, Clear-, New-, Write- and Remove-EventLog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from localazure.windows.cmdlets.session import machine_of
from localazure.windows.cmdlets.times import local, utc
from localazure.windows.cmdlets.wildcards import has_wildcard, matches
from localazure.windows.machine.errors import NotFound
from localazure.windows.machine.events import Event, Events, Level
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.errors import PsError, error
from localazure.windows.powershell.values import CaselessDict, EnumValue, Long, PsObject, Table

_LEVELS: dict[str, int] = {"Critical": 1, "Error": 2, "Warning": 3, "Information": 4, "Verbose": 5}
_ENTRY_TYPES: dict[str, Level] = {"error": "Error", "warning": "Warning", "information": "Information"}
_COMPUTER = Parameter("ComputerName")


def events_of(call: Call) -> Events:
    return machine_of(call.engine).events


def record_object(call: Call, log: str, event: Event) -> PsObject:
    properties: dict[str, object] = {
        "Message": event.message,
        "Id": event.event_id,
        "Level": _LEVELS[event.level],
        "LevelDisplayName": event.level,
        "RecordId": Long(event.record_id),
        "ProviderName": event.provider,
        "LogName": log,
        "ProcessId": 0,
        "MachineName": machine_of(call.engine).name,
        "UserId": event.user or None,
        "TimeCreated": local(event.time),
        "Properties": [],
    }
    return PsObject.typed("System.Diagnostics.Eventing.Reader.EventLogRecord", properties)


@command(
    "Get-WinEvent",
    parameters=(
        Parameter("LogName", position=0, kind="System.String[]", pipeline="both"),
        Parameter("FilterHashtable", kind=object),
        Parameter("ListLog", kind="System.String[]"),
        Parameter("ProviderName", kind="System.String[]"),
        Parameter("MaxEvents", kind="System.Int64"),
        Parameter("Oldest", switch=True),
        Parameter("Force", switch=True),
        _COMPUTER,
        Parameter("Credential"),
    ),
)
def get_win_event(call: Call) -> Iterator[object]:
    if call.get("ListLog") is not None:
        yield from _list_logs(call)
        return
    found: list[tuple[str, Event]] = []
    for wanted in _conditions(call):
        found += _matching(call, wanted)
    found.sort(key=lambda each: each[1].record_id, reverse=not call.switch("Oldest"))
    most = call.get("MaxEvents")
    if not found:
        text = "No events were found that match the specified selection criteria."
        call.error("System.Exception", text, "NoMatchingEventsFound", "ObjectNotFound")
    for log, event in found[: int(most)] if most is not None else found:
        yield record_object(call, log, event)


def _conditions(call: Call) -> list[CaselessDict]:
    given = call.get("FilterHashtable")
    if given is not None:
        return [
            CaselessDict(each) for each in (given if isinstance(given, list) else [given]) if isinstance(each, Table)
        ]
    conditions = CaselessDict()
    if call.get("LogName") is not None:
        conditions["LogName"] = call.get("LogName")
    if call.get("ProviderName") is not None:
        conditions["ProviderName"] = call.get("ProviderName")
    return [conditions]


def _list_logs(call: Call) -> Iterator[object]:
    for pattern in call.get("ListLog"):
        found = [name for name in events_of(call).logs() if matches(name, str(pattern))]
        if not found and not has_wildcard(str(pattern)):
            call.write_failure(_no_log(str(pattern)))
        for name in found:
            properties: dict[str, object] = {
                "LogName": name, "RecordCount": Long(len(events_of(call).read(name))), "IsEnabled": True,
                "LogMode": "Circular", "MaximumSizeInBytes": Long(20971520), "IsClassicLog": True,
            }  # fmt: skip
            yield PsObject.typed("System.Diagnostics.Eventing.Reader.EventLogConfiguration", properties, text=name)


def _no_log(name: str) -> PsError:
    text = f'There is not an event log on the localhost computer that matches "{name}".'
    return error("System.Exception", text, "NoMatchingLogsFound", "ObjectNotFound", name)


def _matching(call: Call, wanted: CaselessDict) -> list[tuple[str, Event]]:
    names = _texts(wanted.get("LogName")) or events_of(call).logs()
    found = []
    for pattern in names:
        logs = [name for name in events_of(call).logs() if matches(name, pattern)]
        if not logs:
            call.write_failure(_no_log(pattern))
        found += [(log, event) for log in logs for event in events_of(call).read(log) if _fits(call, event, wanted)]
    return found


def _fits(call: Call, event: Event, wanted: CaselessDict) -> bool:
    ids, levels, providers = (_texts(wanted.get(name)) for name in ("Id", "Level", "ProviderName"))
    start, end = (_moment(call, wanted.get(name)) for name in ("StartTime", "EndTime"))
    return (
        (not ids or str(event.event_id) in ids)
        and (not levels or str(_LEVELS[event.level]) in levels)
        and (not providers or any(matches(event.provider, each) for each in providers))
        and (start is None or event.time >= start)
        and (end is None or event.time <= end)
    )


def _moment(call: Call, value: object) -> datetime | None:
    return None if value is None else utc(call.engine.convert(value, "System.DateTime"))


def _texts(value: object) -> list[str]:
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [str(each) for each in items]


@command(
    "Get-EventLog",
    parameters=(
        Parameter("LogName", position=0, kind=str),
        Parameter("InstanceId", position=1),
        Parameter("Newest", kind="System.Int32"),
        Parameter("Source", kind="System.String[]"),
        Parameter("EntryType", kind="System.String[]"),
        Parameter("After", kind="System.DateTime"),
        Parameter("Before", kind="System.DateTime"),
        Parameter("Message", kind=str),
        Parameter("List", switch=True),
        _COMPUTER,
    ),
)
def get_event_log(call: Call) -> Iterator[object]:
    if call.switch("List"):
        for name in events_of(call).logs():
            yield PsObject.typed(
                "System.Diagnostics.EventLog",
                {"Log": name, "LogDisplayName": name, "Entries": events_of(call).read(name)},
                text=name,
            )
        return
    log = str(call.get("LogName"))
    wanted = CaselessDict(
        {
            "LogName": log,
            "ProviderName": call.get("Source"),
            "StartTime": call.get("After"),
            "EndTime": call.get("Before"),
            "Id": call.get("InstanceId"),
        }
    )
    types, text = [each.lower() for each in _texts(call.get("EntryType"))], str(call.get("Message") or "*")
    if log.lower() not in {name.lower() for name in events_of(call).logs()}:
        raise error(
            "System.InvalidOperationException",
            f"The event log '{log}' on computer '.' does not exist.",
            "InvalidOperation",
        )
    found = [
        e for _, e in _matching(call, wanted) if (not types or e.level.lower() in types) and matches(e.message, text)
    ]
    newest = call.get("Newest")
    for event in list(reversed(found))[: int(newest)] if newest is not None else reversed(found):
        properties: dict[str, object] = {
            "Index": event.record_id,
            "EntryType": EnumValue("System.Diagnostics.EventLogEntryType", event.level, _LEVELS[event.level]),
            "InstanceId": Long(event.event_id),
            "EventID": event.event_id,
            "Message": event.message,
            "Source": event.provider,
            "TimeGenerated": local(event.time),
            "TimeWritten": local(event.time),
            "MachineName": machine_of(call.engine).name,
        }
        yield PsObject.typed("System.Diagnostics.EventLogEntry", properties)


_LOG = Parameter("LogName", position=0, kind="System.String[]", mandatory=True)


@command("Clear-EventLog", should_process=True, parameters=(_LOG, _COMPUTER))
def clear_event_log(call: Call) -> None:
    for name in _texts(call.get("LogName")):
        try:
            events_of(call).clear(name)
        except NotFound:
            text = f"The event log '{name}' on computer '.' does not exist."
            call.error(
                "System.InvalidOperationException", text, "System.InvalidOperationException", "InvalidOperation", name
            )


@command(
    "New-EventLog",
    should_process=True,
    parameters=(
        Parameter("LogName", position=0, kind=str, mandatory=True),
        Parameter("Source", position=1, kind="System.String[]", mandatory=True),
        _COMPUTER,
    ),
)
def new_event_log(call: Call) -> None:
    for source in _texts(call.get("Source")):
        events_of(call).create(str(call.get("LogName")), source)


@command(
    "Write-EventLog",
    parameters=(
        Parameter("LogName", position=0, kind=str, mandatory=True),
        Parameter("Source", position=1, kind=str, mandatory=True),
        Parameter("EventId", position=2, kind="System.Int32", mandatory=True),
        Parameter("EntryType", position=3, kind=str),
        Parameter("Message", position=4, kind=str, mandatory=True),
        Parameter("Category"),
        Parameter("RawData"),
    ),
)
def write_event_log(call: Call) -> None:
    source = str(call.get("Source"))
    if source.lower() not in {each.lower() for each in events_of(call).state.sources}:
        text = f'The source name "{source}" does not exist on computer "localhost".'
        raise error("System.InvalidOperationException", text, "The source name does not exist", "InvalidOperation")
    level = _ENTRY_TYPES.get(str(call.get("EntryType") or "Information").lower(), "Information")
    events_of(call).write(str(call.get("LogName")), source, int(call.get("EventId")), str(call.get("Message")), level)
