"""The proved image in the recipe's other forms, before anybody gets any of them."""

from __future__ import annotations

from prefect import get_run_logger

from mintage.artifacts import BuildVm, Delivered, Delivery, ImageVersion, Published, ResolvedSource, Verified
from mintage.azure.copies import copy_version, destination_of
from mintage.azure.managed_image import deliver_managed_image
from mintage.azure.vhd_export import deliver_vhds
from mintage.build_plan import BuildPlan
from mintage.recipe import CopyForm, ManagedImageForm
from mintage.upload import Seldom
from mintage.verify.image import demand_passed
from tasks.connection import Connection, connected
from tasks.deliveries import as_version
from tasks.run_artifacts import MIB, SHOWN_SECONDS, show_export
from tasks.stages import delivery_name
from tasks.step import step


def deliver(
    plan: BuildPlan, verified: Verified, source: ResolvedSource, vm: BuildVm, image: ImageVersion
) -> tuple[Delivery, ...]:
    """All forms that the recipe lists, each as a step of its own."""
    forms = enumerate(plan.recipe.publish.forms, 1)
    return tuple(deliver_form(plan, number, form.kind, verified, source, vm, image) for number, form in forms)


@step("deliver", run_name="deliver {number} {kind}", key=lambda number, **_: delivery_name(number))
def deliver_form(
    plan: BuildPlan,
    number: int,
    kind: str,  # noqa: ARG001 - for the run's name
    verified: Verified,
    source: ResolvedSource,
    vm: BuildVm,
    image: ImageVersion,
) -> Delivery:
    """Deliver the recipe's so-manieth form; nobody gets it by asking for the latest yet."""
    demand_passed(verified)
    log = get_run_logger()
    with connected() as connection:
        delivery = Delivery(forms=_delivered(connection, plan, number, source, vm, image))
    for each in delivery.forms:
        log.info("Delivered %s %s %s", each.form, each.identity, each.checksum or "")
    return delivery


def delivery_of(published: Published, delivered: tuple[Delivery, ...]) -> Delivery:
    """Everything the build comes to: the version first."""
    return Delivery(forms=(as_version(published.image_version), *(form for each in delivered for form in each.forms)))


def _delivered(
    connection: Connection, plan: BuildPlan, number: int, source: ResolvedSource, vm: BuildVm, image: ImageVersion
) -> tuple[Delivered, ...]:
    form, clients, log = plan.recipe.publish.forms[number - 1], connection.clients, get_run_logger()

    def told(where: str, seen: str) -> None:
        log.info("%s: %s", where, seen)

    def exported(there: int, whole: int) -> None:
        log.info("%s of %s MiB are there", there // MIB, whole // MIB)
        show_export(plan.build_id, there, whole)

    if isinstance(form, CopyForm):
        copied = copy_version(destination_of(clients, plan, form, number), image, source, told)
        return (Delivered(form="copy", identity=copied.resource_id),)
    if isinstance(form, ManagedImageForm):
        return (deliver_managed_image(clients, plan, form, vm, image, source, told),)
    return deliver_vhds(clients, plan, form, vm, image, Seldom(exported, SHOWN_SECONDS))
