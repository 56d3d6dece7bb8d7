"""What goes wrong in PowerShell: exceptions, error records, and the Python exceptions that carry them."""

from dataclasses import dataclass, field


@dataclass(eq=False)
class PsException:
    """A .NET exception: its full type name, what it says, and what caused it."""

    type_name: str
    message: str
    inner: "PsException | None" = None
    properties: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Position:
    """Where in a script something stands: a file or nothing, line and column from 1, the text, and its whole line."""

    file: str | None
    line: int
    column: int
    text: str
    source_line: str


@dataclass(eq=False)
class ErrorRecord:
    """An error as it lies in $Error.

    `activity` is the command that wrote it, empty for the language itself; `header` is what the console prints before
    the message where that is not the activity.
    """

    exception: PsException
    fully_qualified_error_id: str
    category: str = "NotSpecified"
    target: object = None
    activity: str = ""
    reason: str = ""
    details: str | None = None
    position: Position | None = None
    header: str = ""
    placed: bool = False
    """Whether `position` is final, even if it is none."""

    @property
    def has_no_place(self) -> bool:
        """Whether it is yet to be said where it happened."""
        return self.position is None and not self.placed

    @property
    def message(self) -> str:
        return self.exception.message if self.details is None else self.details

    @property
    def category_reason(self) -> str:
        return self.reason or self.exception.type_name.rpartition(".")[2]


class PsError(Exception):
    """A terminating error on its way to a catch, a trap, or the end of the script.

    `stops_script` is False for statement-terminating errors: without a catch, the next statement still runs.
    """

    def __init__(self, record: ErrorRecord, *, stops_script: bool = False, reported: bool = False) -> None:
        super().__init__(record.message)
        self.record = record
        self.stops_script = stops_script
        self.reported = reported


class CommandEnded(PsError):
    """What a command ends itself with, ThrowTerminatingError: not an error of the method that was called for it."""


def not_interactive() -> PsError:
    """What -NonInteractive makes of a question."""
    text = "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available."
    kind = "System.Management.Automation.PSInvalidOperationException"
    return error(kind, text, "InvalidOperation", "InvalidOperation")


def error(
    exception_type: str,
    message: str,
    error_id: str = "",
    category: str = "NotSpecified",
    target: object = None,
    *,
    inner: PsException | None = None,
) -> PsError:
    """A terminating error to raise. `exception_type` is a full .NET name; `error_id` defaults to its last part."""
    exception = PsException(exception_type, message, inner)
    record = ErrorRecord(exception, error_id or exception_type.rpartition(".")[2], category, target)
    return PsError(record)
