"""The environment is read once, and what is wrong with it is said by the name of the variable."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mintage.errors import SettingsError
from mintage.settings import load_settings

ADDRESS_WANTED = "must be an address or a network, such as 203.0.113.7 or 203.0.113.0/24"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("MINTAGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MINTAGE_SUBSCRIPTION_ID", SUBSCRIPTION)
    monkeypatch.setenv("HOME", str(tmp_path))


def refusal() -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings()
    return str(refused.value)


def test_a_subscription_is_all_that_azure_needs(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.resource_manager == "https://management.azure.com"
    assert settings.ca_file is None
    assert settings.ssh_port == 22
    assert settings.key_file == tmp_path / ".config/mintage/key"
    assert settings.state_folder == tmp_path / ".local/state/mintage"
    assert settings.budget_share == 1
    assert settings.report_folder == tmp_path / ".local/share/mintage/reports"


def test_without_a_subscription_the_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINTAGE_SUBSCRIPTION_ID", "")
    assert refusal() == (
        "The settings cannot be used\nSeen: MINTAGE_SUBSCRIPTION_ID is missing\nNext: set the variable and start again"
    )


@pytest.mark.parametrize(
    ("name", "value", "seen"),
    [
        ("SUBSCRIPTION_ID", "mine", "'mine' is not a subscription's id"),
        (
            "RESOURCE_MANAGER",
            "http://localhost:1",
            "must be an address such as https://management.azure.com; tokens are never sent over http",
        ),
        (
            "RESOURCE_MANAGER",
            "localhost",
            "must be an address such as https://management.azure.com; tokens are never sent over http",
        ),
        ("CA_FILE", "/nowhere/ca.pem", "names a file that does not exist"),
        ("CA_FILE", "/etc/hostname", "names a file that holds no PEM certificates, or cannot be read"),
        ("CA_FILE", "/etc", "names a file that holds no PEM certificates, or cannot be read"),
        ("BUILDER_ADDRESS", "0.0.0.0/0", "would open the build VM to everyone: give the builder's own address"),
        (
            "BUILDER_ADDRESS",
            "here",
            ADDRESS_WANTED + " ('here' does not appear to be an IPv4 or IPv6 network)",
        ),
        ("SSH_PORT", "0", "must be at least 1"),
        ("SSH_PORT", "ssh", "must be a whole number"),
        ("POLL_SECONDS", "0", "must be more than 0.0"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, seen: str) -> None:
    monkeypatch.setenv(f"MINTAGE_{name}", value)
    assert refusal() == (
        f"The settings cannot be used\nSeen: MINTAGE_{name} {seen}\nNext: set the variable and start again"
    )


def test_every_wrong_variable_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINTAGE_SSH_PORT", "70000")
    monkeypatch.setenv("MINTAGE_POLL_SECONDS", "soon")
    assert refusal().splitlines()[1:3] == [
        "Seen: MINTAGE_SSH_PORT must be at most 65535",
        "MINTAGE_POLL_SECONDS must be a number",
    ]


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINTAGE_SSH_PORT", "2222")
    assert load_settings().ssh_port == 2222
    assert load_settings(ssh_port=2223).ssh_port == 2223


@pytest.mark.parametrize(
    ("given", "network"),
    [("203.0.113.7", "203.0.113.7/32"), ("203.0.113.0/24", "203.0.113.0/24"), ("2001:db8::1", "2001:db8::1/128")],
)
def test_the_builders_address_is_a_network(monkeypatch: pytest.MonkeyPatch, given: str, network: str) -> None:
    monkeypatch.setenv("MINTAGE_BUILDER_ADDRESS", given)
    assert load_settings().allowed_builder == network


def test_a_public_address_without_a_builders_address_is_refused() -> None:
    with pytest.raises(SettingsError) as refused:
        _ = load_settings().allowed_builder
    assert str(refused.value) == (
        "Nobody could reach the build VM: MINTAGE_BUILDER_ADDRESS\n"
        "Seen: unset, and the recipe asks for a public address\n"
        "Next: set it to the address or network this machine has to the outside, such as 203.0.113.7, "
        "or set build.network.address to private in the recipe"
    )
