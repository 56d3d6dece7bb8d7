"""Messages and errors of a place in a script, as preference variables and common parameters have them."""

from typing import TYPE_CHECKING, Any

from localazure.windows.powershell.collecting import Collectors
from localazure.windows.powershell.error_text import category_text, error_text
from localazure.windows.powershell.errors import ErrorRecord, Position, PsError, PsException, not_interactive
from localazure.windows.powershell.streams import PipelineState, StreamRecord, Streams, write_message
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import CaselessDict, PsObject

if TYPE_CHECKING:
    from localazure.windows.powershell.engine import Engine

_ACTIONS = {"0": "silentlycontinue", "1": "stop", "2": "continue", "3": "inquire", "4": "ignore"}


class Preferences:
    """What a frame does with messages; the fields are the frame's."""

    __slots__ = ()

    engine: "Engine"
    streams: Streams
    pipeline: PipelineState
    common: CaselessDict
    collectors: Collectors
    activity: str
    position: Position | None

    def get_variable(self, name: str, scope: str | None = None) -> Any:
        raise NotImplementedError

    def set_variable(self, name: str, value: object, scope: str | None = None) -> None:
        raise NotImplementedError

    def action(self, parameter: str, variable: str) -> str:
        """What a common parameter, else a preference variable, says to do, in lower case."""
        value = self.common.get(parameter)
        text = to_text(self.get_variable(variable) if value is None else value).lower()
        return _ACTIONS.get(text, text)

    def write_error(self, record: ErrorRecord) -> None:
        """Writes a non-terminating error, or raises it when the preference is Stop."""
        self.complete(record)
        action = self.action("ErrorAction", "ErrorActionPreference")
        if action == "stop":
            raise PsError(record, stops_script=True)
        if action == "inquire":
            raise not_interactive()
        self.pipeline.failed = True
        self.collect("ErrorVariable", record)
        if action == "ignore":
            return
        self.engine.remember(record)
        if action != "silentlycontinue":
            self.show_error(record)

    def complete(self, record: ErrorRecord) -> None:
        """Fills in which command wrote an error, and where."""
        if not record.activity and self.activity and record.category != "ParserError":
            record.activity = self.activity
            if "," not in record.fully_qualified_error_id:
                known = self.engine.commands.find(self.activity)
                record.fully_qualified_error_id += "," + class_name(self.activity, known.module if known else "")
        if record.has_no_place:
            record.position = self.position

    def show_error(self, record: ErrorRecord) -> None:
        sink = self.streams.sinks.get(2)
        if sink is not None:
            sink(record)
        else:
            self.engine.error_stream.error(self.error_text(record))

    def error_text(self, record: ErrorRecord) -> str:
        if to_text(self.get_variable("ErrorView")).lower() == "categoryview":
            return category_text(record)
        return error_text(record, self.engine.host.width)

    def collect(self, parameter: str, item: object) -> None:
        """Keeps a message in the variables that -ErrorVariable and its kin name."""
        for kept in self.collectors.get(parameter, ()):
            kept.append(item)

    def _message(self, stream: int, kind: str, message: str) -> None:
        write_message(self.engine.error_stream, self.streams.sinks.get(stream), kind, message)

    def write_warning(self, message: str) -> None:
        self.collect("WarningVariable", StreamRecord("Warning", message))
        action = self.action("WarningAction", "WarningPreference")
        if action not in {"silentlycontinue", "ignore"}:
            self._message(3, "Warning", message)
            self._halt(action, "WarningPreference", message)

    def write_verbose(self, message: str) -> None:
        if self._wanted("Verbose", "VerbosePreference"):
            self._message(4, "Verbose", message)
            self._halt(self._chosen("Verbose", "VerbosePreference"), "VerbosePreference", message)

    def write_debug(self, message: str) -> None:
        if self._wanted("Debug", "DebugPreference"):
            self._message(5, "Debug", message)
            self._halt(self._chosen("Debug", "DebugPreference"), "DebugPreference", message)

    def _chosen(self, switch: str, variable: str) -> str:
        """What is to be done after a message is shown. -Debug asks at each one, in a console that can ask."""
        return "continue" if self.common.get(switch) else self.action("", variable)

    def _halt(self, action: str, variable: str, message: str) -> None:
        """Raises PsError where the message ends the command, or somebody would have to be asked whether it does."""
        if action == "stop":
            text = (
                f'The running command stopped because the preference variable "{variable}" or common parameter is set '
                f"to Stop: {message}"
            )
            kind = "System.Management.Automation.ActionPreferenceStopException"
            record = ErrorRecord(PsException(kind, text), "ActionPreferenceStop", "OperationStopped")
            raise PsError(record, stops_script=True)
        if action == "inquire":
            raise not_interactive()

    def _wanted(self, switch: str, variable: str) -> bool:
        given = self.common.get(switch)
        if given is not None:
            return bool(given)
        return self.action("", variable) not in {"silentlycontinue", "ignore"}

    def write_information(self, message: object) -> None:
        record = StreamRecord("Information", to_text(message), message)
        self.collect("InformationVariable", record)
        action = self.action("InformationAction", "InformationPreference")
        sink = self.streams.sinks.get(6)
        if sink is not None:
            sink(record)
        elif action != "ignore":
            self.engine.error_stream.information(record)
            if action != "silentlycontinue":
                self.engine.host.write(to_text(message) + "\n")

    def write_progress(self, activity: str, status: str = "", percent: int = -1) -> None:
        """Progress is shown by an interactive console only; there is none here, but CLIXML has it."""
        if self.action("", "ProgressPreference") not in {"silentlycontinue", "ignore"}:
            self.engine.error_stream.progress(activity, status, percent)

    def write_host(self, text: str) -> None:
        """Writes text to the console as an information record of its own kind; the line end is the caller's."""
        shown = text.removesuffix("\n")
        properties = {"Message": shown, "NoNewLine": shown == text}
        message = PsObject.typed("System.Management.Automation.HostInformationMessage", properties, text=shown)
        record = StreamRecord("Information", shown, message)
        self.collect("InformationVariable", record)
        sink = self.streams.sinks.get(6)
        if sink is not None:
            sink(record)
        else:
            self.engine.error_stream.information(record)
            self.engine.host.write(text)


