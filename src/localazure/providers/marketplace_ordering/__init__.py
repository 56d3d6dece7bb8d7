"""Microsoft.MarketplaceOrdering: the terms of images with a plan, read and accepted once per subscription."""

from __future__ import annotations

from datetime import UTC, datetime

from localazure.arm.bodies import Json
from localazure.arm.calls import Answer, Call
from localazure.arm.errors import CloudError
from localazure.arm.ids import ResourceId
from localazure.catalogue import PurchasePlan
from localazure.cloud import Cloud, Provider, Route
from localazure.store import Resource

_NAMESPACE = "Microsoft.MarketplaceOrdering"
_ROOT = f"/subscriptions/{{subscription}}/providers/{_NAMESPACE}"
_TERMS = (
    f"{_ROOT}/offerTypes/virtualmachine/publishers/{{publisher}}/offers/{{offer}}/plans/{{plan}}/agreements/current"
)
_AGREEMENT = f"{_ROOT}/agreements/{{publisher}}/offers/{{offer}}/plans/{{plan}}"


def terms_accepted(cloud: Cloud, plan: PurchasePlan) -> bool:
    """Whether this subscription has accepted the terms of a plan."""
    found = cloud.store.find(_agreement(cloud, plan))
    return found is not None and bool(found.properties["accepted"])


def show_terms(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001 - a route's form
    return Answer(200, _terms(cloud, _plan(cloud, values)))


def put_terms(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:
    """``az vm image terms accept`` sends back the terms it read, with ``accepted`` true."""
    plan = _plan(cloud, values)
    accepted = (call.body or {}).get("properties", {}).get("accepted")
    if not isinstance(accepted, bool):
        raise CloudError(400, "BadRequest", "The property 'properties.accepted' must be true or false.")
    return _decide(cloud, plan, accepted=accepted)


def sign(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001 - a route's form
    return _decide(cloud, _plan(cloud, values), accepted=True)


def cancel(cloud: Cloud, call: Call, values: dict[str, str]) -> Answer:  # noqa: ARG001 - a route's form
    return _decide(cloud, _plan(cloud, values), accepted=False)


def _decide(cloud: Cloud, plan: PurchasePlan, *, accepted: bool) -> Answer:
    cloud.store.put(Resource(id=str(_agreement(cloud, plan)), properties={"accepted": accepted}))
    return Answer(200, _terms(cloud, plan))


def _plan(cloud: Cloud, values: dict[str, str]) -> PurchasePlan:
    wanted = tuple(values[part].lower() for part in ("publisher", "offer", "plan"))
    for image in cloud.catalogue:
        plan = image.plan
        if plan and (plan.publisher.lower(), plan.product.lower(), plan.name.lower()) == wanted:
            return plan
    message = (
        f"Offer with PublisherId: '{values['publisher']}', OfferId: '{values['offer']}', PlanId: '{values['plan']}' "
        "was not found, or has no terms to accept."
    )
    raise CloudError(400, "BadRequest", message)


def _agreement(cloud: Cloud, plan: PurchasePlan) -> ResourceId:
    path = (("agreements", plan.publisher), ("offers", plan.product), ("plans", plan.name))
    return ResourceId(cloud.subscription.id, None, _NAMESPACE, path)


def _terms(cloud: Cloud, plan: PurchasePlan) -> Json:
    return {
        "id": str(_agreement(cloud, plan)),
        "name": plan.name,
        "type": f"{_NAMESPACE}/offertypes",
        "properties": {
            "publisher": plan.publisher,
            "product": plan.product,
            "plan": plan.name,
            "retrieveDatetime": datetime.now(UTC).isoformat(),
            "accepted": terms_accepted(cloud, plan),
        },
    }


MARKETPLACE_ORDERING_PROVIDER = Provider(
    namespace=_NAMESPACE,
    types=(),
    routes=(
        Route("GET", _TERMS, show_terms),
        Route("PUT", _TERMS, put_terms),
        Route("GET", _AGREEMENT, show_terms),
        Route("POST", f"{_AGREEMENT}/sign", sign),
        Route("POST", f"{_AGREEMENT}/cancel", cancel),
    ),
)
