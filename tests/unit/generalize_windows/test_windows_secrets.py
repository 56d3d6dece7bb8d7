"""The administrator's password: as Azure demands it, the same in every process, and seen nowhere."""

from __future__ import annotations

import re

from mintage.credentials import BuildKeys
from mintage.names import BuildNames

KEYS = BuildKeys(b"m" * 32, "0123456789ab")


def test_azure_takes_it() -> None:
    for number in range(200):
        password = BuildKeys(b"m" * 32, f"build{number}").administrator_password().text
        assert 12 <= len(password) <= 123
        assert all(re.search(kind, password) for kind in ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]"))
        assert not re.search(r"""["'`$;&|<>%^\s]""", password), "nothing that a shell would take for its own"


def test_every_process_derives_the_same_and_every_purpose_another() -> None:
    assert KEYS.administrator_password() == BuildKeys(b"m" * 32, "0123456789ab").administrator_password()
    others = {KEYS.verification_password().text, BuildKeys(b"m" * 32, "other").administrator_password().text}
    assert KEYS.administrator_password().text not in others
    assert len(others) == 2


def test_it_is_in_nothing_that_is_printed() -> None:
    secret = KEYS.administrator_password()
    assert secret.text not in f"{secret} {secret!r} {KEYS!r}"


def test_computer_names_fit_in_what_windows_takes() -> None:
    names = [BuildNames("0123456789ab").computer(number) for number in range(3)]
    assert names == ["b-0123456789ab", "v1-0123456789ab", "v2-0123456789ab"]
    assert all(len(name) <= 15 and not name.isdigit() for name in names)
