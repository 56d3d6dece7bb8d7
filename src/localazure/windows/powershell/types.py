"""The .NET types that scripts can name: how they are declared in Python, and where they are found.

A type is a class of plain functions:

    @dotnet("System.String", aliases=("string",), python=str)
    class StringType:
        @static("Join")
        def join(engine, separator, *values): ...

        @method("Substring")
        def substring(engine, target, start, length=None): ...

        @getter("Length")
        def length(engine, target): ...
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Literal

from localazure.windows.powershell.values import CaselessDict, TypeLiteral

MemberKind = Literal["static", "static_getter", "static_setter", "method", "getter", "setter", "constructor"]


@dataclass(frozen=True)
class Member:
    """One member: its kind, its .NET name, and the function behind it."""

    kind: MemberKind
    name: str
    function: Callable[..., Any]

    def __call__(self, *args: object) -> Any:
        return self.function(*args)


MemberDecorator = Callable[[Callable[..., Any]], Member]


def _member(kind: MemberKind, name: str) -> MemberDecorator:
    return lambda function: Member(kind, name, function)


def static(name: str) -> MemberDecorator:
    """A static method: function(engine, *args)."""
    return _member("static", name)


def static_getter(name: str) -> MemberDecorator:
    """A static property or constant: function(engine)."""
    return _member("static_getter", name)


def static_setter(name: str) -> MemberDecorator:
    """Assigning a static property: function(engine, value)."""
    return _member("static_setter", name)


def method(name: str) -> MemberDecorator:
    """An instance method: function(engine, target, *args)."""
    return _member("method", name)


def getter(name: str) -> MemberDecorator:
    """An instance property: function(engine, target)."""
    return _member("getter", name)


def setter(name: str) -> MemberDecorator:
    """Assigning an instance property: function(engine, target, value)."""
    return _member("setter", name)


def constructor(function: Callable[..., Any]) -> Member:
    """The constructor, all overloads in one: function(engine, *args) -> value."""
    return Member("constructor", "new", function)


@dataclass
class DotnetType:
    """A type: its names, what it derives from, the Python class of its values, an enumeration's names and numbers."""

    name: str
    aliases: tuple[str, ...] = ()
    base: str = "System.Object"
    python: type | None = None
    interfaces: tuple[str, ...] = ()
    enum: CaselessDict = field(default_factory=CaselessDict)
    flags: bool = False
    members: dict[MemberKind, CaselessDict] = field(default_factory=dict)

    def member(self, kind: MemberKind, name: str) -> Member | None:
        found = self.members.get(kind)
        return None if found is None else found.get(name)

    def add(self, member: Member) -> None:
        self.members.setdefault(member.kind, CaselessDict())[member.name] = member


def dotnet(
    name: str,
    *,
    aliases: tuple[str, ...] = (),
    base: str = "System.Object",
    python: type | None = None,
    interfaces: tuple[str, ...] = (),
) -> Callable[[type], DotnetType]:
    """Makes a .NET type of a class of member functions. `python` is its values' class if not PsObject."""

    def decorate(source: type) -> DotnetType:
        made = DotnetType(name, aliases, base, python, interfaces)
        for value in vars(source).values():
            if isinstance(value, Member):
                made.add(value)
        return made

    return decorate


def enumeration(name: str, values: dict[str, int], *, aliases: tuple[str, ...] = (), flags: bool = False) -> DotnetType:
    """An enumeration type."""
    return DotnetType(name, aliases, "System.Enum", enum=CaselessDict(values), flags=flags)


class TypeTable:
    """The types scripts can name: by full name, by name without System., and by alias, whatever their case."""

    def __init__(self, types: Iterable[DotnetType] = ()) -> None:
        self.names: CaselessDict = CaselessDict()
        for one in types:
            self.add(one)

    @classmethod
    def of(cls, *modules: ModuleType) -> "TypeTable":
        """A table of every type these Python modules define."""
        table = cls()
        for module in modules:
            table.add_module(module)
        return table

    def add(self, one: DotnetType) -> None:
        """Adds a type; members of a type already there are added to it."""
        there = self.names.get(one.name)
        if isinstance(there, DotnetType):
            for members in one.members.values():
                for member in members.values():
                    there.add(member)
            return
        self.names[one.name] = one
        for alias in one.aliases:
            self.names[alias] = one

    def add_module(self, module: ModuleType) -> None:
        for value in vars(module).values():
            if isinstance(value, DotnetType):
                self.add(value)

    def find(self, name: str) -> DotnetType | None:
        """The type of that name, or None."""
        if not name.endswith("[]"):
            # The arguments of a generic type say nothing about its members.
            name = name.partition("[")[0]
        found = self.names.get(name)
        if found is None:
            found = self.names.get(f"System.{name}")
        return found if isinstance(found, DotnetType) else None

    def lineage(self, name: str) -> Iterator[DotnetType]:
        """The type of that full name, then those it derives from, as far as the table knows them."""
        found = self.find(name)
        while found is not None:
            yield found
            for interface in found.interfaces:
                yield from filter(None, [self.find(interface)])
            found = self.find(found.base) if found.name != "System.Object" else None

    def instance_member(self, names: Iterable[str], kind: MemberKind, member: str) -> Member | None:
        """The member of the first of these types, or of what they derive from, that has it."""
        for name in names:
            for one in self.lineage(name):
                found = one.member(kind, member)
                if found is not None:
                    return found
        return None

    def literal(self, name: str) -> TypeLiteral | None:
        found = self.find(name)
        return None if found is None else TypeLiteral(found.name)
