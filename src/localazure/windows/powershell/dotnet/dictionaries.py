"""Hashtables and their kin."""

from typing import Any

from localazure.windows.powershell.dotnet.building import Members, declare, with_engine
from localazure.windows.powershell.dotnet.collections import position
from localazure.windows.powershell.enumerators import Enumerator
from localazure.windows.powershell.text import to_text
from localazure.windows.powershell.types import DotnetType
from localazure.windows.powershell.values import PsList, PsObject, Table, error

_GENERIC = "System.Collections.Generic."


def _add_entry(table: Table, key: Any, value: Any) -> None:
    if key in table:
        if table.type_name == "System.Collections.Hashtable":
            shown = to_text(key)
            text = f"Item has already been added. Key in dictionary: '{shown}'  Key being added: '{shown}'"
        else:
            text = "An item with the same key has already been added."
        raise error("System.ArgumentException", text)
    table[key] = value


def _remove_entry(table: Table, key: Any) -> bool | None:
    found = key in table
    table.pop(key, None)
    return found if table.type_name.startswith(_GENERIC) else None


def _try_get(engine: Any, table: Table, key: Any, target: Any) -> bool:
    if key in table:
        engine.set_property(target, "Value", table[key])
    return key in table


def _entries(table: Table) -> PsList:
    return PsList(
        PsObject.typed("System.Collections.DictionaryEntry", {"Name": key, "Key": key, "Value": value})
        for key, value in table.items()
    )


DICTIONARY = declare(
    "System.Collections.IDictionary",
    Members(
        methods={
            "Add": _add_entry,
            "Clear": lambda table: table.clear(),
            "Clone": lambda table: Table(table, ordered=table.ordered, type_name=table.type_name),
            "Contains": lambda table, key: key in table,
            "ContainsKey": lambda table, key: key in table,
            "ContainsValue": lambda table, value: position(list(table.values()), value) >= 0,
            "GetEnumerator": lambda table: Enumerator(_entries(table), "dict"),
            "Insert": lambda table, at, key, value: _insert_entry(table, int(at), key, value),
            "Remove": _remove_entry,
            "RemoveAt": lambda table, at: table.pop(list(table)[int(at)]) and None,
            "Set_Item": lambda table, key, value: table.__setitem__(key, value),
            "TryGetValue": with_engine(_try_get),
        },
        get={
            "Count": len,
            "Keys": PsList,
            "Values": lambda table: PsList(table.values()),
            "IsReadOnly": lambda _table: False,
            "IsFixedSize": lambda _table: False,
        },
    ),
)


def _insert_entry(table: Table, at: int, key: Any, value: Any) -> None:
    entries = list(table.items())
    entries.insert(at, (key, value))
    table.clear()
    table.update(entries)


def _dictionary(name: str, *aliases: str, ordered: bool = False) -> DotnetType:
    def new(source: Any = None, *_comparer: object) -> Table:
        return Table(source if isinstance(source, Table) else (), ordered=ordered, type_name=name)

    return declare(name, Members(new=new), aliases=aliases, base="System.Collections.IDictionary", python=Table)


HASHTABLE = _dictionary("System.Collections.Hashtable", "hashtable")
ORDERED = _dictionary("System.Collections.Specialized.OrderedDictionary", ordered=True)
GENERIC_DICTIONARY = _dictionary(f"{_GENERIC}Dictionary`2", f"{_GENERIC}Dictionary")
SORTED_LIST = _dictionary("System.Collections.SortedList")
