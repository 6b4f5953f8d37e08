"""Settings that contradict each other end the start."""

import pytest
from pydantic import ValidationError

from services.extract.config import ExtractSettings


def test_a_language_server_needs_a_model() -> None:
    with pytest.raises(ValidationError, match="TSN_EXTRACT_LANGUAGE_MODEL"):
        ExtractSettings(language_url="http://127.0.0.1:8000/v1")


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "file:///etc/passwd", "http://a b/v1"])
def test_a_language_server_is_named_by_an_http_url(url: str) -> None:
    with pytest.raises(ValidationError, match="language_url"):
        ExtractSettings(language_url=url, language_model="tiny")


def test_the_band_that_is_asked_about_begins_below_its_end() -> None:
    with pytest.raises(ValidationError, match="TSN_EXTRACT_LANGUAGE_FROM_CONFIDENCE"):
        ExtractSettings(language_from_confidence=0.96)


def test_the_key_of_the_server_is_not_shown() -> None:
    assert "s3cret" not in repr(ExtractSettings(language_api_key="s3cret"))
