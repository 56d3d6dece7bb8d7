"""Get-, Set- and New-Alias."""

from collections.abc import Iterator

from localazure.windows.powershell.cmdlets.common import UTILITY, as_list
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.regexes import has_wildcards, wildcard_regex
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.values import PsObject

_A = "System.Management.Automation."
_MADE = (
    Parameter("Name", position=0, kind=str, mandatory=True, pipeline="property"),
    Parameter("Value", position=1, kind=str, mandatory=True, pipeline="property"),
    Parameter("Description", kind=str),
    Parameter("Option"),
    Parameter("PassThru", switch=True),
    Parameter("Scope", kind=str),
    Parameter("Force", switch=True),
)


def alias_info(name: str, definition: str) -> PsObject:
    """An AliasInfo."""
    properties = {"CommandType": "Alias", "Name": name, "Definition": definition, "ReferencedCommand": definition}
    properties |= {"DisplayName": f"{name} -> {definition}"}
    return PsObject.typed(_A + "AliasInfo", properties, text=name)


@command("Set-Alias", aliases=("sal",), module=UTILITY, should_process=True, parameters=_MADE)
def set_alias(call: Call) -> Iterator[object]:
    name, value = to_text(call.get("Name")), to_text(call.get("Value"))
    call.engine.set_alias(name, value, call.get("Scope"))
    if call.switch("PassThru"):
        yield alias_info(name, value)


@command("New-Alias", aliases=("nal",), module=UTILITY, should_process=True, parameters=_MADE)
def new_alias(call: Call) -> Iterator[object]:
    name, value = to_text(call.get("Name")), to_text(call.get("Value"))
    if name in call.engine.aliases() and not call.switch("Force"):
        text = f"The alias is not allowed, because an alias with the name '{name}' already exists."
        call.error(_A + "SessionStateException", text, "AliasAlreadyExists", "ResourceExists", name)
        return
    call.engine.set_alias(name, value, call.get("Scope"))
    if call.switch("PassThru"):
        yield alias_info(name, value)


@command("Get-Alias", aliases=("gal",), module=UTILITY, parameters=(
    Parameter("Name", position=0, kind="System.String[]", pipeline="both"),
    Parameter("Definition", kind="System.String[]"),
    Parameter("Exclude"),
    Parameter("Scope", kind=str),
))  # fmt: skip
def get_alias(call: Call) -> Iterator[object]:
    aliases = call.engine.aliases()
    meant = [wildcard_regex(to_text(one)) for one in as_list(call.get("Definition"))]
    for name in [to_text(one) for one in as_list(call.get("Name"))] or ["*"]:
        found = [one for one in sorted(aliases, key=str.lower) if wildcard_regex(name).match(one)]
        if not found and not has_wildcards(name):
            text = f"This command cannot find a matching alias because an alias with the name '{name}' does not exist."
            call.error(_A + "ItemNotFoundException", text, "ItemNotFoundException", "ObjectNotFound", name)
        for one in found:
            if not meant or any(pattern.match(aliases[one]) for pattern in meant):
                yield alias_info(one, aliases[one])
