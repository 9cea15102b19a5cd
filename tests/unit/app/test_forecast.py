"""How many courses an answer has under load."""

from queue_server.app.forecast.work import LEAST, ROUND_S, courses
from queue_server.forecast.wait import PATHS


def test_an_answer_that_took_too_long_is_followed_by_one_of_fewer_courses_but_never_of_a_few() -> None:
    assert courses(PATHS, ROUND_S / 10) == PATHS
    assert courses(PATHS, 2 * ROUND_S) == PATHS // 2
    assert courses(PATHS, 1000 * ROUND_S) == LEAST


def test_courses_come_back_when_there_is_time_for_them_again() -> None:
    assert courses(LEAST, ROUND_S / 2) == 2 * LEAST
    assert courses(LEAST, 0.0) == PATHS
