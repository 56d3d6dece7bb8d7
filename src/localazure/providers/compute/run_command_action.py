"""Run Command: ``POST …/virtualMachines/{vm}/runCommand``, a script for the guest's agent to run."""

from __future__ import annotations

import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet

from pydantic import Field

from localazure.arm.bodies import Body, Json, parse_body
from localazure.arm.errors import CloudError, invalid_parameter, not_supported
from localazure.arm.operations import Interrupted, Operation
from localazure.cloud import Cloud
from localazure.hypervisor.base import HypervisorError, Script, ScriptResult
from localazure.providers.compute import power
from localazure.providers.compute.provisioning import refuse_preempted
from localazure.providers.compute.run_commands import run_command
from localazure.store import Resource

ACTION = "runcommand"
LONGEST_SECONDS = 90 * 60
"""How long a script may run."""
_LOOK_SECONDS = 0.2


class RunCommandParameter(Body):
    name: str
    value: str = Field(repr=False)


class RunCommandBody(Body):
    command_id: str
    script: tuple[str, ...] | None = Field(None, repr=False)
    parameters: tuple[RunCommandParameter, ...] = Field((), repr=False)


def check_run_command(cloud: Cloud, vm: Resource, arguments: Json) -> None:
    """Refuse what cannot be run, before an operation is begun."""
    body = parse_body(RunCommandBody, arguments)
    document, os_type = run_command(body.command_id), vm.internal["os_type"]
    if document["osType"] != os_type:
        message = (
            f"The run command '{document['id']}' is for {document['osType']}, and VM '{vm.rid.name}' runs {os_type}."
        )
        raise invalid_parameter(message, "commandId")
    power.refuse_not_running(vm)
    if not vm.properties.get("osProfile", {}).get("allowExtensionOperations", True):
        message = (
            "This operation cannot be performed when extension operations are disallowed. To allow, please ensure VM "
            "Agent is installed on the VM and the osProfile.allowExtensionOperations property is true."
        )
        raise CloudError(409, "OperationNotAllowed", message)
    if not cloud.hypervisor.runs_scripts(os_type):
        raise not_supported(
            f"Run Command on {os_type} machines of the {cloud.settings.hypervisor} hypervisor (use SSH)"
        )


def runs_script(under_way: Operation) -> bool:
    return under_way.effect.endswith(f"#{ACTION}")


def refuse_second_script(cloud: Cloud, vm: Resource) -> None:
    """One at a time."""
    busy = cloud.operations.busy(vm.rid)
    if busy is not None and runs_script(busy):
        message = (
            "Run command extension execution is in progress. Please wait for completion before invoking a run command."
        )
        raise CloudError(409, "Conflict", message)


def carry_out(cloud: Cloud, vm: Resource, arguments: Json) -> Json:
    """Run the script to its end, and return what Azure returns. Raises CloudError for a script that failed."""
    if not arguments:
        # A former server had the script, and never wrote it down.
        raise _failed(vm, "The script was interrupted: the machine stopped while it ran. Run it again if that is safe.")
    body = parse_body(RunCommandBody, arguments)
    document = run_command(body.command_id)
    lines = document["script"] if body.script is None else body.script
    given = tuple((each.name, each.value) for each in body.parameters)
    script = Script(text="\n".join(lines), parameters=given)
    try:
        result = _await_end(cloud, vm, cloud.hypervisor.begin_script(vm.internal["vm_id"], script))
    except HypervisorError as error:
        raise _failed(vm, str(error)) from error
    return _answer(vm, result) if vm.internal["os_type"] == "Windows" else _linux_answer(vm, result)


def _await_end(cloud: Cloud, vm: Resource, running: Future[ScriptResult]) -> ScriptResult:
    deadline = time.monotonic() + LONGEST_SECONDS
    try:
        while True:
            try:
                return running.result(_LOOK_SECONDS)
            except NotYet:
                refuse_preempted(cloud, vm)
            if cloud.operations.closing.is_set():
                raise Interrupted
            if time.monotonic() > deadline:
                raise _failed(vm, f"The script did not end within {LONGEST_SECONDS // 60} minutes.")
    finally:
        running.cancel()


def _answer(vm: Resource, result: ScriptResult) -> Json:
    """Standard output and error apart. A script that ends with an error status fails the operation without them."""
    if result.exit_code:
        raise _failed(vm, "Finished executing command")
    streams = (("StdOut", result.stdout), ("StdErr", result.stderr))
    return {"value": [_status(f"ComponentStatus/{name}/succeeded", text) for name, text in streams]}


def _linux_answer(vm: Resource, result: ScriptResult) -> Json:
    shown = f"\n[stdout]\n{result.stdout}\n[stderr]\n{result.stderr}"
    if result.exit_code:
        raise _failed(vm, f"Enable failed: failed to execute command: {_reason(result.exit_code)}{shown}")
    return {"value": [_status("ProvisioningState/succeeded", f"Enable succeeded: {shown}")]}


def _reason(exit_code: int) -> str:
    return f"command terminated with exit status={exit_code}"


def _status(code: str, message: str) -> Json:
    return {"code": code, "level": "Info", "displayStatus": "Provisioning succeeded", "message": message}


def _failed(vm: Resource, why: str) -> CloudError:
    extension = f"RunCommand{vm.internal['os_type']}"
    message = f"VM has reported a failure when processing extension '{extension}'. Error message: \"{why}\"."
    return CloudError(409, "VMExtensionProvisioningError", message)
