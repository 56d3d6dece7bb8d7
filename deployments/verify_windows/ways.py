"""The ways in which a point is asked."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from deployments.verify_windows.rules import Seen
from deployments.verify_windows.site import Site
from mintage.generalize.windows.preflight import preflight
from mintage.powershell import parse_answer
from mintage.remote.windows import WindowsRunAs

_RAW_SECONDS = 120.0


def over_winrm(site: Site, script: str) -> Seen:
    """As the builder's administrator, logged on over the network."""
    return _answer(site.remote().output(script))


def in_a_task(site: Site, script: str) -> Seen:
    """As the same administrator, in a scheduled task with a stored password."""
    return _elevated(site, script, "administrator")


def in_a_system_task(site: Site, script: str) -> Seen:
    return _elevated(site, script, "system")


def by_azure(site: Site, script: str) -> Seen:
    """By Run Command."""
    return _answer(site.run_command(script))


def what_azure_brings_back(site: Site, script: str) -> Seen:
    """Run Command's output as it is: how much of it came back, and which part."""
    output = site.run_command(script)
    lines = [line for line in output.splitlines() if line.strip()]
    return {"bytes": len(output.encode()), "first": lines[0] if lines else "", "last": lines[-1] if lines else ""}


def as_an_encoded_command(site: Site, script: str) -> Seen:
    """powershell.exe -EncodedCommand in a shell of WinRM, its streams as the bytes they are."""
    encoded = base64.b64encode(script.encode("utf-16-le")).decode()
    # -InputFormat None, as Mintage's own launcher has it: else PowerShell waits for its input to end.
    options = "-NoLogo -NoProfile -NonInteractive -InputFormat None"
    output, errors, code = site.raw(f"powershell.exe {options} -EncodedCommand {encoded}", _RAW_SECONDS)
    return {
        "exitCode": code,
        "output": output.decode("utf-8", errors="replace").rstrip("\r\n"),
        "outputHex": output.hex(),
        "errors": errors.decode("utf-8", errors="replace")[:1500],
    }


def by_the_products_questions(site: Site, script: str) -> Seen:  # noqa: ARG001 - the script is the product's own
    """The names of Mintage's preconditions that are not met, and what was seen of each."""
    unmet = {check.name: check.seen for check in preflight(site.remote()) if not check.passed}
    return {"unmet": sorted(unmet), "what": unmet}


def from_outside(site: Site, script: str) -> Seen:  # noqa: ARG001 - nothing runs in the guest
    """A TLS handshake with WinRM's port that trusts the VM's own certificate alone and checks the address."""
    return site.handshake()


def by_a_certificate(site: Site, script: str) -> Seen:  # noqa: ARG001 - the scripts are the product's own
    """A login over WinRM by a client certificate that Run Command has mapped to the administrator."""
    return site.certificate_login()


def by_a_restart(site: Site, script: str) -> Seen:
    """Restart with a shell open, and say what became of it and when WinRM answered again."""
    return site.restarted(script)


def told_of_the_first_boot(site: Site, script: str) -> Seen:  # noqa: ARG001 - it is over
    return {"seconds": site.provision_seconds}


def _elevated(site: Site, script: str, run_as: WindowsRunAs) -> Seen:
    lines: list[str] = []
    site.remote().run_elevated(script, run_as=run_as, timeout=600, on_line=lines.append)
    return _answer("\n".join(lines))


def _answer(output: str) -> Mapping[str, Any]:
    return parse_answer(output, where="the point's script")
