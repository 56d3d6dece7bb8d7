"""Two machines made from the image of a modelled Windows that was generalized, as verify sees them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mintage.artifacts import Check
from mintage.credentials import Secret
from mintage.generalize.windows.finish import finish_guest
from mintage.generalize.windows.sysprep import Sysprep
from mintage.names import BUILD_USER, VERIFICATION_USER
from mintage.recipe.windows import WindowsTest
from mintage.verify.windows import own_thumbprints, run_windows_tests
from mintage.verify.windows_checks import check_windows, windows_differ
from mintage.verify.windows_facts import WindowsExpected, WindowsFacts, gather_windows
from tests.support.windows_guest import PASSWORD, WayIn, WindowsGuest

TESTS = (
    WindowsTest(name="marker", inline=("if (-not (Test-Path C:\\Golden)) { exit 4 }",)),
    WindowsTest(name="fails", inline=("'the reason'", "exit 4")),
)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the disk of a build VM holds once its build has generalized it, over WinRM and by Run Command."""
    guest = WindowsGuest(tmp_path_factory.mktemp("build"))
    way_in = WayIn(guest)
    sysprep = Sysprep(way_in.log_in, way_in.by_azure, lambda _: None, pause=0.02)
    with way_in.log_in() as remote:
        remote.run("New-Item C:\\Golden -ItemType Directory")
        remote.run_elevated("'elevated'")
        sysprep.start(remote, Secret(PASSWORD), 61)
    sysprep.follow(20)
    assert all(check.passed for check in finish_guest(way_in.by_azure, BUILD_USER, keep_logs=False))
    guest.close()
    return guest.disk


class Proof:
    """A machine from an image, and what verify sees of it."""

    def __init__(self, folder: Path, image: Path, name: str) -> None:
        self.guest = WindowsGuest(folder, image=image, name=name, user=VERIFICATION_USER)
        way_in = WayIn(self.guest)
        address = way_in.address()
        expected = WindowsExpected(BUILD_USER, name, own_thumbprints(address, way_in.credential()))
        with way_in.log_in(address) as remote:
            self.facts: WindowsFacts = gather_windows(remote, expected)
            self.tests = run_windows_tests(remote, TESTS, folder, lambda _: None)
        self.checks = check_windows(self.facts, expected)


@pytest.fixture
def machines(image: Path, tmp_path: Path) -> Iterator[tuple[Proof, Proof]]:
    with ExitStack() as stack:
        first, second = (Proof(tmp_path / name, image, name) for name in ("v1-abc", "v2-abc"))
        stack.callback(first.guest.close)
        stack.callback(second.guest.close)
        yield first, second


def _failed(checks: tuple[Check, ...]) -> list[str]:
    return [check.name for check in checks if not check.passed]


def test_machines_from_a_generalized_image_are_two_and_know_nothing_of_the_build(machines: tuple[Proof, Proof]) -> None:
    first, second = machines
    assert _failed(first.checks) == _failed(second.checks) == []
    assert _failed(windows_differ(first.facts, second.facts)) == []
    passed, failed = first.tests
    assert (passed.passed, failed.passed) == (True, False)
    assert "exit code 4" in failed.seen
    assert "the reason" in failed.seen


def test_the_image_does_not_have_the_administrator_s_password(image: Path) -> None:
    spelled = [PASSWORD.encode(), PASSWORD.encode("utf-16-le")]
    files = [each for each in image.rglob("*") if each.is_file()]
    assert files
    assert [each.name for each in files if any(one in each.read_bytes() for one in spelled)] == []
