"""Select-String: lines of files or of the pipeline that fit a pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from localazure.windows.cmdlets.content import file_bytes, lines
from localazure.windows.cmdlets.encodings import ENCODING_NAMES, decode
from localazure.windows.cmdlets.failures import reported
from localazure.windows.cmdlets.item_paths import FILTERS, places
from localazure.windows.powershell.cmdlets.common import UTILITY, as_list
from localazure.windows.powershell.commands import Call, Parameter, command
from localazure.windows.powershell.dotnet.regular_expressions import match_object
from localazure.windows.powershell.errors import error
from localazure.windows.powershell.regexes import compile_regex
from localazure.windows.powershell.values import PsObject, TypedArray

_MATCH = "Microsoft.PowerShell.Commands.MatchInfo"
_STREAM = "InputStream"
"""What stands for the path of lines that came down the pipeline."""


@dataclass
class _Search:
    call: Call
    patterns: list[tuple[str, re.Pattern[str]]]

    def found(self, text: str) -> tuple[str, list[re.Match[str]]] | None:
        """The first pattern that fits the line, with its matches; -NotMatch turns it round."""
        for pattern, compiled in self.patterns:
            matches = list(compiled.finditer(text))
            if matches and not self.call.switch("NotMatch"):
                return pattern, matches if self.call.switch("AllMatches") else matches[:1]
            if matches:
                return None
        return (self.patterns[0][0], []) if self.call.switch("NotMatch") else None

    def lines(self, path: str, texts: list[object], first: int = 1) -> Iterator[object]:
        for number, text in enumerate(texts, first):
            found = self.found(str(text))
            if found:
                yield self._result(path, number, str(text), *found)
                if self.call.switch("List") or self.call.switch("Quiet"):
                    return

    def _result(self, path: str, number: int, text: str, pattern: str, matches: list[re.Match[str]]) -> PsObject:
        properties: dict[str, object] = {
            "IgnoreCase": not self.call.switch("CaseSensitive"),
            "LineNumber": number,
            "Line": text,
            "Filename": path.rpartition("\\")[2],
            "Path": path,
            "Pattern": pattern,
            "Context": None,
            "Matches": TypedArray(map(match_object, matches), "System.Text.RegularExpressions.Match"),
        }
        return PsObject.typed(_MATCH, properties, text=text if path == _STREAM else f"{path}:{number}:{text}")


@command(
    "Select-String",
    aliases=("sls",),
    module=UTILITY,
    parameters=(
        Parameter("Pattern", position=0, kind="System.String[]", mandatory=True),
        Parameter("Path", position=1, kind=object),
        Parameter("LiteralPath", kind=object, pipeline="property", aliases=("PSPath",)),
        Parameter("InputObject", kind=object, pipeline="value"),
        Parameter("SimpleMatch", switch=True),
        Parameter("CaseSensitive", switch=True),
        Parameter("Quiet", switch=True),
        Parameter("List", switch=True),
        Parameter("NotMatch", switch=True),
        Parameter("AllMatches", switch=True),
        Parameter("Encoding", kind=str, values=ENCODING_NAMES),
        *FILTERS,
    ),
)
def select_string(call: Call) -> Iterator[object]:
    search = _Search(call, [(str(each), _compiled(call, str(each))) for each in as_list(call.get("Pattern"))])
    found = _in_files(search) if _means_files(call) else _in_input(search)
    if not call.switch("Quiet"):
        yield from found
    elif next(found, None) is not None:
        # Nothing, rather than $false, when nothing fits: so does 5.1.
        yield True


def _compiled(call: Call, pattern: str) -> re.Pattern[str]:
    text = re.escape(pattern) if call.switch("SimpleMatch") else pattern
    try:
        return compile_regex(text, ignore_case=not call.switch("CaseSensitive"))
    except ValueError as failure:
        why = f'The string {pattern} is not a valid regular expression: parsing "{pattern}" - {failure}'
        raise error("System.ArgumentException", why, "InvalidRegex", "InvalidArgument") from failure


def _means_files(call: Call) -> bool:
    return call.get("Path") is not None or call.get("LiteralPath") is not None


def _in_files(search: _Search) -> Iterator[object]:
    call = search.call
    for place in places(call):
        with reported(call):
            if not place.provider.is_container(place.path):
                yield from search.lines(place.path, lines(decode(file_bytes(place), call.get("Encoding") or "utf8")))


def _in_input(search: _Search) -> Iterator[object]:
    """Each object's text is a line; files among the objects are searched."""
    number = 0
    for record in search.call.records():
        for item in as_list(record.get("InputObject")):
            if isinstance(item, PsObject) and item.type_names[0] == "System.IO.FileInfo":
                text = search.call.engine.to_text(search.call.engine.get_property(item, "FullName"))
                yield from _in_file(search, text)
                continue
            number += 1
            yield from search.lines(_STREAM, [search.call.engine.to_text(item)], number)


def _in_file(search: _Search, path: str) -> Iterator[object]:
    given = {name: value for name, value in search.call.parameters.items() if name != "InputObject"}
    yield from search.call.engine.run_command("Select-String", given | {"LiteralPath": path})
