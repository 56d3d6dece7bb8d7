"""How long a build waits for what is neither a step of the recipe nor a test, which say so themselves."""

from __future__ import annotations

from pydantic import Field

from mintage.recipe.words import Duration, Part


class Timeouts(Part):
    """When one passes, the step fails and says what was last seen; once more it is tried by itself."""

    upload: Duration = Field("12h", description="To bring a disk image to Azure")
    provision: Duration = Field("40m", description="For the build VM to be made and to be set up, for its network too")
    start: Duration = Field("1h", description="For the build VM to run again, its disk put back before if need be")
    login: Duration = Field("10m", description="For the guest of a VM that runs to let the build in, of Linux")
    first_boot: Duration = Field("10m", description="For cloud-init to be done, of Linux")
    snapshot: Duration = "30m"
    capture: Duration = Field("2h", description="For the image version to be made")
    verify: Duration = Field("40m", description="For the VMs that prove the image to be made, and to be removed")
    publish: Duration = Field("12h", description="For the version to be in all its regions")
    clean_up: Duration = Field("30m", description="For what the build made to be removed")
