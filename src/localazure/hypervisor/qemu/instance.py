"""One machine's QEMU: started, asked, moved to new files, ended. It keeps nothing in memory but the child to reap."""

from __future__ import annotations

import logging
import subprocess
import time

from localazure.hypervisor.base import DiskFull, Forward, HypervisorError
from localazure.hypervisor.qemu import process
from localazure.hypervisor.qemu.catalog import Freeze
from localazure.hypervisor.qemu.command import block_device, node_name
from localazure.hypervisor.qemu.forwards import change_forwards
from localazure.hypervisor.qemu.layers import LayerStore
from localazure.hypervisor.qemu.paths import MachinePaths
from localazure.hypervisor.qemu.qmp import Monitor, MonitorRefusal, MonitorUnreachable
from localazure.hypervisor.qemu.settings import QemuSettings
from localazure.hypervisor.qemu.waiting import wait_until

LAST_WORDS_BYTES = 2000
POWER_BUTTON_EVERY_SECONDS = 5.0
_KILL_SECONDS = 10.0
_ENDING_SECONDS = 3.0
_log = logging.getLogger("localazure.hypervisor")


class Instance:
    """``run_state`` values are QEMU's: running, paused, prelaunch, shutdown, io-error, guest-panicked ..."""

    def __init__(self, paths: MachinePaths, settings: QemuSettings) -> None:
        self.paths = paths
        self._settings = settings
        self._child: subprocess.Popen[bytes] | None = None

    def alive(self) -> bool:
        # Asking the child also reaps it.
        if self._child and self._child.poll() is None:
            return True
        return process.running_pid(self.paths.pid) is not None

    def monitor(self) -> Monitor:
        return Monitor(self.paths.monitor, self._settings.monitor_seconds)

    def run_state(self) -> str | None:
        """None when no QEMU runs."""
        if not self.alive():
            return None
        try:
            with self.monitor() as monitor:
                return str(monitor.ask("query-status")["status"])
        except MonitorUnreachable:
            # It may be ending just now: a killed process closes its sockets before it is gone.
            if not wait_until(lambda: not self.alive(), _ENDING_SECONDS):
                raise
            return None

    def spawn(self, argv: list[str]) -> None:
        """Start QEMU and wait until it answers. Raises with its last words."""
        with self.paths.log.open("ab") as log:
            began = log.tell()
            try:
                # A session of its own: a Ctrl-C or the death of the server is not the machine's.
                self._child = subprocess.Popen(
                    argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
                )
            except FileNotFoundError as error:
                raise HypervisorError(f"{argv[0]} was not found. Install Debian's package qemu-system-x86.") from error
        answered = wait_until(lambda: self._answers() or self._ended(), self._settings.launch_seconds)
        if not answered or self._ended():
            self.kill()
            raise self._start_failure(self.last_words(began), answered=answered)

    def proceed(self, forwards: tuple[Forward, ...]) -> None:
        """Open the ports, then let the machine run."""
        with self.monitor() as monitor:
            change_forwards(monitor, forwards, self._settings)
            monitor.ask("cont")

    def shut_down(self, seconds: float) -> bool:
        """Press the power button until the guest is down; returns whether it is. A booting guest misses a press."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.press_power_button()
            if wait_until(self.is_down, min(left, POWER_BUTTON_EVERY_SECONDS), every=0.2):
                return True
        return False

    def is_down(self) -> bool:
        return self.run_state() in {None, "shutdown"}

    def press_power_button(self) -> None:
        try:
            with self.monitor() as monitor:
                monitor.ask("system_powerdown")
        except MonitorUnreachable:
            # QEMU has ended meanwhile, or the caller's deadline passes.
            _log.debug("The power button of %s could not be pressed", self.paths.folder.name)

    def quit(self) -> None:
        """End QEMU: by asking, so that its files are closed in order, or else by force."""
        try:
            with self.monitor() as monitor:
                monitor.ask("quit")
        except HypervisorError as error:
            _log.debug("QEMU did not take `quit`: %s", error)
        if not wait_until(lambda: not self.alive(), _KILL_SECONDS):
            self.kill()

    def kill(self) -> None:
        process.kill(self.paths.pid)
        if self._child and self._child.poll() is None:
            self._child.kill()
            self._child.wait(_KILL_SECONDS)
        if not wait_until(lambda: not self.alive(), _KILL_SECONDS):
            raise HypervisorError(
                f"QEMU (pid file {self.paths.pid}) did not end within {_KILL_SECONDS:.0f} s of SIGKILL."
            )

    def move_disk(self, freeze: Freeze, layers: LayerStore) -> None:
        """Let the machine write to the freeze's new file from here on; what it wrote before stays in the old one."""
        device = block_device(freeze.new, layers.file(freeze.new)) | {"backing": None}
        with self.monitor() as monitor:
            try:
                monitor.ask("blockdev-add", **device)
                monitor.ask("blockdev-snapshot", node=node_name(freeze.old), overlay=node_name(freeze.new))
            except MonitorRefusal as error:
                raise _disk_full_or(error) from error

    def release(self, node: str) -> None:
        """Close a file that was opened for a move that did not happen."""
        with self.monitor() as monitor:
            names = {known["node-name"] for known in monitor.ask("query-named-block-nodes", flat=True)}
            if node_name(node) in names:
                monitor.ask("blockdev-del", node_name=node_name(node))

    def resize_disk(self, node: str, size_bytes: int) -> None:
        with self.monitor() as monitor:
            monitor.ask("block_resize", node_name=node_name(node), size=size_bytes)

    def writes_to(self, node: str) -> bool:
        """Whether a disk of the machine has this node on top."""
        with self.monitor() as monitor:
            tops = {device["inserted"]["node-name"] for device in monitor.ask("query-block") if "inserted" in device}
        return node_name(node) in tops

    def last_words(self, since: int = 0) -> str:
        """The end of what QEMU wrote."""
        if not self.paths.log.exists():
            return ""
        return self.paths.log.read_bytes()[since:][-LAST_WORDS_BYTES:].decode(errors="replace").strip()

    def _answers(self) -> bool:
        if not self.paths.monitor.exists():
            return False
        try:
            with Monitor(self.paths.monitor, 1.0):
                return True
        except HypervisorError:
            return False

    def _ended(self) -> bool:
        return self._child is not None and self._child.poll() is not None

    def _start_failure(self, told: str, *, answered: bool) -> HypervisorError:
        if "No space left" in told:
            return DiskFull(f"The host's disk is full: {told}. Make room, then start the machine again.")
        if not answered:
            waited = f"{self._settings.launch_seconds:.0f} s"
            return HypervisorError(f"QEMU did not answer within {waited} and was ended. It wrote: {told or 'nothing'}")
        return HypervisorError(f"QEMU ended at once: {told or 'it wrote nothing'} (log: {self.paths.log})")


def _disk_full_or(error: MonitorRefusal) -> HypervisorError:
    return DiskFull(f"{error}. Make room on the host's disk, then try again.") if "No space" in str(error) else error
