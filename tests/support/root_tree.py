"""The root file system of a machine that was built on, in a folder; commands run in it for real, in bubblewrap.

The host lends its /usr. What would reach beyond files (the agent, cloud-init, systemd) is played by stand-ins that do
to files what the real ones do (facts: WALinuxAgent 2.15 pa/deprovision, cloud-init 22.4 cmd/clean.py).
"""

from __future__ import annotations

import os
from pathlib import Path

CAPABILITIES = ("CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETUID", "SETGID", "KILL")
BUILD_USER = "builder"
HOST_NAME = Path("/proc/sys/kernel/hostname").read_text().strip()
DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\n'
UBUNTU = 'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nNAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n'

_WAAGENT = """#!/bin/bash
[ "$*" = "-force -deprovision+user" ] || { echo "unexpected: $*"; exit 2; }
user=$(sed -n 's:.*<[a-z0-9:]*UserName>\\([^<]*\\)<.*:\\1:p' /var/lib/waagent/ovf-env.xml 2>/dev/null)
grep -qi '^Provisioning.RegenerateSshHostKeyPair=y' /etc/waagent.conf && rm -f /etc/ssh/ssh_host_*key*
rm -rf /var/lib/waagent/* /var/lib/dhcp/* /root/.bash_history /var/log/waagent.log
echo localhost.localdomain >/etc/hostname
[ -z "$WAAGENT_BREAKS" ] || exit 1
if [ -n "$user" ]; then userdel -f -r "$user"; else echo "WARNING! Skip delete user."; fi
exit 0
"""
_CLOUD_INIT = """#!/bin/bash
case "$*" in
*--help*) echo "usage: cloud-init clean [-l] [-s]" ;;
clean*) rm -rf /var/lib/cloud/instance /var/lib/cloud/instances /var/lib/cloud/data /var/lib/cloud/sem
        rm -rf /var/lib/cloud/seed
        rm -f /var/log/cloud-init*.log ;;
esac
"""
_SYSTEMCTL = '#!/bin/bash\necho "systemctl $*" >>/run/systemctl.log\n'
STAND_INS = {"waagent": _WAAGENT, "cloud-init": _CLOUD_INIT, "systemctl": _SYSTEMCTL, "journalctl": "#!/bin/sh\n"}

