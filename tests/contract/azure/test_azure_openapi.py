"""What Mintage sends in a whole build, and what it is answered, is what Azure's OpenAPI documents."""

from __future__ import annotations

from collections.abc import Callable

from mintage.azure.clients import connect
from mintage.build_plan import BuildPlan
from mintage.settings import Settings
from tests.contract.azure.test_azure_whole_build import Build
from tests.contract.openapi import OpenApi, Recorder

NEWER = (
    # The document itself says that its list of sizes is out of date and was to be withdrawn in December 2023.
    "properties.hardwareProfile.vmSize: 'Standard_D2s_v5' is none of Azure's values",
    # A value of SecurityTypes since api-version 2025-11-01 (azure-mgmt-compute 39.0.0): a machine without vTPM.
    "properties.securityProfile.securityType: 'Standard' is none of Azure's values",
)


def test_a_whole_build_is_as_documented(
    settings: Settings, make_plan: Callable[..., BuildPlan], openapi: OpenApi
) -> None:
    recorder = Recorder()
    with connect(settings, policies=[recorder]) as clients:
        build = Build(settings, make_plan(), {})
        for name, step in build.steps().items():
            build.found[name] = step(clients)
    openapi.check(recorder, at_least=40, newer=NEWER)
