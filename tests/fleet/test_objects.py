"""Workers that see no common disk: mirrors, store and tables in an object store."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fleet import fleets

NDJSON = ("--format", "ndjson")
UP = "import s3fs, sys; s3 = s3fs.S3FileSystem(); s3.mkdir('bucket'); s3.put(sys.argv[1], 'bucket/mirrors', recursive=True)"  # noqa: E501
DOWN = "import s3fs, sys; s3fs.S3FileSystem().get('bucket/out/', sys.argv[1] + '/', recursive=True)"


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """How to reach a server that speaks as S3 does, for as long as it is needed."""
    server = ("moto.server", "-H", "127.0.0.1", "-p", "0")
    with fleets.started(*server, until=r"http://127\.0\.0\.1:\d+") as (_, url):
        yield {
            **os.environ,
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": url,
        }


def test_tables_are_the_same_from_an_object_store(
    environment: dict[str, str], tmp_path: Path
) -> None:
    mirrors = tmp_path / "mirrors"
    for team in ("one", "two"):
        fleets.repository(mirrors / "good" / f"{team}.git", fleets.files(team, team), packed=True)
    fleets.repository(mirrors / "empty.git")
    subprocess.run([sys.executable, "-c", UP, mirrors], env=environment, check=True)
    assert fleets.run(mirrors, "-o", tmp_path / "here", *NDJSON).code == 0
    url = ("s3://bucket/mirrors", "-o", "s3://bucket/out", *NDJSON)
    done = fleets.run(*url, environment=environment)
    assert done.code == 0, done.said
    assert done.counted("read now") > 0
    again = fleets.run(*url, environment=environment)
    assert (again.counted("read now"), again.counted("repositories judged now")) == (0, 0)
    (tmp_path / "there").mkdir()
    subprocess.run([sys.executable, "-c", DOWN, tmp_path / "there"], env=environment, check=True)
    assert fleets.everything(tmp_path / "there") == fleets.everything(tmp_path / "here")
