"""Attempts with Sysprep on real Azure resources: marked, put back from the snapshot, tried again, given up.

The guest is a stand-in here (the VM is a Linux model): what is proved is what becomes of the VM and the build.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from mintage.artifacts import BuildVm, Check, DiskSnapshot, ResolvedSource
from mintage.azure.clients import Clients
from mintage.azure.marks import set_sysprep_mark, sysprep_mark
from mintage.azure.power import deallocated, power_state
from mintage.azure.provision import provision
from mintage.azure.snapshot import snapshot_os_disk
from mintage.azure.together import finish
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys, Secret
from mintage.errors import GeneralizeError
from mintage.generalize.windows.questions import OPERATIONS, QUESTIONS
from mintage.guests.windows_connection import BuildConnection
from mintage.guests.windows_generalize import WindowsGeneralizing
from mintage.recipe import WindowsGeneralize
from mintage.remote.windows import WindowsRemote
from mintage.settings import Settings
from tests.support.windows_stand_in import Answers, WindowsStandIn, always, one_after_the_other

FOLDER = "generalize/windows"
READY = {"seen": {question.name: "" for question in QUESTIONS}}
CLEAN = {"left": {operation.name: "" for operation in OPERATIONS}}
PACKAGE = "Contoso.Notes_1.0_x64__abc"
APPX = f"SYSPRP Package {PACKAGE} was installed for a user, but not provisioned for all users."


def status(state: str, *, running: bool = False) -> dict[str, Any]:
    return {"imageState": f"IMAGE_STATE_{state}", "running": running, "ended": not running, "lastLine": "SYSPRP"}


SEALED, FAILED = status("GENERALIZE_RESEAL_TO_OOBE"), status("UNDEPLOYABLE")


class StandIn(BuildConnection):
    """A way into a Windows that answers as a test says."""

    def __init__(self, statuses: Answers, logs: str = "", finished: Answers | None = None) -> None:
        self.guest = WindowsStandIn(
            {
                f"{FOLDER}/preflight.ps1": always(READY),
                f"{FOLDER}/start.ps1": always({"found": "started", "imageState": ""}),
                f"{FOLDER}/status.ps1": statuses,
                f"{FOLDER}/logs.ps1": always({"errors": logs, "actions": "SYSPRP began"}),
                f"{FOLDER}/remove_appx.ps1": always({"removed": [PACKAGE]}),
                f"{FOLDER}/finish.ps1": finished or always(CLEAN),
            }
        )

    def started(self) -> WindowsRemote:
        return self.guest

    def open(self, seconds: float) -> WindowsRemote:
        return self.guest

    def by_azure(self, text: str) -> str:
        return self.guest.output(text)

    @property
    def ran(self) -> Counter[str]:
        return Counter({path.rpartition("/")[2]: count for path, count in self.guest.ran.items()})


class Story:
    """One build VM, and what its generalizing said and attached."""

    def __init__(self, clients: Clients, plan: BuildPlan, vm: BuildVm) -> None:
        self.clients, self.plan, self.vm = clients, plan, vm
        self.snapshot: DiskSnapshot = snapshot_os_disk(clients, plan, vm)
        self.log: list[str] = []
        self.attached: dict[str, str] = {}

    def generalize(self, guest: StandIn, **options: Any) -> tuple[Check, ...]:
        return WindowsGeneralizing(
            self.clients,
            self.plan,
            self.vm,
            guest,
            Secret("very-secret"),
            WindowsGeneralize(**options),
            self.log.append,
            self.attached.__setitem__,
        ).carry_out(self.snapshot)

    @property
    def seen(self) -> Any:
        return self.clients.compute.virtual_machines.get(self.vm.resource_group, self.vm.name, expand="instanceView")

    @property
    def disk(self) -> str:
        return str(self.seen["properties"]["storageProfile"]["osDisk"]["name"])


@pytest.fixture
def story(
    clients: Clients,
    settings: Settings,
    plan: BuildPlan,
    source: ResolvedSource,
    keys: BuildKeys,
    monkeypatch: pytest.MonkeyPatch,
) -> Story:
    monkeypatch.setattr("mintage.generalize.windows.preflight.wait_until_idle", lambda remote, deadline: None)
    return Story(clients, plan, provision(clients, settings, plan, source, keys))


def test_a_guest_that_seals_is_proved_and_marked_and_asked_no_second_time(story: Story) -> None:
    guest = StandIn(one_after_the_other(status("UNDEPLOYABLE", running=True), SEALED))
    checks = story.generalize(guest)
    assert [check.name for check in checks] == [operation.name for operation in OPERATIONS]
    assert sysprep_mark(story.seen) == "proved"
    before = guest.ran.copy()
    again = story.generalize(guest)
    assert all(check.passed for check in again)
    assert guest.ran == before
    assert "very-secret" not in json.dumps([*story.log, *guest.guest.texts])


def test_a_cause_that_can_be_cured_is_cured_on_the_disk_from_before(story: Story) -> None:
    guest = StandIn(one_after_the_other(FAILED, SEALED), logs=APPX)
    # A failure ends at once when it is not the state from before Sysprep.
    checks = story.generalize(guest, fix=("appx",))
    assert all(check.passed for check in checks)
    assert story.disk == f"{story.vm.name}-os-2"
    assert guest.ran["remove_appx.ps1"] == 1
    assert f"$Packages = @('{PACKAGE}')" in "".join(guest.guest.texts)
    assert story.attached == {"setuperr.log": APPX, "setupact.log": "SYSPRP began"}
    assert "generalize: trying again, attempt 2 of 2" in story.log


def test_what_the_recipe_does_not_allow_is_the_error_and_the_disk_is_as_before(story: Story) -> None:
    guest = StandIn(always(FAILED), logs=APPX)
    with pytest.raises(GeneralizeError, match="Sysprep failed: per-user-appx") as failed:
        story.generalize(guest)
    assert APPX in failed.value.seen
    assert "generalize.fix appx" in failed.value.remedy
    assert story.disk == f"{story.vm.name}-os-2"
    assert (power_state(story.seen), sysprep_mark(story.seen)) == ("running", "")
    assert guest.ran["start.ps1"] == 1


def test_attempts_are_bounded(story: Story) -> None:
    guest = StandIn(always(FAILED), logs="SYSPRP [0x0f0073] the machine is in an invalid state, dwRet = 31")
    with pytest.raises(GeneralizeError, match="half-way"):
        story.generalize(guest, attempts=2)
    assert (guest.ran["start.ps1"], story.disk) == (2, f"{story.vm.name}-os-3")


def test_another_process_finds_sysprep_at_work_and_follows_it(story: Story) -> None:
    set_sysprep_mark(story.clients, story.vm, "begun")
    guest = StandIn(one_after_the_other(status("UNDEPLOYABLE", running=True), SEALED))
    story.generalize(guest)
    assert (guest.ran["start.ps1"], guest.ran["preflight.ps1"]) == (0, 0)
    assert story.disk == f"{story.vm.name}-os"


def test_a_vm_that_was_put_away_in_the_middle_is_never_started_as_it_is(story: Story) -> None:
    set_sysprep_mark(story.clients, story.vm, "begun")
    vm = story.vm
    finish(vm.resource_id, deallocated(story.clients, vm.resource_group, vm.name), seconds=60)
    story.generalize(StandIn(always(SEALED)))
    assert story.disk == f"{vm.name}-os-2"
    assert "put away while Sysprep was at work" in story.log[0]


def test_what_is_left_behind_is_an_error_and_no_proof(story: Story) -> None:
    left = {"left": CLEAN["left"] | {"build-profile": r"C:\Users\mintage"}}
    with pytest.raises(GeneralizeError, match="something is left") as failed:
        story.generalize(StandIn(always(SEALED), finished=always(left)))
    assert failed.value.seen == r"build-profile: C:\Users\mintage"
    assert sysprep_mark(story.seen) == "begun"
