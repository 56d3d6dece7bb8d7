"""Reports as builds of the Debian recipe leave them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mintage.artifacts import (
    Check,
    Delivered,
    Fact,
    Leftover,
    Package,
    PackageChange,
    PackageChanges,
    PassedOver,
    RegionState,
    Report,
    StepReport,
    StepState,
)

STARTED = datetime(2026, 3, 7, 10, 2, 31, tzinfo=UTC)
IMAGE = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/golden-images/providers/Microsoft.Compute"
    "/galleries/golden/images/debian-12-web/versions/2026.307.0"
)


def step(
    name: str, begin: float, seconds: float, state: StepState = StepState.COMPLETED, attempts: int = 1
) -> StepReport:
    return StepReport(
        name=name, state=state, started=STARTED + timedelta(seconds=begin), seconds=seconds, attempts=attempts
    )


PUBLISHED = Report(
    build_id="debian-12-web-7f3a9c",
    recipe="debian-12-web",
    recipe_sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    version="2026.307.0",
    image_version=IMAGE,
    source="Debian:debian-12:12-gen2:0.20260301.2405",
    source_facts=(Fact(name="size", value="30 GiB"), Fact(name="generation", value="V2, x64")),
    source_warnings=("The image is to be deprecated on 2026-09-01; its publisher offers 13-gen2 instead",),
    machine="Standard_D2s_v5 in northeurope, zone 1",
    passed_over=(
        PassedOver(
            placement="Standard_D2s_v5 (Spot) in northeurope, zone 1",
            reason="SkuNotAvailable: The requested size is currently not available in location 'northeurope'.",
        ),
    ),
    started=STARTED,
    seconds=386.4,
    outcome="published",
    steps=(
        step("resolve source", 0.2, 0.8),
        step("provision", 1.1, 61.5, attempts=2),
        step("upgrade Debian and install nginx", 62.8, 88.2),
        step("describe the site to nginx", 151.2, 0.9),
        step("copy the pages", 152.3, 1.1),
        step("switch the site on", 153.5, 3.2),
        step("restart into the newest kernel", 156.9, 38.0),
        step("snapshot", 195.0, 4.1),
        step("generalize", 199.2, 14.7),
        step("capture", 214.0, 31.0),
        step("verify", 245.1, 81.4),
        step("publish", 326.6, 45.2),
        step("clean up", 371.9, 14.4),
    ),
    checks=(
        Check(name="machine-id differs", passed=True, seen="4f1c…e2 and 90b3…77"),
        Check(name="host keys differ", passed=True, seen="SHA256:2mVx… and SHA256:oQ1z…"),
        Check(name="the build's user is gone", passed=True, seen="not in /etc/passwd, shadow, sudoers.d, passwd-"),
        Check(name="cloud-init is clean", passed=True, seen="status: done\nDataSourceAzure [seed=/dev/sr0]"),
        Check(name="nginx answers with the page", passed=True, seen="exit code 0\n<h1>A golden image</h1>"),
        Check(name="the newest kernel runs", passed=True, seen="running: 6.1.0-49-cloud-amd64"),
    ),
    packages=PackageChanges(
        installed=(
            Package(name="nginx", version="1.22.1-9+deb12u4"),
            Package(name="nginx-common", version="1.22.1-9+deb12u4"),
        ),
        changed=tuple(
            PackageChange(name=f"libexample{number}", before="1.2-1", after="1.2-1+deb12u1") for number in range(20)
        ),
    ),
    regions=(
        RegionState(region="westeurope", state="Completed", progress=100),
        RegionState(region="northeurope", state="Completed", progress=100),
        RegionState(region="swedencentral", state="Replicating", progress=62),
    ),
    forms=(
        Delivered(form="gallery image version", identity=IMAGE),
        Delivered(form="VHD", identity="/srv/images/debian-12-web-2026.307.0.vhd", checksum=f"sha256:{'5' * 64}"),
    ),
    run_url="http://127.0.0.1:4200/runs/flow-run/0683a",
    mintage_version="0.1.0",
)

FAILED = PUBLISHED.model_copy(
    update={
        "outcome": "failed",
        "error": "The image failed its verification: vm-b\nSeen: 1 of 6 checks failed: nginx answers with the page\n"
        "Next: look at the checks below; the version stays excluded from latest",
        "steps": (
            *PUBLISHED.steps[:10],
            step("verify", 245.1, 81.4, StepState.FAILED, attempts=3),
            StepReport(name="publish", state=StepState.PENDING, attempts=0),
            step("clean up", 371.9, 14.4),
        ),
        "checks": (
            *PUBLISHED.checks[:4],
            Check(
                name="nginx answers with the page",
                passed=False,
                seen="exit code 7\ncurl: (7) Failed to connect to 127.0.0.1 port 80: Connection refused",
                remedy="see that the service starts with the machine",
            ),
            *PUBLISHED.checks[5:],
        ),
        "regions": (),
        "leftovers": (
            Leftover(
                resource_id="/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/mintage-7f3a9c",
                reason="409 AnotherOperationInProgress: the network is being changed",
                expires=STARTED + timedelta(hours=8),
            ),
        ),
    }
)
