"""The root file system of a machine that was built on, in a folder; commands run in it for real, in bubblewrap.

The host lends its /usr. What would reach beyond files (the agent, cloud-init, systemd) is played by stand-ins that do
to files what the real ones do (facts: cloud-init 22.4 cmd/clean.py).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.support.layouts.agent import WAAGENT
from tests.support.layouts.base import BUILD_USER, Layout
from tests.support.layouts.debian import DEBIAN

CAPABILITIES = ("CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETUID", "SETGID", "KILL")
HOST_NAME = Path("/proc/sys/kernel/hostname").read_text().strip()

_CLOUD_INIT = """#!/bin/bash
case "$*" in
*--help*) echo "usage: cloud-init clean [-l] [-s]" ;;
clean*) rm -rf /var/lib/cloud/instance /var/lib/cloud/instances /var/lib/cloud/data /var/lib/cloud/sem
        rm -rf /var/lib/cloud/seed
        rm -f /var/log/cloud-init*.log ;;
esac
"""
_SYSTEMCTL = '#!/bin/bash\necho "systemctl $*" >>/run/systemctl.log\n'
STAND_INS = {"waagent": WAAGENT, "cloud-init": _CLOUD_INIT, "systemctl": _SYSTEMCTL, "journalctl": "#!/bin/sh\n"}

_ACCOUNTS = {
    "etc/passwd": f"root:x:0:0::/root:/bin/bash\n{BUILD_USER}:x:1000:1000::/home/{BUILD_USER}:/bin/bash\n"
    "app:x:1001:1001::/srv/app:/bin/bash\nci:x:110:110::/var/lib/ci:/usr/sbin/nologin\n"
    "nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\nmany:x:100007:100007::/srv/many:/bin/bash\n",
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
    "etc/waagent.conf": "Provisioning.RegenerateSshHostKeyPair=y\n",
    f"home/{BUILD_USER}/.ssh/authorized_keys": "ssh-ed25519 AAAA\n",
    f"home/{BUILD_USER}/.bash_history": "secret\n",
    "root/.bash_history": "secret\n",
    "root/.python_history": "secret\n",
    "root/.ssh/authorized_keys": "ssh-ed25519 AAAA\n",
    "srv/app/.ssh/known_hosts": "host\n",
    "srv/app/.ssh/config": "Host *\n",
    "srv/app/.bash_history": "secret\n",
    "var/lib/ci/.ssh/id_ed25519": "PRIVATE\n",
    "var/lib/ci/.ssh/authorized_keys": "ssh-ed25519 BBBB\n",
    "srv/many/.ssh/id_rsa": "PRIVATE\n",
    f"var/spool/cron/crontabs/{BUILD_USER}": "* * * * * true\n",
    "var/spool/cron/crontabs/app": "* * * * * true\n",
    "var/spool/cron/atjobs/a0001": "#!/bin/sh\n",
    "var/spool/cron/atjobs/.SEQ": "1\n",
    f"var/mail/{BUILD_USER}": "From root\n",
    "var/crash/_usr_bin_x.0.crash": "core\n",
    "var/lib/systemd/random-seed": "seed\n",
    "var/lib/systemd/credential.secret": "secret\n",
    "var/lib/dhcp/dhclient.eth0.leases": "lease\n",
    "var/lib/waagent/ovf-env.xml": f"<x><ns1:UserName>{BUILD_USER}</ns1:UserName></x>\n",
    "var/lib/waagent/CustomData": "ssh_keys\n",
    "var/lib/cloud/instances/vm/user-data.txt": "PRIVATE KEY\n",
    "var/lib/cloud/data/instance-id": "vm\n",
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
}
"""What all of these leave behind; ``GONE`` of it must be in no image."""
GONE = (
    "etc/ssh/ssh_host_ed25519_key",
    "etc/ssh/ssh_host_ed25519_key.pub",
    "etc/sudoers.d/90-cloud-init-users",
    "etc/passwd-",
    "etc/app.conf~",
    "etc/udev/rules.d/70-persistent-net.rules",
    f"home/{BUILD_USER}",
    "root/.bash_history",
    "root/.python_history",
    "root/.ssh/authorized_keys",
    "srv/app/.bash_history",
    "srv/app/.ssh/known_hosts",
    "srv/many/.ssh/id_rsa",
    "var/lib/ci/.ssh/authorized_keys",
    "var/lib/ci/.ssh/id_ed25519",
    f"var/spool/cron/crontabs/{BUILD_USER}",
    "var/spool/cron/atjobs/a0001",
    "var/crash/_usr_bin_x.0.crash",
    "var/lib/systemd/random-seed",
    "var/lib/dhcp/dhclient.eth0.leases",
    "var/lib/waagent/ovf-env.xml",
    "var/lib/cloud/instances",
    "var/log/syslog.1",
    "var/log/wtmp",
    "var/log/journal/0123456789abcdef0123456789abcdef",
    "tmp/leftover",
    "run/mintage",
)
_EMPTY = ("dev", "proc", "sys", "usr", "var/log")


class RootTree:
    """A machine's root below ``path``; ``shell`` is how a command runs in it, as its root."""

    def __init__(self, path: Path, layout: Layout = DEBIAN) -> None:
        self.path = path
        for folder in _EMPTY:
            (path / folder).mkdir(parents=True, exist_ok=True)
        for name in ("bin", "sbin", "lib", "lib64"):
            (path / name).symlink_to(f"usr/{name}")
        self.write({"etc/os-release": layout.os_release, **_ACCOUNTS, **_TRACES, **layout.files})
        stand_ins = {name: text for name, text in STAND_INS.items() if name not in layout.without}
        for name, text in {**stand_ins, **layout.stand_ins}.items():
            self.write_program(name if "/" in name else f"opt/stand-ins/{name}", text)
        for name in layout.without:
            self.remove(name)
        # Asked once: what is lent leaves the folders it appears in behind.
        self._lent = sorted(path.name for path in Path("/usr").iterdir() if not self.exists(f"usr/{path.name}"))
        self._age()

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.path / name).write_text(text)

    def write_program(self, name: str, text: str) -> None:
        self.write({name: text})
        (self.path / name).chmod(0o755)

    def read(self, name: str) -> str:
        return (self.path / name).read_text()

    def exists(self, name: str) -> bool:
        return os.path.lexists(self.path / name)

    def shell(self, command: str) -> list[str]:
        drop = [word for name in CAPABILITIES for word in ("--cap-add", f"CAP_{name}")]
        return [
            *("bwrap", "--bind", str(self.path), "/", *self._usr(), "--proc", "/proc", "--dev", "/dev"),
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

    def _usr(self) -> list[str]:
        """The host's, but for what the tree has itself."""
        return [word for name in self._lent for word in ("--ro-bind", f"/usr/{name}", f"/usr/{name}")]

    def remove(self, name: str) -> None:
        path = self.path / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

    def _age(self) -> None:
        for path in self.path.rglob("*"):
            os.utime(path, (1_600_000_000, 1_600_000_000), follow_symlinks=False)
