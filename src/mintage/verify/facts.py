"""What is known about a VM booted from a captured image, gathered by one script."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from shlex import quote
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from mintage.remote.base import Remote
from mintage.remote.launcher import shell_text


def _split(text: object) -> object:
    return tuple(filter(None, text.splitlines())) if isinstance(text, str) else text


Lines = Annotated[tuple[str, ...], BeforeValidator(_split)]


@dataclass(frozen=True)
class Expected:
    """What the VM should be, and what it must not know of."""

    build_user: str
    """The build's login. The VM's own must have another name, or it counts as the build's."""
    build_host_key: str
    """The build VM's public host key line, as in its Address."""
    authorized_keys: tuple[str, ...]
    """The public key lines this VM was made with."""
    host_name: str
    keep_logs: bool = False
    """As the recipe's ``generalize.keep_logs``: then old logs are wanted."""
    keep_package_cache: bool = False
    """As ``generalize.keep_package_cache``."""


class Facts(BaseModel):
    """Texts as the machine gave them, lists split into lines."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    machine_id: str
    host_keys: Lines
    host_name: str
    architecture: str
    command_line: str
    swaps: Lines
    cloud_init: str
    """/run/cloud-init/result.json, empty when there is none."""
    cloud_instances: Lines
    provisioned_by: str
    """``cloud-init`` where that is installed, ``waagent`` where Azure's agent did it alone, empty when nobody did."""
    accounts: Lines
    sudoers: Lines
    authorized_keys: Lines
    """``path:line`` of each key that lets someone in."""
    ssh_files: Lines
    """Of before this boot, in home folders: private keys, and the hosts that somebody visited."""
    sssd_cache: Lines
    histories: Lines
    old_logs: Lines
    other_journals: Lines
    old_tmp_files: Lines
    crash_data: Lines
    network_names: Lines
    registrations: Lines
    backup_files: Lines
    mail: Lines
    cron_spool: Lines
    leases: Lines
    package_cache: Lines
    past_logins: Lines
    build_key_copies: Lines
    agent: str
    """``active``, another text when it is installed only, empty when it is not there."""


def gather(remote: Remote, expected: Expected) -> Facts:
    """One script, as root. Raises what ``Remote.output`` does."""
    build_key = expected.build_host_key.split()[1]
    given = f"BUILD_USER={quote(expected.build_user)}\nBUILD_KEY={quote(build_key)}\n"
    facts = (files("mintage.verify") / "facts.sh").read_text(encoding="utf-8")
    script = "#!/bin/bash\n" + shell_text("json.sh") + given + facts
    return Facts.model_validate_json(remote.output(script))
