from impasto.batch.job import PhotoJob


def test_a_job_is_a_line_and_a_line_a_job() -> None:
    job = PhotoJob(
        content="/p/für.jpg", output="s3://b/o.png", words={"style": "candy", "size": 512}
    )
    assert job.line() == {
        "content": "/p/für.jpg",
        "output": "s3://b/o.png",
        "style": "candy",
        "size": 512,
    }
    assert "\n" not in job.to_json()
    assert PhotoJob.from_json(job.to_json()) == job
    assert job.name == "für"
