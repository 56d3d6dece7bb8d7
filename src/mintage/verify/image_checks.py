"""Judging the facts: each check is a question with a name, what was seen, and what to do when it fails."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

from mintage.artifacts import Check
from mintage.verify.facts import Expected, Facts

Judge = Callable[[Facts, Expected], Check]
_KEY = re.compile(r"(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-\S+ +AAAA\S+")
_SHOWN = 10


def check_image(facts: Facts, expected: Expected) -> tuple[Check, ...]:
    """All that can be said of one VM."""
    return tuple(judge(facts, expected) for judge in JUDGES)


def machine_id(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001 - one shape for all of them
    passed = re.fullmatch(r"[0-9a-f]{32}", facts.machine_id) is not None
    remedy = "Generalizing must leave /etc/machine-id empty, for systemd to fill."
    return _check("machine-id", facts.machine_id or "empty", remedy, passed=passed)


def build_host_key(facts: Facts, expected: Expected) -> Check:
    key = _bare(expected.build_host_key)
    found = [line for line in facts.host_keys if _bare(line) == key]
    remedy = "The build VM's host key is in the image. Generalizing must remove it, and cloud-init make new ones."
    return _none("build-host-key", [*found, *facts.build_key_copies], remedy)


def host_keys(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    kinds = [line.split()[0] for line in facts.host_keys]
    return _check("host-keys", ", ".join(kinds) or "none", "Let cloud-init make host keys.", passed=bool(kinds))


def cloud_init(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    if facts.provisioned_by != "cloud-init":
        return _without_cloud_init(facts)
    remedy = "Read /var/log/cloud-init.log on a VM of this image; datasource_list must hold Azure."
    try:
        result = json.loads(facts.cloud_init)["v1"]
        passed = "DataSourceAzure" in str(result["datasource"]) and not result["errors"]
        seen = f"datasource {result['datasource']}, errors {result['errors'] or 'none'}"
    except (ValueError, KeyError, TypeError):
        passed, seen = False, f"no result of cloud-init: {facts.cloud_init[:200]!r}"
    return _check("cloud-init", seen, remedy, passed=passed)


def cloud_init_instances(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    remedy = "Generalizing must run cloud-init clean: the state of another machine is in the image."
    seen = ", ".join(facts.cloud_instances) or "none"
    own = 1 if facts.provisioned_by == "cloud-init" else 0
    return _check("cloud-init-instances", seen, remedy, passed=len(facts.cloud_instances) == own)


def build_user(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    return _none("build-user", facts.accounts, "waagent -deprovision+user did not remove the build's user.")


def kept_account(facts: Facts, expected: Expected) -> Check:
    """Of a specialized image: the login that its VMs are known by."""
    keys = {_bare(line) for line in expected.authorized_keys}
    there = bool(facts.accounts) and any(_bare(line) in keys for line in facts.authorized_keys)
    seen = f"{', '.join(facts.accounts) or 'no account'}, {'with' if there else 'without'} its key"
    remedy = "A step of the recipe took the build's account or its key away: the image would have no login."
    return _check("kept-account", seen, remedy, passed=there)


def sudoers(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    return _none("sudoers", facts.sudoers, "Generalizing must remove the build user's right to sudo.")


def authorized_keys(facts: Facts, expected: Expected) -> Check:
    own = {_bare(line) for line in expected.authorized_keys}
    foreign = [line for line in facts.authorized_keys if _bare(line) not in own]
    return _none(
        "authorized-keys", foreign, "Whoever holds these keys can log in to every VM: do not put them in images."
    )


def ssh_userdir(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    remedy = "Generalizing must remove private keys and known hosts from home folders: every machine would have them."
    return _none("ssh-userdir", facts.ssh_files, remedy)


def sssd_cache(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    return _none("sssd-cache", facts.sssd_cache, "Generalizing must empty sssd's cache of accounts and credentials.")


def histories(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    return _none("histories", facts.histories, "Generalizing must remove the shells' histories.")


def swap(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    on_disk = [line for line in facts.swaps if not line.startswith(("/mnt/", "/dev/zram"))]
    return _none("swap", on_disk, "Remove swap from the OS disk; Azure's temporary disk is the place for it.")


def logs(facts: Facts, expected: Expected) -> Check:
    old = () if expected.keep_logs else (*facts.old_logs, *facts.other_journals)
    return _none("logs", old, "Logs of before this boot are in the image; or set generalize.keep_logs.")


def tmp_files(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    return _none("tmp-files", facts.old_tmp_files, "Generalizing must empty /tmp and /var/tmp.")


def crash_data(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    return _none("crash-data", facts.crash_data, "Generalizing must remove crash dumps, or something crashed just now.")


def net_hwaddr(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    return _none("net-hwaddr", facts.network_names, "Remove these rules: they bind names to another machine's cards.")


def registrations(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    remedy = "Generalizing must remove these: each machine made from the image would be taken for the build VM."
    return _none("registrations", facts.registrations, remedy)


def backup_files(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    return _none("backup-files", facts.backup_files, "Generalizing must remove what editors left beside configuration.")


def mail_spool(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    return _none("mail-spool", facts.mail, "Generalizing must remove the mail of the build machine.")


def cron_spool(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    return _none("cron-spool", facts.cron_spool, "Generalizing must remove jobs of the build machine and of its user.")


def dhcp_client_state(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    return _none("dhcp-client-state", facts.leases, "Generalizing must remove the leases of the build machine.")


def package_cache(facts: Facts, expected: Expected) -> Check:
    found = () if expected.keep_package_cache else facts.package_cache
    return _none("package-cache", found, "Generalizing must empty the cache; or set generalize.keep_package_cache.")


def utmp(facts: Facts, expected: Expected) -> Check:
    past = () if expected.keep_logs else facts.past_logins
    return _none("utmp", past, "Logins of before this boot are in the image; or set generalize.keep_logs.")


def host_name(facts: Facts, expected: Expected) -> Check:
    passed = facts.host_name.partition(".")[0].lower() == expected.host_name.lower()
    seen = f"{facts.host_name}, expected {expected.host_name}"
    return _check("host-name", seen, "The machine does not take the name Azure gives it.", passed=passed)


def serial_console(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    passed = re.search(r"\bconsole=ttyS0\b", facts.command_line) is not None
    remedy = "Put console=ttyS0 earlyprintk=ttyS0 on the kernel's command line (GRUB_CMDLINE_LINUX)."
    return _check("serial-console", facts.command_line, remedy, passed=passed)


def architecture(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    passed = facts.architecture in {"x86_64", "aarch64"}
    return _check("architecture", facts.architecture, "Azure takes 64-bit systems only.", passed=passed)


def agent(facts: Facts, expected: Expected) -> Check:  # noqa: ARG001
    seen = facts.agent or "not installed"
    return _check("agent", seen, "Install and enable Azure's agent in the recipe.", passed=facts.agent == "active")


JUDGES: tuple[Judge, ...] = (
    machine_id,
    host_keys,
    build_host_key,
    cloud_init,
    cloud_init_instances,
    build_user,
    sudoers,
    authorized_keys,
    ssh_userdir,
    sssd_cache,
    histories,
    swap,
    logs,
    tmp_files,
    crash_data,
    net_hwaddr,
    registrations,
    backup_files,
    mail_spool,
    cron_spool,
    dhcp_client_state,
    package_cache,
    utmp,
    host_name,
    serial_console,
    architecture,
    agent,
)


def _without_cloud_init(facts: Facts) -> Check:
    remedy = "Install cloud-init, or let Azure's agent provision the machine (Provisioning.Agent in waagent.conf)."
    seen = f"no cloud-init; provisioned by {facts.provisioned_by or 'nobody'}"
    return _check("cloud-init", seen, remedy, passed=facts.provisioned_by == "waagent")


def _check(name: str, seen: str, remedy: str, *, passed: bool) -> Check:
    return Check(name=name, passed=passed, seen=seen, remedy="" if passed else remedy)


def _none(name: str, found: Sequence[str], remedy: str) -> Check:
    rest = f"\nand {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return _check(name, "\n".join(found[:_SHOWN]) + rest if found else "none", remedy, passed=not found)


def _bare(line: str) -> str:
    """The key in a line, without options and comment."""
    found = _KEY.search(line)
    return " ".join(found[0].split()) if found else line
