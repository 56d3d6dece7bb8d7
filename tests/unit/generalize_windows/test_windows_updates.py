"""Windows Update goes on, round by round and restart by restart, until nothing is left or nothing gets better."""

from __future__ import annotations

from typing import Any

import pytest

from mintage.errors import CommandFailed
from mintage.powershell.updates import install_updates
from mintage.recipe import WindowsUpdateStep
from tests.support.windows_stand_in import Answer, WindowsStandIn, one_after_the_other

UPDATE = "powershell/update.ps1"


def found(*kbs: str, failed: tuple[str, ...] = (), restart: bool = False) -> dict[str, Any]:
    return {
        "found": len(kbs) + len(failed),
        "installed": [{"kb": kb, "title": f"Update {kb}"} for kb in kbs],
        "failed": [{"kb": kb, "title": f"Update {kb}", "code": "0x80070643"} for kb in failed],
        "restart": restart,
    }


NOTHING = found()


@pytest.fixture(autouse=True)
def _no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mintage.powershell.updates.wait_until_idle", lambda remote, deadline: None)


def install(*rounds: Answer, **options: Any) -> tuple[WindowsStandIn, tuple[str, ...], list[str]]:
    remote, log = WindowsStandIn({UPDATE: one_after_the_other(*rounds)}), list[str]()
    step = WindowsUpdateStep(name="update", kind="windows_update", **options)
    return remote, install_updates(remote, step, log.append), log


def test_it_restarts_and_looks_again_until_nothing_is_left() -> None:
    remote, installed, log = install(found("KB1", "KB2", restart=True), found("KB3"), NOTHING)
    assert installed == ("KB1", "KB2", "KB3")
    assert (remote.boots, remote.ran[UPDATE], remote.ran["as system"]) == (2, 3, 3)
    assert log == ["working", "Restarting, 1 of at most 5", "working", "working"]


def test_filters_reach_the_script_as_they_are() -> None:
    remote, *_ = install(NOTHING, categories=("Security Updates",), exclude=("KB5031364",))
    assert remote.texts[0].startswith(
        "$Categories = @('Security Updates')\n$Include = @()\n$Exclude = @('KB5031364')\n"
    )


def test_a_restart_that_is_pending_already_is_done_and_no_more_when_it_stays() -> None:
    remote, installed, _ = install(found(restart=True))
    assert (remote.boots, installed) == (2, ())


def test_an_update_that_fails_once_may_pass_the_next_time() -> None:
    _, installed, _ = install(found(failed=("KB1",), restart=True), found("KB1"), NOTHING)
    assert installed == ("KB1",)


def test_one_that_fails_twice_is_named_with_its_code() -> None:
    with pytest.raises(CommandFailed) as failed:
        install(found(failed=("KB1",)))
    assert failed.value.seen == "KB1 Update KB1 (0x80070643)"


def test_one_that_does_not_stay_installed_is_no_endless_loop() -> None:
    with pytest.raises(CommandFailed, match="came up twice"):
        install(found("KB1"))


def test_the_limit_of_restarts_holds() -> None:
    rounds = [found(f"KB{number}", restart=True) for number in range(9)]
    with pytest.raises(CommandFailed, match="more than 2 restarts"):
        install(*rounds, reboots=2)
