"""What every Linux distribution shares."""

from __future__ import annotations

from mintage.generalize.base import Operation, Question

SCRIPTS = ("lib.sh", "preflight.sh", "traces.sh", "cloud.sh", "accounts.sh", "identity.sh")

_BY_HAND = "Go back to the snapshot, see in the log why it stayed, and let the recipe remove it."

# What keeps the login alive comes last: as long as it works, a failure can be looked at.
TRACES = (
    Operation("histories", _BY_HAND),
    Operation("crash-data", _BY_HAND),
    Operation("mail-spool", _BY_HAND),
    Operation("backup-files", _BY_HAND),
    Operation("tmp-files", _BY_HAND),
)
IDENTITY = (
    Operation("random-seed", _BY_HAND),
    Operation("cloud-init", "Look at why cloud-init clean failed; the log has its words."),
    Operation("agent", "Look at why waagent -deprovision failed; the log has its words."),
    Operation("build-user", "Look at what keeps userdel from removing the user; the log has its words."),
    Operation("sudoers", _BY_HAND),
    Operation("ssh-userdir", _BY_HAND),
    Operation("passwd-backups", _BY_HAND),
    Operation("dhcp-client-state", _BY_HAND),
    Operation("net-hwaddr", _BY_HAND),
    Operation("net-hostname", _BY_HAND),
    Operation("ssh-hostkeys", _BY_HAND),
    Operation("machine-id", _BY_HAND),
    Operation("logs", "Stop the service that holds the log, or set generalize.keep_logs."),
    Operation("utmp", _BY_HAND),
)

QUESTIONS = (
    Question("agent-present", "Install Azure's agent in the recipe (package waagent or walinuxagent)."),
    Question("provisioning-record", "Do not remove /var/lib/waagent in the recipe: deprovision+user reads it."),
    Question("cloud-init-finished", "Wait for cloud-init (cloud-init status --wait), then run the step again."),
    Question("host-keys-return", "Install cloud-init, or set Provisioning.RegenerateSshHostKeyPair=y."),
    Question("no-swap-on-disk", "Remove the swap file or partition in the recipe; Azure gives a disk for it."),
    Question("disk-space", "Free space on / in the recipe, or give the build a larger disk."),
)
