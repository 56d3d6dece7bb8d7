"""A Windows recipe: its own steps beside the parts that every recipe has, and refused as plainly as a Linux one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path, PureWindowsPath

import pytest

from mintage.errors import RecipeError
from mintage.recipe import PowerShellStep, WindowsFileStep, WindowsRecipe, WindowsUpdateStep
from mintage.recipe_file import LoadedRecipe, load_recipe

COMPUTE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute"
MARKETPLACE = "{kind: marketplace, publisher: MicrosoftWindowsServer, offer: WindowsServer, sku: 2022-datacenter-g2}"
VALID = rf"""name: iis
os: windows
source: {MARKETPLACE}
build: {{region: westeurope, os_disk_gib: 1}}
customize:
- name: page
  kind: file
  source: files/page.html
  destination: C:\inetpub\wwwroot\index.html
- name: install
  kind: powershell
  script: files/install.ps1
  exit_codes: [0, 3010, -1]
- name: update
  kind: windows_update
  exclude: [KB5031364]
verify:
  tests:
  - {{name: answers, inline: [Invoke-WebRequest http://localhost -UseBasicParsing]}}
publish:
  resource_group: images
  gallery: golden
  definition: {{name: iis, publisher: us, offer: iis, sku: iis}}
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    (tmp_path / "files/page.html").write_text("hello\n")
    (tmp_path / "files/install.ps1").write_bytes(b"\xef\xbb\xbfInstall-WindowsFeature Web-Server\r\n")
    (tmp_path / "recipe.yaml").write_text(VALID)
    return tmp_path / "recipe.yaml"


def complaint(recipe: Path, old: str = "", new: str = "") -> str:
    recipe.write_text(recipe.read_text().replace(old, new, 1))
    with pytest.raises(RecipeError) as refused:
        load_recipe(recipe)
    count, *lines = refused.value.seen.splitlines()
    assert count == "1 error", lines
    return lines[0].removeprefix(f"{recipe}:").replace(str(recipe.parent.resolve()), "HERE")


def test_it_is_loaded_as_what_it_is(recipe: Path) -> None:
    loaded = load_recipe(recipe).recipe
    assert isinstance(loaded, WindowsRecipe)
    page, install, update = loaded.customize
    destination = PureWindowsPath(r"C:\inetpub\wwwroot\index.html")
    assert page == WindowsFileStep(name="page", kind="file", source="files/page.html", destination=destination)
    assert isinstance(install, PowerShellStep)
    assert install.exit_codes == (0, 3010, 2**32 - 1), "a program that ends with -1 ends with that to Windows"
    assert isinstance(update, WindowsUpdateStep)
    assert (loaded.connection.auth, loaded.generalize.attempts) == ("ntlm", 2)


def test_it_survives_the_way_between_processes(recipe: Path) -> None:
    loaded = load_recipe(recipe)
    assert LoadedRecipe.model_validate_json(loaded.model_dump_json()) == loaded


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "kind: powershell",
            "kind: shell",
            "10: customize[1]: is of kind shell, which is for os: linux; here it is powershell",
        ),
        (r"C:\inetpub\wwwroot\index.html", r"\inetpub\x", "is not an absolute path below a drive"),
        (r"C:\inetpub\wwwroot\index.html", "/srv/page.html", "is not an absolute path below a drive"),
        (r"C:\inetpub\wwwroot\index.html", "'C:\\'", "is a folder: give the file's own path"),
        (r"C:\inetpub\wwwroot\index.html", r"C:\a\..\b", "without .."),
        (r"C:\inetpub\wwwroot\index.html", r"C:\a\b?.txt", "has a character that no Windows file name may have"),
        (r"wwwroot\index.html", "wwwroot\\index.html\n  owner: root", "10: customize[0].owner: is not a field here"),
        ("[0, 3010, -1]", "[4294967296]", "13: customize[1].exit_codes[0]: must be at most 4294967295"),
        ("KB5031364", "5031364", "16: customize[2].exclude[0]: must be text: put it in quotes"),
        ("KB5031364", "MS17-010", "is not an update's number, such as KB5031364"),
        (
            "exclude: [KB5031364]",
            "include: [KB5031364]\n  exclude: [KB5031364]",
            "cannot be both included and excluded",
        ),
        ("verify:", "connection: {auth: ntml}\nverify:", "must be one of ntlm, basic, certificate, kerberos"),
        ("verify:", "generalize: {fix: [domain]}\nverify:", "generalize.fix[0]: must be one of unattend, panther"),
        (MARKETPLACE, f"{{kind: snapshot, snapshot_id: {COMPUTE}/snapshots/s}}", "1: source.state must be generalized"),
        (
            MARKETPLACE,
            f"{{kind: managed_disk, disk_id: {COMPUTE}/disks/d, state: specialized}}",
            "1: source.state must be generalized",
        ),
        (
            MARKETPLACE,
            f"{{kind: virtual_machine, vm_id: {COMPUTE}/virtualMachines/v, generalize_original: true}}",
            "1: source.generalize_original is for Linux",
        ),
        (
            "sku: iis}",
            "sku: iis, state: specialized}",
            "1: publish.definition.state: specialized is for Linux",
        ),
        ("files/install.ps1", "files/absent.ps1", "12: customize[1].script: 'HERE/files/absent.ps1' does not exist"),
        ("files/install.ps1", "files", "12: customize[1].script: 'HERE/files' is a folder: a script is a file"),
        ("files/page.html", "files", "8: customize[0].source: 'HERE/files' is a folder: use kind directory"),
    ],
)
def test_a_mistake_is_said_in_plain_words(recipe: Path, old: str, new: str, says: str) -> None:
    assert says in complaint(recipe, old, new)


def test_a_powershell_step_is_not_for_linux(tmp_path: Path) -> None:
    here = Path(__file__).parents[3] / "deployments/recipes"
    shutil.copytree(here / "debian-12-web", tmp_path / "debian-12-web")
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text((here / "debian-12-web.yaml").read_text())
    says = complaint(recipe, "kind: shell", "kind: powershell")
    assert says.endswith("is of kind powershell, which is for os: windows; here it is shell")


def test_a_script_that_is_not_utf8_is_refused(recipe: Path) -> None:
    (recipe.parent / "files/install.ps1").write_bytes("Write-Output 'Grüße'\n".encode("utf-16"))
    assert "files/install.ps1' is not UTF-8 text: line 1" in complaint(recipe)


def test_a_file_that_the_disk_cannot_hold_is_refused(recipe: Path) -> None:
    with (recipe.parent / "files/page.html").open("wb") as file:
        os.truncate(file.fileno(), 3 * 2**29)
    assert "has 1.5 GiB, more than the disk's 1 GiB" in complaint(recipe)
