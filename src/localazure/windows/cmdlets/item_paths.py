"""Which items a command's -Path and -LiteralPath mean, given as arguments or coming down the pipeline."""

from __future__ import annotations

from collections.abc import Iterator

from localazure.windows.cmdlets.failures import reported
from localazure.windows.cmdlets.providers.locations import Place, locate, resolve
from localazure.windows.cmdlets.wildcards import matches
from localazure.windows.powershell.commands import Call, Parameter
from localazure.windows.powershell.values import CaselessDict, PsObject

PATHS = (
    Parameter("Path", position=0, kind=object, pipeline="both"),
    Parameter("LiteralPath", kind=object, pipeline="property", aliases=("PSPath", "LP")),
)
FILTERS = (
    Parameter("Filter", kind=str),
    Parameter("Include", kind="System.String[]"),
    Parameter("Exclude", kind="System.String[]"),
)
FORCE = Parameter("Force", switch=True)
CREDENTIAL = Parameter("Credential", kind=object)


def given_paths(call: Call, record: CaselessDict, default: str | None = None) -> Iterator[tuple[str, bool]]:
    """Each path text of one record, and whether it is literal."""
    literal = record.get("LiteralPath")
    chosen = literal if literal is not None else record.get("Path", default)
    if chosen is None:
        return
    for each in chosen if isinstance(chosen, list) else [chosen]:
        if isinstance(each, PsObject) and call.engine.has_property(each, "PSPath"):
            yield call.engine.to_text(call.engine.get_property(each, "PSPath")), True
        else:
            yield call.engine.to_text(each), literal is not None


def places(call: Call, default: str | None = None) -> Iterator[Place]:
    """The existing places, those left out by -Include, -Exclude and -Filter taken out. Reports what is not there."""
    for record in call.records():
        for text, literal in given_paths(call, record, default):
            with reported(call):
                found = resolve(call.engine, text, literal=literal, hidden=call.switch("Force"))
                yield from (place for place in found if fits(call, place))


def targets(call: Call) -> Iterator[Place]:
    """Places that need not exist, without wildcards."""
    for record in call.records():
        for text, literal in given_paths(call, record):
            with reported(call):
                if literal:
                    yield locate(call.engine, text)
                else:
                    yield from _existing_or_new(call, text)


def fits(call: Call, place: Place) -> bool:
    included, excluded, wanted = call.get("Include"), call.get("Exclude"), call.get("Filter")
    if wanted and not matches(place.name, str(wanted)):
        return False
    if included and not any(matches(place.name, str(each)) for each in _listed(included)):
        return False
    return not (excluded and any(matches(place.name, str(each)) for each in _listed(excluded)))


def _existing_or_new(call: Call, text: str) -> list[Place]:
    found = resolve(call.engine, text) if "*" in text or "?" in text else []
    return found or [locate(call.engine, text)]


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
