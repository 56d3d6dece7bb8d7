"""The parts of a stack, started in the order in which they need each other and stopped in the opposite one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from prefect.client.orchestration import SyncPrefectClient, get_client

from deployments.local_stack import cloud, prefect_parts
from deployments.local_stack.automations import install_automations
from deployments.local_stack.deploy import deploy, make_pool
from deployments.local_stack.history import tidy
from deployments.local_stack.parts import Part, Watch
from deployments.local_stack.ports import choose_ports
from deployments.local_stack.processes import kill_all, leftovers
from deployments.local_stack.signals import undisturbed
from deployments.local_stack.slots import Slot, take_slot

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var"
Say = Callable[[str], None]

_POLL_SECONDS = "0.5"
"""localazure's operations name their own times; this is for the few things that have none."""


@dataclass(frozen=True)
class Options:
    hypervisor: cloud.Hypervisor = "qemu"
    pace: float = 0.02
    slot: int | None = None
    """Which of the folders to use; None takes the first that is free."""
    scheduled: bool = False
    """Take the runs of the schedule and of the UI too, not this stack's own alone."""
    worker: bool = True
    """Else the stack is the server's side alone, and its runs wait for workers elsewhere."""


@dataclass(frozen=True)
class Stack:
    slot: Slot
    client: SyncPrefectClient
    ui: str
    queue: str
    """Of the pool: what this stack's worker takes, and other stacks of the same server do not."""
    account: Mapping[str, str]
    """What the environment of a worker says of the cloud."""
    parts: tuple[Part, ...]
    watch: Watch

    def check(self) -> None:
        """Raise StackError when a part has ended and cannot be started again."""
        self.watch.check()


@contextmanager
def running(options: Options, say: Say, folder: Path = FOLDER) -> Iterator[Stack]:
    """Start all in a slot of ``folder``, yield them ready for a run, and stop all, whatever happens.

    Raises StackError.
    """
    with take_slot(folder, options.slot) as slot:
        _end(slot, leftovers(slot.folder), say)
        ends = ExitStack()
        ends.callback(lambda: kill_all(leftovers(slot.folder)))
        try:
            yield _start(slot, options, say, ends)
        finally:
            with undisturbed():
                ends.close()


def _start(slot: Slot, options: Options, say: Say, ends: ExitStack) -> Stack:
    if options.hypervisor == "qemu":
        cloud.make_base_image(os.environ)
    # Not before the image, which takes minutes once: a port that was free then may not be free now.
    ports = choose_ports(slot, usual=slot.folder.parent == FOLDER)
    existing = prefect_parts.existing_api()
    api = existing or f"http://127.0.0.1:{ports.prefect}/api"
    environment = prefect_parts.environment_of(slot, api)

    def started(part: Part) -> Part:
        part.start()
        ends.callback(part.stop)
        return part

    say(f"Starting in {slot.folder}; each part's log is in {slot.logs}.")
    server = None if existing else started(prefect_parts.server(slot, api, environment, ROOT))
    azure = started(cloud.cloud(slot, ports, _cloud_options(options, say), environment, ROOT))
    azure.wait()
    account = cloud.account(slot) | {"MINTAGE_POLL_SECONDS": _POLL_SECONDS}
    environment |= account
    if server:
        server.wait()
    client = ends.enter_context(get_client(sync_client=True) if existing else SyncPrefectClient(api))
    if server:
        tidy(client)
    queue = prefect_parts.queue_of(slot, shared=bool(existing))
    make_pool(client, queue)
    queues = _queues(queue, options, shared=bool(existing))
    worker = started(prefect_parts.worker(slot, client, queues, environment, ROOT)) if options.worker else None
    deploy(environment, ROOT)
    install_automations(client, ROOT)
    if worker:
        worker.wait()
    parts = tuple(part for part in (server, azure, worker) if part)
    watch = Watch(parts, say)
    ends.enter_context(watch.watching())
    return Stack(slot, client, api.removesuffix("/api"), queue, account, parts, watch)


def _queues(own: str, options: Options, *, shared: bool) -> list[str]:
    """What the stack's worker takes from: of a server that others use, only what is asked for."""
    common = [prefect_parts.COMMON_QUEUE] if options.scheduled else []
    # To those without their results, the living builds of others look dead.
    supervision = [prefect_parts.SUPERVISION_QUEUE] if options.scheduled or not shared else []
    return [own, *common, *supervision]


def _cloud_options(options: Options, say: Say) -> cloud.CloudOptions:
    offset = cloud.guest_port_offset()
    if offset:
        taken, instead = f"{cloud.SSH} or {cloud.WINRM}", f"{cloud.SSH + offset} and {cloud.WINRM + offset}"
        say(f"Port {taken} of loopback addresses is taken, or needs more rights: guests answer at {instead}.")
    return cloud.CloudOptions(options.hypervisor, options.pace, offset)


def _end(slot: Slot, left: list[psutil.Process], say: Say) -> None:
    if left:
        say(f"Stopping {len(left)} processes that an interrupted stack left in {slot.folder}.")
        kill_all(left)
