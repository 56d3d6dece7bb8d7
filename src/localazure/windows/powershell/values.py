"""What PowerShell values are in Python; docs on each class say which .NET type it stands for.

$null None · bool · int (Int32 or Int64 by size) · float Double · decimal.Decimal · str · bytearray Byte[] ·
list Object[] · datetime.datetime DateTime · datetime.timedelta TimeSpan · uuid.UUID Guid, and the classes below.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Self

from localazure.windows.powershell.errors import ErrorRecord, Position, PsError, PsException, error

__all__ = [  # noqa: RUF022 - errors first: they live in another module
    "ErrorRecord",
    "Position",
    "PsError",
    "PsException",
    "error",
    "Byte",
    "CaselessDict",
    "Char",
    "EnumValue",
    "Getter",
    "Int16",
    "Long",
    "Property",
    "PsList",
    "PsObject",
    "PsVersion",
    "SByte",
    "ScriptBlock",
    "SecureString",
    "Single",
    "Sized",
    "SwitchParameter",
    "Table",
    "TypeLiteral",
    "TypedArray",
    "UInt16",
    "UInt32",
    "UInt64",
]


class Char(str):
    """A System.Char: one UTF-16 unit."""

    __slots__ = ()


class Sized(int):
    """An integer whose .NET type is not Int32; `type_name` says which."""

    __slots__ = ()
    type_name = "System.Int64"


class Long(Sized):
    __slots__ = ()


class Byte(Sized):
    __slots__ = ()
    type_name = "System.Byte"


class SByte(Sized):
    __slots__ = ()
    type_name = "System.SByte"


class Int16(Sized):
    __slots__ = ()
    type_name = "System.Int16"


class UInt16(Sized):
    __slots__ = ()
    type_name = "System.UInt16"


class UInt32(Sized):
    __slots__ = ()
    type_name = "System.UInt32"


class UInt64(Sized):
    __slots__ = ()
    type_name = "System.UInt64"


class Single(float):
    """A System.Single."""

    __slots__ = ()


class PsList(list[Any]):
    """An ArrayList or List[T]: a list that grows. `type_name` says which; `element` is T's name, or empty."""

    def __init__(
        self, items: Iterable[object] = (), type_name: str = "System.Collections.ArrayList", element: str = ""
    ) -> None:
        super().__init__(items)
        self.type_name = type_name
        self.element = element


class TypedArray(list[Any]):
    """An array of one element type, as [string[]] makes; `element` is the full name of that type."""

    def __init__(self, items: Iterable[object] = (), element: str = "System.Object") -> None:
        super().__init__(items)
        self.element = element


class CaselessDict(MutableMapping[Any, Any]):
    """A mapping that keeps order and the keys' spelling, and finds text keys whatever their case."""

    def __init__(self, items: "Mapping[Any, Any] | Iterable[tuple[Any, Any]]" = ()) -> None:
        self._items: dict[Any, tuple[Any, Any]] = {}
        self.update(items)

    @staticmethod
    def _key(key: object) -> object:
        return key.lower() if isinstance(key, str) else key

    def __getitem__(self, key: object) -> Any:
        return self._items[self._key(key)][1]

    def __setitem__(self, key: object, value: object) -> None:
        folded = self._key(key)
        old = self._items.get(folded)
        self._items[folded] = (key if old is None else old[0], value)

    def __delitem__(self, key: object) -> None:
        del self._items[self._key(key)]

    def __contains__(self, key: object) -> bool:
        try:
            return self._key(key) in self._items
        except TypeError:
            return False

    def __iter__(self) -> Iterator[Any]:
        return iter([key for key, _ in self._items.values()])

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self)!r})"


class Table(CaselessDict):
    """A Hashtable, or with `ordered` an OrderedDictionary; `type_name` names another dictionary type."""

    def __init__(
        self,
        items: "Mapping[Any, Any] | Iterable[tuple[Any, Any]]" = (),
        *,
        ordered: bool = False,
        type_name: str = "",
    ) -> None:
        super().__init__(items)
        self.ordered = ordered
        plain = "System.Collections.Specialized.OrderedDictionary" if ordered else "System.Collections.Hashtable"
        self.type_name = type_name or plain

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


