"""The builder's ways into the Windows VMs of one build: WinRM, and Azure's Run Command."""

from __future__ import annotations

import time

from mintage.artifacts import BuildVm, WinrmAddress
from mintage.azure.clients import Clients
from mintage.azure.comeback import start_if_stopped
from mintage.azure.ensure import Document
from mintage.azure.last_seen import agent_status
from mintage.azure.run_command import run_script
from mintage.azure.still_running import Watch, while_running
from mintage.azure.together import Waiting, finish, rest
from mintage.build_plan import BuildPlan
from mintage.errors import DeadlinePassed
from mintage.recipe import in_seconds
from mintage.remote.windows import Connect, WindowsRemote


class Unanswered(Exception):
    """Nothing in the VM takes the build's questions; the text is what was seen of it."""


class BuildConnection:
    """To the build VM; ``seconds`` are how long it may take to let the builder in."""

    def __init__(self, clients: Clients, plan: BuildPlan, vm: BuildVm, connect: Connect, seconds: float) -> None:
        self._clients, self._plan, self._vm, self._connect, self._seconds = clients, plan, vm, connect, seconds

    def started(self) -> WindowsRemote:
        """Log in, the VM started first if it was put away. Raises ConnectionFailed, DeadlinePassed, LoginRefused."""
        start_if_stopped(self._clients, self._plan, self._vm)
        return self.open(self._seconds)

    def open(self, seconds: float) -> WindowsRemote:
        """Log in to a VM that runs. Raises MachineStopped as soon as it does not."""
        if not isinstance(self._vm.address, WinrmAddress):
            raise TypeError(self._vm.address)
        watch = Watch(self._clients, self._vm.resource_group, self._vm.name)
        return self._connect(self._vm.address, time.monotonic() + seconds, watch)

    def by_azure(self, text: str) -> str:
        """Run a script as SYSTEM through Azure's agent, for what is left when nobody can log in."""
        return self._by_agent(text, self._plan.recipe.timeouts.run_command)

    def answer_by_azure(self, text: str) -> str:
        """As ``by_azure``, with a question, whose answer takes no time. Raises Unanswered when none comes."""
        try:
            return self._by_agent(text, self._plan.recipe.timeouts.question)
        except DeadlinePassed as late:
            raise Unanswered(late.seen) from late

    def _by_agent(self, text: str, longest: str) -> str:
        watch = Watch(self._clients, self._vm.resource_group, self._vm.name)
        running = while_running(watch, self._taken_by_agent(text))
        return finish(self._vm.resource_id, running, seconds=in_seconds(longest))

    def _taken_by_agent(self, text: str) -> Waiting[str]:
        """Azure keeps a script that no agent takes, and lets no other in meanwhile: so the agent is waited for first.

        What Azure says of it is minutes old, so that it may have gone since.
        """
        group, name = self._vm.resource_group, self._vm.name
        while True:
            vm: Document = self._clients.compute.virtual_machines.get(group, name, expand="instanceView")
            ready, heard = agent_status(vm)
            if ready:
                return (yield from run_script(self._clients, group, name, text))
            yield from rest(self._clients.poll_seconds, f"its agent: {heard}")
