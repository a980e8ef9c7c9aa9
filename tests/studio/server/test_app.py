"""Fuzzing of the REST interface; IMPASTO_FUZZ names how many examples of each request to try."""

from __future__ import annotations

import os
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from starlette.testclient import TestClient

schemathesis = pytest.importorskip("schemathesis")

EXAMPLES = int(os.environ.get("IMPASTO_FUZZ", "6"))


def test_the_page_is_served_and_the_api_beside_it(client: TestClient) -> None:
    assert client.get("/api/studio").json()["protocol"] == 1
    assert client.get("/api/nothing").json()["error"]["code"] == "Http404"
    assert client.get("/docs").status_code == 404


@pytest.mark.slow
def test_everything_is_described(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], (method, path)
            assert all(each.get("description") for each in operation.get("parameters", [])), path
    for name, schema in described["components"]["schemas"].items():
        assert schema["description"], name
        for field, told in schema.get("properties", {}).items():
            assert told.get("description"), (name, field)


@pytest.mark.filterwarnings("ignore")
def test_fuzzed_requests_are_answered_in_order(
    client: TestClient, create: Callable[..., str], stand_ins: ModuleType
) -> None:
    """Whatever is sent: never a 5xx that is not meant, always the security headers."""
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    document = create(client)
    schema = schemathesis.openapi.from_dict(client.get("/api/openapi.json").json())
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) > 15

    for operation in operations:

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=[*HealthCheck],
        )
        @given(case=operation.as_strategy(), known=st.booleans())
        def fuzz(case: Any, known: bool) -> None:
            _send(client, case, document if known else None)

        fuzz()
    assert client.get(f"/api/documents/{document}").status_code in (200, 404)


def _send(client: TestClient, case: Any, document: str | None) -> None:
    if document is not None and "document" in (case.path_parameters or {}):
        if case.method == "DELETE" and case.path.endswith("{document}"):
            return
        case.path_parameters["document"] = document
    arguments = case.as_transport_kwargs(base_url="http://127.0.0.1:8765")
    for name in ("cookies", "headers"):
        arguments.pop(name, None)
    if "data" in arguments:
        arguments["content"] = arguments.pop("data")
    reply = client.request(**arguments)
    assert reply.status_code < 500 or reply.status_code == 503, (arguments, reply.text)
    assert "nosniff" in reply.headers["x-content-type-options"]
    if reply.status_code >= 400:
        assert reply.json()["error"]["message"], reply.text
