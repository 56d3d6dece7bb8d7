"""IEnumerator: what GetEnumerator() and $foreach give."""

from collections.abc import Iterable, Iterator
from typing import Any

_NAMES = {"dict": "System.Collections.Hashtable+HashtableEnumerator", "list": "System.Array+SZArrayEnumerator"}


class Enumerator:
    """Items one after the other; a pipeline or foreach that is given it goes on from where it stands."""

    def __init__(self, items: Iterable[Any], kind: str = "list") -> None:
        self._items = items
        self._left = iter(items)
        self.type_name = _NAMES.get(kind, kind)
        self.current: Any = None

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        self.current = next(self._left)
        return self.current

    def move_next(self) -> bool:
        """Goes to the next item; False where there is none."""
        try:
            next(self)
        except StopIteration:
            self.current = None
            return False
        return True

    def reset(self) -> None:
        self._left, self.current = iter(self._items), None


def pipeline_input(items: Iterable[Any]) -> Enumerator:
    """$input: gives each object once."""
    return Enumerator(items, "System.Collections.ArrayList+ArrayListEnumeratorSimple")
