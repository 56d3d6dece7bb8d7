"""Red Hat Enterprise Linux and its kin."""

from __future__ import annotations

from tests.support.layouts.rpm import RPM, cleaning

_PROFILES = "etc/sysconfig/network-scripts"
_CONNECTIONS = "etc/NetworkManager/system-connections"
_VF_RULE = 'SUBSYSTEM=="net", DRIVERS=="hv_pci", ACTION=="add", ENV{NM_UNMANAGED}="1"\n'
_KIN = RPM.with_more(
    files={
        "var/cache/dnf/baseos-1/packages/nginx.rpm": "rpm\n",
        "var/cache/dnf/expired_repos.json": "[]\n",
        "var/lib/dnf/repos/baseos-1/countme": "1\n",
        "var/lib/yum/uuid": "0a1b\n",
        "root/anaconda-ks.cfg": "rootpw --iscrypted $6$secret\n",
        "var/log/anaconda/ks-script.log": "log\n",
        "mnt/resource/swapfile": "swap\n",
        f"{_PROFILES}/ifcfg-eth0": "# Created by cloud-init on instance boot automatically\nHWADDR=00:0d:3a:00:00:01\n",
        f"{_PROFILES}/ifcfg-eth1": "DEVICE=eth1\nHWADDR=00:0d:3a:00:00:02\nBOOTPROTO=dhcp\n",
        f"{_CONNECTIONS}/cloud-init-eth0.nmconnection": "[ethernet]\nmac-address=00:0D:3A:00:00:01\n",
        f"{_CONNECTIONS}/lan.nmconnection": "[ethernet]\nmac-address=00:0D:3A:00:00:02\nmtu=1400\n",
        "var/lib/NetworkManager/secret_key": "nm-v2\n",
        "var/lib/NetworkManager/internal-1-eth0.lease": "lease\n",
        "var/lib/sss/db/cache_example.ldb": "digests\n",
    },
    stand_ins={"dnf": cleaning("clean all", "/var/cache/dnf")},
    gone=(
        "var/cache/dnf/baseos-1/packages/nginx.rpm",
        "var/cache/dnf/expired_repos.json",
        "var/lib/dnf/repos/baseos-1/countme",
        "var/lib/yum/uuid",
        "root/anaconda-ks.cfg",
        "var/log/anaconda",
        "mnt/resource/swapfile",
        f"{_PROFILES}/ifcfg-eth0",
        f"{_CONNECTIONS}/cloud-init-eth0.nmconnection",
        "var/lib/NetworkManager/secret_key",
        "var/lib/NetworkManager/internal-1-eth0.lease",
        "var/lib/sss/db/cache_example.ldb",
    ),
    kept={
        f"{_PROFILES}/ifcfg-eth1": "DEVICE=eth1\nBOOTPROTO=dhcp\n",
        f"{_CONNECTIONS}/lan.nmconnection": "[ethernet]\nmtu=1400\n",
        "etc/udev/rules.d/68-azure-sriov-nm-unmanaged.rules": _VF_RULE,
    },
)
# Its server cannot be reached, so that unregistering fails; cleaning takes away what it knows of.
_SUBSCRIPTION_MANAGER = """#!/bin/sh
case $1 in
unregister) exit 70 ;;
clean) rm -f /etc/pki/consumer/* /etc/pki/entitlement/* ;;
*) exit 2 ;;
esac
"""
RHEL = _KIN.with_more(
    os_release='NAME="Red Hat Enterprise Linux"\nID="rhel"\nID_LIKE="fedora"\n'
    'PRETTY_NAME="Red Hat Enterprise Linux 9.4 (Plow)"\n',
    files={
        "etc/pki/consumer/cert.pem": "certificate\n",
        "etc/pki/entitlement/1-key.pem": "PRIVATE\n",
        "etc/pki/rhui/key.pem": "of the image\n",
        "etc/insights-client/machine-id": "0a1b\n",
        "var/lib/rhsm/cache/entitlement_status.json": "{}\n",
    },
    stand_ins={"subscription-manager": _SUBSCRIPTION_MANAGER},
    gone=(
        "etc/pki/consumer/cert.pem",
        "etc/pki/entitlement/1-key.pem",
        "etc/insights-client/machine-id",
        "var/lib/rhsm/cache/entitlement_status.json",
    ),
    kept={"etc/pki/rhui/key.pem": "of the image\n"},
)
ALMA = _KIN.with_more(os_release='NAME="AlmaLinux"\nID="almalinux"\nPRETTY_NAME="AlmaLinux 9.4 (Seafoam Ocelot)"\n')
ROCKY = _KIN.with_more(os_release='NAME="Rocky Linux"\nID="rocky"\nPRETTY_NAME="Rocky Linux 9.4 (Blue Onyx)"\n')
ORACLE = _KIN.with_more(
    os_release='NAME="Oracle Linux Server"\nID="ol"\nPRETTY_NAME="Oracle Linux Server 9.4"\n',
    files={"etc/sysconfig/rhn/systemid": "<system/>\n", "etc/sysconfig/rhn/sources": "repositories\n"},
    gone=("etc/sysconfig/rhn/systemid",),
    kept={
        "etc/sysconfig/rhn/sources": "repositories\n",
        "etc/udev/rules.d/75-persistent-net-generator.rules": "link to /dev/null",
    },
)
