"""What these commands share: their input, and properties named, computed or by wildcard."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from localazure.windows.powershell.commands import Call, Parameter
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.formatting.properties import property_names
from localazure.windows.powershell.regexes import has_wildcards, wildcard_regex
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import PsObject, ScriptBlock, Table, error

INPUT = Parameter("InputObject", pipeline="value")
CORE, UTILITY, SECURITY = (f"Microsoft.PowerShell.{name}" for name in ("Core", "Utility", "Security"))


def inputs(call: Call) -> Iterator[Any]:
    """The objects a command works on: -InputObject as one, else the pipeline."""
    if "InputObject" in call.parameters:
        yield call.get("InputObject")
    else:
        yield from call.input


def as_list(value: Any) -> list[Any]:
    """A parameter's value or values; $null is none."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


@dataclass(frozen=True)
class Wanted:
    """One -Property argument: its title, a block or a property's name, and what a hashtable says beside."""

    title: str
    source: Any
    options: Table

    def read(self, engine: EngineApi, item: Any) -> Any:
        """Its value of one object; what fails in a block is $null, as Select-Object has it."""
        if isinstance(self.source, ScriptBlock):
            return engine.evaluate(self.source, underscore=item)
        return engine.get_property(item, to_text(self.source))


def wanted_properties(value: Any) -> list[Wanted]:
    """-Property's names, blocks and hashtables @{Name=; Expression=}.

    Raises:
        PsError: a hashtable says nothing to show.
    """
    return [_wanted(item) for item in as_list(value)]


def _wanted(item: Any) -> Wanted:
    if isinstance(item, Table):
        options = Table({_option(to_text(key)): entry for key, entry in item.items()})
        source = options.get("expression")
        if source is None and "name" not in options:
            raise error(
                "System.NotSupportedException", "The Expression key is missing.", "MissingExpression", "InvalidArgument"
            )
        title = options.get("name", source)
        return Wanted(to_text(title).strip(), title if source is None else source, options)
    return Wanted(to_text(item).strip() if isinstance(item, ScriptBlock) else to_text(item), item, Table())


_OPTIONS = ("name", "label", "expression", "width", "alignment", "formatstring", "ascending", "descending")


def _option(key: str) -> str:
    found = [name for name in _OPTIONS if name.startswith(key.lower())]
    return ("name" if found[0] == "label" else found[0]) if found else key


def spread(wanted: list[Wanted], item: Any, engine: EngineApi) -> list[Wanted]:
    """The same with wildcards replaced by the names of the object's properties."""
    made: list[Wanted] = []
    for one in wanted:
        if isinstance(one.source, ScriptBlock) or not has_wildcards(to_text(one.source)):
            made.append(one)
            continue
        pattern = wildcard_regex(to_text(one.source))
        made += [Wanted(name, name, Table()) for name in property_names(item, engine) if pattern.match(name)]
    return made


def typed_copy(item: Any, properties: dict[str, Any], engine: EngineApi) -> PsObject:
    """A PSCustomObject that remembers what it was selected from."""
    made = PsObject.custom(properties)
    made.type_names.insert(0, f"Selected.{engine.type_name(item)}")
    return made
