"""Which distribution does what."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from mintage.errors import UnsupportedGuest
from mintage.generalize.base import Distribution, detect
from mintage.generalize.checks import parse_checks
from mintage.generalize.debian import Debian
from mintage.generalize.ubuntu import Ubuntu
from tests.support.root_tree import DEBIAN, UBUNTU


def _functions(distribution: type[Distribution]) -> set[str]:
    texts = ((files("mintage.generalize") / "operations" / name).read_text() for name in distribution.scripts)
    return {name for text in texts for name in re.findall(r"^(\w+)\(\)", text, re.MULTILINE)}


def test_the_distribution_is_read_from_os_release() -> None:
    assert type(detect(DEBIAN)) is Debian
    assert detect(DEBIAN).name == "Debian GNU/Linux 12 (bookworm)"
    assert type(detect(UBUNTU)) is Ubuntu


def test_a_relative_of_a_known_distribution_is_not_taken_for_it() -> None:
    with pytest.raises(UnsupportedGuest, match="ID=linuxmint, PRETTY_NAME=Linux Mint") as refusal:
        detect('ID=linuxmint\nID_LIKE="ubuntu debian"\nPRETTY_NAME="Linux Mint"\n')
    assert "debian, ubuntu" in refusal.value.remedy


def test_a_guest_that_names_nothing_is_refused() -> None:
    with pytest.raises(UnsupportedGuest, match="ID=\\(none\\)"):
        detect("")


@pytest.mark.parametrize("distribution", [Debian, Ubuntu])
def test_every_operation_and_question_has_its_shell_functions_and_no_function_is_left_unused(
    distribution: type[Distribution],
) -> None:
    operations = {operation.name.replace("-", "_") for operation in distribution.operations}
    questions = {question.name.replace("-", "_") for question in distribution.questions}
    expected = {f"{prefix}_{name}" for name in operations for prefix in ("act", "prove")}
    expected |= {f"ask_{name}" for name in questions}
    assert {name for name in _functions(distribution) if name.startswith(("act_", "prove_", "ask_"))} == expected


def test_what_the_guest_did_not_answer_has_not_passed() -> None:
    checks = parse_checks(['mintage-check {"name": "histories", "seen": ""}'], Debian.operations[:2])
    assert [check.passed for check in checks] == [True, False]
    assert checks[1].seen == "no answer from the guest"
