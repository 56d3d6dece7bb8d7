"""Purchase plans of images, and the publisher's terms that go with them: checked before any money is spent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mintage.artifacts import Plan
from mintage.azure.clients import Clients
from mintage.azure.ensure import Document
from mintage.azure.errors import translating
from mintage.azure.together import completed, finish
from mintage.errors import SourceError
from mintage.recipe import MarketplaceSource

_API_VERSION = "2021-01-01"
"""MarketplaceOrdering's only stable version (azure-rest-api-specs, marketplaceordering)."""


def purchase_plan(document: Mapping[str, Any] | None) -> Plan | None:
    """The plan in Azure's form as an artifact."""
    if not document:
        return None
    return Plan(publisher=document["publisher"], product=document["product"], name=document["name"])


def check_terms(clients: Clients, plan: Plan, source: MarketplaceSource, version: str, seconds: float) -> None:
    """See that the subscription accepted the terms; accept them if the recipe says so. Raises SourceError otherwise.

    Raises DeadlinePassed when accepting takes longer than so many seconds.
    """
    agreement_id, agreement = _agreement_id(clients, plan), _agreement(clients, plan)
    if agreement["properties"]["accepted"]:
        return
    urn = f"{source.publisher}:{source.offer}:{source.sku}:{version}"
    if not source.accept_terms:
        remedy = f"az vm image terms accept --urn {urn}; or set source.accept_terms to true in the recipe"
        raise _not_accepted(plan, urn, remedy)
    body: Any = {"properties": dict(agreement["properties"]) | {"accepted": True}}
    accepting = clients.resources.resources.begin_create_or_update_by_id(agreement_id, body, api_version=_API_VERSION)
    finish(agreement_id, completed(accepting), seconds=seconds)


def demand_accepted(clients: Clients, plan: Plan, where: str) -> None:
    """See that the subscription accepted the terms of a plan that comes from no marketplace image. Raises SourceError.

    Also raises AzureRefused when there is no such plan: no VM could be made under it. ``where``: what has the plan.
    """
    with translating(where):
        agreement = _agreement(clients, plan)
    if not agreement["properties"]["accepted"]:
        named = f"--publisher {plan.publisher} --offer {plan.product} --plan {plan.name}"
        raise _not_accepted(plan, where, f"az vm image terms accept {named}")


def _agreement(clients: Clients, plan: Plan) -> Document:
    identity = _agreement_id(clients, plan)
    agreement: Any = clients.resources.resources.get_by_id(identity, api_version=_API_VERSION)
    found: Document = agreement
    return found


def _agreement_id(clients: Clients, plan: Plan) -> str:
    return (
        f"/subscriptions/{clients.subscription_id}/providers/Microsoft.MarketplaceOrdering/offerTypes/virtualmachine"
        f"/publishers/{plan.publisher}/offers/{plan.product}/plans/{plan.name}/agreements/current"
    )


def _not_accepted(plan: Plan, where: str, remedy: str) -> SourceError:
    return SourceError(
        "The image's terms are not accepted",
        where=where,
        seen=f"plan {plan.name} of {plan.product} by {plan.publisher}",
        remedy=f"read them and run: {remedy}",
    )
