"""System.Collections.IEnumerator."""

from localazure.windows.powershell.dotnet.building import Members, declare
from localazure.windows.powershell.enumerators import Enumerator
from localazure.windows.powershell.values import PsObject


def _of_entry(name: str, enumerator: Enumerator) -> object:
    return enumerator.current.get(name) if isinstance(enumerator.current, PsObject) else None


ENUMERATOR = declare(
    "System.Collections.IEnumerator",
    Members(
        methods={"MoveNext": Enumerator.move_next, "Reset": Enumerator.reset},
        get={"Current": lambda enumerator: enumerator.current},
    ),
)
INPUT_ENUMERATOR = declare(
    "System.Collections.ArrayList+ArrayListEnumeratorSimple", Members(), base="System.Collections.IEnumerator"
)
ARRAY_ENUMERATOR = declare("System.Array+SZArrayEnumerator", Members(), base="System.Collections.IEnumerator")
TABLE_ENUMERATOR = declare(
    "System.Collections.Hashtable+HashtableEnumerator",
    Members(
        get={
            "Key": lambda enumerator: _of_entry("Key", enumerator),
            "Value": lambda enumerator: _of_entry("Value", enumerator),
        }
    ),
    base="System.Collections.IEnumerator",
)
