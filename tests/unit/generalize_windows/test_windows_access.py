"""The way into VMs is the system's own: its port and no other, its profile, its kind of guest."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mintage.artifacts import ResolvedSource
from mintage.azure.access import access_of
from mintage.azure.definition import definition_body
from mintage.azure.machine import Machine
from mintage.azure.network import security_group
from mintage.build_plan import BuildPlan
from mintage.credentials import BuildKeys
from mintage.guests import guest_of
from mintage.guests.linux import LinuxGuest
from mintage.guests.watched import WatchedGuest
from mintage.guests.windows import WindowsGuest
from mintage.recipe_file import load_recipe

RECIPES = Path(__file__).parents[3] / "deployments/recipes"
CLIENTS: Any = SimpleNamespace(subscription_id="s", network=SimpleNamespace(network_security_groups=None))


def plan(recipe: str) -> BuildPlan:
    loaded, now = load_recipe(RECIPES / f"{recipe}.yaml"), datetime.now(UTC)
    return BuildPlan(
        build_id="0123456789ab",
        recipe=loaded.recipe,
        recipe_folder=str(loaded.folder),
        recipe_sha256=loaded.sha256,
        started=now,
        expires=now,
    )


WINDOWS, LINUX = plan("windows-server-2022"), plan("debian-12-web")
KEYS = BuildKeys(b"m" * 32, "0123456789ab")


@pytest.mark.parametrize(
    ("build", "name", "port"), [(WINDOWS, "winrm-from-builder", "5986"), (LINUX, "ssh-from-builder", "22")]
)
def test_the_firewall_lets_the_builder_in_at_one_port(build: BuildPlan, name: str, port: str) -> None:
    rules = security_group(CLIENTS, build, "westeurope", "203.0.113.7/32").body["properties"]["securityRules"]
    (rule,) = (each for each in rules if each["properties"]["access"] == "Allow")
    assert rule["name"] == name
    assert rule["properties"]["destinationPortRange"] == port
    assert rule["properties"]["sourceAddressPrefix"] == "203.0.113.7/32"


@pytest.mark.parametrize(("build", "kind"), [(WINDOWS, WindowsGuest), (LINUX, LinuxGuest)])
def test_a_recipe_is_built_by_what_knows_its_system(build: BuildPlan, kind: type) -> None:
    guest = guest_of(CLIENTS, build, KEYS)
    assert isinstance(guest, WatchedGuest)
    assert isinstance(guest._guest, kind)


def test_the_windows_profiles_differ_in_name_user_and_password() -> None:
    access = access_of(WINDOWS)
    profiles = [access.build_profile(WINDOWS, KEYS)]
    profiles += [access.verification_profile(WINDOWS, KEYS, number) for number in (1, 2)]
    assert [each["computerName"] for each in profiles] == ["b-0123456789ab", "v1-0123456789ab", "v2-0123456789ab"]
    assert [each["adminUsername"] for each in profiles] == ["mintage", "verifier", "verifier"]
    assert profiles[0]["adminPassword"] != profiles[1]["adminPassword"]
    assert not any("linuxConfiguration" in each or "customData" in each for each in profiles)


def test_a_machine_s_password_is_not_in_what_is_printed_of_it() -> None:
    profile = access_of(WINDOWS).build_profile(WINDOWS, KEYS)
    machine = Machine(name="vm", profile=profile, image={}, placements=(), generation="V2")
    assert profile["adminPassword"] not in repr(machine)


def test_the_image_definition_is_of_windows() -> None:
    source = ResolvedSource(kind="marketplace", version="1", os="windows")
    assert definition_body(WINDOWS, source)["properties"]["osType"] == "Windows"
