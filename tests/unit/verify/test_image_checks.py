"""Every check passes on a clean machine, and fails on the residue it is for."""

from __future__ import annotations

import pytest

from mintage.verify.facts import Expected, Facts
from mintage.verify.identity import identities_differ
from mintage.verify.image_checks import JUDGES, check_image

OWN = "ssh-ed25519 AAAAown"
EXPECTED = Expected(
    build_user="builder", build_host_key="ssh-ed25519 AAAAbuild", authorized_keys=(OWN,), host_name="verify-1"
)
CLEAN = Facts(
    machine_id="0123456789abcdef0123456789abcdef",
    host_keys=("ssh-ed25519 AAAAoneA root@verify-1", "ssh-rsa AAAAtwoA root@verify-1"),
    host_name="verify-1",
    architecture="x86_64",
    command_line="BOOT_IMAGE=/vmlinuz root=/dev/sda1 console=tty0 console=ttyS0,115200",
    swaps=("/mnt/swapfile (file)",),
    cloud_init='{"v1": {"datasource": "DataSourceAzure [seed=/dev/sr0]", "errors": []}}',
    cloud_instances=("0b1c",),
    provisioned_by="cloud-init",
    accounts=(),
    sudoers=(),
    authorized_keys=(
        f"/home/azureuser/.ssh/authorized_keys:{OWN} me@here",
        f'/root/.ssh/authorized_keys:no-port-forwarding,command="echo no" {OWN}',
    ),
    ssh_files=(),
    sssd_cache=(),
    histories=(),
    old_logs=(),
    other_journals=(),
    old_tmp_files=(),
    crash_data=(),
    network_names=(),
    registrations=(),
    backup_files=(),
    mail=(),
    cron_spool=(),
    leases=(),
    package_cache=(),
    past_logins=(),
    build_key_copies=(),
    agent="active",
)
RESIDUE: tuple[tuple[str, dict[str, object]], ...] = (
    ("machine-id", {"machine_id": ""}),
    ("machine-id", {"machine_id": "uninitialized"}),
    ("host-keys", {"host_keys": ()}),
    ("build-host-key", {"host_keys": ("ssh-ed25519 AAAAbuild root@build",)}),
    ("build-host-key", {"build_key_copies": ("/root/.ssh/known_hosts",)}),
    ("cloud-init", {"cloud_init": ""}),
    ("cloud-init", {"cloud_init": "not json"}),
    ("cloud-init", {"cloud_init": '{"v1": {"datasource": "DataSourceNone", "errors": []}}'}),
    ("cloud-init", {"cloud_init": '{"v1": {"datasource": "DataSourceAzure", "errors": ["locale"]}}'}),
    ("cloud-init-instances", {"cloud_instances": ("0b1c", "old")}),
    ("cloud-init-instances", {"cloud_instances": ()}),
    ("cloud-init", {"provisioned_by": "", "cloud_instances": ()}),
    ("cloud-init-instances", {"provisioned_by": "waagent"}),
    ("registrations", {"registrations": ("/etc/pki/consumer/cert.pem",)}),
    ("build-user", {"accounts": ("/etc/passwd-: builder",)}),
    ("sudoers", {"sudoers": ("/etc/sudoers.d/90: builder ALL=(ALL) ALL",)}),
    ("authorized-keys", {"authorized_keys": ("/root/.ssh/authorized_keys:ssh-rsa AAAAforeign x",)}),
    ("ssh-userdir", {"ssh_files": ("/root/.ssh/id_rsa",)}),
    ("sssd-cache", {"sssd_cache": ("/var/lib/sss/db/cache_example.ldb",)}),
    ("histories", {"histories": ("/root/.bash_history: 12 bytes",)}),
    ("swap", {"swaps": ("/swapfile (file)",)}),
    ("swap", {"swaps": ("/dev/sda2 (partition)",)}),
    ("logs", {"old_logs": ("/var/log/auth.log",)}),
    ("logs", {"other_journals": ("/var/log/journal/other",)}),
    ("tmp-files", {"old_tmp_files": ("/tmp/x",)}),
    ("crash-data", {"crash_data": ("/var/crash/x",)}),
    ("net-hwaddr", {"network_names": ("/etc/udev/rules.d/70-persistent-net.rules",)}),
    ("backup-files", {"backup_files": ("/etc/app.conf~",)}),
    ("mail-spool", {"mail": ("/var/mail/root",)}),
    ("cron-spool", {"cron_spool": ("/var/spool/cron/atjobs/a0001",)}),
    ("dhcp-client-state", {"leases": ("/var/lib/dhcp/dhclient.eth0.leases",)}),
    ("package-cache", {"package_cache": ("/var/cache/apt/archives/nginx.deb",)}),
    ("utmp", {"past_logins": ("builder  pts/0  10.0.0.1  Mon Nov 23 03:00",)}),
    ("host-name", {"host_name": "build-vm"}),
    ("serial-console", {"command_line": "root=/dev/sda1 quiet"}),
    ("architecture", {"architecture": "i686"}),
    ("agent", {"agent": ""}),
    ("agent", {"agent": "installed as /usr/sbin/waagent, not active"}),
)


