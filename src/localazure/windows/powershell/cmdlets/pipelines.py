"""ForEach-Object, Where-Object, Tee-Object, Out-Null, Invoke-Expression and others that run code for objects."""

from collections.abc import Callable, Iterator
from typing import Any

from localazure.windows.powershell.cmdlets.common import CORE, INPUT, UTILITY, as_list, inputs
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.operators import BINARY
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import PsError, ScriptBlock, error

_TESTS = (
    "EQ", "NE", "GT", "GE", "LT", "LE", "Like", "NotLike", "Match", "NotMatch", "Contains", "NotContains",
    "In", "NotIn", "Is", "IsNot",
    "CEQ", "CNE", "CGT", "CGE", "CLT", "CLE", "CLike", "CNotLike", "CMatch", "CNotMatch", "CContains",
    "CNotContains", "CIn", "CNotIn",
)  # fmt: skip


@command(
    "ForEach-Object",
    aliases=("%", "foreach"),
    module=CORE,
    parameters=(
        INPUT,
        Parameter("Process", position=0),
        Parameter("Begin"),
        Parameter("End"),
        Parameter("MemberName"),
        Parameter("ArgumentList", aliases=("Args",), remaining=True),
        Parameter("RemainingScripts"),
    ),
)
def for_each_object(call: Call) -> Iterator[object]:
    """Runs blocks, or reads a property or calls a method, for each object."""
    process, begin, end, member = _parts(call)
    for block in begin:
        yield from call.engine.invoke(block)
    for item in inputs(call):
        if member is not None:
            yield from _of_member(call, item, member)
        for block in process:
            yield from call.engine.invoke(block, underscore=item)
    for block in end:
        yield from call.engine.invoke(block)


def _parts(call: Call) -> tuple[list[Any], list[Any], list[Any], str | None]:
    """Process, begin and end blocks; of several bare blocks the first begins and, from three on, the last ends."""
    process = as_list(call.get("Process"))
    begin, end = as_list(call.get("Begin")), as_list(call.get("End"))
    rest = as_list(call.get("ArgumentList"))
    if "MemberName" in call.parameters:
        return [], begin, end, to_text(call.get("MemberName"))
    if process and not isinstance(process[0], ScriptBlock):
        return [], begin, end, to_text(process[0])
    blocks = process + [one for one in rest if isinstance(one, ScriptBlock)]
    if len(blocks) > 1 and not begin:
        begin, blocks = blocks[:1], blocks[1:]
    if len(blocks) > 1 and not end:
        end, blocks = blocks[-1:], blocks[:-1]
    return blocks, begin, end, None


def _of_member(call: Call, item: Any, name: str) -> Iterator[object]:
    arguments = as_list(call.get("ArgumentList"))
    if call.engine.has_property(item, name) and not arguments:
        found = call.engine.get_property(item, name)
    elif isinstance(item, dict) or item is None:
        return
    else:
        found = _called(call, item, name, arguments)
    yield from found if isinstance(found, list) else [found]


def _called(call: Call, item: Any, name: str, arguments: list[Any]) -> Any:
    try:
        return call.engine.call_method(item, name, *arguments)
    except PsError as failure:
        if failure.record.fully_qualified_error_id != "MethodNotFound":
            raise
        return None


@command(
    "Where-Object",
    aliases=("?", "where"),
    module=CORE,
    parameters=(
        INPUT,
        Parameter("Property", position=0, aliases=("FilterScript",), mandatory=True),
        Parameter("Value", position=1),
        *(Parameter(name, switch=True) for name in _TESTS),
        Parameter("Not", switch=True),
    ),
)
def where_object(call: Call) -> Iterator[object]:
    """The objects for which a block, or a comparison of a property, is true."""
    keep = _filter(call)
    for item in inputs(call):
        if call.engine.is_true(keep(item)):
            yield item


def _filter(call: Call) -> Callable[[Any], Any]:
    wanted = call.get("Property")
    engine = call.engine
    if isinstance(wanted, ScriptBlock):
        return lambda item: engine.evaluate(wanted, underscore=item)
    name, value = to_text(wanted), call.get("Value")
    chosen = [test for test in _TESTS if call.switch(test)]
    if call.switch("Not"):
        return lambda item: not engine.is_true(engine.get_property(item, name))
    if not chosen:
        return lambda item: engine.get_property(item, name)
    compare = BINARY[chosen[0].lower()]
    return lambda item: compare(engine, engine.get_property(item, name), value)


@command(
    "Tee-Object",
    aliases=("tee",),
    module=UTILITY,
    parameters=(
        INPUT,
        Parameter("FilePath", position=0, kind=str),
        Parameter("LiteralPath", kind=str, aliases=("PSPath",)),
        Parameter("Variable", kind=str),
        Parameter("Append", switch=True),
    ),
)
def tee_object(call: Call) -> Iterator[object]:
    """Passes objects on, and keeps them in a variable or a file."""
    kept: list[Any] = []
    for item in inputs(call):
        kept.append(item)
        yield item
    if "Variable" in call.parameters:
        call.engine.set_variable(call.get("Variable"), kept[0] if len(kept) == 1 else kept)
        return
    path = call.get("FilePath") or call.get("LiteralPath")
    parameters = {"FilePath": path, "Append": call.switch("Append")}
    yield from call.engine.run_command("Out-File", parameters, input=kept)


@command("Out-Null", module=CORE, parameters=(INPUT,))
def out_null(call: Call) -> None:
    """Takes everything and gives nothing."""
    for _ in inputs(call):
        pass


@command("Invoke-Expression", aliases=("iex",), module=UTILITY, parameters=(
    Parameter("Command", position=0, kind=str, pipeline="value", mandatory=True),
))  # fmt: skip
def invoke_expression(call: Call) -> Iterator[object]:
    """Runs text as PowerShell in the caller's scope."""
    for text in call.each("Command"):
        yield from call.engine.run_text(to_text(text))


@command(
    "Invoke-Command",
    aliases=("icm",),
    module=CORE,
    parameters=(
        INPUT,
        Parameter("ComputerName", aliases=("Cn",), kind=object),
        Parameter("ScriptBlock", position=0, aliases=("Command",)),
        Parameter("ArgumentList", aliases=("Args",)),
        Parameter("NoNewScope", switch=True),
        Parameter("Credential"),
        Parameter("Session"),
    ),
)
def invoke_command(call: Call) -> Iterator[object]:
    """Runs a block here. Other computers cannot be reached from the model."""
    names = as_list(call.get("ComputerName"))
    for name in names:
        text = (
            f"[{to_text(name)}] Connecting to remote server {to_text(name)} failed with the following error message : "
            "The client cannot connect to the destination specified in the request. Verify that the service on the "
            "destination is running and is accepting requests. For more information, see the "
            "about_Remote_Troubleshooting Help topic."
        )
        kind = "System.Management.Automation.Remoting.PSRemotingTransportException"
        call.error(kind, text, "CannotConnect,PSSessionStateBroken", "OpenError", to_text(name))
    if names:
        return
    block = call.get("ScriptBlock")
    if not isinstance(block, ScriptBlock):
        raise error("System.ArgumentException", "Cannot bind argument to parameter 'ScriptBlock' because it is null.")
    arguments = as_list(call.get("ArgumentList"))
    yield from call.engine.invoke(block, arguments, inputs(call), new_scope=not call.switch("NoNewScope"))
