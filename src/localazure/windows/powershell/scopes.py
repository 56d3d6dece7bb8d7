"""Variables, functions and aliases, in nested scopes."""

from localazure.windows.powershell.values import ScriptBlock, error


class Cell:
    """A variable: its name as spelled first, its value, the type it is bound to, and its options."""

    __slots__ = ("name", "options", "type_name", "value")

    def __init__(self, name: str, value: object = None, type_name: str = "", options: str = "") -> None:
        self.name = name
        self.value = value
        self.type_name = type_name
        self.options = options


class Scope:
    """One scope; `parent` is the caller's. `is_script` marks those that $script: reaches."""

    __slots__ = ("aliases", "functions", "is_script", "own_strictness", "parent", "variables")

    def __init__(self, parent: "Scope | None" = None, *, is_script: bool = False) -> None:
        self.parent = parent
        self.is_script = is_script
        self.variables: dict[str, Cell] = {}
        self.functions: dict[str, tuple[str, ScriptBlock]] = {}
        self.aliases: dict[str, tuple[str, str]] = {}
        self.own_strictness: int | None = None

    @property
    def strictness(self) -> int:
        """The version of Set-StrictMode in force, 0 for none: this scope's, else that of the nearest outer one."""
        scope: Scope | None = self
        while scope is not None:
            if scope.own_strictness is not None:
                return scope.own_strictness
            scope = scope.parent
        return 0

    def find(self, folded: str) -> Cell | None:
        """The variable of that lower-case name in this scope or the nearest outer one that shows it."""
        scope: Scope | None = self
        while scope is not None:
            cell = scope.variables.get(folded)
            if cell is not None and (scope is self or cell.options != "Private"):
                return cell
            scope = scope.parent
        return None

    def assign(self, name: str, value: object) -> None:
        """Sets a variable of this scope.

        Raises:
            PsError: it is constant or read-only.
        """
        folded = name.lower()
        cell = self.variables.get(folded)
        if cell is None:
            self.variables[folded] = Cell(name, value)
            return
        check_writable(cell)
        cell.value = value

    @property
    def root(self) -> "Scope":
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    @property
    def script(self) -> "Scope":
        scope = self
        while scope.parent is not None and not scope.is_script:
            scope = scope.parent
        return scope

    def named(self, name: str) -> "Scope":
        """The scope that global, script, local, private or a number of levels up names."""
        folded = name.lower()
        if folded == "global":
            return self.root
        if folded == "script":
            return self.script
        scope = self
        for _ in range(int(folded) if folded.isdigit() else 0):
            scope = scope.parent or scope
        return scope

    def function(self, folded: str) -> ScriptBlock | None:
        scope: Scope | None = self
        while scope is not None:
            found = scope.functions.get(folded)
            if found is not None:
                return found[1]
            scope = scope.parent
        return None

    def spelled(self, folded: str) -> str | None:
        """A function's name as it was declared."""
        return next((one.functions[folded][0] for one in self.chain() if folded in one.functions), None)

    def alias(self, folded: str) -> str | None:
        scope: Scope | None = self
        while scope is not None:
            found = scope.aliases.get(folded)
            if found is not None:
                return found[1]
            scope = scope.parent
        return None

    def chain(self) -> "list[Scope]":
        """This scope and those around it, the outermost last."""
        found: list[Scope] = [self]
        while found[-1].parent is not None:
            found.append(found[-1].parent)
        return found


def check_writable(cell: Cell) -> None:
    """Raises PsError (VariableNotWritable) for a constant or read-only variable."""
    if cell.options in {"Constant", "ReadOnly"}:
        message = f"Cannot overwrite variable {cell.name} because it is read-only or constant."
        type_name = "System.Management.Automation.SessionStateUnauthorizedAccessException"
        raise error(type_name, message, "VariableNotWritable", "WriteError", cell.name)


SCOPE_NAMES = frozenset({"global", "script", "local", "private"})


def split_name(name: str) -> tuple[str, str]:
    """A variable's name as (scope or drive in lower case, name); the first is empty where there is none."""
    prefix, colon, rest = name.partition(":")
    return (prefix.lower(), rest) if colon and rest else ("", name)
