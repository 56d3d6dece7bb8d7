"""System.String: its instance members."""

from collections.abc import Callable, Sequence
from typing import Any

from localazure.windows.powershell.dotnet.building import Members, argument_null, argument_wrong, declare, out_of_range
from localazure.windows.powershell.dotnet.composite_format import composite_format
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.types import enumeration
from localazure.windows.powershell.values import Char, EnumValue, TypedArray


def _texts(args: Sequence[object]) -> list[str]:
    """Arguments of a params array: one array, or single values."""
    items = args[0] if len(args) == 1 and isinstance(args[0], list) else args
    return ["" if item is None else to_text(item) for item in items]


def ignores_case(comparison: object) -> bool:
    """Whether a StringComparison, or the ignoreCase boolean, asks for it."""
    return comparison is True or (isinstance(comparison, str | EnumValue) and "ignorecase" in str(comparison).lower())


def _folded(text: str, comparison: object) -> str:
    return text.lower() if ignores_case(comparison) else text


def _start(text: str, args: Sequence[Any]) -> tuple[int, int, object]:
    """Start, end and comparison out of the arguments of IndexOf after the first."""
    numbers = [int(item) for item in args if isinstance(item, int) and not isinstance(item, bool)]
    rest = [item for item in args if not isinstance(item, int)]
    begin = numbers[0] if numbers else 0
    end = begin + numbers[1] if len(numbers) > 1 else len(text)
    if not 0 <= begin <= len(text):
        raise out_of_range(
            "Index was out of range. Must be non-negative and less than the size of the collection.", "startIndex"
        )
    return begin, end, rest[0] if rest else None


def _index_of(text: str, wanted: object, *args: Any) -> int:
    if wanted is None:
        raise argument_null("value")
    begin, end, comparison = _start(text, args)
    return _folded(text, comparison).find(_folded(to_text(wanted), comparison), begin, end)


def _last_index_of(text: str, wanted: object, *args: Any) -> int:
    if wanted is None:
        raise argument_null("value")
    numbers = [int(item) for item in args if isinstance(item, int)]
    comparison = next((item for item in args if not isinstance(item, int)), None)
    sought = _folded(to_text(wanted), comparison)
    end = numbers[0] + 1 if numbers else len(text)
    return _folded(text, comparison).rfind(sought, 0, end)


def _index_of_any(text: str, chars: object, start: int = 0) -> int:
    wanted = "".join(_texts([chars]))
    return next((at for at in range(start, len(text)) if text[at] in wanted), -1)


def _last_index_of_any(text: str, chars: object) -> int:
    wanted = "".join(_texts([chars]))
    return next((at for at in reversed(range(len(text))) if text[at] in wanted), -1)


def _substring(text: str, start: Any, length: Any = None) -> str:
    begin = int(start)
    if begin < 0:
        raise out_of_range("StartIndex cannot be less than zero.", "startIndex")
    if begin > len(text):
        raise out_of_range("startIndex cannot be larger than length of string.", "startIndex")
    if length is None:
        return text[begin:]
    if int(length) < 0:
        raise out_of_range("Length cannot be less than zero.", "length")
    if begin + int(length) > len(text):
        raise out_of_range("Index and length must refer to a location within the string.", "length")
    return text[begin : begin + int(length)]


def _split(text: str, *args: Any) -> TypedArray:
    """All overloads: characters, or an array of strings with options, or a count."""
    options = (
        args[-1] if len(args) > 1 and isinstance(args[-1], EnumValue | str) and _is_split_option(args[-1]) else None
    )
    rest = list(args[:-1] if options is not None else args)
    count = int(rest.pop()) if len(rest) > 1 and isinstance(rest[-1], int) else 0
    marks = _separators(rest, whole=options is not None)
    pieces = _cut(text, marks, count, drop=options is not None and "remove" in str(options).lower())
    return TypedArray(pieces, "System.String")


def _is_split_option(value: object) -> bool:
    return isinstance(value, EnumValue) or str(value).lower() in {"none", "removeemptyentries"}


def _separators(args: list[Any], *, whole: bool) -> list[str]:
    """Separators: without options .NET Framework has only the overload that takes single characters."""
    flat = [item for arg in args for item in (arg if isinstance(arg, list) else [arg])]
    texts = [to_text(item) for item in flat if item is not None and to_text(item)]
    is_array = any(isinstance(arg, list) for arg in args)
    if not texts:
        return [" ", "\t", "\r", "\n", "\v", "\f", "\x85", "\xa0"]
    if whole and is_array and not all(isinstance(item, Char) for item in flat):
        return texts
    return [char for text in texts for char in text]


def _cut(text: str, marks: list[str], count: int, *, drop: bool) -> list[str]:
    pieces: list[str] = []
    begin = at = 0
    while at < len(text) and (not count or len(pieces) < count - 1):
        mark = next((one for one in marks if text.startswith(one, at)), None)
        if mark is None:
            at += 1
            continue
        if at > begin or not drop:
            pieces.append(text[begin:at])
        at += len(mark)
        begin = at
    rest = text[begin:]
    if rest or not drop:
        pieces.append(rest)
    return pieces


def _trimmer(strip: Callable[[str, str | None], str]) -> Callable[..., str]:
    def trim(text: str, *chars: object) -> str:
        given = "".join(_texts(chars))
        return strip(text, given or None)

    return trim


def _replace(text: str, old: object, new: object = "") -> str:
    if old is None:
        raise argument_null("oldValue")
    if to_text(old) == "":
        raise argument_wrong("String cannot be of zero length.", "oldValue")
    return text.replace(to_text(old), "" if new is None else to_text(new))


