"""openSUSE and SUSE Linux Enterprise Server."""

from __future__ import annotations

from tests.support.layouts.base import BUILD_USER
from tests.support.layouts.rpm import RPM, cleaning

_NETWORK = "etc/sysconfig/network"
_SUDOERS = "Defaults targetpw\nALL   ALL=(ALL) ALL\nroot ALL=(ALL:ALL) ALL\n"
OPENSUSE = RPM.with_more(
    os_release='NAME="openSUSE Leap"\nID="opensuse-leap"\nID_LIKE="suse opensuse"\nPRETTY_NAME="openSUSE Leap 15.6"\n',
    files={
        "var/cache/zypp/raw/packages/nginx.rpm": "rpm\n",
        "var/cache/zypp/solv/repo/cookie": "cookie\n",
        "var/lib/zypp/AnonymousUniqueId": "0a1b\n",
        "var/lib/wicked/duid.xml": "<duid/>\n",
        "var/lib/wicked/lease-eth0-dhcp-ipv4.xml": "<lease/>\n",
        f"{_NETWORK}/ifcfg-eth0": "# Created by cloud-init on instance boot\nLLADDR=00:0d:3a:00:00:01\n",
        f"{_NETWORK}/ifcfg-eth1": "BOOTPROTO='dhcp'\nLLADDR=00:0d:3a:00:00:02\n",
        f"{_NETWORK}/dhcp": 'DHCLIENT_BIN=""\nDHCLIENT_SET_HOSTNAME="yes"\n',
        "etc/sudoers": _SUDOERS + f"%{BUILD_USER}s ALL=(ALL) ALL\n",
    },
    stand_ins={"zypper": cleaning("--non-interactive clean --all", "/var/cache/zypp")},
    gone=(
        "var/cache/zypp/raw/packages/nginx.rpm",
        "var/cache/zypp/solv/repo/cookie",
        "var/lib/zypp/AnonymousUniqueId",
        "var/lib/wicked/duid.xml",
        "var/lib/wicked/lease-eth0-dhcp-ipv4.xml",
        f"{_NETWORK}/ifcfg-eth0",
    ),
    kept={
        f"{_NETWORK}/ifcfg-eth1": "BOOTPROTO='dhcp'\n",
        f"{_NETWORK}/dhcp": 'DHCLIENT_BIN=""\nDHCLIENT_SET_HOSTNAME="no"\n',
        "etc/sudoers": "# Defaults targetpw\n# ALL   ALL=(ALL) ALL\nroot ALL=(ALL:ALL) ALL\n"
        f"%{BUILD_USER}s ALL=(ALL) ALL\n",
    },
)
_CREDENTIALS = "etc/zypp/credentials.d"
_SERVICES = "etc/zypp/services.d"
_MINE = "url=https://packages.example.com/?credentials=mine\n"
SLES = OPENSUSE.with_more(
    os_release='NAME="SLES"\nID="sles"\nID_LIKE="suse"\nPRETTY_NAME="SUSE Linux Enterprise Server 15 SP6"\n',
    files={
        "etc/SUSEConnect": "url: https://smt-azure.susecloud.net\n",
        f"{_CREDENTIALS}/SCCcredentials": "username=SCC_0a1b\npassword=secret\n",
        f"{_CREDENTIALS}/mine": "username = me\n",
        f"{_SERVICES}/Basesystem_Module_x86_64.service": "url=plugin:/susecloud?credentials=Basesystem\n",
        f"{_SERVICES}/mine.service": _MINE,
        "var/cache/cloudregister/currentSMTInfo.obj": "server\n",
        "etc/hosts": "127.0.0.1 localhost\n# Added by SMT registration do not remove, retain comment as well\n"
        "10.0.0.1 smt-azure.susecloud.net smt-azure\n",
    },
    # Neither reaches its server.
    stand_ins={"registercloudguest": "#!/bin/sh\nexit 1\n", "SUSEConnect": "#!/bin/sh\nexit 67\n"},
    gone=(
        "etc/SUSEConnect",
        f"{_CREDENTIALS}/SCCcredentials",
        f"{_SERVICES}/Basesystem_Module_x86_64.service",
        "var/cache/cloudregister/currentSMTInfo.obj",
    ),
    kept={
        f"{_CREDENTIALS}/mine": "username = me\n",
        f"{_SERVICES}/mine.service": _MINE,
        "etc/hosts": "127.0.0.1 localhost\n",
    },
)
