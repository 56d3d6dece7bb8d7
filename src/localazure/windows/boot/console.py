"""The serial console of a Windows machine: what Azure's Special Administration Console would show, and more honest."""

from __future__ import annotations

from localazure.windows.machine.machine import Machine


class Console:
    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._lines: list[str] = []
        self.say("localazure: a model of a Windows guest; no Windows runs here.")

    def say(self, text: str) -> None:
        self._lines.append(f"[{self._machine.time.now():%Y-%m-%d %H:%M:%S}] {text}")

    def prompt(self) -> None:
        """What a Windows that is up shows on its first serial port."""
        self._lines += [
            f"Computer is booting, SAC started and initialized. ({self._machine.name}, a model of a Windows guest)",
            "",
            'Use the "ch -?" command for information about using channels.',
            "EVENT: The CMD command is now available.",
            "SAC>",
        ]

    def text(self) -> str:
        return "\r\n".join(self._lines) + "\r\n"
