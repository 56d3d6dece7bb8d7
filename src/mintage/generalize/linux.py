"""What every Linux distribution shares."""

from __future__ import annotations

from typing import ClassVar

from mintage.generalize.base import Distribution, Operation, Question

PROVISIONING_RECORD = "provisioning-record"
BY_HAND = "Go back to the snapshot, see in the log why it stayed, and let the recipe remove it."


class Linux(Distribution):
    scripts: ClassVar[tuple[str, ...]] = (
        "lib.sh",
        "preflight.sh",
        "traces.sh",
        "cloud.sh",
        "accounts.sh",
        "identity.sh",
    )
    traces: ClassVar[tuple[Operation, ...]] = (
        Operation("histories", BY_HAND),
        Operation("crash-data", BY_HAND),
        Operation("mail-spool", BY_HAND),
        Operation("cron-spool", BY_HAND),
        Operation("backup-files", BY_HAND),
        Operation("tmp-files", BY_HAND),
        Operation("sssd-cache", BY_HAND),
    )
    # What keeps the login alive comes last: as long as it works, a failure can be looked at.
    identity: ClassVar[tuple[Operation, ...]] = (
        Operation("random-seed", BY_HAND),
        Operation("cloud-init", "Look at why cloud-init clean failed; the log has its words."),
        Operation("agent", "Look at why waagent -deprovision failed; the log has its words."),
        Operation("build-user", "Look at what keeps userdel from removing the user; the log has its words."),
        Operation("sudoers", BY_HAND),
        Operation("ssh-userdir", BY_HAND),
        Operation("passwd-backups", BY_HAND),
        Operation("dhcp-client-state", BY_HAND),
        Operation("net-hwaddr", BY_HAND),
        Operation("net-hostname", BY_HAND),
        Operation("ssh-hostkeys", BY_HAND),
        Operation("machine-id", BY_HAND),
        Operation("logs", "Stop the service that holds the log, or set generalize.keep_logs."),
        Operation("utmp", BY_HAND),
    )
    questions: ClassVar[tuple[Question, ...]] = (
        Question("agent-present", "Install Azure's agent (waagent, walinuxagent, WALinuxAgent) in the recipe."),
        Question(PROVISIONING_RECORD, "Do not remove /var/lib/waagent in the recipe: deprovision+user reads it."),
        Question("cloud-init-finished", "Wait for cloud-init (cloud-init status --wait), then run the step again."),
        Question("host-keys-return", "Install cloud-init, or set Provisioning.RegenerateSshHostKeyPair=y."),
        Question("no-swap-on-disk", "Remove the swap file or partition in the recipe; Azure gives a disk for it."),
        Question("disk-space", "Free space on / in the recipe, or give the build a larger disk."),
    )
    disturbers: ClassVar[tuple[str, ...]] = ("cron.service", "crond.service")
