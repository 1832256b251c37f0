"""What the OpenAPI document says beyond the views themselves: errors, headers, how to sign in."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from drf_spectacular.utils import OpenApiParameter

from dispatch.api.credentials import ByToken
from dispatch.api.problems import MEDIA_TYPE


class TokenScheme(OpenApiAuthenticationExtension):
    """How a token is sent, for the document."""

    target_class = ByToken
    name = "token"

    def get_security_definition(self, auto_schema) -> dict:
        """Describe the header."""
        return build_bearer_security_scheme_object(header_name="Authorization", token_prefix="Token")


KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=False,
    description=(
        "Made by the sender before the first try, such as a UUID: 1 to 80 printable ASCII characters. "
        "Sent again with the same request, the same answer comes back and nothing is done twice; "
        "with another request, 422. Strongly recommended."
    ),
    pattern=r"^[\x21-\x7e]{1,80}$",
)
REPLAYED = {True: {"Idempotency-Replayed": "true"}, False: {}}

PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` says what it is; the members after it depend on the code.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "example": "urn:doorstep:problem:guards_unmet"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "rule": {"type": "string", "description": "ID of the rule in the service standard"},
        "errors": {"type": "object", "additionalProperties": {}, "description": "400: what is wrong, by field"},
        "lacks": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/LackShape"},
            "description": "422: everything that is missing",
        },
        "open": {"type": "array", "items": {"type": "string"}, "description": "404 for an action: those open to you"},
        "state": {"type": "string", "description": "409: where the order is now"},
        "state_label": {"type": "string"},
        "version": {"type": "integer"},
        "last": {"type": "string", "description": "409: what was done last"},
        "by": {"type": "string", "description": "409: who did it"},
        "at": {"type": "string"},
        "technician": {"type": "string"},
        "id": {"type": "string", "description": "500: find it in the log by this"},
    },
}
MEANINGS = {
    "400": "Some of the data does not read",
    "401": "Not signed in",
    "403": "For another role",
    "404": "Not there, or not yours",
    "405": "Not possible at this address",
    "409": "The order is in another state, has changed, or somebody is at it; with Retry-After in the last case",
    "413": "Too large",
    "415": "Not JSON; for a photo, not multipart/form-data",
    "422": "Something has to be done first, or the key was used for something else",
    "429": "Too many tries; see Retry-After",
    "503": "Not available right now; see Retry-After",
}
READING = ("400", "401", "404", "405", "503")
WRITING = ("400", "401", "403", "404", "405", "409", "413", "415", "422", "429", "503")


def add_problems(result: dict, generator, request, public) -> dict:
    """Tell of every operation how it can be refused (drf-spectacular's postprocessing hook)."""
    components = result["components"]
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["responses"] = {
        f"Problem{code}": {
            "description": said,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for code, said in MEANINGS.items()
    }
    for operations in result["paths"].values():
        for method, operation in operations.items():
            for code in READING if method == "get" else WRITING:
                operation["responses"].setdefault(code, {"$ref": f"#/components/responses/Problem{code}"})
    return result


def only_versioned(endpoints, **_more) -> list:
    """Leave the schema's own address out of the schema (drf-spectacular's preprocessing hook)."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]
