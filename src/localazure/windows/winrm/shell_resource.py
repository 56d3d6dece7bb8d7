"""The resource ``windows/shell``: make, look at and delete shells (MS-WSMV 3.1.4.5.2, 3.1.4.2, 3.1.4.4)."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from localazure.windows.winrm.durations import read_duration, whole_duration
from localazure.windows.winrm.faults import invalid_option, schema_violation
from localazure.windows.winrm.namespaces import ANONYMOUS, SHELL_CMD, shell
from localazure.windows.winrm.request import Caller, Request, checked_id, text_of
from localazure.windows.winrm.settings import ServiceSettings
from localazure.windows.winrm.shell_faults import invalid_shell_id
from localazure.windows.winrm.shells import Shell, ShellSpec, ShellTable


def create(request: Request, caller: Caller, shells: ShellTable, settings: ServiceSettings) -> str:
    """Open a shell; the body of the answer."""
    element = request.first(shell("Shell"))
    wanted = checked_id(element.get("ShellId", ""), invalid_shell_id)
    opened = shells.open(caller.user, caller.address, _spec(request, element, settings), wanted)
    address = request.to or ANONYMOUS
    return (
        f"<x:ResourceCreated><a:Address>{escape(address)}</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{SHELL_CMD}</w:ResourceURI><w:SelectorSet>"
        f'<w:Selector Name="ShellId">{opened.id}</w:Selector></w:SelectorSet></a:ReferenceParameters>'
        f"</x:ResourceCreated>{describe(opened, shells.clock(), named=False)}"
    )


def delete(request: Request, caller: Caller, shells: ShellTable) -> str:
    shells.close(request.shell_id, caller.user)
    return ""


def get(request: Request, caller: Caller, shells: ShellTable) -> str:
    with shells.using(request.shell_id, caller.user) as found:
        return describe(found, shells.clock())


def describe(found: Shell, now: float, *, named: bool = True) -> str:
    """``rsp:Shell``, in the order Windows writes it; when it has just made a shell, without the name."""
    spec = found.spec
    before = {
        "ShellId": found.id,
        "Name": spec.name if named else "",
        "ResourceUri": spec.resource,
        "Owner": found.owner,
        "ClientIP": found.address,
    }
    after = {
        "WorkingDirectory": spec.cwd or "",
        "IdleTimeOut": f"PT{spec.idle_timeout:.3f}S",
        "InputStreams": " ".join(spec.input_streams),
        "OutputStreams": " ".join(spec.output_streams),
        "ShellRunTime": whole_duration(now - found.started),
        "ShellInactivity": whole_duration(now - found.used),
    }
    return f"<rsp:Shell>{_elements(before)}{_environment(spec)}{_elements(after)}</rsp:Shell>"


def _elements(parts: Mapping[str, str]) -> str:
    return "".join(f"<rsp:{name}>{escape(value)}</rsp:{name}>" for name, value in parts.items() if value)


def _environment(spec: ShellSpec) -> str:
    variables = "".join(
        f"<rsp:Variable Name={quoteattr(name)}>{escape(value)}</rsp:Variable>"
        for name, value in spec.environment.items()
    )
    return f"<rsp:Environment>{variables}</rsp:Environment>" if variables else ""


def _spec(request: Request, element: Element, settings: ServiceSettings) -> ShellSpec:
    codepage = request.options.get("WINRS_CODEPAGE", "437")
    if not codepage.isdecimal():
        raise invalid_option("WINRS_CODEPAGE")
    variables = element.findall(f"{shell('Environment')}/{shell('Variable')}")
    return ShellSpec(
        resource=request.resource,
        name=text_of(element.find(shell("Name"))),
        environment={each.get("Name", ""): each.text or "" for each in variables},
        cwd=text_of(element.find(shell("WorkingDirectory"))) or None,
        codepage=int(codepage),
        no_profile=request.flag("WINRS_NOPROFILE"),
        input_streams=_streams(element, "InputStreams", "stdin"),
        output_streams=_streams(element, "OutputStreams", "stdout stderr"),
        idle_timeout=_seconds(element, "IdleTimeOut", settings.idle_timeout_ms),
        lifetime=_seconds(element, "Lifetime", settings.max_shell_run_time_ms),
    )


def _streams(element: Element, name: str, default: str) -> tuple[str, ...]:
    return tuple((text_of(element.find(shell(name))) or default).split())


def _seconds(element: Element, name: str, default_ms: int) -> float:
    text = text_of(element.find(shell(name)))
    if not text:
        return default_ms / 1000
    try:
        return read_duration(text)
    except ValueError:
        raise schema_violation() from None
