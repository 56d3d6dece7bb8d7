"""powershell.exe: its command line, its exit code, and the format of its standard error."""

import base64
import binascii
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from localazure.windows.powershell.binding import Argument
from localazure.windows.powershell.engine import Engine
from localazure.windows.powershell.error_stream import ClixmlStream
from localazure.windows.powershell.errors import PsError
from localazure.windows.powershell.flow import ExitFlow, Flow, Stopped
from localazure.windows.powershell.streams import StandardInput

EngineFactory = Callable[[BinaryIO, BinaryIO, BinaryIO], Engine]
_SWITCHES = ("noprofile", "nop", "noninteractive", "nologo", "noexit", "sta", "mta")
_VALUED = ("executionpolicy", "ep", "outputformat", "inputformat", "windowstyle", "version", "configurationname")
_NO_FILE = -196608


def run_powershell(
    arguments: Sequence[str], stdin: BinaryIO, stdout: BinaryIO, stderr: BinaryIO, engine_factory: EngineFactory
) -> int:
    """Runs powershell.exe with these arguments (its own name not among them) and gives its exit code."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 20_000))
    engine = engine_factory(stdin, stdout, stderr)
    rest = list(arguments)
    format_given, reads_input = False, True
    while rest:
        word = rest[0].lower().lstrip("-/") if rest[0][0:1] in {"-", "/"} and rest[0] != "-" else ""
        if word and any(name.startswith(word) for name in _SWITCHES):
            rest.pop(0)
        elif word and word not in {"c", "e", "ec"} and any(name.startswith(word) for name in _VALUED):
            format_given |= "outputformat".startswith(word)
            reads_input &= not ("inputformat".startswith(word) and rest[1:2] and rest[1].lower() == "none")
            del rest[:2]
        else:
            given = StandardInput(engine.host.read_line) if reads_input else None
            if word and ("encodedcommand".startswith(word) or word == "ec"):
                return _encoded(engine, "".join(rest[1:2]), given, clixml=not format_given)
            return _run(engine, word, rest, stdin, given)
    return _command(engine, stdin.read().decode("utf-8-sig", "replace"), None)


def _run(engine: Engine, word: str, rest: list[str], stdin: BinaryIO, given: StandardInput | None) -> int:
    if word and "file".startswith(word):
        return _file(engine, rest[1:])
    words = rest[1:] if word and "command".startswith(word) else rest
    if words == ["-"]:
        return _command(engine, stdin.read().decode("utf-8-sig", "replace"), None)
    return _command(engine, " ".join(words), given)


def _encoded(engine: Engine, packed: str, given: StandardInput | None, *, clixml: bool) -> int:
    try:
        text = base64.b64decode(packed, validate=True).decode("utf-16-le")
    except (binascii.Error, UnicodeDecodeError):
        engine.host.write_error("Cannot process the command because the value is not properly encoded.\n")
        return 1
    if clixml:
        engine.error_stream = ClixmlStream(engine.host, engine.top)
    try:
        return _command(engine, text, given)
    finally:
        engine.error_stream.close()


def _command(engine: Engine, text: str, given: StandardInput | None) -> int:
    def flow() -> Iterator[object]:
        return engine.run_block(engine.top, engine.compile(text), (), given or ())

    code = _finish(engine, flow)
    return code if code is not None else int(not engine.last_ok)


def _file(engine: Engine, words: list[str]) -> int:
    text = engine.host.read_script(words[0]) if words else None
    if text is None:
        path = words[0] if words else ""
        engine.host.write_error(
            f"The argument '{path}' to the -File parameter does not exist. Provide the path to an existing '.ps1' file "
            "as an argument to the -File parameter.\n"
        )
        return _NO_FILE
    given = [Argument(None, word[1:], text=word) if word[:1] == "-" else Argument(word) for word in words[1:]]
    ended: list[int] = []

    def flow() -> Iterator[object]:
        left = yield from engine.run_script(engine.top, words[0], given, None, new_scope=True)
        ended.append(left)

    code = _finish(engine, flow)
    return code if code is not None else (ended[0] if ended else 0)


def _finish(engine: Engine, flow: Callable[[], Iterator[object]]) -> int | None:
    """Shows all a script writes; its exit code if it ended before its end."""
    try:
        for _ in engine.run_named(engine.top, "Out-Default", {}, (), flow()):
            pass
    except PsError as failure:
        engine.top.show_error(failure.record)
        return 1
    except ExitFlow as leaving:
        return leaving.code
    except Stopped:
        return 1
    except Flow:
        return None
    return None
