"""The Windows Update Agent's COM objects over the machine's updates. Remote callers may only search."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from localazure.windows.cmdlets.failures import com_failure, hresult
from localazure.windows.cmdlets.session import machine_of, user_of
from localazure.windows.cmdlets.times import local
from localazure.windows.machine.errors import MachineError
from localazure.windows.machine.updates import ACCESS_DENIED, Update
from localazure.windows.powershell.dotnet.building import Members, declare
from localazure.windows.powershell.engine_api import EngineApi
from localazure.windows.powershell.values import Getter, Property, PsList, PsObject

_COM = "System.__ComObject"
_SUCCEEDED, _WITH_ERRORS, _FAILED = 2, 3, 4
_BAD_CRITERIA = 0x80240032
_NO_SUCH_INDEX = 0x80240007
_COLLECTION = "System.__ComObject#{07f7438c-7709-4ca5-b518-91279288134e}"
"""How PowerShell names an IUpdateCollection. It is enumerated as any collection is."""
_CRITERION = re.compile(
    r"^(IsInstalled|IsHidden|IsAssigned|BrowseOnly|AutoSelectOnWebSites|RebootRequired)\s*=\s*([01])$", re.IGNORECASE
)
_TEXT_CRITERION = re.compile(r"^(Type|UpdateID|CategoryIDs)\s*(=|contains)\s*'([^']*)'$", re.IGNORECASE)


def session_object(engine: EngineApi) -> PsObject:
    """Microsoft.Update.Session."""

    def local_only(build: Callable[[], PsObject]) -> Callable[[], PsObject]:
        def make() -> PsObject:
            if user_of(engine).logon == "network":
                raise com_failure(MachineError(ACCESS_DENIED, "Windows Update"))
            return build()

        return make

    return PsObject.typed(
        _COM,
        {"ClientApplicationID": "", "ReadOnly": False, "WebProxy": None, "UserLocale": 1033},
        {
            "CreateUpdateSearcher": lambda: _searcher(engine),
            "CreateUpdateDownloader": local_only(lambda: _downloader(engine)),
            "CreateUpdateInstaller": local_only(lambda: _installer(engine)),
        },
    )


def system_information(engine: EngineApi) -> PsObject:
    """Microsoft.Update.SystemInfo."""
    required = Getter(lambda _: machine_of(engine).updates.reboot_required)
    return PsObject.typed(_COM, {"RebootRequired": required, "OemHardwareSupportLink": None})


def auto_update(_: EngineApi) -> PsObject:
    """Microsoft.Update.AutoUpdate: the model updates nothing by itself."""
    settings = PsObject.typed(_COM, {"NotificationLevel": 1, "ReadOnly": False}, {"Save": lambda: None})
    methods = {"DetectNow": lambda: None, "Pause": lambda: None, "Resume": lambda: None, "EnableService": lambda: None}
    return PsObject.typed(_COM, {"ServiceEnabled": False, "Settings": settings}, methods)


def update_collection(updates: Iterable[PsObject] = ()) -> PsList:
    """Microsoft.Update.UpdateColl."""
    return PsList(updates, _COLLECTION)


def _item(items: PsList, index: int) -> object:
    if not 0 <= int(index) < len(items):
        raise com_failure(MachineError(_NO_SUCH_INDEX, "UpdateColl", "Value does not fall within the expected range."))
    return items[int(index)]


def _add(items: PsList, update: object) -> int:
    items.append(update)
    return len(items) - 1


def _remove_at(items: PsList, index: int) -> None:
    items.remove(_item(items, index))


UPDATE_COLLECTION = declare(
    _COLLECTION,
    Members(
        methods={
            "Add": _add,
            "Item": _item,
            "get_Item": _item,
            "Clear": lambda items: items.clear(),
            "RemoveAt": _remove_at,
            "Insert": lambda items, index, update: items.insert(int(index), update),
            "Copy": update_collection,
        },
        get={"Count": len, "ReadOnly": lambda _: False},
    ),
)


def updates_in(collection: object) -> list[Update]:
    listed = collection if isinstance(collection, list) else [collection]
    return [each.base for each in listed if isinstance(each, PsObject) and isinstance(each.base, Update)]


def update_object(engine: EngineApi, update: Update) -> PsObject:
    """An IUpdate."""

    def accept() -> None:
        _guarded(lambda: machine_of(engine).updates.accept_eula(user_of(engine), update))

    def hide(_: PsObject, value: object) -> None:
        update.hidden = engine.is_true(value)

    categories = [PsObject.typed(_COM, {"Name": name, "CategoryID": name}, text=name) for name in update.categories]
    behavior = {"CanRequestUserInput": False, "RebootBehavior": 1 if update.reboot else 0, "Impact": 0}
    properties: dict[str, object] = {
        "Title": update.title,
        "Description": "",
        "KBArticleIDs": [update.kb] if update.kb else [],
        "Categories": categories,
        "EulaAccepted": Getter(lambda _: update.eula_accepted),
        "EulaText": "",
        "Identity": PsObject.typed(_COM, {"UpdateID": update.update_id, "RevisionNumber": 1}),
        "InstallationBehavior": PsObject.typed(_COM, behavior),
        "IsDownloaded": Getter(lambda _: update.downloaded),
        "IsHidden": Property(lambda _: update.hidden, hide),
        "IsInstalled": Getter(lambda _: update.installed),
        "IsMandatory": False,
        "IsBeta": False,
        "AutoSelectOnWebSites": True,
        "BrowseOnly": False,
        "MaxDownloadSize": update.size,
        "MinDownloadSize": 0,
        "MsrcSeverity": update.severity,
        "RebootRequired": Getter(lambda _: update.waits_for_reboot),
        "Type": 1,
        "LastDeploymentChangeTime": None,
        "SupportUrl": "",
        "MoreInfoUrls": [],
        "SecurityBulletinIDs": [],
    }
    made = PsObject.typed(_COM, properties, {"AcceptEula": accept})
    made.base = update
    return made


def _searcher(engine: EngineApi) -> PsObject:
    updates = machine_of(engine).updates

    def search(criteria: str = "") -> PsObject:
        found = _guarded(lambda: _matching(engine, str(criteria)))
        collection = update_collection(update_object(engine, each) for each in found)
        return PsObject.typed(
            _COM, {"Updates": collection, "ResultCode": _SUCCEEDED, "RootCategories": [], "Warnings": []}
        )

    def history(first: object, count: object) -> list[object]:
        start = int(str(first))
        return [_entry(each) for each in updates.history()[start : start + int(str(count))]]

    properties: dict[str, object] = {
        "ServerSelection": 0, "ServiceID": "", "Online": True, "ClientApplicationID": "",
        "CanAutomaticallyUpgradeService": False, "IncludePotentiallySupersededUpdates": False,
    }  # fmt: skip
    methods: dict[str, Callable[..., object]] = {
        "Search": search,
        "GetTotalHistoryCount": lambda: len(updates.history()),
        "QueryHistory": history,
    }
    return PsObject.typed(_COM, properties, methods)


def _entry(entry: Any) -> PsObject:
    properties: dict[str, object] = {
        "Title": entry.title, "Date": local(entry.date), "ResultCode": entry.result_code, "Operation": 1, "HResult": 0,
    }  # fmt: skip
    return PsObject.typed(_COM, properties)


def _matching(engine: EngineApi, criteria: str) -> list[Update]:
    """The updates that fit; without criteria those neither installed nor hidden. Raises 0x80240032 for bad criteria."""
    found: dict[str, Update] = {}
    for alternative in re.split(r"\s+or\s+", criteria.strip() or "IsInstalled=0 and IsHidden=0", flags=re.IGNORECASE):
        found |= {each.update_id: each for each in _fitting(engine, alternative.strip(" ()"))}
    return list(found.values())


def _fitting(engine: EngineApi, alternative: str) -> list[Update]:
    flags, texts = {"isinstalled": 0, "ishidden": 0}, {}
    for part in re.split(r"\s+and\s+", alternative, flags=re.IGNORECASE):
        flag, text = _CRITERION.match(part.strip(" ()")), _TEXT_CRITERION.match(part.strip(" ()"))
        if flag:
            flags[flag[1].lower()] = int(flag[2])
        elif text:
            texts[text[1].lower()] = text[3].lower()
        else:
            raise MachineError(_BAD_CRITERIA, part, "The search criteria string was invalid.")
    updates, user = machine_of(engine).updates, user_of(engine)
    found = updates.search(user, installed=bool(flags["isinstalled"]), hidden=bool(flags["ishidden"]))
    if texts.get("type", "software") != "software" or flags.get("browseonly"):
        return []
    return [each for each in found if texts.get("updateid", each.update_id.lower()) == each.update_id.lower()]


def _downloader(engine: EngineApi) -> PsObject:
    made = PsObject.typed(_COM, {"Updates": update_collection(), "IsForced": False, "Priority": 2})

    def download() -> PsObject:
        updates = updates_in(made.get("Updates"))
        number = _attempt(lambda: machine_of(engine).updates.download(user_of(engine), updates, engine.host.cancelled))
        return _result([number] * len(updates), restart=False)

    made.methods["Download"] = download
    return made


def _installer(engine: EngineApi) -> PsObject:
    properties: dict[str, object] = {
        "Updates": update_collection(), "IsForced": False, "AllowSourcePrompts": False, "ForceQuiet": True,
        "IsBusy": False, "RebootRequiredBeforeInstallation": Getter(lambda _: False),
    }  # fmt: skip
    made = PsObject.typed(_COM, properties)

    def install() -> PsObject:
        updates, agent = updates_in(made.get("Updates")), machine_of(engine).updates
        number = _attempt(lambda: agent.install(user_of(engine), updates, engine.host.cancelled))
        return _result([number or each.failure for each in updates], restart=not number and agent.reboot_required)

    made.methods["Install"] = install
    return made


def _attempt(action: Callable[[], object]) -> int:
    """Its HRESULT. Access denied is raised, as the agent refuses the call itself."""
    try:
        action()
    except MachineError as failure:
        if failure.code & 0xFFFFFFFF == ACCESS_DENIED:
            raise com_failure(failure) from failure
        return hresult(failure.code)
    return 0


def _result(numbers: list[int], *, restart: bool) -> PsObject:
    """An IInstallationResult or IDownloadResult, of the HRESULT of each update."""

    def of(index: object) -> PsObject:
        number = hresult(numbers[int(str(index))]) if numbers[int(str(index))] else 0
        values = {"ResultCode": _FAILED if number else _SUCCEEDED, "HResult": number, "RebootRequired": restart}
        return PsObject.typed(_COM, values)

    failed = [number for number in numbers if number]
    code = _SUCCEEDED if not failed else _FAILED if len(failed) == len(numbers) else _WITH_ERRORS
    properties: dict[str, object] = {
        "ResultCode": code,
        "HResult": hresult(failed[0]) if failed else 0,
        "RebootRequired": restart,
    }
    return PsObject.typed(_COM, properties, {"GetUpdateResult": of})


def _guarded(action: Callable[[], Any]) -> Any:
    try:
        return action()
    except MachineError as failure:
        raise com_failure(failure) from failure
