"""`jiaohao-server simulate` on a small hall: what it writes, and what it says of files that are not what they have to be."""

import csv
import gzip
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result

from queue_server.app.main import main

HALL: dict[str, Any] = {
    "zones": ["社会保障", "证照办理"],
    "services": [
        {"id": 0, "zone": 0, "mean": 6.0, "cv": 0.8},
        {"id": 1, "zone": 0, "mean": 8.0, "cv": 0.8},
        {"id": 7, "zone": 1, "mean": 5.0, "cv": 0.8},
    ],
    "windows": [
        {"id": 3, "zone": 0, "skills": [0, 1], "speed": 1.0, "staffed": True, "lunch": [60, 90]},
        {"id": 4, "zone": 0, "skills": [0], "speed": 0.5, "staffed": True},
        {"id": 5, "zone": 1, "skills": [7], "speed": 1.0, "staffed": True, "lunch": [30, 60]},
        {"id": 6, "zone": 1, "skills": [7], "speed": 1.0, "staffed": False, "lunch": [30, 60]},
    ],
    "day_min": 240,
    "ticket_close": 120,
    "no_show_min": 1.0,
}
HEAD = "day,arrival_min,service,class,no_show,work_min\n"
OUT = "day,ticket,service,class,arrival_min,called_min,window,wait_min,no_show,p10,p50,p90"


def drawn(seed: int, count: int) -> str:
    """Some days of tickets, as a file has them."""
    chance, lines = Random(seed), [HEAD]
    for day in range(count):
        at = 0.0
        while (at := at + chance.expovariate(0.6)) < 120:
            cells = (
                *(str(100 + day), f"{at:.4f}", chance.choice("0017"), chance.choice("0123333")),
                *(str(int(chance.random() < 0.06)), f"{chance.lognormvariate(1.5, 0.7):.4f}"),
            )
            lines.append(",".join(cells) + "\n")
    return "".join(lines)


def simulated(folder: Path, days: str, *more: str, hall: Any = HALL, policy: str = "promise") -> Result:
    (folder / "hall.json").write_text(json.dumps(hall), encoding="utf-8")
    (folder / "days.csv.gz").write_bytes(gzip.compress(days.encode()))
    words = ("--hall", str(folder / "hall.json"), "--days", str(folder / "days.csv.gz"), "--policy", policy)
    return CliRunner().invoke(main, ["simulate", *words, "--out", str(folder / "rows.csv"), *more])


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "rows.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_ticket_has_a_row_in_the_order_of_the_file_with_names_as_they_stand_there(
    tmp_path: Path,
) -> None:
    days = HEAD + (
        "b,0.5,7,3,0,4\n"  # called at once by window 5
        "b,1,7,3,1,4\n"  # waits until 4.5; does not come, which costs a minute
        "b,2,7,0,0,3\n"  # a class that is promised less, behind it by its share of the promise
        "a,0,0,2,0,10\n"  # window 4 has fewer services, and takes half as long
        "b,5.2,7,3,0,40\n"
        "b,5,0,3,0,1.25\n"  # not in the order of times
    )
    result = simulated(tmp_path, days)
    assert (result.exit_code, result.exception) == (0, None)
    assert "6张号票 tickets" in result.stdout
    lines = (tmp_path / "rows.csv").read_text(encoding="utf-8").splitlines()
    assert lines[:2] == [OUT, "b,0,7,3,0.5,0.5,5,0.0,0,,,"]
    assert [line.split(",")[:2] for line in lines[1:]] == [["b", str(n)] for n in range(5)] + [["a", "0"]]
    found = rows(tmp_path)
    assert [(row["called_min"], row["window"], row["wait_min"]) for row in found] == [
        ("0.5", "5", "0.0"),
        ("7.5", "5", "6.5"),
        ("4.5", "5", "2.5"),
        ("8.5", "5", "3.3"),
        ("5.0", "4", "0.0"),
        ("0.0", "4", "0.0"),
    ]


def test_minutes_are_written_without_the_noise_of_binary_fractions(tmp_path: Path) -> None:
    (tmp_path / "past.csv").write_text(drawn(1, 2), encoding="utf-8")
    days = HEAD + "1,79.022,7,3,0,4\n" + drawn(2, 1).removeprefix(HEAD)
    words = ("--train", str(tmp_path / "past.csv"), "--forecast")
    assert simulated(tmp_path, days, *words).exit_code == 0
    found = rows(tmp_path)
    assert found[0]["arrival_min"] == "79.022"
    for row in found:
        for name in ("arrival_min", "called_min", "wait_min", "p10", "p50", "p90"):
            assert len(row[name].partition(".")[2]) <= 6, row


def test_who_waits_at_closing_is_served_past_it_and_nobody_is_called_in_a_break(tmp_path: Path) -> None:
    days = HEAD + "1,29,7,3,0,20\n1,50,7,3,0,80\n1,120,7,3,0,5\n1,119,7,3,0,200\n"
    assert simulated(tmp_path, days, policy="fcfs").exit_code == 0
    assert [row["called_min"] for row in rows(tmp_path)] == ["29.0", "60.0", "340.0", "140.0"]


def test_the_rule_that_is_asked_for_calls(tmp_path: Path) -> None:
    days = HEAD + "1,0,7,3,0,10\n1,1,7,3,0,5\n1,2,7,2,0,2\n1,9,7,0,0,5\n"
    called = {}
    for policy in ("fcfs", "promise", "head_start", "strict"):
        assert simulated(tmp_path, days, policy=policy).exit_code == 0
        order = sorted(rows(tmp_path), key=lambda row: float(row["called_min"]))
        called[policy] = "".join(row["ticket"] for row in order)
    # used of the promise: 9/15, 8/10 and 1/5 at 10, then 11/15 and 3/5 at 12; due at 16, 12 and 14
    assert called == {"fcfs": "0123", "promise": "0213", "head_start": "0231", "strict": "0321"}


