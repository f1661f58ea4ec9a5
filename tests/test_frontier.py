"""What is read next, and what is left out: nearest first, each page once, nothing without end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor import urls
from monitor.crawl.frontier import Frontier
from monitor.crawl.queue import Wish
from monitor.model import Budget

HOME = "http://a.example/"


def frontier(pages: int = 1000, depth: int = 12) -> Frontier:
    return Frontier(Budget(pages=pages, depth=depth))


def drain(ahead: Frontier) -> list[str]:
    return [wish.url for wish in iter(ahead.take, None)]


def test_pages_come_out_in_the_order_they_went_in() -> None:
    ahead = frontier()
    for n, depth in ((1, 1), (2, 1), (3, 2)):
        ahead.add(Wish(f"{HOME}{n}", depth))
    assert drain(ahead) == [f"{HOME}{n}" for n in (1, 2, 3)]


def test_one_page_under_many_names_is_read_once_under_the_first() -> None:
    ahead = frontier()
    names = (
        "http://a.example/col/index.html",
        "http://a.example/col/",
        "https://www.a.example/col/",
        "http://a.example/col/?utm_source=x",
        "http://a.example/col/;jsessionid=1F",
        "http://a.example:80/col/index.html?sid=9",
    )
    for name in names:
        ahead.add(Wish(name, 1))
        assert ahead.known(name)
        assert ahead.first_name(name) == names[0]
    assert drain(ahead) == [names[0]]


def test_pages_that_differ_in_what_they_show_are_not_one() -> None:
    ahead = frontier()
    pages = [f"{HOME}list?id=1", f"{HOME}list?id=2", f"{HOME}List?id=1", f"{HOME}list", "http://a.example:8080/list"]
    for page in pages:
        ahead.add(Wish(page, 1))
    assert drain(ahead) == pages


def test_a_noted_page_is_known_and_not_read() -> None:
    ahead = frontier()
    ahead.note(HOME)
    ahead.add(Wish(HOME, 1))
    assert drain(ahead) == []


def test_a_postponed_name_is_let_in_after_all_others_and_only_for_a_page_not_known_by_then() -> None:
    ahead = frontier()
    ahead.postpone("http://a.example/x", 1)
    ahead.postpone("http://a.example/y", 1)
    ahead.add(Wish("http://www.a.example/z", 1))
    assert ahead.admit() == []
    assert len(ahead) == 3
    assert ahead.take() is not None
    ahead.add(Wish("http://www.a.example/x", 2))
    assert drain(ahead) == ["http://www.a.example/x"]
    assert ahead.admit() == ["http://a.example/x"]
    assert drain(ahead) == ["http://a.example/y"]
    assert (ahead.admit(), len(ahead)) == ([], 0)


def test_the_page_budget_ends_it_and_is_said() -> None:
    ahead = frontier(pages=3)
    for n in range(5):
        ahead.add(Wish(f"{HOME}{n}", 1))
    assert len(drain(ahead)) == 3
    assert ahead.left() == ("2 known pages not read: the budget of 3 pages is spent",)


def test_a_budget_that_just_suffices_says_nothing() -> None:
    ahead = frontier(pages=2)
    for n in range(2):
        ahead.add(Wish(f"{HOME}{n}", 1))
    drain(ahead)
    assert ahead.left() == ()


def test_pages_too_many_clicks_away_are_left_out_and_counted() -> None:
    ahead = frontier(depth=2)
    ahead.add(Wish(f"{HOME}near", 2))
    ahead.add(Wish(f"{HOME}far", 3))
    ahead.add(Wish(f"{HOME}far2", 3))
    assert drain(ahead) == [f"{HOME}near"]
    assert ahead.left() == ("2 addresses not read: more than 2 clicks from the home page",)


def test_an_address_that_grows_without_end_is_left_out() -> None:
    ahead = frontier()
    ahead.add(Wish(HOME + "news/" * 4, 1))
    ahead.add(Wish(HOME + "/".join(map(str, range(30))), 1))
    ahead.add(Wish(HOME + "x" * 3000, 1))
    assert drain(ahead) == []
    assert len(ahead.left()) == 2
    assert any("grows without end" in clause and clause.startswith("2 ") for clause in ahead.left())


def test_a_path_that_names_one_word_thrice_is_read() -> None:
    ahead = frontier()
    ahead.add(Wish(HOME + "a/a/a/", 1))
    assert len(drain(ahead)) == 1


def test_a_pattern_without_end_waits_until_all_others_are_read() -> None:
    ahead = frontier()
    for n in range(1000):
        ahead.add(Wish(f"{HOME}calendar?day={n}", 1))
    ahead.add(Wish(f"{HOME}late.html", 5))
    order = drain(ahead)
    assert len(order) == 1000
    assert 290 <= order.index(f"{HOME}late.html") <= 310


def test_the_calendar_never_crowds_out_the_columns_of_a_small_budget() -> None:
    ahead = frontier(pages=400)
    for n in range(5000):
        ahead.add(Wish(f"{HOME}cal/2026-{n:04}.html", 1))
    columns = [f"{HOME}{name}/" for name in ("tzgg", "gzdt", "zcfg", "xxgk")]
    for column in columns:
        ahead.add(Wish(column, 2))
    assert set(columns) <= set(drain(ahead))


_PATHS = st.lists(st.tuples(st.from_regex(r"[a-z0-9/?=&]{0,12}", fullmatch=True), st.integers(0, 6)), max_size=60)


@given(_PATHS, st.integers(0, 20))
def test_no_page_is_ever_read_twice_nor_one_too_many(wishes: list[tuple[str, int]], budget: int) -> None:
    ahead = frontier(pages=budget, depth=4)
    for path, depth in wishes:
        ahead.add(Wish(HOME + path, depth))
    order = drain(ahead)
    assert len(order) == len(set(order)) <= budget
    read, cut = len(order), sum(ahead.cut.values())
    assert read + len(ahead) + cut == len({urls.same_page(HOME + path) for path, _ in wishes})