def test_a_clean_machine_passes_every_check() -> None:
    checks = check_image(CLEAN, EXPECTED)
    assert [check.name for check in checks if not check.passed] == []
    assert all(check.seen and not check.remedy for check in checks)


def test_a_machine_without_cloud_init_passes_when_its_agent_provisioned_it() -> None:
    alone = {"provisioned_by": "waagent", "cloud_init": "", "cloud_instances": ()}
    checks = check_image(CLEAN.model_copy(update=alone), EXPECTED)
    assert [check.name for check in checks if not check.passed] == []


@pytest.mark.parametrize(("name", "residue"), RESIDUE)
def test_residue_fails_its_own_check_only_and_says_what_to_do(name: str, residue: dict[str, object]) -> None:
    checks = check_image(CLEAN.model_copy(update=residue), EXPECTED)
    failed = [check for check in checks if not check.passed]
    assert [check.name for check in failed] == [name]
    assert failed[0].seen
    assert failed[0].remedy


def test_no_check_is_without_a_case_that_fails_it() -> None:
    assert {check.name for check in check_image(CLEAN, EXPECTED)} == {name for name, _ in RESIDUE}
    assert len(JUDGES) == len({name for name, _ in RESIDUE})


def test_a_long_list_is_shortened() -> None:
    logs = tuple(f"/var/log/{number}" for number in range(100))
    check = next(c for c in check_image(CLEAN.model_copy(update={"old_logs": logs}), EXPECTED) if c.name == "logs")
    assert check.seen.endswith("\nand 90 more")


@pytest.mark.parametrize(
    ("wish", "wanted"),
    [
        ("keep_logs", {"old_logs": ("/var/log/auth.log",), "past_logins": ("reboot  system boot",)}),
        ("keep_package_cache", {"package_cache": ("/var/cache/apt/archives/nginx.deb",)}),
    ],
)
def test_what_the_recipe_wants_kept_is_no_residue(wish: str, wanted: dict[str, object]) -> None:
    expected = Expected(**{**vars(EXPECTED), wish: True})
    checks = check_image(CLEAN.model_copy(update=wanted), expected)
    assert all(check.passed for check in checks)


def test_two_machines_are_told_apart_by_id_and_each_type_of_host_key() -> None:
    other = {"machine_id": "f" * 32, "host_keys": ("ssh-ed25519 AAAAotherAAA root@2", "ssh-rsa AAAAtwoA root@2")}
    checks = identities_differ(CLEAN, CLEAN.model_copy(update=other))
    assert [(check.name, check.passed) for check in checks] == [
        ("different-machine-ids", True),
        ("different-ssh-ed25519-host-keys", True),
        ("different-ssh-rsa-host-keys", False),
    ]


def test_a_machine_without_a_key_that_the_other_has_proves_nothing() -> None:
    other = {"machine_id": "f" * 32, "host_keys": ("ssh-ed25519 AAAAotherAAA root@2",)}
    checks = identities_differ(CLEAN, CLEAN.model_copy(update=other))
    assert [check.name for check in checks if not check.passed] == ["different-ssh-rsa-host-keys"]
