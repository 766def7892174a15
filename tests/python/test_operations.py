"""Every operation of `Client`, against the sandbox."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import filed
import pytest

from sandbox import Sandbox


@pytest.fixture
def partner(sandbox: Sandbox) -> Iterator[filed.Client]:
    token = sandbox.ready["partner_token"]
    with filed.Client(partner_token=token, **sandbox.partner_settings) as client:
        yield client


def test_me_tells_whose_the_key_is(client: filed.Client) -> None:
    user = client.me()
    assert user.id == "user_1"
    assert "@" in user.email


def test_a_partner_creates_a_workspace_and_adds_users(partner: filed.Client) -> None:
    made = partner.workspaces.create("Smith & Co", metadata={"firm": 7}, firm_size="sm")
    assert made.display_name == "Smith & Co"
    assert made.slug
    users = partner.workspaces.add_users(made.id, ["a@example.com", "b@example.com"])
    assert [user.email for user in users] == ["a@example.com", "b@example.com"]


def test_a_connection_is_started_collected_and_found(
    sandbox: Sandbox, client: filed.Client
) -> None:
    workspace = sandbox.ready["workspace_id"]
    started = client.connections.start(
        workspace, sandbox.ready["provider_key"], inputs={"apiKey": "right"}
    )
    assert started.status == "pending"
    assert client.connections.collect(started.id).status == "active"
    active = client.connections.wait_active(workspace, started.id, timeout=10)
    assert active.id == started.id
    listed = client.connections.list(workspace, ids=[started.id], statuses=["active"])
    assert [connection.id for connection in listed] == [started.id]


def test_waiting_for_a_connection_ends_when_it_failed_or_time_is_over(
    sandbox: Sandbox, client: filed.Client
) -> None:
    workspace = sandbox.ready["workspace_id"]
    with pytest.raises(filed.ConnectionNotActiveError):
        client.connections.wait_active(workspace, sandbox.ready["failed_connection_id"])
    with pytest.raises(TimeoutError) as raised:
        client.connections.wait_active(
            workspace, sandbox.ready["pending_connection_id"], timeout=0.1
        )
    assert isinstance(raised.value, filed.WaitTimedOutError)


def test_an_import_is_made_by_hand(sandbox: Sandbox, client: filed.Client, w2: Path) -> None:
    job = client.jobs.create(sandbox.ready["connection_id"], "By hand")
    works = client.jobs.add_works(
        job.id, [filed.NewWork("John Smith", "c1"), {"name": "Jane Doe", "external_id": "c2"}]
    )
    assert len(works) == 2
    upload = client.uploads.file(w2)
    artifact = filed.NewArtifact(
        upload.file_name, upload.mime_type, "f1", url=upload.file_url, metadata={"pages": 2}
    )
    created = client.works.add_artifacts(works[0].id, [artifact])
    assert created[0].external_id == "f1"
    client.jobs.initiate(job.id)
    place = sandbox.place
    listed = list(client.jobs.works(place["workspace_id"], place["connection_id"], job_id=job.id))
    assert [work.external_id for work in listed] == ["c1", "c2"]
    assert listed[0].artifacts[0].metadata == {"pages": 2}
    one = client.jobs.works(
        place["workspace_id"], place["connection_id"], work_ids=[listed[1].work_id]
    )
    assert [work.name for work in one] == ["Jane Doe"]


def test_lists_page_by_themselves(sandbox: Sandbox, client: filed.Client) -> None:
    job = client.jobs.create(sandbox.ready["connection_id"], "Many")
    for start in range(0, 250, 50):
        client.jobs.add_works(
            job.id, [filed.NewWork(f"client {n}", f"c{n}") for n in range(start, start + 50)]
        )
    before = sandbox.counts("jobWorks")
    place = sandbox.place
    works = client.jobs.works(place["workspace_id"], place["connection_id"], job_id=job.id)
    assert [work.external_id for work in works] == [f"c{n}" for n in range(250)]
    assert sandbox.counts("jobWorks") - before == 3


def test_the_platform_is_seen_through_a_connection(sandbox: Sandbox, client: filed.Client) -> None:
    place = sandbox.place
    clients = list(client.platform.clients(place["workspace_id"], place["connection_id"]))
    assert clients
    files = client.platform.files(
        place["workspace_id"], place["connection_id"], clients[0].id, options={}
    )
    assert [file.file_name for file in files]
    sent = client.platform.upload_file(
        place["connection_id"],
        clients[0].id,
        file_name="return.pdf",
        content_type="application/pdf",
        tusd_endpoint="https://files.example.com/tus",
    )
    assert sent.success is True


def test_raw_graphql_gives_data_and_errors(client: filed.Client) -> None:
    answer = client.graphql("query($n: Boolean!) { me { id @include(if: $n) } }", {"n": True})
    assert answer.data == {"me": {"id": "user_1"}}
    assert answer.errors == ()
    refused = client.graphql("{ nothing }")
    assert refused.errors[0].code == "GRAPHQL_VALIDATION_FAILED"


def test_content_is_uploaded_from_everywhere(
    sandbox: Sandbox, client: filed.Client, w2: Path
) -> None:
    data = w2.read_bytes()
    uploads = [
        client.uploads.file(str(w2)),
        client.uploads.bytes(data, file_name="a.pdf"),
        client.uploads.bytes(memoryview(data), file_name="b.pdf"),
        client.uploads.bytes(bytearray(data), file_name="c.pdf"),
        client.uploads.stream(io.BytesIO(data), file_name="d.pdf"),
        client.uploads.stream(io.BytesIO(data), file_name="e.pdf", size=len(data)),
    ]
    assert len({upload.blake3 for upload in uploads}) == 1
    held = sandbox.state()["uploads"]
    assert {upload["blake3"] for upload in held} == {uploads[0].blake3}


def test_filed_fetches_a_url_itself(sandbox: Sandbox, client: filed.Client) -> None:
    sandbox.host("1099.pdf", b"%PDF-1.7 content", "application/pdf")
    upload = client.uploads.url(f"{sandbox.ready['hosted_url']}/1099.pdf")
    assert upload.mime_type == "application/pdf"
    assert upload.size is None


def test_results_are_frozen_and_comparable(client: filed.Client) -> None:
    user = client.me()
    assert user == client.me()
    assert len({user, client.me()}) == 1
    with pytest.raises(AttributeError):
        user.id = "other"  # type: ignore[misc]


def test_a_closed_client_says_so(sandbox: Sandbox) -> None:
    client = filed.Client(**sandbox.settings)
    client.close()
    client.close()
    with pytest.raises(filed.ClosedError):
        client.me()


def test_deep_links_and_the_version() -> None:
    assert filed.deep_link("firm", "connect").endswith("%2Fw%2Ffirm%2Fconnect")
    with pytest.raises(ValueError):
        filed.deep_link("firm", "../other")
    assert filed.__version__.count(".") == 2