@dataclass(frozen=True)
class Getter:
    """A property worked out each time it is read: get(object) -> value."""

    get: Callable[["PsObject"], object]
    kind: str = "Property"


@dataclass(frozen=True)
class Property:
    """A live property: get(object) -> value, set(object, value)."""

    get: Callable[["PsObject"], object]
    set: Callable[["PsObject", object], None]
    kind: str = "Property"


@dataclass(eq=False)
class PsObject:
    """Any other object. `type_names` from the most derived; `text` is what ToString() gives; `base` a wrapped value."""

    type_names: list[str]
    properties: CaselessDict = field(default_factory=CaselessDict)
    methods: CaselessDict = field(default_factory=CaselessDict)
    text: "str | Callable[[PsObject], str] | None" = None
    base: object = None

    @classmethod
    def custom(cls, properties: "Mapping[str, object] | Iterable[tuple[str, object]]" = ()) -> Self:
        """A PSCustomObject."""
        return cls(["System.Management.Automation.PSCustomObject", "System.Object"], CaselessDict(properties))

    @classmethod
    def typed(
        cls,
        type_name: str,
        properties: "Mapping[str, object] | Iterable[tuple[str, object]]" = (),
        methods: Mapping[str, Callable[..., object]] | None = None,
        text: "str | Callable[[PsObject], str] | None" = None,
    ) -> Self:
        """An object like .NET's `type_name`. Methods are called with the PowerShell arguments only."""
        return cls([type_name, "System.Object"], CaselessDict(properties), CaselessDict(methods or {}), text)

    @property
    def type_name(self) -> str:
        return self.type_names[0]

    @property
    def is_custom(self) -> bool:
        return "System.Management.Automation.PSCustomObject" in self.type_names

    def get(self, name: str, default: object = None) -> Any:
        """A property's value, live ones worked out; `default` where there is none."""
        found = self.properties.get(name, default)
        return found.get(self) if isinstance(found, Getter | Property) else found

    def set(self, name: str, value: object) -> None:
        """Assigns a property, through its setter where it has one.

        Raises:
            PsError: the property is read-only.
        """
        old = self.properties.get(name)
        if isinstance(old, Property):
            old.set(self, value)
        elif isinstance(old, Getter):
            raise error(
                "System.InvalidOperationException", f"'{name}' is a ReadOnly property.", "PropertyAssignmentException"
            )
        else:
            self.properties[name] = value

    def items(self) -> Iterator[tuple[str, Any]]:
        for name in self.properties:
            yield name, self.get(name)


@dataclass(frozen=True)
class PsVersion:
    """A System.Version; parts that were not given are -1."""

    major: int
    minor: int
    build: int = -1
    revision: int = -1

    def __str__(self) -> str:
        return ".".join(str(part) for part in (self.major, self.minor, self.build, self.revision) if part >= 0)

    def _parts(self) -> tuple[int, int, int, int]:
        return (self.major, self.minor, self.build, self.revision)

    def __lt__(self, other: "PsVersion") -> bool:
        return self._parts() < other._parts()


@dataclass(frozen=True)
class EnumValue:
    """A value of an enumeration: the type's full name, its own name, and its number."""

    type_name: str
    name: str
    number: int

    def __str__(self) -> str:
        return self.name


@dataclass(eq=False)
class SecureString:
    """A SecureString. Its text never shows in repr or str."""

    plain: str = field(repr=False)

    def __str__(self) -> str:
        return "System.Security.SecureString"


@dataclass(frozen=True)
class TypeLiteral:
    """A .NET type as a value: its full name, such as System.Int32 or System.String[]."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(eq=False)
class ScriptBlock:
    """Code as a value. `code` is what the compiler made of `text`; only the evaluator looks inside."""

    text: str
    code: Any = field(repr=False)
    file: str | None = None
    closure: Any = field(default=None, repr=False)

    def __str__(self) -> str:
        return self.text


class SwitchParameter:
    """A [switch] given or not: true or false, with IsPresent."""

    __slots__ = ("is_present",)

    def __init__(self, is_present: bool) -> None:
        self.is_present = is_present

    def __bool__(self) -> bool:
        return self.is_present

    def __str__(self) -> str:
        return str(self.is_present)
