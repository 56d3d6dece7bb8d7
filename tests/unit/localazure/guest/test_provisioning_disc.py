"""The provisioning disc, read as cloud-init reads it."""

import io
import xml.etree.ElementTree as ET
from pathlib import Path

import pycdlib

from localazure.guest.provisioning_disc import ovf_environment, write_provisioning_disc
from localazure.hypervisor.base import OsProfile

AZURE = "{http://schemas.microsoft.com/windowsazure}"


def field(document: str, name: str) -> str | None:
    return ET.fromstring(document).findtext(f".//{AZURE}{name}")  # noqa: S314 (our own)


def test_it_says_who_the_machine_is(profile: OsProfile) -> None:
    document = ovf_environment(profile)
    assert field(document, "HostName") == "web"
    assert field(document, "UserName") == "builder"
    assert field(document, "DisableSshPasswordAuthentication") == "true"
    assert field(document, "CustomData") == profile.custom_data
    assert field(document, "PreprovisionedVm") == "false"
    assert field(document, "UserPassword") is None


def test_keys_are_given_whole_whatever_is_in_them(profile: OsProfile) -> None:
    document = ovf_environment(profile)
    assert field(document, "Value") == profile.ssh_public_keys[0].key_data
    assert field(document, "Path") == "/home/builder/.ssh/authorized_keys"
    # SHA-1 of the blob QUJD, which is "ABC".
    assert field(document, "Fingerprint") == "3C01BDBB26F358BAB27F267924AA2C9A03FCFDB8"


def test_a_password_is_there_when_one_was_asked_for(profile: OsProfile) -> None:
    with_password = profile.model_copy(
        update={"admin_password": "a<b&c", "disable_password_authentication": False, "ssh_public_keys": ()}
    )
    document = ovf_environment(with_password)
    assert field(document, "UserPassword") == "a<b&c"
    assert field(document, "DisableSshPasswordAuthentication") == "false"


def test_the_disc_is_udf_and_private(profile: OsProfile, tmp_path: Path) -> None:
    out = tmp_path / "disc.iso"
    write_provisioning_disc(profile, out)
    disc = pycdlib.PyCdlib()
    disc.open(str(out))
    content = io.BytesIO()
    disc.get_file_from_iso_fp(content, udf_path="/ovf-env.xml")
    disc.close()
    assert content.getvalue().decode() == ovf_environment(profile)
    assert out.stat().st_mode & 0o777 == 0o600
