"""System.Console, and the readers and writers of a process's three streams."""

from __future__ import annotations

from localazure.windows.powershell.dotnet.building import Members, declare, with_engine
from localazure.windows.powershell.dotnet.encodings import UTF8, encoding_of
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.types import DotnetType
from localazure.windows.powershell.values import PsObject

_READER, _WRITER = "System.IO.TextReader+SyncTextReader", "System.IO.TextWriter+SyncTextWriter"


def _reader(engine: EngineApi) -> PsObject:
    made = PsObject.typed(_READER, {})
    made.methods["ReadLine"] = engine.host.read_line
    made.methods["ReadToEnd"] = lambda: _rest(engine)
    return made


def _rest(engine: EngineApi) -> str:
    lines = []
    while (line := engine.host.read_line()) is not None:
        lines.append(f"{line}\r\n")
    return "".join(lines)


def _writer(engine: EngineApi, *, errors: bool) -> PsObject:
    def write(text: object = "") -> None:
        (engine.host.write_error if errors else engine.host.write)(to_text(text))

    made = PsObject.typed(_WRITER, {})
    made.methods["Write"] = write
    made.methods["WriteLine"] = lambda text="": write(f"{to_text(text)}\n")
    made.methods["Flush"] = lambda: None
    return made


def _set_encoding(value: object) -> None:
    """Raises PsError for what is no encoding. The model's programs write UTF-8, whatever is set here."""
    encoding_of(value)


CONSOLE = declare(
    "System.Console",
    Members(
        static={
            "WriteLine": with_engine(lambda engine, text="": engine.host.write(f"{to_text(text)}\n")),
            "Write": with_engine(lambda engine, text: engine.host.write(to_text(text))),
            "ReadLine": with_engine(lambda engine: engine.host.read_line()),
        },
        static_get={
            "In": with_engine(_reader),
            "Out": with_engine(lambda engine: _writer(engine, errors=False)),
            "Error": with_engine(lambda engine: _writer(engine, errors=True)),
            "OutputEncoding": lambda: UTF8,
            "InputEncoding": lambda: UTF8,
        },
        static_set={"OutputEncoding": _set_encoding, "InputEncoding": _set_encoding},
    ),
)


def console_types() -> list[DotnetType]:
    return [CONSOLE]
