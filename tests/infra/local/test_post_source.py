"""Where ``earshot run`` gets posts from: a handle that X cannot have is told before anything is started."""

from pathlib import Path

import pytest

from infra.local.post_source import PostSourceError, open_post_source


@pytest.mark.parametrize("handle", ["Nimbus-Air", "NimbusAir+nimbus_air_london"])
def test_a_handle_that_x_cannot_have_is_named_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, handle: str
) -> None:
    monkeypatch.setenv("X_BEARER_TOKEN", "token")
    monkeypatch.setenv("BRAND_HANDLES", handle)
    with (
        pytest.raises(PostSourceError, match=r"BRAND_HANDLES: .*copy it from the profile"),
        open_post_source(tmp_path),
    ):
        pass


def test_handles_that_x_can_have_are_listened_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("X_BEARER_TOKEN", "token")
    monkeypatch.setenv("BRAND_HANDLES", "@NimbusAir+NimbusHelp, Zephyr")
    monkeypatch.delenv("X_API_URL", raising=False)
    with open_post_source(tmp_path) as source:
        assert list(source.brands) == ["@NimbusAir+NimbusHelp", "Zephyr"]
