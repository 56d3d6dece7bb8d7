"""The machine from power on to power off: its boots, what answers while it is up, and its end."""

from __future__ import annotations

import os
import socket
import threading
import traceback
from collections.abc import Mapping

from localazure.windows.guest.control import Call, Control, Message, Refused, read_document
from localazure.windows.guest.mishaps import MISHAPS, Mishaps
from localazure.windows.guest.parameters import Parameters
from localazure.windows.guest.run_command import RunCommand
from localazure.windows.guest.running import Running


class Life:
    """Answers the driver's calls. The machine lives in a thread; when it is off, this process ends."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._scripts = RunCommand(control)
        self._mishaps = Mishaps()
        self._running: Running | None = None
        self._has_machine = threading.Event()

    @property
    def calls(self) -> Mapping[str, Call]:
        return {
            "boot": self._boot,
            "connect": self._connect,
            "flush": self._flush,
            "run_script": self._run_script,
            "stop_script": self._scripts.stop,
            "befall": self._befall,
            "shut_down": self._shut_down,
        }

    def _boot(self, _: Message, descriptors: list[int]) -> Message:
        parameters = Parameters.model_validate(read_document(descriptors))
        threading.Thread(target=self._live, args=(parameters,), name="machine").start()
        return {}

    def _live(self, parameters: Parameters) -> None:
        try:
            going = True
            while going:
                self._running = Running(parameters, self._control, self._mishaps)
                self._has_machine.set()
                going = self._running.from_boot_to_end() == "restart"
        except BaseException:  # noqa: BLE001 - a blue screen, whatever it was
            traceback.print_exc()
            os._exit(1)
        self._control.tell("power_off")
        os._exit(0)

    def _machine(self) -> Running:
        self._has_machine.wait()
        if self._running is None:
            raise Refused("the machine is off")
        return self._running

    def _connect(self, message: Message, descriptors: list[int]) -> Message:
        self._machine().visit(message["port"], socket.socket(fileno=os.dup(descriptors[0])))
        return {}

    def _flush(self, _: Message, __: list[int]) -> Message:
        self._machine().save()
        return {}

    def _run_script(self, message: Message, descriptors: list[int]) -> Message:
        return self._scripts.start(self._machine().machine, message, descriptors)

    def _befall(self, message: Message, _: list[int]) -> Message:
        self._machine().befall(MISHAPS[message["kind"]].model_validate(message["mishap"]))
        return {}

    def _shut_down(self, _: Message, __: list[int]) -> Message:
        self._machine().shut_down()
        return {}
