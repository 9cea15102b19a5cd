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


def with_calendars() -> Document:
    """The same hall with calendars on every level, a holiday, a make-up working day, a daily limit and a visit of three steps."""
    made = document()
    made["rules"] = {"calendar": "hall"}
    made["calendars"] = [
        {
            "id": "hall",
            "name": text("作息", "Hours"),
            "seasons": [
                {
                    "first": "05-01",
                    "last": "09-30",
                    "tickets": ["08:30-11:40", "14:30-17:40"],
                    "service": ["08:30-12:00", "14:30-18:00"],
                },
                {"tickets": ["08:30-11:40", "13:30-16:40"], "service": ["08:30-12:00", "13:30-17:00"]},
            ],
        },
        {
            "id": "zone",
            "name": text("周末也开", "Weekends too"),
            "seasons": [{"weekdays": "1-7", "tickets": ["09:00-23:30"]}],
        },
        {
            "id": "mornings",
            "name": text("上午", "Mornings"),
            "seasons": [{"weekdays": "1,3,5", "tickets": ["08:30-11:00"]}],
        },
    ]
    made["holidays"] = [
        {
            "id": "national",
            "name": text("国庆节", "National Day"),
            "first": "2026-10-01",
            "last": "2026-10-07",
        },
        {"id": "tomorrow", "name": text("停电", "Power cut"), "first": "2026-11-24"},
    ]
    made["workdays"] = [{"id": "october", "day": "2026-10-10", "weekday": 3}]
    made["zones"][1]["calendar"] = "zone"
    made["services"][0]["then"] = ["licence", "seal"]
    made["services"][1]["daily_limit"] = 4
    made["services"][2]["calendar"] = "mornings"
    return made


def with_staff() -> Document:
    """The same hall with departments, outcomes, skills and a roster."""
    made = document()
    made["departments"] = [
        {"id": "invest", "name": text("发改局", "Development")},
        {"id": "licence", "name": text("审批局", "Approval")},
        {"id": "police", "name": text("公安局", "Police")},
    ]
    made["outcomes"] = [
        {"id": "accepted", "name": text("予以受理", "Accepted")},
        {"id": "papers", "name": text("补齐材料", "Papers missing")},
    ]
    made["services"][0] |= {"department": "invest", "outcomes": ["accepted", "papers"]}
    made["services"][2] |= {"department": "police", "delegated_to": "licence"}
    made["staff"] = [
        {"id": "zhang", "department": "invest"},
        {"id": "li", "department": "licence", "skills": ["seal"]},
        {"id": "wang", "skills": ["filing"]},
        {"id": "zhao", "skills": []},
    ]
    made["roster"] = [
        {"window": "1", "clerk": "zhang", "days": "1-5", "hours": ["08:30-17:00"], "breaks": ["12:00-13:00"]},
        {"window": "4", "clerk": "li", "days": "1-5", "hours": ["08:30-12:00", "13:30-17:00"]},
        {"window": "1", "clerk": "wang", "days": "2026-11-25/2026-11-26", "hours": ["08:30-12:00"]},
        {"window": "3", "clerk": "li", "days": "2026-11-27", "hours": ["09:00-11:00"]},
    ]
    made["holidays"] = [
        {"id": "rest", "name": text("休息", "Rest"), "first": "2026-11-30", "last": "2026-12-02"}
    ]
    made["workdays"] = [{"id": "made-up", "day": "2026-11-29", "weekday": 1}]
    return made


def rearranged() -> Document:
    """The same services and windows, but seals belong to the other zone, and the hours and rules are others."""
    made = document()
    made["services"][2]["zone"] = "A"
    made["rules"] = {"hours": ["08:00-12:00", "13:00-23:30"], "calls": 2, "paper_s": 5}
    made["windows"][0]["services"] = ["filing", "licence"]
    return made


def ruled(made: Document, policy: str, zone: str | None = None) -> Document:
    """A hall that calls by a rule, its last zone by another; seals are promised sooner than other things."""
    services = [each | ({"promise_min": 8} if each["id"] == "seal" else {}) for each in made["services"]]
    zones = [*made["zones"][:-1], made["zones"][-1] | ({} if zone is None else {"policy": zone})]
    rules = made.get("rules", {}) | {"policy": policy}
    return made | {"services": services, "zones": zones, "rules": rules}


def classed(made: Document) -> Document:
    """A hall with the classes, the list and the questions for identity that the small hall has."""
    made["classes"] += [
        {
            "id": "priority",
            "name": text("老年人", "Elder"),
            "public": text("优先", "Priority"),
            "promise_min": 10,
            "age": 60,
        },
        {
            "id": "green",
            "name": text("绿色通道", "Fast track"),
            "public": text("优先", "Priority"),
            "promise_min": 5,
            "asked": "staff",
            "listed": True,
        },
    ]
    made["fast_track"] = [{"id": "2026-350200-01", "name": "某重点项目", "reason": "重点项目"}]
    for service in made["services"]:
        if service["id"] == "seal":
            service |= {"real_name": "ask", "per_person": 2}
    return made
