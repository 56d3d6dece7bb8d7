"""How long a build waits for what is neither a step of the recipe nor a test, which say so themselves."""

from __future__ import annotations

from pydantic import Field

from mintage.recipe.words import Duration, Part


class Timeouts(Part):
    """When one passes, the step fails and says what was last seen; twice more it is tried by itself."""

    convert: Duration = Field("4h", description="For qemu-img to read a disk image that Azure does not take as it is")
    upload: Duration = Field("12h", description="To bring a disk image to Azure")
    copy_source: Duration = Field("1h", description="For copies of the source's disks")
    provision: Duration = Field("40m", description="For the build VM to be made and to be set up, for its network too")
    start: Duration = Field("1h", description="For the build VM to run again, its disk put back before if need be")
    change: Duration = Field("20m", description="For a small change, and for what is under way on a resource before it")
    login: Duration = Field("10m", description="For the guest of a VM that runs to let the build in, of Linux")
    first_boot: Duration = Field("10m", description="For cloud-init to be done, of Linux")
    question: Duration = Field("10m", description="For a guest to answer one of the build's own questions")
    run_command: Duration = Field("30m", description="For a script that Azure itself runs in a VM")
    snapshot: Duration = "30m"
    preflight: Duration = Field("90m", description="For Windows to be ready for Sysprep")
    capture: Duration = Field("2h", description="For the image version to be made")
    verify: Duration = Field("40m", description="For the VMs that prove the image to be made, and to be removed")
    deliver: Duration = Field("30m", description="For all to be ready that another form of the image is made of")
    export: Duration = Field("12h", description="To read or copy each of the image's disks, for a VHD")
    publish: Duration = Field("12h", description="For the version to be in all its regions")
    change_image: Duration = Field("1h", description="For an image to be marked, included in latest, or removed again")
    clean_up: Duration = Field("30m", description="For what the build made to be removed")
