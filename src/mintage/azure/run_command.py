"""A script in a guest by Azure's own channel, Run Command: as SYSTEM or root, without any way in of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azure.core.exceptions import HttpResponseError
from azure.core.polling import LROPoller

from mintage.azure.clients import Clients
from mintage.azure.together import Waiting, completed, rest
from mintage.errors import CommandFailed

OUTPUT_LIMIT = 4096
"""Bytes of output that come back, the last ones (Microsoft Learn: "Run scripts in your Windows VM", Restrictions)."""
_SAYING_ITS_ERROR = """try {
%s
}
catch {
    @{ error = "$($_.Exception.Message) (line $($_.InvocationInfo.ScriptLineNumber - 1))" } | ConvertTo-Json -Compress
}"""
"""Of a script that fails, Azure brings back that it did, and nothing it wrote."""


def run_script(clients: Clients, group: str, name: str, script: str) -> Waiting[str]:
    """Run PowerShell in the VM and return what it printed, at most its last ``OUTPUT_LIMIT`` bytes.

    An error that ends the script is printed as a JSON object, ``{"error": …}`` (see ``powershell.parse_answer``).
    Azure runs one at a time in a VM: another one, also of a process that died, is waited for. A script must therefore
    be one that may run twice. Its text stays on the VM's disk: never a secret.
    Raises CommandFailed with the script's errors when it printed nothing but errors.
    """
    body = {"commandId": "RunPowerShellScript", "script": (_SAYING_ITS_ERROR % script).splitlines()}
    poller = yield from _begun(clients, group, name, body)
    answer = yield from completed(poller)
    return _output(answer, name)


def run_shell(clients: Clients, group: str, name: str, script: str) -> Waiting[str]:
    """Run a shell script in the Linux VM; otherwise as ``run_script``. Raises CommandFailed when it failed."""
    body = {"commandId": "RunShellScript", "script": script.splitlines()}
    poller = yield from _begun(clients, group, name, body)
    try:
        answer = yield from completed(poller)
    except HttpResponseError as refused:
        if "[stderr]" not in str(refused.message):
            raise
        raise _failed(name, str(refused.message)) from refused
    said = "".join(str(each.get("message") or "") for each in answer.get("value") or [])
    return said.partition("[stdout]\n")[2].rpartition("\n[stderr]")[0]


def _begun(clients: Clients, group: str, name: str, body: Any) -> Waiting[LROPoller[Any]]:  # noqa: ANN401 - any JSON
    while True:
        try:
            poller: LROPoller[Any] = clients.compute.virtual_machines.begin_run_command(group, name, body)
        except HttpResponseError as refused:
            # "Run command extension execution is in progress. Please wait for completion before invoking ..."
            if refused.status_code != 409 or "in progress" not in str(refused.message).lower():
                raise
            yield from rest(clients.poll_seconds, "another script runs in the VM")
        else:
            return poller


def _output(answer: Mapping[str, Any], name: str) -> str:
    parts = {str(each["code"]).lower(): str(each.get("message") or "") for each in answer.get("value") or []}
    output = "".join(text for code, text in parts.items() if "stdout" in code)
    errors = "".join(text for code, text in parts.items() if "stderr" in code)
    if errors.strip() and not output.strip():
        raise _failed(name, errors.strip())
    return output


def _failed(name: str, seen: str) -> CommandFailed:
    return CommandFailed("A script that Azure ran in the VM failed", where=name, seen=seen, remedy="its errors say why")
