"""The catalogues of phrases: compiled, whole, of one mind, and just what templates and code ask for."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

import catalogues
from monitor.report.words import LANGUAGES, words

LOCALE = Path(str(files("monitor").joinpath("locale")))
SOURCE = LOCALE.parent
KEY = r"[a-z_]+\.[a-z_0-9]+"
SAID = re.compile(rf'\bsay\("({KEY})"')
NAMED = re.compile(rf'"({KEY})"')
# Keys that are put together: f"kind.{v.kind}", "kind." ~ it.kind.value, known("site_verdict", …), f"report.weekday_{n}"
MADE = (re.compile(r'f"([a-z_]+\.[a-z_]*)\{'), re.compile(r'"([a-z_]+\.[a-z_]*)" ~'), re.compile(r'known\("([a-z_]+)"'))


def sources() -> list[str]:
    templates = (path for path in (SOURCE / "report" / "templates").iterdir() if path.suffix != ".css")
    return [path.read_text("utf-8") for path in (*SOURCE.rglob("*.py"), *templates)]


def po(tmp_path: Path, name: str, *entries: str, plurals: str = "nplurals=2; plural=(n != 1);") -> Path:
    head = f'"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {plurals}\\n"\n'
    path = tmp_path / f"{name}.po"
    path.write_text(f'msgid ""\nmsgstr ""\n{head}\n' + "\n\n".join(entries) + "\n", encoding="utf-8")
    return path


def entry(key: str, *forms: str) -> str:
    if len(forms) == 1:
        return f'msgid "{key}"\nmsgstr "{forms[0]}"'
    lines = [f'msgid "{key}"', f'msgid_plural "{key}"', *(f'msgstr[{n}] "{form}"' for n, form in enumerate(forms))]
    return "\n".join(lines)


def faults(*paths: Path) -> list[str]:
    return list(catalogues.faults({path: catalogues.catalogue(path) for path in paths}))


@pytest.mark.parametrize("tag", LANGUAGES)
def test_each_catalogue_is_compiled_as_it_is_written(tag: str) -> None:
    compiled = (LOCALE / f"{tag}.mo").read_bytes()
    assert compiled == catalogues.compiled(LOCALE / f"{tag}.po"), "run python3 dev.py words"


def test_the_catalogues_are_whole_and_of_one_mind() -> None:
    assert not faults(*(LOCALE / f"{tag}.po" for tag in LANGUAGES))
    assert set(LOCALE.glob("*.po")) == {LOCALE / f"{tag}.po" for tag in LANGUAGES}


def test_every_phrase_that_is_asked_for_is_there() -> None:
    asked = {key for text in sources() for key in SAID.findall(text)}
    assert len(asked) > 200
    assert not asked - set(words("zh-CN").entries)


def test_every_phrase_that_is_there_is_asked_for() -> None:
    texts = sources()
    named = {key for text in texts for key in NAMED.findall(text)}
    made = tuple({start for text in texts for way in MADE for start in way.findall(text)})
    idle = {key for key in words("zh-CN").entries if key not in named and not key.startswith(made)}
    assert not idle


def test_what_runs_says_what_is_written() -> None:
    for tag in LANGUAGES:
        written = catalogues.phrases(catalogues.catalogue(LOCALE / f"{tag}.po"))
        assert words(tag).entries == {key: forms[-1] for key, forms in written.items()}
        assert len(written) > 400


@pytest.mark.parametrize("key", ["mail.no_such_phrase", "", "mail"])
def test_a_phrase_that_is_missing_is_an_error(key: str) -> None:
    with pytest.raises(KeyError):
        words("en").say(key)
    with pytest.raises(KeyError):
        words("zh-CN").say(key, n=1)


def test_a_fraction_and_a_phrase_without_number_take_the_general_form() -> None:
    assert words("en").say("form.points", n=1) == "−1 point"
    assert words("en").say("form.points", n=1.5) == "−1.5 points"
    assert words("en").entries["form.points"] == "−{n} points"


def test_what_is_wrong_with_a_catalogue_is_said(tmp_path: Path) -> None:
    day = entry("a.day", "{n} day", "{n} days")
    one = po(tmp_path, "en", day, entry("a.name", "{name} at {place}"), entry("a.only", "here"), entry("a.empty", ""))
    two = po(
        tmp_path,
        "zh-CN",
        entry("a.day", "{n} 天"),
        entry("a.name", "{name}"),
        entry("a.empty", "无"),
        '#, fuzzy\nmsgid "a.only"\nmsgstr "此处"',
        plurals="nplurals=1; plural=0;",
    )
    assert set(faults(one, two)) == {
        "en.po: a.empty says nothing",
        "zh-CN.po: a.only is missing",
        "en.po and zh-CN.po: a.name has other {places} in each",
        "en.po and zh-CN.po: a.day has a msgid_plural in one of them only",
    }


def test_forms_of_one_phrase_agree_and_each_key_stands_once(tmp_path: Path) -> None:
    twice = po(tmp_path, "twice", entry("a.day", "1 day of {what}", "{n} days"), entry("a.x", "x"), entry("a.x", "y"))
    assert set(faults(twice)) == {
        "twice.po: a.x stands there 2 times",
        "twice.po: a.day has {places} in one plural form that the general one lacks",
    }


def test_the_tool_compiles_nothing_that_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = po(tmp_path, "en", entry("a.day", "one day", "{n} days"))
    assert catalogues.main(tmp_path) == 0
    assert good.with_suffix(".mo").read_bytes() == catalogues.compiled(good)
    before = good.with_suffix(".mo").read_bytes()
    po(tmp_path, "en", entry("a.day", "", "{n} days"))
    assert catalogues.main(tmp_path) == 1
    assert "a.day says nothing" in capsys.readouterr().err
    assert good.with_suffix(".mo").read_bytes() == before