_ACCOUNTS = {
    "etc/passwd": f"root:x:0:0::/root:/bin/bash\n{BUILD_USER}:x:1000:1000::/home/{BUILD_USER}:/bin/bash\n"
    "app:x:1001:1001::/srv/app:/bin/bash\n",
    "etc/shadow": f"root:*:1::::::\n{BUILD_USER}:!:1::::::\napp:!:1::::::\n",
    "etc/group": f"root:x:0:\nadm:x:4:{BUILD_USER}\nmail:x:8:\nutmp:x:43:\n{BUILD_USER}:x:1000:\napp:x:1001:\n",
    "etc/gshadow": f"root:*::\nadm:*::{BUILD_USER}\n{BUILD_USER}:!::\napp:!::\n",
    "etc/subuid": f"{BUILD_USER}:100000:65536\napp:165536:65536\n",
    "etc/subgid": f"{BUILD_USER}:100000:65536\napp:165536:65536\n",
    "etc/sudoers": f"root ALL=(ALL) ALL\n%{BUILD_USER}s ALL=(ALL) ALL\n",
    "etc/sudoers.d/90-cloud-init-users": f"{BUILD_USER} ALL=(ALL) NOPASSWD:ALL\n",
    "etc/sudoers.d/mine": f"{BUILD_USER} ALL=(ALL) NOPASSWD:ALL\napp ALL=(ALL) /bin/true\n",
    "etc/passwd-": f"{BUILD_USER}:x:1000:1000::/home/{BUILD_USER}:/bin/bash\n",
    "etc/shadow-": "old\n",
}
_TRACES = {
    "etc/machine-id": "0123456789abcdef0123456789abcdef\n",
    "var/lib/dbus/machine-id": "0123456789abcdef0123456789abcdef\n",
    "etc/hostname": f"{HOST_NAME}\n",
    "etc/hosts": f"127.0.0.1 localhost\n127.0.1.1 {HOST_NAME}.internal {HOST_NAME}\n",
    "etc/ssh/ssh_host_ed25519_key": "PRIVATE\n",
    "etc/ssh/ssh_host_ed25519_key.pub": "PUBLIC\n",
    "etc/ssh/sshd_config": "ClientAliveInterval 120\n",
    "etc/app.conf~": "old\n",
    "etc/udev/rules.d/70-persistent-net.rules": "rule\n",
    "etc/iscsi/initiatorname.iscsi": "InitiatorName=iqn.2004-10.com:01:abc\n",
    "etc/waagent.conf": "Provisioning.RegenerateSshHostKeyPair=y\n",
    f"home/{BUILD_USER}/.ssh/authorized_keys": "ssh-ed25519 AAAA\n",
    f"home/{BUILD_USER}/.bash_history": "secret\n",
    "root/.bash_history": "secret\n",
    "root/.python_history": "secret\n",
    "root/.ssh/authorized_keys": "ssh-ed25519 AAAA\n",
    "srv/app/.ssh/known_hosts": "host\n",
    "srv/app/.ssh/config": "Host *\n",
    "srv/app/.bash_history": "secret\n",
    f"var/spool/cron/crontabs/{BUILD_USER}": "* * * * * true\n",
    "var/spool/cron/crontabs/app": "* * * * * true\n",
    f"var/mail/{BUILD_USER}": "From root\n",
    "var/crash/_usr_bin_x.0.crash": "core\n",
    "var/lib/systemd/random-seed": "seed\n",
    "var/lib/systemd/credential.secret": "secret\n",
    "var/lib/dhcp/dhclient.eth0.leases": "lease\n",
    "var/lib/waagent/ovf-env.xml": f"<x><ns1:UserName>{BUILD_USER}</ns1:UserName></x>\n",
    "var/lib/waagent/CustomData": "ssh_keys\n",
    "var/lib/cloud/instances/vm/user-data.txt": "PRIVATE KEY\n",
    "var/lib/cloud/data/instance-id": "vm\n",
    "var/lib/apt/lists/deb.debian.org_dists": "list\n",
    "var/cache/apt/archives/nginx.deb": "deb\n",
    "var/cache/apt/archives/lock": "",
    "var/log/auth.log": "login\n",
    "var/log/syslog.1": "old\n",
    "var/log/app/postgresql-15-main.log": "started\n",
    "var/log/waagent.log": "agent\n",
    "var/log/cloud-init.log": "cloud\n",
    "var/log/wtmp": "record\n",
    "var/log/lastlog": "record\n",
    "var/log/journal/0123456789abcdef0123456789abcdef/system.journal": "journal\n",
    "var/tmp/leftover": "x\n",
    "tmp/leftover/file": "x\n",
    "run/cloud-init/result.json": '{"v1": {"datasource": "DataSourceAzure", "errors": []}}\n',
    "run/console": "",
    "run/boot_id": "00000000-0000-0000-0000-000000000001\n",
    "run/swaps": "Filename Type Size Used Priority\n",
    "var/lib/dpkg/info/bash.list": "/.\n",
    "var/lib/dpkg/info/bash.md5sums": "",
    "var/lib/dpkg/status": "Package: bash\nStatus: install ok installed\nMaintainer: x\nDescription: x\n"
    "Architecture: amd64\nVersion: 5.2-1\n\nPackage: gone\nStatus: deinstall ok config-files\nMaintainer: x\n"
    "Description: x\nArchitecture: amd64\nVersion: 1.0\n\n",
}
_UBUNTU = {
    "etc/os-release": UBUNTU,
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
}
_EMPTY = ("dev", "proc", "sys", "var/lib/dpkg/updates", "var/cache/apt/archives/partial", "var/log")


class RootTree:
    """A machine's root below ``path``; ``shell`` is how a command runs in it, as its root."""

    def __init__(self, path: Path, *, ubuntu: bool = False) -> None:
        self.path = path
        for folder in _EMPTY:
            (path / folder).mkdir(parents=True, exist_ok=True)
        for name in ("bin", "sbin", "lib", "lib64"):
            (path / name).symlink_to(f"usr/{name}")
        self.write({"etc/os-release": DEBIAN, **_ACCOUNTS, **_TRACES, **(_UBUNTU if ubuntu else {})})
        for name, text in STAND_INS.items():
            self.write({f"opt/stand-ins/{name}": text})
            (path / "opt/stand-ins" / name).chmod(0o755)
        self._age()

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.path / name).write_text(text)

    def read(self, name: str) -> str:
        return (self.path / name).read_text()

    def exists(self, name: str) -> bool:
        return os.path.lexists(self.path / name)

    def shell(self, command: str) -> list[str]:
        drop = [word for name in CAPABILITIES for word in ("--cap-add", f"CAP_{name}")]
        return [
            *("bwrap", "--bind", str(self.path), "/", "--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev"),
            *("--bind", str(self.path / "run"), "/run", "--bind", str(self.path / "run/console"), "/dev/console"),
            *(
                "--ro-bind",
                "/etc/alternatives",
                "/etc/alternatives",
                "--ro-bind",
                str(self.path / "run/swaps"),
                "/proc/swaps",
            ),
            *("--ro-bind", str(self.path / "run/boot_id"), "/proc/sys/kernel/random/boot_id"),
            *("--unshare-net", "--unshare-ipc", "--cap-drop", "ALL", *drop, "--chdir", "/"),
            *("--setenv", "HOME", "/root", "--setenv", "PATH", "/opt/stand-ins:/opt/sudo:/usr/sbin:/usr/bin"),
            *("--", "/bin/bash", "-c", command),
        ]

    def _age(self) -> None:
        for path in self.path.rglob("*"):
            os.utime(path, (1_600_000_000, 1_600_000_000), follow_symlinks=False)
