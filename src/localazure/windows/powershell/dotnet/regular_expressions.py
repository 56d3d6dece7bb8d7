"""System.Text.RegularExpressions: Regex, Match, Group."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from localazure.windows.powershell.dotnet.building import Members, argument_null, argument_wrong, declare, with_engine
from localazure.windows.powershell.regexes import compile_regex, expand_replacement
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.types import enumeration
from localazure.windows.powershell.values import EnumValue, PsList, PsObject, ScriptBlock, Table, TypedArray

_NAME = "System.Text.RegularExpressions."
_OPTIONS = {
    "None": 0,
    "IgnoreCase": 1,
    "Multiline": 2,
    "ExplicitCapture": 4,
    "Compiled": 8,
    "Singleline": 16,
    "IgnorePatternWhitespace": 32,
    "RightToLeft": 64,
    "ECMAScript": 256,
    "CultureInvariant": 512,
}
_FLAGS = {1: re.IGNORECASE, 2: re.MULTILINE, 16: re.DOTALL, 32: re.VERBOSE}
OPTIONS = enumeration(f"{_NAME}RegexOptions", _OPTIONS, flags=True)


def _flags(options: Any) -> int:
    if options is None or isinstance(options, bool):
        return 0
    number = options.number if isinstance(options, EnumValue) else 0
    if isinstance(options, str):
        folded = {name.lower(): value for name, value in _OPTIONS.items()}
        number = sum(folded.get(word.strip().lower(), 0) for word in options.split(","))
    elif isinstance(options, int):
        number = options
    return sum(flag for bit, flag in _FLAGS.items() if number & bit)


def _pattern(text: Any, options: Any = None) -> "re.Pattern[str]":
    if text is None:
        raise argument_null("pattern")
    try:
        return compile_regex(to_text(text), flags=_flags(options))
    except ValueError as failure:
        raise argument_wrong(f'parsing "{to_text(text)}" - {failure}') from failure


def _group(found: "re.Match[str] | None", key: int | str, name: str) -> PsObject:
    start, end = found.span(key) if found else (-1, -1)
    success = start >= 0
    properties: dict[str, object] = {
        "Success": success,
        "Name": name,
        "Index": start if success else 0,
        "Length": end - start,
        "Value": found[key] if found and success else "",
    }
    return PsObject.typed(f"{_NAME}Group", properties, text=str(properties["Value"]))


def match_object(found: "re.Match[str] | None") -> PsObject:
    """A Match; of None the one without success."""
    made = _group(found, 0, "0")
    made.type_names[0] = f"{_NAME}Match"
    made.base = found
    groups = Table(type_name=f"{_NAME}GroupCollection", ordered=True)
    if found:
        names = {number: name for name, number in found.re.groupindex.items()}
        plain = [number for number in range(found.re.groups + 1) if number not in names]
        groups.update({at: _group(found, number, str(at)) for at, number in enumerate(plain)})
        groups.update({name: _group(found, number, name) for number, name in names.items()})
    made.properties["Groups"] = groups
    made.properties["Captures"] = PsList([made])
    return made


def _next(target: PsObject) -> PsObject:
    found = target.base
    if not isinstance(found, re.Match):
        return target
    begin = found.end() + (found.end() == found.start())
    return match_object(found.re.search(found.string, begin) if begin <= len(found.string) else None)


def _all(pattern: "re.Pattern[str]", text: Any) -> PsList:
    return PsList(map(match_object, pattern.finditer(to_text(text))), f"{_NAME}MatchCollection")


def _replaced(engine: Any, pattern: "re.Pattern[str]", text: Any, new: Any, count: int = 0) -> str:
    def one(found: "re.Match[str]") -> str:
        if isinstance(new, ScriptBlock):
            return to_text(engine.evaluate(new, match_object(found)))
        return expand_replacement(to_text(new), found)

    return pattern.sub(one, to_text(text), max(int(count), 0))


def _split(pattern: "re.Pattern[str]", text: Any, count: int = 0) -> TypedArray:
    pieces = pattern.split(to_text(text), max(int(count) - 1, 0))
    return TypedArray([piece for piece in pieces if piece is not None], "System.String")


def _new(text: Any, options: Any = None) -> PsObject:
    pattern = _pattern(text, options)
    made = PsObject.typed(f"{_NAME}Regex", {"Options": options or "None"}, text=to_text(text))
    made.base = pattern
    return made


def _on_text(action: Callable[..., Any]) -> Callable[..., Any]:
    """A static method: text, pattern, ..., options."""
    return lambda text, pattern, options=None: action(_pattern(pattern, options), text)


def _static_replace(engine: Any, text: Any, pattern: Any, new: Any, options: Any = None) -> str:
    return _replaced(engine, _pattern(pattern, options), text, new)


def _escape(text: object) -> str:
    kept = {"\t": r"\t", "\n": r"\n", "\r": r"\r", "\f": r"\f", " ": r"\ "}
    return "".join(kept.get(char) or (f"\\{char}" if char in r"\*+?|{[()^$.#" else char) for char in to_text(text))


def _unescape(text: object) -> str:
    return re.sub(r"\\(.)", r"\1", to_text(text))


def _search(pattern: "re.Pattern[str]", text: Any, start: int = 0) -> PsObject:
    return match_object(pattern.search(to_text(text), int(start)))


REGEX = declare(
    f"{_NAME}Regex",
    Members(
        new=_new,
        static={
            "IsMatch": _on_text(lambda pattern, text: pattern.search(to_text(text)) is not None),
            "Match": _on_text(_search),
            "Matches": _on_text(_all),
            "Split": _on_text(_split),
            "Replace": with_engine(_static_replace),
            "Escape": _escape,
            "Unescape": _unescape,
        },
        methods={
            "IsMatch": lambda target, text, start=0: target.base.search(to_text(text), int(start)) is not None,
            "Match": lambda target, text, start=0: _search(target.base, text, start),
            "Matches": lambda target, text: _all(target.base, text),
            "Split": lambda target, text, count=0: _split(target.base, text, count),
            "Replace": with_engine(
                lambda engine, target, text, new, count=0: _replaced(engine, target.base, text, new, count)
            ),
            "GetGroupNames": lambda target: [str(at) for at in range(target.base.groups + 1)],
        },
    ),
    aliases=("regex",),
)
MATCH = declare(
    f"{_NAME}Match",
    Members(
        methods={
            "NextMatch": _next,
            "Result": lambda target, template: expand_replacement(to_text(template), target.base),
        }
    ),
    base=f"{_NAME}Group",
)


def _named(groups: Table) -> Iterator[PsObject]:
    return iter(groups.values())


GROUPS = declare(
    f"{_NAME}GroupCollection",
    Members(methods={"GetEnumerator": lambda groups: PsList(_named(groups))}),
    base="System.Collections.IDictionary",
)
