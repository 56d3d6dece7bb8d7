"""What becomes of builds of Windows images, on the model of Windows: published, refused, given up with a diagnosis."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest
from prefect.client.schemas.objects import FlowRun

from localazure.faults.client import FaultClient
from localazure.faults.kinds.machines import ClockSkewFault
from mintage.artifacts import StepState
from tasks.build_id import new_build_id
from tests.support.windows_compute import UPDATED_APP, update_app

# Six builds at once, and the first test waits for the stack, too: on a busy host that is minutes.
pytestmark = pytest.mark.timeout(600)

RECIPE = textwrap.dedent("""\
    name: {name}
    os: windows
    source: {{kind: marketplace, publisher: MicrosoftWindowsServer, offer: WindowsServer, sku: 2022-datacenter-g2}}
    build: {{region: westeurope, sizes: [Standard_D2s_v5]}}
    connection: {connection}
    customize: {customize}
    generalize: {generalize}
    verify:
      tests:
      - name: the test
        inline:
        - $done = (Get-Content C:\\Golden\\log.txt) -join '|'
        - if ($done -ne '{expected}') {{ throw $done }}
    publish:
      resource_group: images
      gallery: tested
      definition: {{name: {name}, publisher: test, offer: test, sku: {name}}}
      regions:
      - name: northeurope
    """)
OTHER_PASSWORD = "Set-LocalUser mintage -Password (ConvertTo-SecureString Other-Horse-1 -AsPlainText -Force)"
OTHER_SERVICE = r"""
Get-ChildItem WSMan:\localhost\Listener | Where-Object { $_.Keys -contains 'Transport=HTTPS' } |
    ForEach-Object { Remove-Item "WSMan:\localhost\Listener\$($_.Name)" -Recurse -Force }
Get-ChildItem WSMan:\localhost\Listener | ForEach-Object { Set-Item "WSMan:\localhost\Listener\$($_.Name)\Port" 5986 }
"""
"""Unencrypted WinRM, where the encrypted one answered before."""
APPX_TOO = ["unattend", "panther", "cdrom", "pending-reboot", "update-service", "appx"]


def powershell(name: str, *lines: str, **options: Any) -> dict[str, Any]:
    script = {} if "script" in options else {"inline": list(lines)}
    return {"name": name, "kind": "powershell", **script, **options}


def note(text: str) -> str:
    """A line of PowerShell that writes down what was done, for the recipe's test."""
    return rf"New-Item C:\Golden -ItemType Directory -Force | Out-Null; Add-Content C:\Golden\log.txt {text}"


def recipe(
    builds: Any,
    name: str,
    *steps: dict[str, Any],
    connection: dict[str, str] | None = None,
    expected: str = "done",
    **generalize: Any,
) -> Path:
    path: Path = builds.folder / f"{name}.yaml"
    sections = {"connection": connection or {}, "customize": steps, "generalize": generalize}
    told = {section: json.dumps(fields) for section, fields in sections.items()}
    path.write_text(RECIPE.format(name=name, expected=expected, **told), encoding="utf-8")
    return path


def with_everything(builds: Any) -> Path:
    """A recipe with a step of every kind, whose builder logs in by a certificate."""
    folder = builds.folder / "files"
    (folder / "a folder").mkdir(parents=True)
    (folder / "a folder" / "päge.html").write_text("<h1>page</h1>", encoding="utf-8")
    (folder / "note.txt").write_text("note", encoding="utf-8")
    (folder / "step.ps1").write_text(note("$env:WHAT") + "\nexit 3\n", encoding="utf-8")
    seen = r"if ((Get-Content 'C:\Site\a folder\p*ge.html') -ne '<h1>page</h1>') { throw 'no page' }"
    return recipe(
        builds,
        "everything",
        {"name": "a tree", "kind": "directory", "source": "files", "destination": r"C:\Site"},
        {"name": "a file", "kind": "file", "source": "files/note.txt", "destination": r"C:\Golden\note.txt"},
        powershell("a script", script="files/step.ps1", environment={"WHAT": "script"}, exit_codes=[3]),
        powershell("a task", seen, note("$([Environment]::UserName)"), elevated=True),
        powershell("the system", note("$([Environment]::UserName)"), run_as="system"),
        {"name": "updates", "kind": "windows_update", "include": ["KB5046540"], "reboots": 1},
        powershell("a restart", note("restarted"), "Restart-Computer -Force", reboot=True),
        connection={"auth": "certificate"},
        expected="script|mintage|SYSTEM|restarted",
    )


