"""Facts gathered from a real root file system."""

from __future__ import annotations

import json
import struct
import time
from pathlib import Path

import pytest

from mintage import recipe
from mintage.errors import DeadlinePassed
from mintage.remote.first_boot import wait_for_cloud_init
from mintage.verify.facts import Expected, gather
from mintage.verify.recipe_tests import run_recipe_tests
from tests.support.layouts.base import BUILD_USER, Layout
from tests.support.layouts.flatcar import FLATCAR
from tests.support.layouts.redhat import ORACLE, RHEL
from tests.support.layouts.suse import SLES
from tests.support.machine import Machine, machine
from tests.support.root_tree import HOST_NAME

BUILD_KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIbuildbuildbuild"
EXPECTED = Expected(BUILD_USER, f"ssh-ed25519 {BUILD_KEY}", (), HOST_NAME)


def login_record(user: str, seconds: int) -> bytes:
    """A login as utmp(5) keeps it on x86-64: USER_PROCESS (7) and its process, line, id, user, host and time."""
    return struct.pack("=hxxi32s4s32s256s8xi40x", 7, 1, b"pts/0", b"0", user.encode(), b"10.83.0.9", seconds)


def test_all_residue_of_a_machine_that_was_not_generalized_is_seen(debian: Machine) -> None:
    debian.tree.write(
        {
            "etc/ssh/ssh_host_ed25519_key.pub": f"ssh-ed25519 {BUILD_KEY} root@build\n",
            "root/.ssh/known_hosts": f"host ssh-ed25519 {BUILD_KEY}\n",
            "run/swaps": "Filename Type Size Used Priority\n/swapfile file 1 0 -2\n",
        }
    )
    (debian.tree.path / "var/log/wtmp").write_bytes(login_record(BUILD_USER, 1_600_000_000))
    with debian.connect() as remote:
        facts = gather(remote, EXPECTED)
    assert facts.machine_id == "0123456789abcdef0123456789abcdef"
    assert facts.host_keys == (f"ssh-ed25519 {BUILD_KEY} root@build",)
    assert facts.host_name == HOST_NAME
    assert facts.swaps == ("/swapfile (file)",)
    assert "DataSourceAzure" in facts.cloud_init
    assert facts.cloud_instances == ("vm",)
    assert {"/etc/passwd: builder", "/etc/shadow: builder", "/etc/subuid: builder", "/etc/passwd-: builder"} <= set(
        facts.accounts
    )
    assert f"/home/{BUILD_USER}" in facts.accounts
    assert f"/etc/sudoers.d/90-cloud-init-users: {BUILD_USER} ALL=(ALL) NOPASSWD:ALL" in facts.sudoers
    assert "/root/.ssh/authorized_keys:ssh-ed25519 AAAA" in facts.authorized_keys
    assert "/var/lib/ci/.ssh/authorized_keys:ssh-ed25519 BBBB" in facts.authorized_keys
    keys = {"/srv/app/.ssh/known_hosts", "/srv/many/.ssh/id_rsa", "/var/lib/ci/.ssh/id_ed25519"}
    assert set(facts.ssh_files) == keys, "of services and of large networks too"
    assert "/srv/app/.bash_history: 7 bytes" in facts.histories
    assert "/var/log/auth.log" in facts.old_logs
    assert "/tmp/leftover/file" in facts.old_tmp_files
    assert facts.crash_data == ("/var/crash/_usr_bin_x.0.crash",)
    assert facts.backup_files == ("/etc/app.conf~",)
    assert f"/var/mail/{BUILD_USER}" in facts.mail
    assert facts.cron_spool == ("/var/spool/cron/atjobs/a0001", f"/var/spool/cron/crontabs/{BUILD_USER}")
    assert facts.leases == ("/var/lib/dhcp/dhclient.eth0.leases",)
    assert {"/var/cache/apt/archives/nginx.deb", "/var/lib/apt/lists/deb.debian.org_dists"} <= set(facts.package_cache)
    assert [line.split()[:3] for line in facts.past_logins] == [[BUILD_USER, "pts/0", "10.83.0.9"]]
    assert facts.network_names == ("/etc/udev/rules.d/70-persistent-net.rules",)
    assert "/root/.ssh/known_hosts" in facts.build_key_copies
    assert facts.agent.startswith("installed as /opt/stand-ins/waagent")


