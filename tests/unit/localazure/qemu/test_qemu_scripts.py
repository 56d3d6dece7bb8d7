"""Scripts for a machine that stops before they end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from localazure.guest.run_command import ScriptDesk
from localazure.hypervisor.base import HypervisorError, Script
from localazure.hypervisor.qemu import scripts


def gone() -> bool:
    raise HypervisorError("There is no machine.")


@pytest.mark.parametrize("runs", [lambda: False, gone], ids=["stopped", "deleted"])
def test_a_script_fails_with_the_machine(monkeypatch: pytest.MonkeyPatch, runs: Callable[[], bool]) -> None:
    monkeypatch.setattr(scripts, "_LOOK_SECONDS", 0.01)
    desk = ScriptDesk()
    ended = scripts.begin_script(desk, Script(text="sleep 60"), runs=runs)
    with pytest.raises(HypervisorError, match="stopped before the script ended"):
        ended.result(20)
    assert desk.wish().state == "uninstall"
