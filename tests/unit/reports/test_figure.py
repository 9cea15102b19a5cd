"""Figures of some people, and the scores that are made of them."""

from queue_server.reports.appraisal import Weights, formula, scores
from queue_server.reports.figure import FEW, Sum, share, total
from queue_server.reports.period import OWN, told
from queue_server.views.daily import BOUNDS_MIN, CLASSES, Cell


def of(waits_min: list[float], **more: int | tuple[int, ...]) -> Cell:
    """People who waited so long, all of them served in ten minutes."""
    waits = tuple(sorted(round(60 * each) for each in waits_min))
    classes = [0] * CLASSES
    for each in waits:
        classes[sum(each > bound * 60 for bound in BOUNDS_MIN)] += 1
    counts = {"issued": len(waits), "served": len(waits), **more}
    return Cell(
        zone="A",
        service="filing",
        window="1",
        clerk="zhang",
        hour=9,
        waited=len(waits),
        waits=tuple(classes),
        waits_s=waits,
        services_s=(600,) * len(waits),
        **counts,  # type: ignore[arg-type]
    )


def test_a_median_and_a_ninetieth_percentile_are_somebodys_own_wait() -> None:
    found = Sum().add(of([1, 2, 3, 4, 5, 6, 7, 8, 9, 100])).figures()
    assert (found.wait_median_min, found.wait_p90_min, found.wait_longest_min) == (5, 9, 100)
    assert (found.to_5, found.to_10, found.over_10) == (5, 4, 1)
    assert (found.to_5_share, found.to_10_share, found.over_10_share) == (0.5, 0.4, 0.1)


def test_the_waits_of_two_days_are_put_in_one_row_and_no_means_of_means_are_made() -> None:
    short, long = of([1, 1, 1, 1, 1, 1, 1]), of([30, 40, 50])
    found = total((short, long)).figures()
    assert (found.wait_median_min, found.wait_longest_min) == (1, 50)
    assert found.wait_mean_min == (7 + 120) / 10


def test_of_few_people_no_share_and_no_percentile_is_told() -> None:
    found = Sum().add(of([1, 2, 3, 4], rated=(0, 0, 0, 0, 4), promised=4, kept=4)).figures()
    shares = (found.to_5_share, found.kept_share, found.content_share, found.rated_share, found.wait_p90_min)
    assert shares == (None,) * 5
    assert (found.wait_median_min, found.kept, found.content) == (2, 4, 4)
    assert (share(FEW - 1, FEW - 1), share(FEW, FEW)) == (None, 1)


def test_satisfaction_is_the_upper_three_levels_of_all_who_rated() -> None:
    found = Sum().add(of([1] * 20, rated=(1, 2, 3, 2, 2))).figures()
    assert (found.content, found.content_share, found.rated_share) == (7, 0.7, 0.5)


def test_a_reason_in_somebodys_own_words_is_counted_and_not_repeated() -> None:
    found = told({"class": 3, "王先生的母亲病重": 1, "情况紧急，已核实": 2, "Urgent, checked": 1})
    assert found == {"class": 3, OWN: 1, "reason_urgent": 3}


def a_window() -> Sum:
    """Ten served in ten minutes each where eight are usual; eight in time, five rated, four content; a tenth of the time paused.

    The one who was not was right, as was found.
    """
    found = Sum().add(of([1] * 10, rated=(1, 0, 0, 0, 4), promised=10, kept=8, open_s=6000, paused_s=600))
    found.work = found.usual = 10 * 480.0
    found.upheld = 1
    return found


def test_a_score_is_what_the_formula_says() -> None:
    found = scores(a_window(), best=9600.0, weights=Weights(efficiency=50, quality=30, work=20))
    assert (found.wait, found.service, found.pause) == (80, 80, 90)
    assert found.efficiency == round((80 + 80 + 90) / 3, 1)
    assert (found.content, found.rated, found.quality) == (80, 50, 65)
    assert found.work == 50
    assert found.whole == round((83.3 * 50 + 65 * 30 + 50 * 20) / 100, 1)
    assert "效率×50+质量×30+工作量×20" in formula(Weights(efficiency=50, quality=30, work=20))[0].zh


def test_what_weighs_nothing_or_is_not_known_is_left_out_of_a_score() -> None:
    unrated = a_window()
    unrated.rated = [0, 0, 0, 0, 0]
    found = scores(unrated, best=9600.0, weights=Weights(efficiency=0, quality=50, work=50))
    assert (found.quality, found.whole) == (None, 50)
    nothing = scores(a_window(), best=9600.0, weights=Weights(efficiency=0, quality=0, work=0))
    assert nothing.whole is None


def test_a_bad_rating_that_does_not_count_takes_nothing_off_and_adds_nothing() -> None:
    window = a_window()
    window.rated = [2, 1, 0, 0, 5]
    assert [_content(window, upheld) for upheld in (3, 1, 0)] == [62.5, 83.3, 100]
    window.rated = [2, 1, 0, 0, 4]
    assert _content(window, 0) is None, "four that count are few"


def _content(window: Sum, upheld: int) -> float | None:
    window.upheld = upheld
    return scores(window, best=9600.0, weights=Weights()).content


def test_who_served_few_has_no_score() -> None:
    few = Sum().add(of([1, 2, 3, 4], promised=4, kept=4, open_s=600))
    assert scores(few, best=1.0, weights=Weights()).whole is None
