"""sudo: init runs the command, since nothing in the sandbox can gain privileges by itself."""

from __future__ import annotations

import argparse
import os
import pwd
import signal
import socket
import sys
from typing import Any

from localazure.hypervisor import messages
from localazure.hypervisor.instant.userland import asking_init, logins


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sudo", description="localazure's model of sudo")
    parser.add_argument("-u", "--user", default="root")
    parser.add_argument("-g", "--group", help="accepted, and the user's own group is kept")
    parser.add_argument("-E", dest="keep_all", action="store_true")
    parser.add_argument("--preserve-env", nargs="?", const="*", default="")
    parser.add_argument("-i", "--login", action="store_true")
    parser.add_argument("-s", "--shell", action="store_true")
    for flag in ("-n", "-H", "-S", "-k", "-K", "-b", "-v", "-l"):
        parser.add_argument(flag, action="store_true", help="accepted")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    return parser.parse_args(arguments)


def _split(command: list[str]) -> tuple[dict[str, str], list[str]]:
    """NAME=value words before the command, and the command."""
    words = command[1:] if command[:1] == ["--"] else command
    count = next((at for at, word in enumerate(words) if "=" not in word.lstrip("=")), len(words))
    return dict(word.partition("=")[::2] for word in words[:count]), words[count:]


def _environment(options: argparse.Namespace, given: dict[str, str]) -> dict[str, str]:
    kept = {"TERM", "DISPLAY", "COLORTERM", "LANG", "LC_ALL", *options.preserve_env.split(",")}
    everything = options.keep_all or options.preserve_env == "*"
    own = {name: value for name, value in os.environ.items() if everything or name in kept}
    me = pwd.getpwuid(os.getuid())
    try:
        target = logins.login_environment(logins.account(options.user))
    except KeyError:
        target = {}
    return (
        own
        | target
        | {
            "PATH": logins.ROOT_PATH,
            "SUDO_USER": me.pw_name,
            "SUDO_UID": str(me.pw_uid),
            "SUDO_GID": str(me.pw_gid),
            "SUDO_COMMAND": " ".join(options.command),
            **given,
        }
    )


def _argv(options: argparse.Namespace, command: list[str]) -> list[str]:
    if not (options.login or options.shell):
        return command
    shell = ["/bin/bash", *(["-l"] if options.login else [])]
    return [*shell, "-c", " ".join(command)] if command else shell


def _refuse(reason: str) -> int:
    sys.stderr.write(f"sudo: {reason}\n")
    return 1


def main(arguments: list[str]) -> int:
    options = _options(arguments[1:])
    given, command = _split(options.command)
    argv = _argv(options, command) or ["true"]
    try:
        environment = _environment(options, given)
    except KeyError:
        return _refuse("you do not exist in the passwd database")
    with asking_init.connect() as connection:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda seen, _: _pass_on(connection, seen))
        question = {"ask": "sudo", "argv": argv, "user": options.user, "environment": environment}
        directory = os.getcwd() if not options.login else None  # noqa: PTH109  # pathlib is slow to load
        messages.send(connection, question | {"directory": directory}, [0, 1, 2])
        return _outcome(messages.receive(connection)[0])


def _pass_on(connection: socket.socket, number: int) -> None:
    try:
        messages.send(connection, {"ask": "signal", "number": number})
    except OSError:
        # The guest goes down.
        sys.exit(128 + number)


def _outcome(answer: dict[str, Any] | None) -> int:
    if answer is None:
        return 1
    if "refused" in answer:
        return _refuse(answer["refused"])
    code: int = answer["exit"]
    return code if code >= 0 else 128 - code
