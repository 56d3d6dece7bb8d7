"""Whether a disk, a snapshot or a VM can be built on, as far as Azure says before anything is made."""

from __future__ import annotations

from mintage.azure.ensure import Document, state_of
from mintage.azure.kept_images import short_region
from mintage.errors import SourceError

_HELD = frozenset({"ReadyToUpload", "ActiveUpload", "ActiveSAS", "ActiveSASFrozen"})
"""States of a disk that nothing is copied from: it is not written yet, or somebody reads its bytes."""
_STANDARD = frozenset({"", "standard"})


def demand_fit(disk: Document, region: str, *, system: bool, generalized: bool) -> None:
    """Raise SourceError when the disk or snapshot cannot be built on. ``system``: it must hold one."""
    problem = _problem(disk, region) or (_problem_of_system(disk, generalized=generalized) if system else None)
    if problem:
        what, seen, remedy = problem
        raise SourceError(what, where=str(disk["id"]), seen=seen, remedy=remedy)


def demand_fit_machine(vm: Document, region: str) -> None:
    """Raise SourceError when the VM's disks cannot be copied to the build."""
    problem = _problem_of_machine(vm, region)
    if problem:
        what, seen, remedy = problem
        raise SourceError(what, where=str(vm["id"]), seen=seen, remedy=remedy)


Problem = tuple[str, str, str]
"""What is wrong, what was seen, what to do."""


def _problem(disk: Document, region: str) -> Problem | None:
    properties, place = disk["properties"], short_region(str(disk["location"]))
    if place != region:
        return _elsewhere("disk", place, region)
    if state_of(disk) != "Succeeded":
        return "The disk is not whole", f"provisioningState {state_of(disk)}", "wait for it, or make it anew"
    if properties.get("diskState") in _HELD:
        seen = f"diskState {properties['diskState']}"
        return "The disk is not free to be copied", seen, "end the access: az disk revoke-access --ids ID"
    if float(properties.get("completionPercent", 100)) < 100:
        seen = f"{properties['completionPercent']} % of it are there"
        return "The snapshot is still being copied", seen, "start the build when it is whole"
    return _problem_of_security(properties)


def _problem_of_security(properties: Document) -> Problem | None:
    security = str((properties.get("securityProfile") or {}).get("securityType") or "")
    if security.lower() not in _STANDARD:
        seen = f"securityType {security}; the build VM's is Standard, and Azure attaches no such disk to it"
        return "The disk is of another security type", seen, "start from a disk of a VM without Trusted Launch"
    if (properties.get("encryptionSettingsCollection") or {}).get("enabled"):
        return (
            "The disk is encrypted from within its guest",
            "Azure Disk Encryption is enabled on it, and its key is the old VM's",
            "decrypt it (az vm encryption disable), and start from that",
        )
    return None


def _problem_of_system(disk: Document, *, generalized: bool) -> Problem | None:
    properties = disk["properties"]
    if not properties.get("osType"):
        remedy = "give the disk of the operating system; others belong under data_disks"
        return "The disk holds no operating system", "it has no osType", remedy
    architecture = (properties.get("supportedCapabilities") or {}).get("architecture", "x64")
    if generalized and architecture != "x64":
        seen = f"architecture {architecture}: Azure makes no managed image of it"
        remedy = "make a gallery image version of it, and start from that (source.kind: gallery)"
        return "The generalized disk cannot become an image", seen, remedy
    return None


def _problem_of_machine(vm: Document, region: str) -> Problem | None:
    storage, place = vm["properties"]["storageProfile"], short_region(str(vm["location"]))
    if place != region:
        return _elsewhere("VM", place, region)
    if state_of(vm) not in {"Succeeded", "Updating"}:
        return "The VM is not whole", f"provisioningState {state_of(vm)}", "start from one that works"
    if storage["osDisk"].get("diffDiskSettings"):
        seen = "its system is on an ephemeral disk, of which there are no copies"
        return "The VM's disk cannot be copied", seen, "start from the image that it was made from"
    unmanaged = [str(each.get("name")) for each in _disks_of(storage) if not each.get("managedDisk")]
    if unmanaged:
        seen = f"not managed: {', '.join(unmanaged)}"
        return (
            "The VM's disks are not managed",
            seen,
            "convert them (az vm convert), or start from the blob (kind: vhd)",
        )
    security = str((vm["properties"].get("securityProfile") or {}).get("securityType") or "")
    return _problem_of_security({"securityProfile": {"securityType": security}})


def _disks_of(storage: Document) -> list[Document]:
    return [storage["osDisk"], *(storage.get("dataDisks") or [])]


def _elsewhere(what: str, place: str, region: str) -> Problem:
    return (
        f"The {what} is in another region",
        f"{what} in {place}, build in {region}",
        f"set build.region to {place}, or copy a snapshot there (az snapshot create --copy-start true)",
    )
