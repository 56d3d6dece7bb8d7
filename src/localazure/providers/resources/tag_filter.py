"""The filter by tag that lists of groups and of resources take: ``tagName eq 'a' and tagValue eq 'b'``."""

from __future__ import annotations

import re

from localazure.arm.calls import Call
from localazure.arm.errors import CloudError
from localazure.store import Resource

_FILTER = re.compile(r"\s*tagName eq '([^']+)'(?:\s+and\s+tagValue eq '([^']*)')?\s*", re.IGNORECASE)


def tagged(resource: Resource, call: Call) -> bool:
    """Whether the call asks for the resource. Raises CloudError for any other filter."""
    wanted = call.query.get("filter")
    if not wanted:
        return True
    found = _FILTER.fullmatch(wanted)
    if found is None:
        message = f"Invalid $filter '{wanted}' specified in the query string."
        raise CloudError(400, "InvalidFilterInQueryString", message)
    name, value = found.groups()
    return name in resource.tags and value in (None, resource.tags[name])