_NAMESPACES = {
    "Appx": "Microsoft.Windows.Appx.PackageManager.Commands",
    "BitsTransfer": "Microsoft.BackgroundIntelligentTransfer.Management",
    "CimCmdlets": "Microsoft.Management.Infrastructure.CimCmdlets",
    "Dism": "Microsoft.Dism.Commands",
    "Microsoft.WSMan.Management": "Microsoft.WSMan.Management",
    "PKI": "Microsoft.CertificateServices.Commands",
    "ServerManager": "Microsoft.Windows.ServerManager.Commands",
}
_VERBS = {"Install-WindowsFeature": "Add", "Uninstall-WindowsFeature": "Remove"}
"""Commands whose classes kept an older verb."""
_OF_FUNCTIONS = frozenset(
    {
        "BitLocker", "Defender", "DnsClient", "Microsoft.PowerShell.Archive", "NetAdapter", "NetSecurity", "NetTCPIP",
        "ScheduledTasks", "Storage",
    }
)  # fmt: skip
"""Modules whose commands are functions."""


def class_name(command: str, module: str = "") -> str:
    """What ends the error ids of a command: the .NET class behind a cmdlet, a function's own name."""
    verb, dash, noun = command.partition("-")
    if not dash or module in _OF_FUNCTIONS:
        return command
    verb = _VERBS.get(command, verb)
    return f"{_NAMESPACES.get(module, 'Microsoft.PowerShell.Commands')}.{verb}{noun}Command"
