"""Azure Linux."""

from __future__ import annotations

from tests.support.layouts.rpm import RPM, cleaning

AZURE_LINUX = RPM.with_more(
    os_release='NAME="Microsoft Azure Linux"\nID=azurelinux\nPRETTY_NAME="Microsoft Azure Linux 3.0"\n',
    files={
        "var/cache/tdnf/azurelinux-official-base/packages/nginx.rpm": "rpm\n",
        "var/cache/tdnf/azurelinux-official-base/lastrefresh": "1\n",
        "etc/systemd/network/10-cloud-init-eth0.network": "[Match]\nMACAddress=00:0d:3a:00:00:01\n",
    },
    stand_ins={"tdnf": cleaning("clean all", "/var/cache/tdnf")},
    gone=(
        "var/cache/tdnf/azurelinux-official-base/packages/nginx.rpm",
        "var/cache/tdnf/azurelinux-official-base/lastrefresh",
        "etc/systemd/network/10-cloud-init-eth0.network",
    ),
)
