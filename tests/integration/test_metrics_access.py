"""Who may see the figures."""

import dataclasses

from service.settings import Settings
from tests.integration.test_metrics import asking, seen

TOKEN = "sixteen+random=="


def test_with_a_token_only_its_bearer_may_look(settings: Settings) -> None:
    production = dataclasses.replace(settings, base_url="https://kaizen.example.org", metrics_token=TOKEN)
    for place in (production, dataclasses.replace(settings, metrics_token=TOKEN)):
        with asking(place) as client:
            for wrong in (
                "",
                "Bearer ",
                f"Bearer {TOKEN}x",
                "Bearer ümlaut-in-a-token",
                f"Basic {TOKEN}",
                f"Token {TOKEN}",
                TOKEN,
            ):
                refused = client.get("/metrics", headers={"Authorization": wrong.encode().decode("latin-1")})
                assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (
                    401,
                    'Bearer realm="metrics"',
                )
                assert "kaizen_" not in refused.text
            assert client.get(f"/metrics?token={TOKEN}").status_code == 401
            assert seen(client, TOKEN)


def test_without_a_token_the_page_does_not_exist_in_production(settings: Settings) -> None:
    with asking(dataclasses.replace(settings, base_url="https://kaizen.example.org")) as client:
        missing, other = client.get("/metrics"), client.get("/nothing-here")
        assert missing.status_code == other.status_code == 404
        assert missing.text == other.text
