"""Sysprep is followed to its end through whatever becomes of the connection, and told apart from one that failed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mintage.credentials import Secret
from mintage.errors import ConnectionFailed
from mintage.generalize.windows.sysprep import Sysprep, SysprepFailed
from tests.support.windows_stand_in import FakeTime, WindowsStandIn, always, one_after_the_other

STATUS, LOGS, START = (f"generalize/windows/{name}.ps1" for name in ("status", "logs", "start"))
UNDEPLOYABLE, RESEAL = "IMAGE_STATE_UNDEPLOYABLE", "IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE"
LOST = ConnectionFailed("lost")


def status(image_state: str, *, running: bool, ended: bool = False, line: str = "SYSPRP at work") -> dict[str, Any]:
    return {"imageState": image_state, "running": running, "ended": ended, "lastLine": line}


BEFORE, AT_WORK = status("IMAGE_STATE_COMPLETE", running=False), status(UNDEPLOYABLE, running=True)
DONE, FAILED = status(RESEAL, running=False), status(UNDEPLOYABLE, running=False)


class Followed:
    """A Sysprep that is followed in made-up time."""

    def __init__(self, remote: WindowsStandIn, by_azure: Callable[[str], str] = lambda text: "") -> None:
        self.remote, self.time, self.log = remote, FakeTime(), list[str]()
        self.sysprep = Sysprep(lambda: remote, by_azure, self.log.append, clock=self.time.clock, sleep=self.time.sleep)


def test_it_is_followed_until_the_image_is_sealed() -> None:
    still_closing = status(RESEAL, running=True)
    statuses = one_after_the_other(BEFORE, AT_WORK, AT_WORK, still_closing, DONE)
    followed = Followed(WindowsStandIn({STATUS: statuses}))
    followed.sysprep.follow(600)
    assert followed.remote.ran[STATUS] == 5
    assert followed.log.count("sysprep: IMAGE_STATE_UNDEPLOYABLE: SYSPRP at work") == 1, "what stays is said once"


def test_when_the_way_in_is_gone_azure_is_asked() -> None:
    remote = WindowsStandIn({STATUS: one_after_the_other(AT_WORK, LOST)})
    followed = Followed(remote, lambda text: json.dumps(DONE))
    followed.sysprep.follow(600)
    assert remote.ran["close"] == 1


def test_one_that_ended_badly_is_diagnosed_from_its_logs() -> None:
    logs = {"errors": "SYSPRP BitLocker is on for the OS volume", "actions": "SYSPRP began"}
    remote = WindowsStandIn({STATUS: one_after_the_other(AT_WORK, FAILED), LOGS: always(logs)})
    with pytest.raises(SysprepFailed) as failed:
        Followed(remote).sysprep.follow(600)
    assert failed.value.diagnosis.known.name == "bitlocker"
    assert failed.value.seen == "it ended with ImageState IMAGE_STATE_UNDEPLOYABLE"
    assert (failed.value.errors, failed.value.actions) == tuple(logs.values())


def test_one_that_never_began_to_work_has_failed_after_a_minute() -> None:
    remote = WindowsStandIn({STATUS: always(BEFORE), LOGS: always({"errors": "", "actions": ""})})
    followed = Followed(remote)
    with pytest.raises(SysprepFailed, match="unknown") as failed:
        followed.sysprep.follow(600)
    assert failed.value.seen == "it ended with ImageState IMAGE_STATE_COMPLETE"
    assert 60 <= followed.time.now - 1000 < 70


def test_one_that_stopped_before_it_changed_anything_has_failed_at_once() -> None:
    refused = status("IMAGE_STATE_COMPLETE", running=False, ended=True)
    remote = WindowsStandIn({STATUS: always(refused), LOGS: always({"errors": "hr = 0x800F0975", "actions": ""})})
    followed = Followed(remote)
    with pytest.raises(SysprepFailed, match="servicing-active"):
        followed.sysprep.follow(600)
    assert followed.time.now == 1000


def test_a_stall_ends_at_the_deadline_with_its_diagnosis() -> None:
    stalled = status(UNDEPLOYABLE, running=True, line="Executing method 'GeneralizeForImaging'")
    logs = {"errors": "", "actions": r"SYSPRP Executing method 'GeneralizeForImaging' from C:\Windows\wuaueng.dll"}
    remote = WindowsStandIn({STATUS: always(stalled), LOGS: always(logs)})
    with pytest.raises(SysprepFailed) as failed:
        Followed(remote).sysprep.follow(1200)
    assert failed.value.diagnosis.known.name == "update-service"
    assert "GeneralizeForImaging" in failed.value.seen


def test_the_logs_of_a_machine_that_lets_nobody_in_come_through_azure() -> None:
    answers = {"errors": "SYSPRP hr = 0xc004d307", "actions": ""}
    remote = WindowsStandIn({STATUS: always(LOST), LOGS: always(LOST)})

    def by_azure(text: str) -> str:
        assert "$TaskName" in text or "$Lines = 15" in text, "4,096 bytes is all that Run Command brings back"
        return json.dumps(answers if "$Lines" in text.splitlines()[0] else FAILED)

    with pytest.raises(SysprepFailed) as failed:
        Followed(remote, by_azure).sysprep.follow(600)
    assert failed.value.diagnosis.known.name == "rearm-exhausted"


def test_the_password_is_in_no_script_and_no_log() -> None:
    remote = WindowsStandIn({START: always({"found": "started", "imageState": "IMAGE_STATE_COMPLETE"})})
    followed = Followed(remote)
    followed.sysprep.start(remote, Secret("very-secret"), 61)
    assert remote.environments == [{"MINTAGE_PASSWORD": "very-secret"}]
    assert "very-secret" not in "".join([*remote.texts, *followed.log])
