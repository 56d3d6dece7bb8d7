"""The disc in a new VM's drive: UDF with ``ovf-env.xml``, from which cloud-init takes user, key and custom data."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from pathlib import Path

import pycdlib

from localazure.guest.templates import render
from localazure.hypervisor.base import OsProfile, SshPublicKey

VOLUME = "rd_rdfe_stable"
"""What Azure calls it; cloud-init does not look, people do."""


def ovf_environment(profile: OsProfile) -> str:
    """``ovf-env.xml`` as Azure writes it for a Linux VM."""
    keys = [{"path": k.path, "value": k.key_data, "fingerprint": _fingerprint(k)} for k in profile.ssh_public_keys]
    return render("ovf-env", profile=profile, keys=keys)


def write_provisioning_disc(profile: OsProfile, out: Path) -> None:
    """Write the disc, whole or not at all."""
    content = ovf_environment(profile).encode()
    draft = out.with_name(f".{out.name}.draft")
    disc = pycdlib.PyCdlib()
    disc.new(vol_ident=VOLUME.upper(), udf="2.60")
    disc.add_fp(io.BytesIO(content), len(content), "/OVF_ENV.XML;1", udf_path="/ovf-env.xml")
    disc.write(str(draft))
    disc.close()
    # It may hold a password.
    draft.chmod(0o600)
    draft.replace(out)


def _fingerprint(key: SshPublicKey) -> str:
    """SHA-1 of the key, in upper-case hexadecimal: the form of Azure's certificate thumbprints."""
    fields = key.key_data.split()
    try:
        blob = base64.b64decode(fields[1], validate=True)
    except (IndexError, binascii.Error):
        blob = key.key_data.encode()
    return hashlib.sha1(blob, usedforsecurity=False).hexdigest().upper()
