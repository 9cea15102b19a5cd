"""Staff from a CSV file, as far as a hall knows of them: department, skills and abilities."""

from queue_server.engine.design import design
from queue_server.engine.staff import merged, tells
from tests.fakes.document import Document, document, text, with_staff

WORDS = {"english": "english", "英语": "english", "手语": "sign_language", "sign language": "sign_language"}


def before() -> Document:
    made = with_staff()
    made["departments"] = [*made["departments"], {"id": "revenue", "name": text("税务局", "Tax Office")}]
    made["staff"] = [{"id": "zhang", "skills": ["filing"]}, {"id": "li"}, {"id": "wang"}, {"id": "zhao"}]
    return made


def staff(content: str) -> dict[str, Document]:
    made, faults = merged(before(), content.encode(), WORDS)
    assert faults == []
    design(made)
    return {row["id"]: row for row in made["staff"]}


def faults(content: str) -> list[tuple[int, str]]:
    return [(line, fault.zh) for line, fault in merged(before(), content.encode(), WORDS)[1]]


def test_a_line_says_where_somebody_belongs_and_what_they_can_do_by_code_or_name() -> None:
    told = staff(
        "账号,岗位,姓名,部门,技能,便民条件\n"
        "li,窗口人员,李强,税务局,项目备案 seal,英语、手语\nqian,clerk,钱进,revenue,filing,\n"
    )
    assert told["li"] == {
        "id": "li",
        "department": "revenue",
        "skills": ["filing", "seal"],
        "abilities": ["english", "sign_language"],
    }
    assert told["qian"] == {"id": "qian", "department": "revenue", "skills": ["filing"]}
    assert list(told) == ["zhang", "li", "wang", "zhao", "qian"], "who was there stays in place"


def test_a_name_with_spaces_in_it_is_one_name_also_beside_others() -> None:
    told = staff(
        "Sign-in name,Role,Name\nqian,Clerk,Qian,Tax Office,Project filing seal,english sign language\n"
    )
    assert told["qian"] == {
        "id": "qian",
        "department": "revenue",
        "skills": ["filing", "seal"],
        "abilities": ["english", "sign_language"],
    }
    assert faults("qian,clerk,钱进,,No such skill 印章备案\n") == [(1, "没有“No such skill”这项业务。")]


def test_an_empty_cell_takes_away_and_a_line_that_ends_before_it_says_nothing() -> None:
    told = staff("zhang,clerk,张敏,revenue\nli,clerk,李强,税务局,,\n")
    assert told["zhang"] == {"id": "zhang", "department": "revenue", "skills": ["filing"]}
    assert staff("zhang,clerk,张敏,,,\n")["zhang"] == {"id": "zhang"}
    assert staff("zhang,clerk,张敏\n")["zhang"] == {"id": "zhang", "skills": ["filing"]}


def test_somebody_of_whom_nothing_is_said_gets_no_row() -> None:
    assert "qian" not in staff("qian,clerk,钱进,,,\nwu,导办员,吴用\n")


def test_a_file_without_those_columns_tells_nothing_of_the_hall() -> None:
    assert not tells(b"zhang,clerk,x\n")
    assert tells(b"zhang,clerk,x\nli,clerk,x,revenue\n")


def test_every_fault_is_told_with_its_line() -> None:
    assert faults(
        "name,role,shown,department\nzhang,clerk,张敏,水务局,项目备案 盖章,飞行\nli,clerk,李,,filing seal filing\n"
    ) == [
        (2, "没有“水务局”这个部门。"),
        (2, "没有“盖章”这项业务。"),
        (2, "没有“飞行”这种便民条件。"),
    ]
    (fault,) = faults("zhang,clerk,张敏,revenue\nli,clerk,李,,filing filing\n")
    assert fault[0] == 2


def test_a_name_that_several_have_is_a_fault_and_a_code_goes_before_a_name() -> None:
    hall = before()
    hall["services"][1]["name"] = text("项目备案", "seal")
    hall["departments"][0]["name"] = hall["departments"][1]["name"]

    def read(content: str) -> tuple[Document, list[tuple[int, str]]]:
        made, found = merged(hall, content.encode(), WORDS)
        return made, [(line, fault.zh) for line, fault in found]

    assert read("li,clerk,李\nqian,clerk,钱进,审批局,项目备案\n")[1] == [
        (2, "有2个部门叫“审批局”，请写代号：invest、licence。"),
        (2, "有2项业务叫“项目备案”，请写代号：filing、licence。"),
    ]
    made, found = read("qian,clerk,钱进,invest,seal\n")
    assert (made["staff"][-1], found) == ({"id": "qian", "department": "invest", "skills": ["seal"]}, [])


def test_a_file_that_tells_of_nobody_changes_nothing() -> None:
    assert merged(document(), "账号,岗位,姓名,部门\n".encode(), WORDS) == (document(), [])
