"""Windows Update on a modelled Windows: round by round and restart by restart, until nothing is left or better."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from localazure.windows.machine.updates import Update
from mintage.errors import CommandFailed, DeadlinePassed
from mintage.packages import diff
from mintage.powershell.inventory import take_inventory
from mintage.powershell.updates import install_updates
from mintage.recipe import WindowsUpdateStep
from mintage.remote.winrm import WinrmRemote
from tests.support.windows_guest import WindowsGuest

pytestmark = pytest.mark.usefixtures("at_once")
ALL = ("KB5046616", "KB890830", "KB5046540", "KB2267602", "KB5048654")
"""What a new machine is offered; the last one once the first is in force."""
REFUSED = 0x80070643


def install(
    remote: WinrmRemote, log: list[str] | Callable[[str], None] | None = None, **options: object
) -> tuple[str, ...]:
    step = WindowsUpdateStep.model_validate({"name": "update", "kind": "windows_update", **options})
    say = log.append if isinstance(log, list) else log or (lambda _: None)
    return install_updates(remote, step, say)


def _update(guest: WindowsGuest, kb: str) -> Update:
    return next(each for each in guest.machine.updates.state.updates if each.kb == kb.removeprefix("KB"))


def test_it_restarts_and_looks_again_until_nothing_is_left(remote: WinrmRemote, guest: WindowsGuest) -> None:
    log: list[str] = []
    before = take_inventory(remote).packages
    assert install(remote, log) == ALL
    reported = [each.name for each in diff(before, take_inventory(remote).packages).installed]
    # Each once: a hotfix by its number, all else by its title, in which the number is too.
    assert [sum(each.kb in name for name in reported) for each in guest.machine.updates.state.updates] == [1] * len(ALL)
    assert guest.boots == 3, "the one that came into view after a restart wants another"
    assert all(each.installed and not each.waits_for_reboot for each in guest.machine.updates.state.updates)
    titles = [each.title for each in guest.machine.updates.state.updates]
    assert log[:6] == ["searching for updates", *(f"found: {title}" for title in titles[:4]), "downloading 4 updates"]
    assert log[6:11] == ["installing 4 updates", *(f"installed: {title}" for title in titles[:4])]
    assert log[11:13] == ["Restarting, 1 of at most 5", "searching for updates"]
    assert not any(line.startswith("{") for line in log)
    left = [each.name for each in guest.machine.tasks.all() if each.name.startswith("mintage-")]
    assert left == []


def test_a_machine_that_has_them_is_left_alone(remote: WinrmRemote, guest: WindowsGuest) -> None:
    guest.machine.updates.state.updates.clear()
    assert install(remote) == ()
    assert guest.boots == 1


FILTERS: tuple[tuple[dict[str, list[str]], tuple[str, ...]], ...] = (
    ({"categories": ["Update Rollups"]}, ("KB890830",)),
    ({"categories": ["Definition Updates", "Update Rollups"]}, ("KB890830", "KB2267602")),
    ({"categories": ["No Such Category"]}, ()),
    ({"include": ["KB890830"]}, ("KB890830",)),
    ({"exclude": ["KB5046616", "KB5046540", "KB890830"]}, ("KB2267602",)),
    ({"categories": ["Update Rollups", "Definition Updates"], "exclude": ["KB890830"]}, ("KB2267602",)),
)


def test_only_what_the_filters_let_through_is_installed(remote: WinrmRemote, guest: WindowsGuest) -> None:
    updates = guest.machine.updates.state.updates
    for filters, kbs in FILTERS:
        for each in updates:
            each.installed = False
        assert install(remote, **filters) == kbs, filters
        assert {f"KB{each.kb}" for each in updates if each.installed} == set(kbs), filters


def test_license_terms_are_accepted(remote: WinrmRemote, guest: WindowsGuest) -> None:
    _update(guest, "KB890830").eula_accepted = False
    assert install(remote, include=["KB890830"]) == ("KB890830",)


def test_a_restart_that_is_pending_already_is_done_and_no_more_when_it_stays(
    remote: WinrmRemote, guest: WindowsGuest
) -> None:
    guest.machine.updates.state.updates.clear()
    guest.machine.servicing.require_reboot()
    guest.run_command("New-ItemProperty HKLM:\\SYSTEM\\CurrentControlSet\\Services\\Netlogon JoinDomain -Value x")
    assert install(remote) == ()
    assert guest.boots == 2


def test_an_update_that_fails_once_may_pass_after_a_restart(remote: WinrmRemote, guest: WindowsGuest) -> None:
    _update(guest, "KB890830").failure = REFUSED
    log: list[str] = []

    def on_line(line: str) -> None:
        log.append(line)
        if line.startswith("Restarting"):
            _update(guest, "KB890830").failure = 0

    installed = install(remote, on_line)
    assert set(installed) == set(ALL)
    failed = _update(guest, "KB890830").title
    assert f"failed with 0x80070643: {failed}" in log
    assert f"installed: {failed}" in log


def test_one_that_fails_twice_is_named_with_its_code(remote: WinrmRemote, guest: WindowsGuest) -> None:
    failing = _update(guest, "KB890830")
    failing.failure = REFUSED
    with pytest.raises(CommandFailed, match="came up twice") as failed:
        install(remote, categories=["Update Rollups", "Definition Updates"])
    assert failed.value.seen == f"KB890830 {failing.title} (0x80070643)"
    assert "exclude them in the recipe" in failed.value.remedy
    assert _update(guest, "KB2267602").installed, "the others are"


def test_one_that_does_not_stay_installed_is_no_endless_loop(remote: WinrmRemote, guest: WindowsGuest) -> None:
    def roll_back(line: str) -> None:
        if line.startswith("Restarting"):
            _update(guest, "KB5046616").installed = False

    with pytest.raises(CommandFailed, match="came up twice") as failed:
        install(remote, roll_back, include=["KB5046616"])
    assert failed.value.seen == "KB5046616"


def test_the_limit_of_restarts_holds(remote: WinrmRemote, guest: WindowsGuest) -> None:
    with pytest.raises(CommandFailed, match="more than 1 restarts") as failed:
        install(remote, reboots=1)
    assert "allow more reboots" in failed.value.remedy
    assert guest.boots == 2


def test_the_timeout_is_for_all_rounds_together(remote: WinrmRemote, guest: WindowsGuest) -> None:
    guest.take_time()
    with pytest.raises(DeadlinePassed):
        install(remote, timeout="2s")
    left = [each.name for each in guest.machine.tasks.all() if each.name.startswith("mintage-")]
    assert left == []


def test_a_disabled_service_is_told(remote: WinrmRemote) -> None:
    remote.run("Set-Service wuauserv -StartupType Disabled")
    with pytest.raises(CommandFailed) as failed:
        install(remote)
    assert "0x80070422" in failed.value.seen


def test_begun_again_it_goes_on_with_what_is_left(remote: WinrmRemote, guest: WindowsGuest) -> None:
    def die(line: str) -> None:
        if line.startswith("Restarting"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        install(remote, die)
    assert install(remote) == ("KB5048654",)
    assert guest.boots == 3
