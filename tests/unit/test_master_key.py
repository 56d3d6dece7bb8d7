"""The master key is made once, read by its owner only, and refused when that is no longer sure."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mintage.errors import SettingsError
from mintage.master_key import load_master_key
from mintage.settings import Settings, load_settings

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(subscription_id=SUBSCRIPTION, key_file=tmp_path / "new/key")


def test_the_key_is_made_on_first_use_for_its_owner_only(settings: Settings) -> None:
    key = load_master_key(settings)
    assert len(key) == 32
    assert len(set(key)) > 8, "random"
    assert settings.key_file.stat().st_mode & 0o777 == 0o600
    assert settings.key_file.parent.stat().st_mode & 0o777 == 0o700
    assert load_master_key(settings) == key
    assert list(settings.key_file.parent.iterdir()) == [settings.key_file], "nothing else is left there"


def test_processes_that_start_together_agree_on_one_key(settings: Settings) -> None:
    script = (
        "import sys; from mintage.settings import load_settings; from mintage.master_key import load_master_key;"
        "sys.stdin.read(1); sys.stdout.write(load_master_key(load_settings()).hex())"
    )
    environment = {**os.environ, "MINTAGE_SUBSCRIPTION_ID": SUBSCRIPTION, "MINTAGE_KEY_FILE": str(settings.key_file)}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
        )
        for _ in range(4)
    ]
    keys = [process.communicate("x")[0] for process in started]
    assert len(set(keys)) == 1
    assert len(bytes.fromhex(keys[0])) == 32


def test_a_key_in_the_environment_goes_before_the_file(settings: Settings) -> None:
    given = settings.model_copy(
        update={"key": load_settings(subscription_id=SUBSCRIPTION, key=base64.b64encode(b"k" * 32).decode()).key}
    )
    assert load_master_key(given) == b"k" * 32
    assert not settings.key_file.exists()


@pytest.mark.parametrize(
    "key", ["short", "!!!!", base64.b64encode(b"k" * 31).decode(), base64.b64encode(b"k" * 33).decode()]
)
def test_a_key_of_the_wrong_form_is_refused_without_saying_it(key: str) -> None:
    settings = load_settings(subscription_id=SUBSCRIPTION, key=key)
    with pytest.raises(SettingsError) as refused:
        load_master_key(settings)
    assert str(refused.value) == (
        "The master key cannot be used: MINTAGE_KEY\n"
        "Seen: not 32 bytes in base64\n"
        "Next: make one with: openssl rand -base64 32"
    )
    assert key not in f"{settings!r}{settings.model_dump()}"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o610])
def test_a_key_others_may_use_is_refused(settings: Settings, mode: int) -> None:
    load_master_key(settings)
    settings.key_file.chmod(mode)
    with pytest.raises(SettingsError) as refused:
        load_master_key(settings)
    assert str(refused.value) == (
        f"The master key cannot be used: {settings.key_file}\n"
        f"Seen: mode {mode:04o}: others may use it\n"
        f"Next: chmod 600 {settings.key_file}, or make a new one if others did"
    )


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_the_wrong_length_is_refused(settings: Settings, length: int) -> None:
    load_master_key(settings)
    settings.key_file.write_bytes(b"k" * length)
    with pytest.raises(SettingsError) as refused:
        load_master_key(settings)
    assert str(refused.value) == (
        f"The master key cannot be used: {settings.key_file}\n"
        "Seen: not 32 bytes\n"
        "Next: remove the file when no build is under way; a new one is made"
    )


@pytest.mark.parametrize(("file", "seen"), [("", "Is a directory"), ("file/key", "Not a directory")])
def test_a_place_where_no_key_can_be_is_said(tmp_path: Path, file: str, seen: str) -> None:
    (tmp_path / "file").touch()
    settings = load_settings(subscription_id=SUBSCRIPTION, key_file=tmp_path / file)
    with pytest.raises(SettingsError) as refused:
        load_master_key(settings)
    assert str(refused.value) == (
        f"The master key cannot be read or made: {tmp_path / file}\n"
        f"Seen: {seen}\n"
        "Next: set MINTAGE_KEY_FILE to a file this user may write, or MINTAGE_KEY to 32 bytes in base64"
    )