@pytest.mark.parametrize(
    ("layout", "registrations", "networks"),
    [
        (
            RHEL,
            {"/etc/pki/consumer/cert.pem", "/etc/pki/entitlement/1-key.pem", "/etc/insights-client/machine-id"},
            {"/etc/sysconfig/network-scripts/ifcfg-eth1", "/etc/NetworkManager/system-connections/lan.nmconnection"},
        ),
        (ORACLE, {"/etc/sysconfig/rhn/systemid", "/var/lib/yum/uuid"}, {"/etc/udev/rules.d/70-persistent-net.rules"}),
        (
            SLES,
            {"/etc/SUSEConnect", "/etc/zypp/credentials.d/SCCcredentials", "/var/lib/zypp/AnonymousUniqueId"},
            {"/etc/sysconfig/network/ifcfg-eth1", "/etc/udev/rules.d/85-persistent-net-cloud-init.rules"},
        ),
    ],
    ids=["rhel", "ol", "sles"],
)
def test_what_each_distribution_would_carry_into_an_image_is_seen(
    layout: Layout, registrations: set[str], networks: set[str], tmp_path: Path
) -> None:
    with machine(tmp_path, layout) as carrier, carrier.connect() as remote:
        facts = gather(remote, EXPECTED)
    assert registrations <= set(facts.registrations)
    assert ("/var/lib/sss/db/cache_example.ldb" in facts.sssd_cache) == (layout is not SLES)
    assert networks <= set(facts.network_names)
    assert "/etc/zypp/credentials.d/mine" not in facts.registrations


def test_flatcar_is_provisioned_by_its_agent_alone_wherever_that_is(tmp_path: Path) -> None:
    with machine(tmp_path, FLATCAR) as flatcar, flatcar.connect() as remote:
        before = gather(remote, EXPECTED)
        flatcar.tree.write({"var/lib/waagent/provisioned": "id\n"})
        keys = f"home/{BUILD_USER}/.ssh/authorized_keys.d/ignition"
        flatcar.tree.write({keys: "ssh-ed25519 AAAAflatcar\n"})
        facts = gather(remote, EXPECTED)
    assert (before.provisioned_by, facts.provisioned_by) == ("", "waagent")
    assert facts.agent.startswith("installed as /usr/share/oem/bin/waagent")
    assert f"/{keys}:ssh-ed25519 AAAAflatcar" in facts.authorized_keys


def test_what_this_boot_wrote_is_no_residue(debian: Machine) -> None:
    debian.tree.write({"var/mail/root": "From cron\n", "var/lib/dhcp/new.leases": "lease\n", "etc/new.conf~": "x\n"})
    debian.tree.write({"root/.ssh/id_rsa": "PRIVATE\n"})
    (debian.tree.path / "var/log/wtmp").write_bytes(login_record("somebody", int(time.time())))
    with debian.connect() as remote:
        facts = gather(remote, EXPECTED)
    assert facts.past_logins == ()
    assert not {"/var/mail/root", "/var/lib/dhcp/new.leases", "/etc/new.conf~", "/root/.ssh/id_rsa"} & {
        *facts.mail,
        *facts.ssh_files,
        *facts.leases,
        *facts.backup_files,
    }


def test_the_journal_of_another_machine_is_told_from_its_own(debian: Machine) -> None:
    debian.tree.write({"var/log/journal/fedcba9876543210fedcba9876543210/system.journal": "other\n"})
    with debian.connect() as remote:
        facts = gather(remote, EXPECTED)
    assert facts.other_journals == ("/var/log/journal/fedcba9876543210fedcba9876543210",)


def test_the_end_of_the_first_boot_is_waited_for(debian: Machine) -> None:
    result = debian.tree.path / "run/cloud-init/result.json"
    finished = result.read_text()
    result.unlink()
    debian.tree.write({"run/cloud-init/status.json": json.dumps({"v1": {"stage": "modules-config"}})})
    with debian.connect() as remote:
        with pytest.raises(DeadlinePassed, match="stage modules-config"):
            wait_for_cloud_init(remote, time.monotonic() + 1)
        result.write_text(finished)
        wait_for_cloud_init(remote, time.monotonic())


def test_each_test_of_a_recipe_becomes_a_check_whatever_becomes_of_the_others(debian: Machine, tmp_path: Path) -> None:
    (tmp_path / "test.sh").write_text("#!/bin/bash\r\necho from a file\r\nexit 3\r\n")
    tests = (
        recipe.Test(name="fails", inline=("echo the reason", "exit 1")),
        recipe.Test(name="hangs", inline=("echo waiting", "sleep 60"), timeout="1s"),
        recipe.Test(name="from a file", script="test.sh", exit_codes=(3,)),
    )
    heard: list[str] = []
    with debian.connect() as remote:
        checks = run_recipe_tests(remote, tests, tmp_path, heard.append)
    assert [(check.name, check.passed) for check in checks] == [
        ("test: fails", False),
        ("test: hangs", False),
        ("test: from a file", True),
    ]
    assert "the reason" in checks[0].seen
    assert "still ran after 1 s" in checks[1].seen
    assert heard == ["the reason", "waiting", "from a file"]
