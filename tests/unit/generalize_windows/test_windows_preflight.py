"""What Sysprep needs is asked, waited for, put right where the recipe allows it, and demanded."""

from __future__ import annotations

import time
from typing import Any

import pytest

from mintage.errors import GeneralizeError
from mintage.generalize.windows.preflight import make_ready, preflight
from mintage.generalize.windows.questions import QUESTIONS
from mintage.powershell.servicing import QUIET_SECONDS, wait_until_idle
from tests.support.windows_stand_in import Answers, FakeTime, WindowsStandIn, always, one_after_the_other

PREFLIGHT, FIX, APPX = (f"generalize/windows/{name}.ps1" for name in ("preflight", "fix", "remove_appx"))
IDLE = "powershell/idle.ps1"


def seen(**wrong: str) -> dict[str, Any]:
    answers = {question.name: "" for question in QUESTIONS} | {k.replace("_", "-"): v for k, v in wrong.items()}
    return {"seen": answers}


@pytest.fixture(autouse=True)
def _no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mintage.generalize.windows.preflight.wait_until_idle", lambda remote, deadline: None)


def ready(answers: Answers, *allowed: str, **others: Answers) -> tuple[WindowsStandIn, list[str]]:
    fixed = always({"done": ["removed a file"]})
    remote = WindowsStandIn({PREFLIGHT: answers, FIX: fixed, APPX: always({"removed": ["Contoso"]})})
    log: list[str] = []
    make_ready(remote, allowed, log.append, time.monotonic() + 5)
    return remote, log


def test_each_question_is_a_check_with_what_was_seen_and_a_remedy() -> None:
    checks = preflight(WindowsStandIn({PREFLIGHT: always(seen(cdrom="the service cdrom starts by 4"))}))
    assert [check.name for check in checks] == [question.name for question in QUESTIONS]
    (wrong,) = (check for check in checks if not check.passed)
    assert (wrong.name, wrong.seen) == ("cdrom", "the service cdrom starts by 4")
    assert "generalize.fix cdrom" in wrong.remedy


def test_what_the_guest_did_not_answer_has_not_passed() -> None:
    checks = preflight(WindowsStandIn({PREFLIGHT: always({"seen": {}})}))
    assert not any(check.passed for check in checks)


def test_a_guest_that_is_ready_is_left_alone() -> None:
    remote, log = ready(always(seen()))
    assert (remote.ran[FIX], log) == (0, [])


def test_what_the_recipe_allows_is_put_right_and_looked_at_again() -> None:
    answers = one_after_the_other(seen(unattend=r"C:\unattend.xml", cdrom="4", pending_reboot="CBS"), seen())
    remote, log = ready(answers, "unattend", "cdrom", "pending-reboot")
    assert remote.ran[FIX] == 1
    assert "$Fix = @('cdrom', 'unattend')" in "".join(remote.texts)
    assert remote.boots == 2
    assert log == ["preflight: removed a file", "preflight: restarting because of CBS"]


def test_what_it_does_not_allow_stops_it_before_sysprep() -> None:
    with pytest.raises(GeneralizeError, match="Sysprep was not started") as refused:
        ready(always(seen(workgroup="member of the domain x", bitlocker="C: is FullyEncrypted")), "unattend")
    assert "workgroup: member of the domain x" in refused.value.seen
    assert "Leave the domain" in refused.value.remedy


def test_packages_that_are_in_the_way_are_removed_by_their_names() -> None:
    remote, log = ready(one_after_the_other(seen(appx="Contoso_1\nOther_2"), seen()), "appx")
    assert "$Packages = @('Contoso_1', 'Other_2')" in "".join(remote.texts)
    assert log == ["preflight: removed the AppX package Contoso"]


def test_what_could_not_be_put_right_is_told() -> None:
    with pytest.raises(GeneralizeError, match="not ready") as refused:
        ready(always(seen(panther="is still there")), "panther")
    assert refused.value.seen == "panther: is still there"


def test_servicing_has_ended_only_once_it_stays_away() -> None:
    fake = FakeTime()
    busy, idle = {"busy": True}, {"busy": False}
    remote = WindowsStandIn({IDLE: one_after_the_other(busy, idle, busy, idle)})
    wait_until_idle(remote, fake.now + 600, clock=fake.clock, sleep=fake.sleep)
    assert fake.now - 1000 >= 3 * 5 + QUIET_SECONDS
