"""What generalizing leaves on the disk of each distribution, by the very commands that run on it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mintage.errors import GeneralizeError
from mintage.generalize import GeneralizedGuest, detect, generalize
from mintage.recipe import Generalize, GeneralizeStep
from tests.support.layouts.all import LAYOUTS
from tests.support.layouts.base import BUILD_USER, Layout
from tests.support.layouts.flatcar import FLATCAR
from tests.support.layouts.redhat import ALMA
from tests.support.layouts.suse import OPENSUSE
from tests.support.machine import Machine
from tests.support.root_tree import GONE

MakeMachine = Callable[[Layout], Machine]
UNKNOWN = Layout(os_release='ID=linuxmint\nID_LIKE="ubuntu debian"\nPRETTY_NAME="Linux Mint 22"\n')


def _generalize(machine: Machine, options: Generalize | None = None, folder: Path = Path()) -> GeneralizedGuest:
    with machine.connect() as remote:
        return generalize(remote, options or Generalize(), folder, BUILD_USER, print)


def _wait_for_power_off(machine: Machine) -> None:
    deadline = time.monotonic() + 10
    log = machine.tree.path / "run/systemctl.log"
    while "poweroff" not in (log.read_text() if log.exists() else ""):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _seen(path: Path) -> str:
    return f"link to {path.readlink()}" if path.is_symlink() else path.read_text()


@pytest.mark.parametrize("name", LAYOUTS)
def test_nothing_of_the_machine_is_left_and_what_is_the_images_own_stays(name: str, machine_of: MakeMachine) -> None:
    layout = LAYOUTS[name]
    machine = machine_of(layout)
    assert [path for path in layout.gone if not machine.tree.exists(path)] == []
    guest = _generalize(machine)
    _wait_for_power_off(machine)
    assert [path for path in (*GONE, *layout.gone) if machine.tree.exists(path)] == []
    assert {path: _seen(machine.tree.path / path) for path in layout.kept} == layout.kept
    distribution = detect(layout.os_release, Generalize())
    assert guest.distribution == distribution.name
    assert [check.name for check in guest.checks] == [each.name for each in distribution.operations_for(Generalize())]
    assert tuple((package.name, package.version) for package in guest.packages) == layout.packages


def test_snapshots_of_suse_would_keep_what_is_removed_so_nothing_is_changed(machine_of: MakeMachine) -> None:
    machine = machine_of(OPENSUSE)
    machine.tree.write({".snapshots/7/snapshot/etc/shadow": "builder:!:1::::::\n"})
    with pytest.raises(GeneralizeError, match="nothing was changed") as failure:
        _generalize(machine)
    assert "snapshots: /.snapshots/7/snapshot" in failure.value.seen
    assert "snapper" in failure.value.remedy


def test_flatcar_without_the_unit_that_makes_host_keys_would_have_none(machine_of: MakeMachine) -> None:
    machine = machine_of(FLATCAR)
    unit = machine.tree.path / "etc/systemd/system/sshd-keygen.service"
    unit.unlink()
    unit.symlink_to("/dev/null")
    with pytest.raises(GeneralizeError, match=r"no sshd-keygen\.service, or it is masked"):
        _generalize(machine)


def test_a_package_manager_at_work_is_waited_for_and_then_named(machine_of: MakeMachine) -> None:
    machine = machine_of(ALMA)
    operations = Path("src/mintage/generalize/operations")
    texts = "".join((operations / name).read_text() for name in ("lib.sh", "locks.sh", "rpm.sh"))
    machine.tree.write({"run/dnf.pid": "1\n"})
    ask = texts + "sleep() { echo waited >>/run/waited; }\nask_package_manager\n"
    answer = subprocess.run(machine.tree.shell(ask), check=True, capture_output=True, text=True)
    assert answer.stdout == "/run/dnf.pid is held by process 1"
    assert machine.tree.read("run/waited").count("waited") == 60


def test_a_distribution_nobody_knows_is_generalized_by_the_recipes_own_steps(
    machine_of: MakeMachine, tmp_path: Path
) -> None:
    machine = machine_of(UNKNOWN)
    machine.tree.write({"var/lib/vendor/licence": "of one machine\n", "etc/vendor.id": "0a1b\n"})
    (tmp_path / "forget.sh").write_text("#!/bin/sh\nset -e\nrm /etc/vendor.id\n")
    steps = (
        GeneralizeStep(
            name="licence", inline=("rm -r /var/lib/vendor",), prove=("find /var/lib/vendor 2>/dev/null || true",)
        ),
        GeneralizeStep(
            name="id", script="forget.sh", prove=("if [ -e /etc/vendor.id ]; then echo /etc/vendor.id; fi",)
        ),
    )
    guest = _generalize(machine, Generalize(steps=steps), tmp_path)
    _wait_for_power_off(machine)
    assert guest.distribution == "Linux Mint 22"
    assert [path for path in (*GONE, "var/lib/vendor", "etc/vendor.id") if machine.tree.exists(path)] == []
    assert {"recipe-licence", "recipe-id", "machine-id"} <= {check.name for check in guest.checks if check.passed}


def test_a_step_of_the_recipe_that_leaves_something_fails_the_proof(machine_of: MakeMachine) -> None:
    machine = machine_of(UNKNOWN)
    machine.tree.write({"etc/vendor.id": "0a1b\n"})
    steps = (
        GeneralizeStep(name="id", inline=("exit 3",), prove=("cat /etc/vendor.id",)),
        GeneralizeStep(name="unsure", inline=("true",), prove=("exit 4",)),
    )
    with pytest.raises(GeneralizeError) as failure:
        _generalize(machine, Generalize(steps=steps))
    assert "recipe-id: 0a1b" in failure.value.seen
    assert "recipe-unsure:  (the question itself ended with exit code 4)" in failure.value.seen
    assert "generalize.steps" in failure.value.remedy
