"""Debian and Ubuntu; the host's own dpkg reads the tree's database."""

from __future__ import annotations

from tests.support.layouts.base import Layout

_STATUS = """Package: bash
Status: install ok installed
Maintainer: x
Description: x
Architecture: amd64
Version: 5.2-1

Package: gone
Status: deinstall ok config-files
Maintainer: x
Description: x
Architecture: amd64
Version: 1.0

"""
DEBIAN = Layout(
    os_release='PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\n',
    files={
        "etc/iscsi/initiatorname.iscsi": "InitiatorName=iqn.2004-10.com:01:abc\n",
        "var/lib/apt/lists/deb.debian.org_dists": "list\n",
        "var/cache/apt/archives/nginx.deb": "deb\n",
        "var/cache/apt/archives/lock": "",
        "var/cache/apt/archives/partial/.keep": "",
        "var/lib/dpkg/updates/.keep": "",
        "var/lib/dpkg/info/bash.list": "/.\n",
        "var/lib/dpkg/info/bash.md5sums": "",
        "var/lib/dpkg/status": _STATUS,
    },
    gone=("var/lib/apt/lists/deb.debian.org_dists", "var/cache/apt/archives/nginx.deb"),
    kept={"etc/iscsi/initiatorname.iscsi": "GenerateName=yes\n"},
    packages=(("bash", "5.2-1"),),
)
UBUNTU = DEBIAN.with_more(
    os_release='PRETTY_NAME="Ubuntu 24.04.1 LTS"\nNAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n',
    files={
        # waagent leaves the host keys here.
        "etc/waagent.conf": "Provisioning.RegenerateSshHostKeyPair=n\n",
        "etc/netplan/50-cloud-init.yaml": "macaddress: 00:0d:3a:00:00:01\n",
        "etc/netplan/00-installer-config.yaml": "network: {}\n",
        "etc/netplan/60-mine.yaml": "network: {}\n",
        "etc/cloud/ds-identify.cfg": "policy: enabled\n",
        "etc/cloud/cloud.cfg.d/50-curtin-networking.cfg": "x\n",
        "etc/cloud/cloud.cfg.d/subiquity-disable-cloudinit-networking.cfg": "x\n",
        "etc/cloud/cloud.cfg.d/90_dpkg.cfg": "datasource_list: [ Azure ]\n",
        "var/lib/ubuntu-advantage/private/machine-token.json": "{}\n",
        "var/cache/pollinate/seeded": "",
    },
    gone=(
        "etc/netplan/50-cloud-init.yaml",
        "etc/netplan/00-installer-config.yaml",
        "etc/cloud/ds-identify.cfg",
        "etc/cloud/cloud.cfg.d/50-curtin-networking.cfg",
        "etc/cloud/cloud.cfg.d/subiquity-disable-cloudinit-networking.cfg",
        "var/lib/ubuntu-advantage/private",
        "var/cache/pollinate/seeded",
    ),
    kept={
        "etc/netplan/60-mine.yaml": "network: {}\n",
        "etc/cloud/cloud.cfg.d/90_dpkg.cfg": "datasource_list: [ Azure ]\n",
    },
)
