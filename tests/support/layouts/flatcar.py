"""Flatcar: no package manager, no cloud-init, and the agent where only its own documents say."""

from __future__ import annotations

from tests.support.layouts.agent import WAAGENT
from tests.support.layouts.base import Layout

FLATCAR = Layout(
    os_release='NAME="Flatcar Container Linux by Kinvolk"\nID=flatcar\nID_LIKE=coreos\nVERSION_ID=3975.2.0\n'
    'PRETTY_NAME="Flatcar Container Linux by Kinvolk 3975.2.0 (Oklo)"\n',
    files={
        "etc/extensions/kubernetes-v1.30.raw": "squashfs\n",
        "etc/systemd/system/sshd-keygen.service": "[Service]\nExecStart=ssh-keygen -A\n",
        "etc/.ignition-result.json": "{}\n",
        "etc/waagent.conf": "Provisioning.RegenerateSshHostKeyPair=n\n",
        "var/lib/flatcar-install/user_data": "PRIVATE KEY\n",
        "boot/flatcar/grub.cfg": "menu\n",
    },
    stand_ins={"usr/share/oem/bin/waagent": WAAGENT},
    without=("cloud-init", "waagent", "run/cloud-init/result.json", "var/lib/cloud"),
    gone=("etc/machine-id", "etc/.ignition-result.json", "var/lib/flatcar-install/user_data"),
    kept={"boot/flatcar/first_boot": "", "boot/flatcar/grub.cfg": "menu\n"},
    packages=(("flatcar", "3975.2.0"), ("kubernetes-v1.30.raw", "kubernetes-v1.30.raw")),
)
