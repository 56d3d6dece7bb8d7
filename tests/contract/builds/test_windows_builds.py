"""What becomes of builds of Windows images, on the model of Windows: published, refused, given up with a diagnosis."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.timeout(240)

RECIPE = textwrap.dedent("""\
    name: {name}
    os: windows
    source: {{kind: marketplace, publisher: MicrosoftWindowsServer, offer: WindowsServer, sku: 2022-datacenter-g2}}
    build: {{region: westeurope, sizes: [Standard_D2s_v5]}}
    customize:
    - name: the step
      kind: powershell
      {customize}
    generalize: {generalize}
    verify:
      tests:
      - name: the test
        inline:
        - if (-not (Test-Path C:\\Golden)) {{ throw 'the folder is gone' }}
    publish:
      resource_group: images
      gallery: tested
      definition: {{name: {name}, publisher: test, offer: test, sku: {name}}}
      regions:
      - name: northeurope
    """)
FOLDER = r"New-Item -Path C:\Golden -ItemType Directory | Out-Null"


def recipe(builds: Any, name: str, *lines: str, script: str = "", **generalize: Any) -> Path:
    """Write a recipe whose step makes a folder and runs the lines, or runs a script beside the recipe."""
    step = f"script: {script}" if script else f"inline: {json.dumps([FOLDER, *lines])}"
    path: Path = builds.folder / f"{name}.yaml"
    text = RECIPE.format(name=name, customize=step, generalize=json.dumps(generalize))
    path.write_text(text, encoding="utf-8")
    return path


def test_a_script_that_is_not_utf_8_is_refused_before_anything_is_made(builds: Any) -> None:
    (builds.folder / "latin.ps1").write_bytes("Write-Output 'ok'\n'Grüße'\n".encode("latin-1"))

    ended = builds.finish(builds.start(recipe(builds, "latin", script="latin.ps1")))

    assert ended.state == "Failed"
    assert "is not UTF-8 text: line 2" in ended.why
    assert not builds.group_exists(ended.run)
    assert ended.report is None
