"""One tree of errors. Each says what failed, on what, what was seen, and what to do next."""

from __future__ import annotations

from typing import Self


class MintageError(Exception):
    """Anything Mintage itself reports. ``transient`` errors are worth a retry of the same step; others are not."""

    transient = False

    def __init__(self, what: str, *, where: str = "", seen: str = "", remedy: str = "") -> None:
        self.what, self.where, self.seen, self.remedy = what, where, seen, remedy
        super().__init__(what, where, seen, remedy)

    def __str__(self) -> str:
        lines = [f"{self.what}: {self.where}" if self.where else self.what]
        if self.seen:
            lines.append(f"Seen: {self.seen}")
        if self.remedy:
            lines.append(f"Next: {self.remedy}")
        return "\n".join(lines)

    def with_seen(self, more: str) -> Self:
        """The same error, with more lines of what was seen."""
        seen = "\n".join(filter(None, (self.seen, more)))
        return type(self)(self.what, where=self.where, seen=seen, remedy=self.remedy)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.what, self.where, self.seen, self.remedy)


def _rebuild(kind: type[MintageError], what: str, where: str, seen: str, remedy: str) -> MintageError:
    return kind(what, where=where, seen=seen, remedy=remedy)


class RecipeError(MintageError):
    """The recipe cannot be used. Raised before anything is created; ``where`` is file:line and field."""


class SettingsError(MintageError):
    """The environment does not say what is needed to reach the subscription."""


class IdentityUnknown(SettingsError):
    """Azure does not let this identity in, or nobody says who it is. Of one that was let in before, this may pass."""


class SourceError(MintageError):
    """The image to start from does not exist or may not be used."""


class AzureRefused(MintageError):
    """Azure said no, and will say no again: ``seen`` holds the innermost code and message."""


class AzureBusy(MintageError):
    """Azure could not now: throttled, another operation in progress, a passing fault."""

    transient = True


class NameLost(AzureBusy):
    """Another build took the name between this one's look and its request: there are others."""


class GuestSilent(AzureBusy):
    """Azure waited for a word of the guest's agent, and none came in time."""


class ImageUnfit(AzureRefused):
    """The guest ran, and could not be set up: nothing else will come of this image."""


class CapacityRefused(MintageError):
    """The size is not offered here, has no capacity, or is over quota. Another size may do."""


class QuotaRefused(CapacityRefused):
    """The subscription's own limit in the region: another zone of it does not help."""


class Evicted(MintageError):
    """Azure took the Spot VM back in the middle of a step. It comes back when the step is run again."""

    transient = True


class MachineLost(MintageError):
    """The build VM is gone with its disk: what was done on it is lost, but for checkpoints."""


class PlaceLost(MachineLost):
    """The build VM stands still, and there is no room any more where its disk is. The recipe names other places."""


class DeadlinePassed(MintageError):
    """A wait ended. ``seen`` is the last thing observed."""

    transient = True


class ConnectionFailed(MintageError):
    """The guest could not be reached, or the connection broke."""

    transient = True


class MachineStopped(ConnectionFailed):
    """The VM whose guest was waited for stands still, or is gone."""


class LoginRefused(ConnectionFailed):
    """The guest is the right one and does not let this user in: never did, or no longer does once it is generalized."""

    transient = False


class HostKeyMismatch(MintageError):
    """The host that answered is not the VM that was made. Both fingerprints are in ``seen``."""


class CertificateRefused(MintageError):
    """The right host answered, with a certificate that is not valid: it has expired, or is for another address."""


class BuildTaken(MintageError):
    """Another process works on this build; ``seen`` names it."""


class ClaimUnknown(MintageError):
    """Nobody can tell whether the build is still this process's: what it kept cannot be read."""

    transient = True


class ResultsElsewhere(MintageError):
    """The build was begun, and what it kept is not where this worker looks."""


class BuildAbandoned(MintageError):
    """The build's process died again and again without getting on."""


class CommandFailed(MintageError):
    """A command in the guest ended with an exit code that is not valid for it."""


class StepInterrupted(MintageError):
    """A customize step was cut short, and nobody knows how far it came. The disk holds half-done work."""


class GeneralizeError(MintageError):
    """The guest could not be generalized, or the proof that it was failed."""


class VerificationFailed(MintageError):
    """The captured image is not what may be published; ``seen`` names the checks that failed."""


class UnsupportedGuest(MintageError):
    """Nothing here knows how to generalize this operating system."""
