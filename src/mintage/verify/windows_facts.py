"""What is known about a Windows VM booted from a captured image, gathered by one script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from mintage.powershell import parse_answer, script
from mintage.remote.windows import WindowsRemote


@dataclass(frozen=True)
class WindowsExpected:
    """What the VM should be, and what it must not know of."""

    build_user: str
    computer_name: str
    own: tuple[str, ...]
    """SHA-1 of the certificates that this VM has for its own proof, as Windows writes it."""


class WindowsFacts(BaseModel):
    """Texts and lists as the machine gave them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    image_state: str
    machine_sid: str
    computer_name: str
    unattend: tuple[str, ...]
    """Answer files that hold a password."""
    accounts: tuple[str, ...]
    profiles: tuple[str, ...]
    tasks: tuple[str, ...]
    access: tuple[str, ...]
    """Certificates, listeners and mappings of a builder's, this VM's own apart."""
    pending_reboot: tuple[str, ...]
    services: Mapping[str, str]


def gather_windows(remote: WindowsRemote, expected: WindowsExpected) -> WindowsFacts:
    """One script. Raises what ``WindowsRemote.output`` does."""
    text = script(
        "powershell/system.ps1",
        "verify/facts.ps1",
        BuildUser=expected.build_user,
        Own=expected.own,
    )
    return WindowsFacts.model_validate(parse_answer(remote.output(text), where="facts"))
