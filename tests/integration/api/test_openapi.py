"""The API document holds under drawn requests, right and wrong ones, as every role."""

import os
from pathlib import Path

import pytest

from tests.soak.openapi import barrage

REQUESTS = 2000


@pytest.mark.timeout(400)
async def test_nothing_fails_and_every_answer_is_as_the_api_document_says(tmp_path: Path) -> None:
    outcome = await barrage(tmp_path, REQUESTS, 1 if "CI" in os.environ else None)
    assert outcome.requests >= REQUESTS
    assert not outcome.faults, "\n\n".join(outcome.faults.values())
    assert not outcome.never(), "each operation is done at least once"
    assert not outcome.shallow(), "requests get deep"
    assert outcome.changed, "also those of pages"
