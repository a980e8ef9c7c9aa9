from __future__ import annotations

from starlette.testclient import TestClient

from impasto.studio.server.error_responses import STATUSES
from impasto.studio.server.replies import ERRORS, ErrorReply


def test_every_status_an_error_may_have_is_documented(client: TestClient) -> None:
    assert set(STATUSES.values()) <= ERRORS.keys()
    ErrorReply.model_validate(client.get("/api/documents/none").json())


def test_every_answer_has_a_type(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    for path, operations in paths.items():
        for method, operation in operations.items():
            assert operation.get("summary"), (method, path)
            assert operation["responses"].keys() & {"200", "201", "202", "204"}
            assert "404" in operation["responses"]
