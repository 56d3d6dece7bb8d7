"""How long a build waits is said in its recipe, and nowhere in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mintage.recipe import Timeouts, in_seconds
from tests.support.times_in_code import SHORT, code_of, times_in

ROOT = Path(__file__).parents[2]
CODE = ("src/mintage", "tasks", "flows")

IN_CODE = {
    "src/mintage/azure/budget/ledger.py _FORGOTTEN_SECONDS": "how long calls count",
    "src/mintage/azure/disk_upload.py _SIGNED_SECONDS": "how long a signature is good",
    "src/mintage/azure/vhd_export.py _SIGNED_SECONDS": "how long a signature is good",
    "src/mintage/azure/serial_log.py _SAS_MINUTES": "how long a signature is good",
    "src/mintage/azure/number_turn.py _LONGEST": "nothing ends with it: who gets no turn goes on without",
    "src/mintage/azure/together.py _GRACE": "on top of what the caller gives",
    "src/mintage/client_certificate.py days": "how long a certificate is good",
    "src/mintage/generalize/windows/sysprep.py _START_GRACE": "the first part of generalize.timeout",
    "src/mintage/guests/windows_generalize.py _RECONNECT_SECONDS": "one attempt within generalize.timeout",
    "src/mintage/guests/windows_generalize.py minutes": "generalize.timeout, in minutes",
    "src/mintage/recipe/words.py days": "the longest duration there is",
    "src/mintage/remote/base.py DEFAULT_TIMEOUT": "for who uses a transport without a recipe",
    "src/mintage/remote/base.py QUESTION_TIMEOUT": "for who uses a transport without a recipe",
    "src/mintage/remote/base.py SEND_TIMEOUT": "for who uses a transport without a recipe",
    "src/mintage/remote/execution.py _OPEN_TIMEOUT": "an answer of the protocol",
    "src/mintage/remote/kept.py _GRACE": "on top of what the step gives",
    "src/mintage/remote/ssh.py login_grace": "a part of timeouts.login, or verify.boot_timeout",
    "src/mintage/remote/winrm/download.py _TIMEOUT": "no build fetches files",
    "src/mintage/remote/winrm/elevated.py _GRACE": "on top of what the step gives",
    "src/mintage/remote/winrm/elevated.py _RECONNECT": "a part of what the step gives",
    "src/mintage/remote/winrm/elevated.py _REMOVE_TIMEOUT": "a command of the transport's own",
    "src/mintage/remote/winrm/elevated.py _START_TIMEOUT": "a command of the transport's own",
    "src/mintage/remote/winrm/remote.py login_grace": "a part of connection.timeout, or verify.boot_timeout",
    "src/mintage/remote/winrm/resume.py _RECONNECT": "a part of what the step gives",
    "src/mintage/remote/winrm/tree.py _FOLDER_TIMEOUT": "a command of the transport's own",
    "src/mintage/remote/winrm/tree_download.py _PACK_TIMEOUT": "no build fetches files",
    "src/mintage/remote/winrm/tree_download.py _REMOVE_TIMEOUT": "no build fetches files",
    "src/mintage/vhd/qemu_img.py _DESCRIBE_SECONDS": "a look at the head of a local file",
    "src/mintage/settings.py poll_seconds": "the most that may be set between two looks",
    "tasks/claim.py minutes": "how old a sign of life may be",
    "tasks/claim.py seconds": "how long a process that is stopped is silent",
    "tasks/server.py _AWAY_SECONDS": "Prefect's server, which no recipe knows of",
    "tasks/superseding.py _CLEAN_UP_SECONDS": "before the recipe is read",
    "tasks/sweeping.py hours": "an age, shown in hours",
    "tasks/supervising.py days": "which runs are looked at",
    "tasks/supervising.py hours": "which runs are looked at",
    "tasks/supervising.py minutes": "Prefect's runs, which no recipe knows of",
}
"""Times of a minute and more that are no deadline of a step, or a part of one; and why."""


def files() -> Iterator[Path]:
    for folder in CODE:
        yield from (ROOT / folder).rglob("*.py")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("_SECONDS = 30 * 60", ["_SECONDS"]),
        ("def wait(timeout: float = 120.0): ...", ["timeout"]),
        ("finish(where, waiting, seconds=1800)", ["seconds"]),
        ("wait_for(look, deadline=time.monotonic() + 600)", ["deadline"]),
        ("LONG = timedelta(minutes=15)", ["minutes"]),
        ("finish(where, waiting, seconds=in_seconds(plan.recipe.timeouts.start))", []),
        ("_PAUSE_SECONDS = 5.0", []),
        ("LONGEST = 600.0\nfinish(where, waiting, seconds=LONGEST)", ["LONGEST"]),
        ("MINUTE = 60\nLONGEST = 10 * MINUTE\nfinish(where, waiting, seconds=LONGEST)", ["LONGEST"]),
        ("from mintage.elsewhere import LONG\nfinish(where, waiting, seconds=LONG)", ["LONG"]),
        ("FEW = 5\nfinish(where, waiting, seconds=FEW)", []),
        ("MANY = 4096\nread(file, size=MANY)", []),
        ("sysprep.follow(1800)", ["seconds"]),
        ("LONGEST = 600.0\nsysprep.follow(LONGEST)", ["LONGEST"]),
        ("until = time.monotonic() + 600", ["deadline"]),
        ("LONGEST = 600.0\nwhile clock() - began < LONGEST: look()", ["LONGEST"]),
    ],
)
def test_a_time_in_code_is_seen(text: str, seen: list[str]) -> None:
    others = "class Sysprep:\n    def follow(self, seconds: float) -> None: ...\nLONG = 900"
    assert [*dict.fromkeys(times_in(text, code_of([others])))] == seen


def test_no_deadline_is_in_code() -> None:
    texts = {str(file.relative_to(ROOT)): file.read_text() for file in files()}
    code = code_of(texts.values())
    found = {f"{file} {name}" for file, text in texts.items() for name in times_in(text, code)}
    added = sorted(found - IN_CODE.keys())
    assert not added, "give the recipe a field for it (src/mintage/recipe/timeouts.py), or say here why it has none"
    assert sorted(IN_CODE.keys() - found) == [], "is there no more"


ENDLESS = [
    "src/mintage/azure/replication.py update.result",
    "src/mintage/azure/together.py poller.result",
    "src/mintage/upload/download.py reading.result",
    "src/mintage/upload/parallel.py future.result",
    "tasks/ending.py away.result",
]
"""Results of what is done already, and of threads that end with their calls."""


def calls_in(file: Path) -> Iterator[str]:
    """Methods that are called without arguments."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args + node.keywords:
            yield ast.unparse(node.func)


def test_nothing_waits_for_azure_without_a_deadline() -> None:
    found = [f"{file.relative_to(ROOT)} {call}" for file in files() for call in calls_in(file)]
    assert sorted(each for each in found if each.endswith((".result", ".wait"))) == ENDLESS


def test_every_timeout_of_the_recipe_is_asked_for_and_documented() -> None:
    code = "\n".join(file.read_text() for file in (ROOT / "src/mintage").rglob("*.py"))
    page = (ROOT / "docs/recipes.md").read_text()
    for name, field in Timeouts.model_fields.items():
        assert re.search(rf"timeouts(\(\))?\.{name}\b", code), f"nothing waits for timeouts.{name}"
        assert re.search(rf"^\| `{name}` \| .* \| `{field.default}` \|$", page, re.MULTILINE), name
        assert in_seconds(field.default) >= SHORT
