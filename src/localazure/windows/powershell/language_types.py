"""The .NET types of the language itself: errors, script blocks, types, switches."""

from typing import TYPE_CHECKING, Any

from localazure.windows.powershell import values
from localazure.windows.powershell.error_text import category_text, position_text
from localazure.windows.powershell.streams import StreamRecord
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.types import constructor, dotnet, getter, method, static

if TYPE_CHECKING:
    from localazure.windows.powershell.frames import Frame

_A = "System.Management.Automation."


@dotnet(_A + "ErrorRecord", python=values.ErrorRecord)
class ErrorRecordType:
    @constructor
    def new(engine: "Frame", exception: Any, error_id: Any, category: Any, target: Any) -> values.ErrorRecord:
        return values.ErrorRecord(exception, to_text(error_id), to_text(category), target)

    @getter("Exception")
    def exception(engine: "Frame", record: values.ErrorRecord) -> values.PsException:
        return record.exception

    @getter("FullyQualifiedErrorId")
    def error_id(engine: "Frame", record: values.ErrorRecord) -> str:
        return record.fully_qualified_error_id

    @getter("TargetObject")
    def target(engine: "Frame", record: values.ErrorRecord) -> Any:
        return record.target

    @getter("ErrorDetails")
    def details(engine: "Frame", record: values.ErrorRecord) -> Any:
        return (
            None if record.details is None else values.PsObject.typed(_A + "ErrorDetails", {"Message": record.details})
        )

    @getter("ScriptStackTrace")
    def stack(engine: "Frame", record: values.ErrorRecord) -> str:
        place = record.position
        return "" if place is None else f"at <ScriptBlock>, {place.file or '<No file>'}: line {place.line}"

    @getter("CategoryInfo")
    def category(engine: "Frame", record: values.ErrorRecord) -> values.PsObject:
        info = {
            "Category": record.category,
            "Activity": record.activity,
            "Reason": record.category_reason,
            "TargetName": to_text(record.target),
        }
        return values.PsObject.typed(_A + "ErrorCategoryInfo", info, text=category_text(record))

    @getter("InvocationInfo")
    def invocation(engine: "Frame", record: values.ErrorRecord) -> values.PsObject:
        place = record.position
        info: dict[str, object] = {"MyCommand": record.activity or None, "InvocationName": record.activity}
        if place is not None:
            info |= {
                "ScriptName": place.file,
                "ScriptLineNumber": place.line,
                "OffsetInLine": place.column,
                "Line": place.source_line,
                "PositionMessage": position_text(place),
            }
        return values.PsObject.typed(_A + "InvocationInfo", info)

    @method("ToString")
    def text(engine: "Frame", record: values.ErrorRecord) -> str:
        return record.message


@dotnet("System.Exception", python=values.PsException)
class ExceptionType:
    @constructor
    def new(engine: "Frame", message: Any = None, inner: Any = None) -> values.PsException:
        text = "Exception of type 'System.Exception' was thrown." if message is None else to_text(message)
        return values.PsException("System.Exception", text, inner)

    @getter("Message")
    def message(engine: "Frame", exception: values.PsException) -> str:
        return exception.message

    @getter("InnerException")
    def inner(engine: "Frame", exception: values.PsException) -> values.PsException | None:
        return exception.inner

    @getter("HResult")
    def code(engine: "Frame", exception: values.PsException) -> Any:
        return exception.properties.get("HResult", -2146233088)

    @getter("StackTrace")
    def stack(engine: "Frame", exception: values.PsException) -> Any:
        return exception.properties.get("StackTrace")

    @method("GetBaseException")
    def base(engine: "Frame", exception: values.PsException) -> values.PsException:
        while exception.inner is not None:
            exception = exception.inner
        return exception


@dotnet(_A + "ScriptBlock", python=values.ScriptBlock)
class ScriptBlockType:
    @static("Create")
    def create(engine: "Frame", text: Any) -> values.ScriptBlock:
        return engine.make_block(to_text(text))

    @method("Invoke")
    def invoke(engine: "Frame", block: values.ScriptBlock, *args: Any) -> values.PsList:
        found = engine.invoke(block, args, new_scope=True)
        return values.PsList(found, "System.Collections.ObjectModel.Collection`1", _A + "PSObject")

    @method("InvokeReturnAsIs")
    def invoke_plain(engine: "Frame", block: values.ScriptBlock, *args: Any) -> Any:
        return engine.evaluate(block, *args)

    @method("GetNewClosure")
    def closure(engine: "Frame", block: values.ScriptBlock) -> values.ScriptBlock:
        captured = dict(engine.scope.variables)
        cells = {key: type(cell)(cell.name, cell.value) for key, cell in captured.items()}
        return values.ScriptBlock(block.text, block.code, block.file, cells)

    @getter("File")
    def file(engine: "Frame", block: values.ScriptBlock) -> str | None:
        return block.file


@dotnet("System.RuntimeType", python=values.TypeLiteral)
class TypeType:
    @getter("Name")
    def name(engine: "Frame", literal: values.TypeLiteral) -> str:
        name, array = literal.name.removesuffix("[]"), "[]" if literal.name.endswith("[]") else ""
        return name.partition("[")[0].rpartition(".")[2] + array

    @getter("FullName")
    def full(engine: "Frame", literal: values.TypeLiteral) -> str:
        return literal.name

    @getter("Namespace")
    def namespace(engine: "Frame", literal: values.TypeLiteral) -> str:
        return literal.name.partition("[")[0].rpartition(".")[0]

    @getter("IsArray")
    def is_array(engine: "Frame", literal: values.TypeLiteral) -> bool:
        return literal.name.endswith("[]")

    @getter("BaseType")
    def base(engine: "Frame", literal: values.TypeLiteral) -> Any:
        if literal.name.endswith("[]"):
            return values.TypeLiteral("System.Array")
        known = engine.types.find(literal.name)
        return values.TypeLiteral("System.Object" if known is None else known.base)


@dotnet(_A + "SwitchParameter", python=values.SwitchParameter)
class SwitchType:
    @getter("IsPresent")
    def present(engine: "Frame", switch: values.SwitchParameter) -> bool:
        return switch.is_present

    @method("ToBool")
    def to_bool(engine: "Frame", switch: values.SwitchParameter) -> bool:
        return switch.is_present


@dotnet(_A + "InformationalRecord")
class MessageRecordType:
    @getter("Message")
    def message(engine: "Frame", record: StreamRecord) -> str:
        return record.message


@dotnet(_A + "WarningRecord", base=_A + "InformationalRecord", python=StreamRecord)
class WarningRecordType: ...


@dotnet(_A + "VerboseRecord", base=_A + "InformationalRecord", python=StreamRecord)
class VerboseRecordType: ...


@dotnet(_A + "DebugRecord", base=_A + "InformationalRecord", python=StreamRecord)
class DebugRecordType: ...


@dotnet(_A + "InformationRecord", python=StreamRecord)
class InformationRecordType:
    @getter("MessageData")
    def data(engine: "Frame", record: StreamRecord) -> Any:
        return record.message if record.data is None else record.data
