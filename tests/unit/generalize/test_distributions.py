"""Which distribution does what."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from mintage.errors import UnsupportedGuest
from mintage.generalize.base import Distribution
from mintage.generalize.checks import parse_checks
from mintage.generalize.debian import Debian
from mintage.generalize.detect import detect
from mintage.generalize.unknown import Unknown
from mintage.recipe import Generalize, GeneralizeStep
from tests.support.layouts.all import LAYOUTS


def _functions(distribution: type[Distribution]) -> set[str]:
    texts = ((files("mintage.generalize") / "operations" / name).read_text() for name in distribution.scripts)
    return {name for text in texts for name in re.findall(r"^(\w+)\(\)", text, re.MULTILINE)}


def test_each_distribution_that_is_known_has_a_tree_to_run_in() -> None:
    variants = {"opensuse-tumbleweed", "sles_sap", "mariner"}
    assert set(LAYOUTS) | variants == set(Distribution.known)
    for name, layout in LAYOUTS.items():
        assert type(detect(layout.os_release, Generalize())) is Distribution.known[name]


def test_a_distribution_has_the_name_its_readers_know() -> None:
    assert detect(LAYOUTS["debian"].os_release, Generalize()).name == "Debian GNU/Linux 12 (bookworm)"


def test_a_relative_of_a_known_distribution_is_not_taken_for_it() -> None:
    with pytest.raises(UnsupportedGuest, match="ID=linuxmint, PRETTY_NAME=Linux Mint") as refusal:
        detect('ID=linuxmint\nID_LIKE="ubuntu debian"\nPRETTY_NAME="Linux Mint"\n', Generalize())
    assert "debian, flatcar" in refusal.value.remedy
    assert "generalize.steps" in refusal.value.remedy


def test_a_guest_that_names_nothing_is_refused_unless_the_recipe_has_its_own_steps_or_nothing_is_taken_away() -> None:
    with pytest.raises(UnsupportedGuest, match="ID=\\(none\\)"):
        detect("", Generalize())
    step = GeneralizeStep(name="all", inline=("true",), prove=("true",))
    assert type(detect("", Generalize(steps=(step,)))) is Unknown
    assert type(detect("", Generalize(), kept=True)) is Unknown


@pytest.mark.parametrize("distribution", sorted({*Distribution.known.values(), Unknown}, key=str))
def test_every_operation_and_question_has_its_shell_functions_and_no_function_is_left_unused(
    distribution: type[Distribution],
) -> None:
    operations = {operation.name.replace("-", "_") for operation in (*distribution.traces, *distribution.identity)}
    questions = {question.name.replace("-", "_") for question in distribution.questions}
    expected = {f"{prefix}_{name}" for name in operations for prefix in ("act", "prove")}
    expected |= {f"ask_{name}" for name in questions}
    assert {name for name in _functions(distribution) if name.startswith(("act_", "prove_", "ask_"))} == expected


def test_what_the_guest_did_not_answer_has_not_passed() -> None:
    checks = parse_checks(['mintage-check {"name": "histories", "seen": ""}'], Debian.traces[:2])
    assert [check.passed for check in checks] == [True, False]
    assert checks[1].seen == "no answer from the guest"
