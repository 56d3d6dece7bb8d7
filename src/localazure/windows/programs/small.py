"""Small programs: whoami, hostname, shutdown, wevtutil."""

from __future__ import annotations

from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.programs import ProcessContext


class WhoAmI:
    def run(self, context: ProcessContext) -> int:
        return _say(context, context.user.account.lower())


class HostName:
    def run(self, context: ProcessContext) -> int:
        return _say(context, context.machine.name)


class ShutDown:
    """``shutdown /r|/s|/a [/t SECONDS] [/c COMMENT] [/f]``."""

    def run(self, context: ProcessContext) -> int:
        words = [each.lower().replace("-", "/", 1) for each in context.arguments]
        power, seconds = context.machine.power, 30.0
        if "/t" in words:
            seconds = float(context.arguments[words.index("/t") + 1])
        try:
            if "/a" in words:
                power.abort()
            elif "/r" in words:
                power.request("restart", delay=seconds, by=context.user.account)
            elif "/s" in words:
                power.request("shutdown", delay=seconds, by=context.user.account)
            else:
                return _refuse(context, "Usage: shutdown /r | /s | /a [/t xxx]", 1)
        except MachineError as failure:
            return _refuse(context, f"{failure.text}({failure.code})", failure.code)
        return 0


class EventUtility:
    """``wevtutil el`` and ``wevtutil cl LOG``."""

    def run(self, context: ProcessContext) -> int:
        events, words = context.machine.events, context.arguments
        verb = words[0].lower() if words else ""
        if verb in {"el", "enum-logs"}:
            return _say(context, *events.logs())
        if verb in {"cl", "clear-log"} and len(words) > 1:
            try:
                events.clear(words[1])
            except MachineError as failure:
                return _refuse(context, f"Failed to clear log {words[1]}.\r\n{failure.text}", failure.code)
            return 0
        return _refuse(context, f"The model's wevtutil knows el and cl, and not: {' '.join(words)}", 87)


def _say(context: ProcessContext, *lines: str) -> int:
    context.stdout.write("".join(f"{line}\r\n" for line in lines).encode())
    return 0


def _refuse(context: ProcessContext, text: str, code: int) -> int:
    context.stderr.write(f"{text}\r\n".encode())
    return code
