"""The small test hall as a configuration document, and other halls it may become."""

from typing import Any

Document = dict[str, Any]


def text(zh: str, en: str) -> dict[str, str]:
    """A name in both languages."""
    return {"zh": zh, "en": en}


def document(
    *,
    services: tuple[str, ...] = ("filing", "licence", "seal"),
    windows: tuple[str, ...] = ("1", "2", "3", "4"),
) -> Document:
    """The hall of `tests.fakes.hall` with some of its services and windows; a zone without either is not there."""
    every: dict[str, dict[str, Any]] = {
        "filing": {"id": "filing", "zone": "A", "name": text("项目备案", "Project filing")},
        "licence": {"id": "licence", "zone": "B", "name": text("证照申领", "Licence"), "max_items": 3},
        "seal": {"id": "seal", "zone": "B", "name": text("印章备案", "Seal")},
    }
    offers = {"1": ["filing"], "2": ["filing", "seal"], "3": ["licence"], "4": ["licence", "seal"]}
    zone_of = {"1": "A", "2": "A", "3": "B", "4": "B"}
    offered = {number: [id_ for id_ in offers[number] if id_ in services] for number in windows}
    staffed = {number: offer for number, offer in offered.items() if offer}
    zones = {every[id_]["zone"] for id_ in services} | {zone_of[number] for number in staffed}
    all_zones: list[dict[str, Any]] = [
        {
            "id": "A",
            "name": text("投资项目服务区", "Investment Projects"),
            "short": text("投资项目", "Investment"),
            "colour": "#1F5FA8",
        },
        {
            "id": "B",
            "name": text("证照办理服务区", "Certificates"),
            "short": text("证照办理", "Certificates"),
            "colour": "#0F766E",
        },
    ]
    return {
        "name": text("测试政务大厅", "Test Hall"),
        "classes": [{"id": "ordinary", "name": text("普通", "Ordinary"), "promise_min": 15}],
        "zones": [zone for zone in all_zones if zone["id"] in zones],
        "services": [every[id_] for id_ in services],
        "windows": [
            {"numbers": number, "zone": zone_of[number], "services": offer}
            for number, offer in staffed.items()
        ],
        "displays": [{"id": "hall", "title": text("大厅", "Hall")}]
        + ([{"id": "b", "title": text("证照办理", "Certificates"), "zones": ["B"]}] if "B" in zones else []),
    }


def rearranged() -> Document:
    """The same services and windows, but seals belong to the other zone, and the hours and rules are others."""
    made = document()
    made["services"][2]["zone"] = "A"
    made["rules"] = {"hours": ["08:00-12:00", "13:00-23:30"], "calls": 2, "paper_s": 5}
    made["windows"][0]["services"] = ["filing", "licence"]
    return made
