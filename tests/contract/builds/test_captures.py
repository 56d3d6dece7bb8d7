"""Images of a machine that somebody has, by the flow that its form in the UI starts."""

from __future__ import annotations

from typing import Any

import pytest

from deployments.local_stack.run import create_run
from tests.support.compute import USER
from tests.support.somebodys import GROUP, Somebodys

pytestmark = pytest.mark.timeout(600)


class Machine(Somebodys):
    """With a user that Azure made and one that a person made, and a file."""

    def __init__(self, builds: Any) -> None:
        super().__init__(builds.clients)
        self.disk = self.vm.storage_profile.os_disk.name
        self.run("echo kept > /srv/page", "useradd --create-home alice")

    def seen(self) -> dict[str, Any]:
        """All that Azure says of the machine and its disk, its boot, and what may tell a change inside."""
        client = self.compute.client
        found: dict[str, Any] = client.virtual_machines.get(GROUP, "web-1", expand="instanceView").as_dict()
        view = found["properties"]["instanceView"]
        view.pop("vmAgent")
        view["statuses"] = [status["code"] for status in view["statuses"]]
        disk = client.disks.get(GROUP, self.disk).as_dict()
        inside = self.run("cat /proc/sys/kernel/random/boot_id /srv/page /etc/shadow /etc/ssh/*.pub; ls /etc/sudoers.d")
        return {"machine": found, "disk": disk, "inside": inside}


@pytest.fixture(scope="module")
def machine(builds: Any) -> Machine:
    return Machine(builds)


def capture(builds: Any, recipe: Any, **parameters: Any) -> Any:
    given = {"recipe": str(recipe), **parameters}
    return builds.finish(create_run(builds.stack.client, "capture-vm/capture-vm", given, builds.stack.queue))


def test_a_running_machine_is_captured_and_goes_on_as_if_nothing_had_been(builds: Any, machine: Machine) -> None:
    before = machine.seen()
    recipe = builds.recipe(
        "captured", customize="grep kept /srv/page", test=f"! id {USER} && id alice && cat /srv/page"
    )
    ended = capture(builds, recipe, vm=machine.vm.id)
    assert ended.state == "Completed", ended.why
    assert machine.seen() == before
    report = ended.report
    assert (report.outcome, report.source) == ("published", f"{machine.vm.id} {machine.vm.vm_id}")
    assert all(check.passed for check in report.checks)
    known = {fact.name: fact.value for fact in report.source_facts}
    assert known["VM power"] == "running"
    assert known["unique id"] == before["disk"]["properties"]["uniqueId"]
    assert not builds.group_exists(ended.run)
    assert ended.run.name == f"captured {report.version}"
