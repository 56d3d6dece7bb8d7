"""Request bodies: pydantic models that refuse what Azure refuses."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from localazure.arm.errors import CloudError, not_supported

Json = dict[str, Any]
AnyBody = TypeVar("AnyBody", bound="Body")


class Body(BaseModel):
    """Part of a request. Unknown properties are refused; ``read_only`` ones are ignored, as Azure ignores them.

    What Azure takes and localazure cannot do is named in ``unsupported``: asking for it is refused with 501.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)
    read_only: ClassVar[frozenset[str]] = frozenset()
    unsupported: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _drop_read_only(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        for key in cls.unsupported & value.keys():
            if value[key]:
                raise not_supported(f"the property '{key}' (given: {type(value[key]).__name__})")
        ignored = cls.read_only | cls.unsupported
        return {key: item for key, item in value.items() if key not in ignored and item is not None}

    def json_body(self) -> Json:
        """The body in Azure's spelling, without what was not given."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class SubResource(Body):
    """A reference to another resource."""

    id: str


class TrackedBody(Body):
    """What every top-level resource carries besides its properties."""

    read_only: ClassVar[frozenset[str]] = frozenset({"id", "name", "type", "etag", "systemData", "resourceGroup"})
    location: str | None = None
    tags: dict[str, str] = {}


def parse_body(model: type[AnyBody], content: Any) -> AnyBody:
    """Validate a request's JSON. Raises CloudError 400 with Azure's code for the first thing that is wrong."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise _refusal(error) from None


def _refusal(error: ValidationError) -> CloudError:
    first = error.errors(include_url=False)[0]
    path = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        member = str(first["loc"][-1])
        message = (
            "The request content was invalid and could not be deserialized: "
            f"'Could not find member '{member}' on object at path '{path}'. "
            "(Either Azure has no such property, or localazure does not support it yet.)'."
        )
        return CloudError(400, "InvalidRequestContent", message, target=path)
    if first["type"] == "missing":
        return CloudError(400, "InvalidParameter", f"Required parameter '{path}' is missing (null).", target=path)
    message = f"The value of parameter '{path}' is invalid: {first['msg']}"
    return CloudError(400, "InvalidParameter", message, target=path)
