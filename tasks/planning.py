"""Before anything is created: the recipe, the source, the destination, the version."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path

from prefect import get_run_logger
from pydantic import ValidationError

from mintage.artifacts import Artifact, BuildVm, Published, ResolvedSource
from mintage.azure.admission import admit_builder
from mintage.azure.clean_up import build_groups, extend
from mintage.azure.free_names import check_names
from mintage.azure.preflight import check_destination as check
from mintage.azure.source import resolve_source as resolve
from mintage.azure.source_copies import copy_source as copy_disks
from mintage.azure.source_image import make_source_image
from mintage.azure.version_number import choose_version as choose
from mintage.build_plan import BuildPlan
from mintage.errors import AzureRefused, RecipeError, ResultsElsewhere
from mintage.plain_words import plain
from mintage.recipe import ExplicitVersion, parse_duration
from mintage.recipe_file import LoadedRecipe, load_recipe
from mintage.upload import Seldom
from tasks.connection import connected
from tasks.course import result_of
from tasks.history import worked_before
from tasks.keeping import keep, recall
from tasks.run_artifacts import MIB, SHOWN_SECONDS, show_upload
from tasks.stages import COPY_SOURCE, UPLOAD_SOURCE
from tasks.step import FIRST_STEP, action, step

PLAN = "plan"


class ChosenVersion(Artifact):
    """The number the image version is to have. Another build may take it first; capture then takes the next."""

    version: str


@action("plan the build")
def plan_build(recipe: str, version: str | None, build_id: str) -> BuildPlan:
    """Load and check the recipe; what the build was begun with stays, and its files must still be the same."""
    loaded = load_recipe(Path(recipe))
    begun = recall(build_id, PLAN, BuildPlan)
    if begun is None:
        return begin_plan(loaded, version, build_id)
    if begun.recipe_sha256 != loaded.sha256:
        raise _changed(loaded, begun)
    get_run_logger().info("Going on with build %s, begun %s", build_id, begun.started.isoformat())
    return _continued(begun, loaded)


@step(FIRST_STEP)
def resolve_source(plan: BuildPlan) -> ResolvedSource:
    """Make the recipe's source one exact image."""
    with connected() as connection:
        return resolve(connection.clients, plan)


@step("choose version")
def choose_version(plan: BuildPlan, source: ResolvedSource) -> ChosenVersion:
    """See that the image can go where the recipe says, and choose its version. Creates nothing."""
    with connected() as connection:
        check(connection.clients, connection.settings, plan, source)
        connection.keys(plan.build_id)
        version = choose(connection.clients, plan)
        check_names(connection.clients, plan, version)
        return ChosenVersion(version=version)


def prepare_source(plan: BuildPlan, source: ResolvedSource) -> ResolvedSource:
    """Bring to Azure, or copy, what no VM can be made of as it is; else there is nothing to do."""
    if source.is_ready:
        return source
    return copy_source(plan, source) if source.disk_id else upload_source(plan, source)


@step(COPY_SOURCE)
def copy_source(plan: BuildPlan, source: ResolvedSource) -> ResolvedSource:
    """Copy the source's disks, which the build leaves as they are."""
    with connected() as connection:
        return copy_disks(connection.clients, plan, source)


@step(UPLOAD_SOURCE)
def upload_source(plan: BuildPlan, source: ResolvedSource) -> ResolvedSource:
    """Bring the source's disk to Azure, as an image in the build's own group."""
    log = get_run_logger()

    def progress(there: int, whole: int) -> None:
        log.info("%s of %s MiB are there", there // MIB, whole // MIB)
        show_upload(plan.build_id, there, whole)

    with connected() as connection:
        return make_source_image(connection.clients, plan, source, Seldom(progress, SHOWN_SECONDS))


def is_begun(build_id: str) -> bool:
    """Whether the build got as far as a plan; before, it made nothing."""
    return recall(build_id, PLAN, BuildPlan) is not None


def begin_plan(loaded: LoadedRecipe, version: str | None, build_id: str, agreed_vm: str | None = None) -> BuildPlan:
    """Plan a build that has no plan, and keep that. Raises what ``new_plan`` does, and ResultsElsewhere."""
    if worked_before(build_id):
        _demand_new(build_id)
    plan = new_plan(loaded, version, build_id).model_copy(update={"agreed_vm": agreed_vm})
    keep(build_id, PLAN, plan)
    return plan


def new_plan(loaded: LoadedRecipe, version: str | None, build_id: str) -> BuildPlan:
    """The plan of a build that begins now. Raises RecipeError for a version that cannot be."""
    recipe, started = loaded.recipe, datetime.now(UTC)
    if version:
        publish = recipe.publish.model_copy(update={"version": _explicit(version)})
        recipe = recipe.model_copy(update={"publish": publish})
    return BuildPlan(
        build_id=build_id,
        recipe=recipe,
        recipe_folder=str(loaded.folder),
        recipe_sha256=loaded.sha256,
        started=started,
        expires=started + parse_duration(recipe.build.expires_after),
    )


def _explicit(version: str) -> ExplicitVersion:
    try:
        return ExplicitVersion(scheme="explicit", version=version)
    except ValidationError as invalid:
        seen = "; ".join(plain(each) for each in invalid.errors())
        remedy = "give one such as 1.20.3, or none for the next by the recipe's scheme"
        raise RecipeError("The version cannot be used", where="version", seen=seen, remedy=remedy) from None


def _continued(begun: BuildPlan, loaded: LoadedRecipe) -> BuildPlan:
    """The build has its whole time again, and this worker may be on another machine than the one that began it."""
    _demand_remains(begun)
    expires = datetime.now(UTC) + parse_duration(begun.recipe.build.expires_after)
    with connected() as connection:
        extend(connection.clients, begun.build_id, expires)
        for each in admit_builder(connection.clients, connection.settings, begun):
            get_run_logger().info("%s lets this machine in now, and not the one that began the build", each)
    return begun.model_copy(update={"recipe_folder": str(loaded.folder), "expires": expires})


def _demand_remains(begun: BuildPlan) -> None:
    """Raise AzureRefused when the machine of an unfinished build was removed: steps would look for it one by one."""
    if result_of(begun.build_id, "provision", BuildVm) is None or result_of(begun.build_id, "publish", Published):
        return
    with connected() as connection:
        if not build_groups(connection.clients, begun.build_id):
            raise AzureRefused(
                "What the build made is gone",
                where=begun.names.group,
                seen="no resource group of this build: it was cancelled, its time was over, or somebody removed it",
                remedy="start a new build",
            )


def _demand_new(build_id: str) -> None:
    """Raise ResultsElsewhere when the build made something: begun anew, it would do finished steps a second time."""
    with connected() as connection:
        groups = build_groups(connection.clients, build_id)
    if groups:
        raise ResultsElsewhere(
            "This worker does not find what the build kept",
            where=f"build {build_id}, on {socket.gethostname()}",
            seen=f"its resource group {groups[0]['name']} is there, and no result of any of its steps",
            remedy="give all workers the same result storage: a share that is mounted, in PREFECT_LOCAL_STORAGE_PATH, "
            "or a block, in PREFECT_DEFAULT_RESULT_STORAGE_BLOCK; then press Retry",
        )


def _changed(loaded: LoadedRecipe, begun: BuildPlan) -> RecipeError:
    return RecipeError(
        "The recipe is not what this build was begun with",
        where=str(loaded.path),
        seen=f"SHA-256 {loaded.sha256}; build {begun.build_id} began with {begun.recipe_sha256}",
        remedy="start a new build; an image of two recipes would have no source",
    )