def _remove(text: str, start: Any, count: Any = None) -> str:
    begin = int(start)
    if not 0 <= begin < max(len(text), 1):
        raise out_of_range("startIndex must be less than length of string.", "startIndex")
    if count is not None and begin + int(count) > len(text):
        raise out_of_range("Index and count must refer to a location within the string.", "count")
    return text[:begin] + ("" if count is None else text[begin + int(count) :])


def _insert(text: str, start: Any, value: object) -> str:
    if not 0 <= int(start) <= len(text):
        raise out_of_range("Specified argument was out of the range of valid values.", "startIndex")
    return text[: int(start)] + to_text(value) + text[int(start) :]


def _tester(test: Callable[[str, str], bool]) -> Callable[..., bool]:
    def check(text: str, value: object, comparison: object = None, *_culture: object) -> bool:
        if value is None:
            raise argument_null("value")
        return test(_folded(text, comparison), _folded(to_text(value), comparison))

    return check


def _equals(text: str, other: object, comparison: object = None) -> bool:
    return isinstance(other, str) and _folded(text, comparison) == _folded(other, comparison)


def order(left: str, right: str) -> int:
    """Negative, 0 or positive, in word order: case matters last, lower before upper."""
    one, two = (left.lower(), left.swapcase()), (right.lower(), right.swapcase())
    return (one > two) - (one < two)


def _compare_to(text: str, other: object) -> int:
    return order(text, to_text(other)) if other is not None else 1


def _compare(left: object, right: object, *how: object) -> int:
    fold = any(ignores_case(item) for item in how)
    one, two = to_text(left), to_text(right)
    return order(one.lower(), two.lower()) if fold else order(one, two)


def _ordinal(left: object, right: object) -> int:
    one, two = to_text(left), to_text(right)
    return (one > two) - (one < two)


def _chars(text: str, start: int = 0, length: int | None = None) -> TypedArray:
    end = len(text) if length is None else start + length
    return TypedArray([Char(char) for char in text[start:end]], "System.Char")


def _char_at(text: str, index: Any) -> Char:
    if not 0 <= int(index) < len(text):
        raise out_of_range("Index was outside the bounds of the array.", "index")
    return Char(text[int(index)])


def _join(separator: object, *items: Any) -> str:
    if len(items) == 3 and isinstance(items[0], list) and all(isinstance(item, int) for item in items[1:]):
        items = (items[0][int(items[1]) : int(items[1]) + int(items[2])],)
    return to_text(separator).join(_texts(items))


def _format(template: object, *args: Any) -> str:
    if template is None:
        raise argument_null("format")
    values = args[0] if len(args) == 1 and type(args[0]) is list else args
    return composite_format(to_text(template), values)


def _new(*args: Any) -> str:
    """new(char, count) or new(char[], start, length)."""
    if isinstance(args[0], list):
        text = "".join(to_text(item) for item in args[0])
        return text[int(args[1]) : int(args[1]) + int(args[2])] if len(args) == 3 else text
    return to_text(args[0]) * int(args[1])


STRING = declare(
    "System.String",
    Members(
        new=_new,
        static={
            "Join": _join,
            "Format": _format,
            "Concat": lambda *items: "".join(_texts(items)),
            "IsNullOrEmpty": lambda value: value is None or to_text(value) == "",
            "IsNullOrWhiteSpace": lambda value: value is None or not to_text(value).strip(),
            "Compare": _compare,
            "CompareOrdinal": _ordinal,
            "Equals": lambda left, right, how=None: left is right or (left is not None and _equals(left, right, how)),
            "Copy": to_text,
        },
        constants={"Empty": ""},
        methods={
            "Clone": lambda text: text,
            "CompareTo": _compare_to,
            "Contains": _tester(lambda text, value: value in text),
            "EndsWith": _tester(str.endswith),
            "Equals": _equals,
            "get_Chars": _char_at,
            "Chars": _char_at,
            "IndexOf": _index_of,
            "IndexOfAny": _index_of_any,
            "Insert": _insert,
            "LastIndexOf": _last_index_of,
            "LastIndexOfAny": _last_index_of_any,
            "Normalize": lambda text: text,
            "PadLeft": lambda text, width, fill=" ": text.rjust(int(width), fill),
            "PadRight": lambda text, width, fill=" ": text.ljust(int(width), fill),
            "Remove": _remove,
            "Replace": _replace,
            "Split": _split,
            "StartsWith": _tester(str.startswith),
            "Substring": _substring,
            "ToCharArray": _chars,
            "ToLower": lambda text, *_culture: text.lower(),
            "ToLowerInvariant": lambda text: text.lower(),
            "ToUpper": lambda text, *_culture: text.upper(),
            "ToUpperInvariant": lambda text: text.upper(),
            "ToString": lambda text, *_culture: text,
            "Trim": _trimmer(str.strip),
            "TrimEnd": _trimmer(str.rstrip),
            "TrimStart": _trimmer(str.lstrip),
        },
        get={"Length": len},
    ),
    aliases=("string",),
    python=str,
)

STRING_COMPARISON = enumeration(
    "System.StringComparison",
    {
        "CurrentCulture": 0,
        "CurrentCultureIgnoreCase": 1,
        "InvariantCulture": 2,
        "InvariantCultureIgnoreCase": 3,
        "Ordinal": 4,
        "OrdinalIgnoreCase": 5,
    },
)
STRING_SPLIT_OPTIONS = enumeration("System.StringSplitOptions", {"None": 0, "RemoveEmptyEntries": 1}, flags=True)