@pytest.fixture(scope="module")
def runs(builds: Any) -> dict[str, FlowRun]:
    """All of them at once: most of a build is waiting."""
    recipes = (
        with_everything(builds),
        recipe(builds, "cured", powershell("app", note("done"), update_app()), fix=APPX_TOO),
        recipe(builds, "diagnosed", powershell("app", note("done"), update_app())),
    )
    return {each.stem: builds.start(each) for each in recipes} | of_guests_that_let_nobody_in(builds)


def of_guests_that_let_nobody_in(builds: Any) -> dict[str, FlowRun]:
    """Builds whose guest changes under them, or was never right, and that keep nothing when they fail."""
    changes = {"locked-out": OTHER_PASSWORD, "taken-over": OTHER_SERVICE, "expired": "1"}
    recipes = [
        recipe(builds, name, powershell("change", text), powershell("next", "1"), connection={"timeout": "3s"})
        for name, text in changes.items()
    ]
    runs: dict[str, FlowRun] = {each.stem: builds.start(each, keep_failed_for="not at all") for each in recipes}
    with FaultClient(builds.stack.slot.cloud) as faults:
        # The certificate that the VM makes is good for thirty days.
        machine = f"build-{new_build_id(runs['expired'].id)}"
        faults.add(ClockSkewFault(machine=machine, seconds=-31 * 86_400))
    return runs


def test_a_recipe_with_a_step_of_every_kind_is_published(builds: Any, runs: dict[str, FlowRun]) -> None:
    ended = builds.finish(runs["everything"])
    assert ended.state == "Completed", ended.why
    assert ended.report.outcome == "published"
    assert [check.name for check in ended.report.checks if not check.passed] == []
    assert [each.name for each in ended.report.packages.installed] == ["KB5046540"]
    assert not builds.version("everything")["properties"]["publishingProfile"]["excludeFromLatest"]
    assert not builds.group_exists(ended.run)


def test_what_sysprep_stops_at_is_cured_from_the_snapshot_on_where_the_recipe_allows(
    builds: Any, runs: dict[str, FlowRun]
) -> None:
    ended = builds.finish(runs["cured"])
    assert ended.state == "Completed", ended.why
    said = builds.log(ended.run)
    assert said.count("sysprep: started") == 2
    assert any("per-user-appx" in line and "putting the disk back" in line for line in said)
    assert f"preflight: removed the AppX package {UPDATED_APP}" in said
    assert "installed for a user, but not provisioned" in builds.artifacts(ended.run)["setuperr-log"].data


def test_what_sysprep_stops_at_is_else_the_error_with_both_logs_attached(builds: Any, runs: dict[str, FlowRun]) -> None:
    ended = builds.finish(runs["diagnosed"])
    assert ended.state == "Failed"
    assert (
        f"Sysprep failed: per-user-appx: an AppX package is installed for a user and not for all ({UPDATED_APP})"
        in (ended.report.error)
    )
    assert "Remove-AppxPackage for that user" in ended.report.error
    assert ended.step("generalize").attempts == 1
    attached = builds.artifacts(ended.run)
    assert "0x80073cf2" in attached["setuperr-log"].data
    assert "Beginning of a new sysprep run" in attached["setupact-log"].data
    # Kept as it was before Sysprep, for a retry with another recipe.
    assert builds.group_exists(ended.run)


@pytest.mark.parametrize(
    ("name", "step", "told"),
    [
        ("locked-out", "next", ["The guest refuses the login", "Was the VM made with this user and password"]),
        ("taken-over", "next", ["something else than TLS answers at the port", "HTTP/1.1 400"]),
        (
            "expired",
            "inventory before",
            ["The certificate of the VM has expired", "look at both clocks"],
        ),
    ],
)
def test_a_guest_that_lets_nobody_in_is_told_and_removed(
    builds: Any, runs: dict[str, FlowRun], name: str, step: str, told: list[str]
) -> None:
    ended = builds.finish(runs[name])
    assert ended.state == "Failed"
    assert [text for text in told if text not in ended.report.error] == []
    assert [each.name for each in ended.steps if each.state == StepState.FAILED] == [step]
    assert not builds.group_exists(ended.run)


def test_a_script_that_is_not_utf_8_is_refused_before_anything_is_made(builds: Any) -> None:
    (builds.folder / "latin.ps1").write_bytes("Write-Output 'ok'\n'Grüße'\n".encode("latin-1"))

    ended = builds.finish(builds.start(recipe(builds, "latin", powershell("step", script="latin.ps1"))))

    assert ended.state == "Failed"
    assert "is not UTF-8 text: line 2" in ended.why
    assert not builds.group_exists(ended.run)
    assert ended.report is None


def test_no_secret_of_any_of_them_is_kept_anywhere(builds: Any, runs: dict[str, FlowRun]) -> None:
    assert all(builds.finish(run).report for run in runs.values())
    assert [leak for run in runs.values() for leak in builds.leaks(run).items()] == []
