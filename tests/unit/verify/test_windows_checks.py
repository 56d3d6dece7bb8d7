"""What is said of Windows VMs booted from an image."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mintage.artifacts import WinrmAddress
from mintage.credentials import BuildKeys, Secret
from mintage.remote.winrm import Credential
from mintage.verify.windows import own_thumbprints
from mintage.verify.windows_checks import check_windows, windows_differ
from mintage.verify.windows_facts import WindowsExpected, WindowsFacts

EXPECTED = WindowsExpected(build_user="mintage", computer_name="v1-abc", own=("AA",))
GOOD = WindowsFacts(
    image_state="IMAGE_STATE_COMPLETE",
    machine_sid="S-1-5-21-1-2-3",
    computer_name="V1-ABC",
    unattend=(),
    accounts=(),
    profiles=(),
    tasks=(),
    access=(),
    pending_reboot=(),
    services={"RdAgent": "Running", "WindowsAzureGuestAgent": "Running"},
)


def test_a_clean_machine_passes_every_check() -> None:
    checks = check_windows(GOOD, EXPECTED)
    assert len(checks) == 9
    assert [check.name for check in checks if not check.passed or check.remedy] == []


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("image-state", {"image_state": "IMAGE_STATE_SPECIALIZE_RESEAL_TO_OOBE"}),
        ("computer-name", {"computer_name": "B-ABC"}),
        ("unattend", {"unattend": (r"C:\Windows\Panther\unattend.xml",)}),
        ("build-account", {"accounts": ("mintage",)}),
        ("build-profile", {"profiles": (r"C:\Users\mintage",)}),
        ("build-tasks", {"tasks": ("Mintage Sysprep",)}),
        ("remote-access", {"access": ("certificate AB",)}),
        ("pending-reboot", {"pending_reboot": ("Windows Update: RebootRequired",)}),
        ("agent", {"services": {"RdAgent": "Running", "WindowsAzureGuestAgent": "Stopped"}}),
    ],
)
def test_each_trace_fails_the_check_of_its_own_alone(name: str, change: dict[str, object]) -> None:
    failed = [check for check in check_windows(GOOD.model_copy(update=change), EXPECTED) if not check.passed]
    assert [check.name for check in failed] == [name]
    assert failed[0].remedy


def test_two_machines_differ_in_sid_and_name() -> None:
    other = GOOD.model_copy(update={"machine_sid": "S-1-5-21-4-5-6", "computer_name": "V2-ABC"})
    assert all(check.passed for check in windows_differ(GOOD, other))
    assert not any(check.passed for check in windows_differ(GOOD, GOOD))
    nothing = GOOD.model_copy(update={"machine_sid": ""})
    assert not windows_differ(nothing, GOOD)[0].passed, "what nobody saw does not differ"


def test_a_certificate_is_known_by_what_windows_calls_it() -> None:
    pem = "-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n"
    address = WinrmAddress(host="h", port=5986, user="u", certificate=pem)
    known = own_thumbprints(address, Credential(Secret("password")))
    assert known == ("A9993E364706816ABA3E25717850C26C9CD0D89D",)
    certificate = BuildKeys(b"m" * 32, "b1").client_certificate("verifier", datetime(2026, 11, 1, tzinfo=UTC))
    assert len(own_thumbprints(address, Credential(Secret("password"), "certificate", certificate))) == 2
