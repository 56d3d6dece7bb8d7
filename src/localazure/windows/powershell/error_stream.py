"""Standard error of powershell.exe: text, or CLIXML when the command was encoded and no other format asked for.

Source: ConsoleHost.ErrorFormat and ConsoleHostUserInterface of PowerShell.
"""

from typing import TYPE_CHECKING

from localazure.windows.powershell.clixml import OPENING, ClixmlWriter, quoted
from localazure.windows.powershell.host import Host
from localazure.windows.powershell.values import Long, PsObject

if TYPE_CHECKING:
    from localazure.windows.powershell.engine_api import EngineApi


class ErrorStream:
    """Text errors, and messages with the other output."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def error(self, text: str) -> None:
        self._host.write_error(text + "\n")
        self._host.transcribe(text + "\n")

    def message(self, kind: str, text: str) -> None:
        """A warning, verbose or debug message."""
        self._host.write(f"{kind.upper()}: {text}\n")

    def information(self, record: object) -> None:
        """An information record: what is to be shown of it is among the other output."""

    def progress(self, activity: str, status: str, percent: int) -> None:
        """A redirected console shows no bar."""

    def close(self) -> None:
        """Nothing more comes."""


class ClixmlStream(ErrorStream):
    """Errors and messages as one document, which begins with the first of them."""

    def __init__(self, host: Host, engine: "EngineApi") -> None:
        super().__init__(host)
        self._writer = ClixmlWriter(engine)
        self._begun = False

    def error(self, text: str) -> None:
        for line in text.replace("\r\n", "\n").split("\n"):
            self._string("Error", line + "\r\n")
        self._host.transcribe(text + "\n")

    def message(self, kind: str, text: str) -> None:
        self._string(kind.lower(), text)
        self._host.transcribe(f"{kind.upper()}: {text}\n")

    def information(self, record: object) -> None:
        self._put(self._writer.element(record, 'S="information"'))

    def progress(self, activity: str, status: str, percent: int) -> None:
        record = (
            f'<PR N="Record"><AV>{quoted(activity)}</AV><AI>0</AI><Nil /><PI>-1</PI><PC>{percent}</PC>'
            f"<T>{'Completed' if status == 'Completed' else 'Processing'}</T><SR>-1</SR><SD>{quoted(status)}</SD></PR>"
        )
        holder = self._writer.element(PsObject.custom({"SourceId": Long(1)}), 'S="progress"')
        self._put(holder.replace("</MS>", record + "</MS>"))

    def close(self) -> None:
        if self._begun:
            self._host.write_error("</Objs>")

    def _string(self, stream: str, text: str) -> None:
        self._put(f'<S S="{stream}">{quoted(text)}</S>')

    def _put(self, element: str) -> None:
        if not self._begun:
            self._begun = True
            self._host.write_error(f"#< CLIXML\n{OPENING}")
        self._host.write_error(element)