def test_waits_are_told_at_the_issue_to_whoever_waits_and_are_the_same_again(tmp_path: Path) -> None:
    (tmp_path / "past.csv").write_text(drawn(1, 2), encoding="utf-8")
    words = ("--train", str(tmp_path / "past.csv"), "--forecast")
    assert simulated(tmp_path, drawn(2, 1), *words).exit_code == 0
    first = rows(tmp_path)
    told = [row for row in first if row["p50"]]
    assert len(told) > 10
    for row in first:
        assert bool(row["p50"]) == (row["wait_min"] != "0.0")
    assert all(0 <= float(row["p10"]) <= float(row["p50"]) <= float(row["p90"]) for row in told)
    other = json.loads(json.dumps(HALL))
    for service in other["services"]:
        service |= {"mean": 600.0, "cv": 9.0}  # the truth that nobody may read
    assert simulated(tmp_path, drawn(2, 1), *words, hall=other).exit_code == 0
    assert rows(tmp_path) == first


def test_with_too_few_past_services_nothing_is_forecast_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "past.csv").write_text(HEAD + "1,0,7,3,0,10\n", encoding="utf-8")
    result = simulated(tmp_path, drawn(2, 1), "--train", str(tmp_path / "past.csv"), "--forecast")
    assert result.exit_code == 0
    assert "Fewer than 30 services in --train" in result.stderr
    assert {row["p90"] for row in rows(tmp_path)} == {""}


@pytest.mark.parametrize(
    "days,told",
    [
        ("day,arrival_min\n1,2\n", "row 1: without the columns service, class, no_show, work_min"),
        (HEAD, "there is not one row"),
        (HEAD + "1,0,7,3,0,4\n1,x,7,3,0,4\n", "row 3, column arrival_min: “x”, expected: 0-120"),
        (HEAD + "1,121,7,3,0,4\n", "row 2, column arrival_min: “121”, expected: 0-120"),
        (HEAD + "1,1,9,3,0,4\n", "第2行service列“9”，应为：有人值守的窗口能办的业务"),
        (HEAD + "1,1,7,4,0,4\n", "row 2, column class: “4”, expected: 0-3"),
        (HEAD + "1,1,7,3,2,4\n", "row 2, column no_show: “2”, expected: 0, 1"),
        (HEAD + "1,1,7,3,0,nan\n", "row 2, column work_min: “nan”"),
        (HEAD + "1,1,7,3\n", "row 2, column work_min: “”"),
        (HEAD + ",1,7,3,0,4\n", "row 2, column day: “”"),
    ],
)
def test_faulty_days_are_told_by_row_and_column_and_nothing_is_written(
    tmp_path: Path, days: str, told: str
) -> None:
    result = simulated(tmp_path, days)
    assert result.exit_code == 1
    assert told in result.stderr
    assert not (tmp_path / "rows.csv").exists()


@pytest.mark.parametrize(
    "change,told",
    [
        ({"zones": 3}, "$.zones"),
        ({"windows": [{"id": 1, "zone": 0, "skills": [0], "speed": 0}]}, "$.windows[0].speed"),
        (
            {"windows": [{"id": 1, "zone": 5, "skills": [0], "speed": 1}]},
            "windows[0].zone: there is no zone 5",
        ),
        ({"windows": [{"id": 1, "zone": 0, "skills": [4], "speed": 1}]}, "there is no service 4"),
        ({"windows": [{"id": 1, "zone": 0, "skills": [0], "speed": 1, "lunch": [9, 9]}]}, "windows[0].lunch"),
        ({"windows": [HALL["windows"][0]] * 2}, "windows: id 3 is there twice"),
        ({"windows": [HALL["windows"][3]]}, "no window is staffed"),
    ],
)
def test_a_faulty_hall_is_told_by_its_path(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    result = simulated(tmp_path, HEAD + "1,0,7,3,0,10\n", hall=HALL | change)
    assert result.exit_code == 1
    assert told in result.stderr


def test_a_file_that_is_cut_off_or_no_archive_is_told_by_its_name(tmp_path: Path) -> None:
    assert simulated(tmp_path, HEAD + "1,0,7,3,0,10\n").exit_code == 0
    past = tmp_path / "past.csv.gz"
    for content in (gzip.compress(drawn(1, 1).encode())[:-20], b"plain"):
        past.write_bytes(content)
        result = simulated(tmp_path, HEAD + "1,0,7,3,0,10\n", "--train", str(past), "--forecast")
        assert result.exit_code == 1
        assert f"{past} cannot be read" in result.stderr


def test_a_forecast_without_past_days_is_a_wrong_use(tmp_path: Path) -> None:
    result = simulated(tmp_path, HEAD + "1,0,7,3,0,10\n", "--forecast")
    assert result.exit_code == 2
    assert "--train" in result.stderr


@pytest.mark.parametrize("name", ["hall.json", "days.csv.gz", "past.csv"])
def test_no_input_is_overwritten(tmp_path: Path, name: str) -> None:
    past = tmp_path / "past.csv"
    past.write_text(drawn(1, 1), encoding="utf-8")
    days = HEAD + "1,0,7,3,0,10\n"
    assert simulated(tmp_path, days).exit_code == 0
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    over = ("--train", str(past), "--out", str(tmp_path / name))
    result = simulated(tmp_path, days, *over)
    assert result.exit_code == 2
    assert "overwrite" in result.stderr
    assert before[tmp_path / name][10:] == (tmp_path / name).read_bytes()[10:], (
        "but for the time in an archive"
    )
