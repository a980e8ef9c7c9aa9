from __future__ import annotations

from collections.abc import Callable

from starlette.testclient import TestClient

from impasto.studio.server import replies
from impasto.studio.server.descriptions import describe_topic
from impasto.studio.server.workspace import Topic


def test_every_topic_is_described_whole(client: TestClient, create: Callable[..., str]) -> None:
    name = create(client)
    edit = {"do": "add_object", "mask": {"nodes": [0]}, "style": "red"}
    client.post(f"/api/documents/{name}/edits", json=edit)
    (document,) = client.app.state.library._open.values()
    told = {topic: describe_topic(document, topic) for topic in Topic}
    assert {event["event"] for event in told.values()} == {topic.value for topic in Topic}
    replies.DocumentReply.model_validate(told[Topic.DOCUMENT]["document"])
    replies.Loading.model_validate(told[Topic.LOADING]["loading"])
    state = replies.StateReply.model_validate(told[Topic.STATE]["state"])
    assert state.objects[0].area == 144
    assert isinstance(told[Topic.SAVED]["revision"], int)
    assert [each["name"] for each in told[Topic.STYLES]["styles"]] == ["red", "green", "blue"]
    assert told[Topic.JOBS]["jobs"] == []
