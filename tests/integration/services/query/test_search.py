"""Search over real FULLTEXT tables in several windows."""

import asyncio
import random

import pytest
from sqlalchemy import func, select

from services.query.domain.errors import QueryEmptyTerms
from services.query.domain.language import parse
from services.query.store.tables import windows
from tests.integration.services.query.running import RunningQuery, an_over, names, refused
from tsn.query.v1 import query_pb2 as pb


async def test_words_phrases_operators_and_callsigns_find_what_was_said(query: RunningQuery) -> None:
    first = an_over("The net is open", "Good evening to all", at_seconds=1)
    second = an_over("kilo seven alfa bravo charlie, net control", calls=["K7ABC"], at_seconds=2)
    third = an_over("don't forget the café on 146.960", at_seconds=3)
    await query.tell(first, second, third)
    expected = {
        "net": [second, first],
        "NET": [second, first],
        '"net control"': [second],
        '"control net"': [],
        '"open good evening"': [first],
        "net evening": [first],
        "evening OR control": [second, first],
        "net -control": [first],
        "NOT open net": [second],
        "(open OR forget) -café": [first],
        "K7ABC": [second],
        "k7abc control": [second],
        "cafe": [third],
        "don't": [third],
        "146.960": [third],
        "the": [third, first],
        "on": [third],
        "absent": [],
        "": [third, second, first],
    }
    assert {text: await query.search(text) for text in expected} == {
        text: names(*overs) for text, overs in expected.items()
    }


async def test_a_hit_shows_the_segments_that_answer_and_where(query: RunningQuery) -> None:
    over = an_over("📻 net", "nothing", "no net, net", calls=["K7ABC", "W7XYZ", "K7ABC"])
    await query.tell(over)
    answer = await query.stub.SearchTranscripts(pb.SearchTranscriptsRequest(query="net"), timeout=30)
    (hit,) = answer.hits
    assert hit.recording == over.recording
    assert list(hit.callsigns) == ["K7ABC", "W7XYZ"]
    assert hit.trace_id == over.traceparent.split("-")[1]
    marks = [(mark.segment_index, mark.start, mark.end) for snippet in hit.snippets for mark in snippet.highlights]
    assert marks == [(0, 2, 5), (2, 3, 6), (2, 8, 11)]
    assert [snippet.text for snippet in hit.snippets] == ["📻 net", "no net, net"]


async def test_without_a_query_a_hit_shows_how_the_recording_begins(query: RunningQuery) -> None:
    await query.tell(an_over("one", "two", "three", "four", calls=["K7ABC"]))
    answer = await query.stub.SearchTranscripts(pb.SearchTranscriptsRequest(filter='callsign = "K7ABC"'), timeout=30)
    (hit,) = answer.hits
    assert [(s.segment_index, s.text, len(s.highlights)) for s in hit.snippets] == [
        (0, "one", 0),
        (1, "two", 0),
        (2, "three", 0),
    ]


async def test_filters_narrow_a_search_and_a_list(query: RunningQuery) -> None:
    hill = an_over("net one", node="hill", channel="a", calls=["K7ABC"], at_seconds=0)
    dale = an_over("net two", node="dale", channel="b", calls=["W7XYZ", "K7ABC"], at_seconds=60)
    farm = an_over("net three", node="farm", channel="A", at_seconds=120)
    await query.tell(hill, dale, farm)
    expected = {
        'node = "hill"': [hill],
        'node = "nodes/hill"': [hill],
        "node != hill": [farm, dale],
        "node = hïll": [],
        'channel = "a"': [hill],
        "callsign = k7abc": [dale, hill],
        "callsign = K7ABC AND callsign = W7XYZ": [dale],
        "callsign != K7ABC": [farm],
        'captured_at >= "2026-11-20T23:31:00Z"': [farm, dale],
        'captured_at > "2026-11-20T23:31:00Z"': [farm],
        'captured_at < "2026-11-21T00:31:00+01:00" AND node = hill': [hill],
        'captured_at = "2026-11-20T23:31:00.000Z"': [dale],
        'captured_at > "2026-11-20T23:30:00Z" AND captured_at < "2026-11-20T23:32:00Z"': [dale],
    }
    for text, overs in expected.items():
        assert await query.search("net", filter=text) == names(*overs), text
        assert await query.search("", filter=text) == names(*overs), text
        listed = await query.stub.ListRecordings(pb.ListRecordingsRequest(filter=text), timeout=30)
        assert [view.recording.name for view in listed.recordings] == names(*overs), text


async def test_paging_over_several_windows_has_no_gaps_and_no_duplicates(query: RunningQuery) -> None:
    # Seven times five recordings, some of one moment, so that windows close in between; every second says "net".
    overs = [an_over("net" if number % 2 else "calm", at_seconds=number // 3) for number in range(35)]
    for start in range(0, 35, 5):
        await query.tell(*overs[start : start + 5])
    async with query.database.transaction() as work:
        assert (await work.execute(select(func.count()).select_from(windows))).scalar_one() >= 3
    newest_first = sorted(overs, key=lambda over: (over.recording.captured_at.ToNanoseconds(), over.recording.name))[
        ::-1
    ]
    said = [over.recording.name for over in newest_first if over in overs[1::2]]
    for size in (1, 4, 17, 200):
        pages = await query.search_all("net", size)
        assert [name for page in pages for name in page] == said
        assert all(len(page) == size for page in pages[:-1])
    assert [name for page in await query.search_all("", 8) for name in page] == names(*newest_first)


async def test_late_arrivals_go_to_the_window_of_their_own_time(query: RunningQuery) -> None:
    for start in range(0, 30, 10):
        await query.tell(*(an_over("net", at_seconds=100 * number) for number in range(start, start + 10)))
    late = [an_over("net late", at_seconds=100 * number + 50) for number in (-5, 2, 12, 29)]
    await query.tell(*late)
    found = [name for page in await query.search_all("net", 3) for name in page]
    assert len(found) == len(set(found)) == 34
    assert await query.search("late") == names(*reversed(late))
    listed = await query.stub.ListRecordings(pb.ListRecordingsRequest(), timeout=30)
    assert found == [view.recording.name for view in listed.recordings]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"page_token": "nonsense"}, "PAGE_TOKEN_INVALID"),
        ({"page_token": "📻"}, "PAGE_TOKEN_INVALID"),
        ({"page_size": -1}, "PAGE_SIZE_INVALID"),
        ({"filter": "colour = red"}, "FILTER_INVALID"),
        ({"filter": "node"}, "FILTER_INVALID"),
        ({"filter": "node > hill"}, "FILTER_INVALID"),
        ({"filter": "captured_at > yesterday"}, "FILTER_INVALID"),
        ({"filter": "captured_at > 2026-11-20T00:00:00"}, "FILTER_INVALID"),
        ({"query": "-net"}, "QUERY_ONLY_NEGATIVE"),
        ({"query": "📻"}, "QUERY_EMPTY_TERMS"),
        ({"query": "a " * 33}, "QUERY_TOO_COMPLEX"),
        ({"query": "📻" * 10_000}, "QUERY_TOO_LONG"),
    ],
)
async def test_a_bad_request_is_refused_with_its_reason(
    query: RunningQuery, fields: dict[str, str], reason: str
) -> None:
    request = pb.SearchTranscriptsRequest(**fields)
    assert await refused(query.stub.SearchTranscripts(request, timeout=30)) == ("INVALID_ARGUMENT", reason)


async def test_a_page_token_belongs_to_its_query_and_filter(query: RunningQuery) -> None:
    await query.tell(an_over("net"), an_over("net"))
    request = pb.SearchTranscriptsRequest(query="net", page_size=1)
    token = (await query.stub.SearchTranscripts(request, timeout=30)).next_page_token
    for other in ({"query": "open"}, {"query": "net", "filter": "node = hill"}):
        call = query.stub.SearchTranscripts(pb.SearchTranscriptsRequest(page_token=token, **other), timeout=30)
        assert await refused(call) == ("INVALID_ARGUMENT", "PAGE_TOKEN_INVALID")
    call = query.stub.ListRecordings(pb.ListRecordingsRequest(page_token=token), timeout=30)
    assert await refused(call) == ("INVALID_ARGUMENT", "PAGE_TOKEN_INVALID")


NASTY = [
    *"+-<>~*@()\"'\\/%;:,.!?&|^$#`[]{}=_\x00\n\t",
    *("+a", "-a b", "a*", "a* b", "~a", "<a >b", "a@3", '"a b"@3', '"a b" @ 3', "+-a b", "++a", "--a b", "a--b", "a+b"),
    *(
        "((a",
        "a))",
        ")(",
        "(a))(b",
        '"',
        '""',
        '" "',
        '"a',
        'a"b"c',
        "'a'",
        "a'b",
        "''",
        "a''b",
        "\\",
        "a\\'b",
        'a\\"b',
    ),
    *("%a%", "_", "__", "a_b", "a%b", "'; DROP TABLE query_windows; --", "1=1", "a OR 1=1", "/* a */", "-- a b"),
    *("AND", "OR", "a AND", "NOT a b", "a NOT", "AND OR NOT", "a OR OR b", "a AND AND b", "( OR ) a"),
    *(
        "📻",
        "📻 a",
        "a📻b",
        "👩‍🚀 a",
        "🇩🇪 a",
        "𝐀𝐁 a",
        "𠮷 a",
        "日本語",
        "ภาษาไทย",
        "हिन्दी",
        "العربية",
        "עברית",
        "ﬁ",
        "²½",
        "١٢",
    ),
    *(
        "a\u0301",
        "\u0301a",
        "e\u0301\u0302",
        "İstanbul",
        "ǅ",
        "ß",
        "\u200b",
        "a\u200bb",
        "\ufeffa",
        "\u202ea",
        "\uffff",
        "a\x00b",
    ),
    *("a" * 84, "a" * 85, "a" * 500, "é" * 250, " ".join("a" * 32), '"' + " ".join("a" * 32) + '"', "(" * 32 + "a"),
    *("a b c d -e -f -(g h)", 'a -"b c"', "(a OR (b (c OR d)))", "-(a b) c", "a -(-b)", "(a -b) OR (c -d)"),
]


async def test_nasty_queries_are_answered_or_refused_with_a_reason(query: RunningQuery) -> None:
    await query.tell(an_over("a net for all of us"))
    limit = asyncio.Semaphore(4)

    async def ask(text: str) -> str:
        async with limit:
            try:
                parse(text)
            except QueryEmptyTerms:
                pass
            except Exception as error:
                call = query.stub.SearchTranscripts(pb.SearchTranscriptsRequest(query=text), timeout=30)
                return "" if await refused(call) == ("INVALID_ARGUMENT", error.reason) else text
            else:
                await query.search(text)
                return ""
            call = query.stub.SearchTranscripts(pb.SearchTranscriptsRequest(query=text), timeout=30)
            return "" if await refused(call) == ("INVALID_ARGUMENT", "QUERY_EMPTY_TERMS") else text

    assert [text for text in await asyncio.gather(*map(ask, NASTY)) if text] == []
    assert len(NASTY) > 100
    assert len(await query.search("net")) == 1


async def test_random_queries_find_what_a_plain_evaluation_finds(query: RunningQuery) -> None:
    dice = random.Random(7)
    words = "abcd"
    said = [" ".join(dice.choice(words) for _ in range(dice.randint(1, 5))) for _ in range(20)]
    overs = [an_over(text, at_seconds=number) for number, text in enumerate(said)]
    await query.tell(*overs)
    for one in words:
        for other in words:
            expected = {
                f"{one} {other}": lambda text, x=one, y=other: x in text and y in text,
                f"{one} OR {other}": lambda text, x=one, y=other: x in text or y in text,
                f"(a OR b) -({one} {other})": lambda text, x=one, y=other: (
                    ("a" in text or "b" in text) and not (x in text and y in text)
                ),
                f'"{one} {other}" OR (c -a)': lambda text, x=one, y=other: (
                    f"{x} {y}" in text or ("c" in text and "a" not in text)
                ),
            }
            for text, holds in expected.items():
                right = [over.recording.name for over, line in zip(overs, said, strict=True) if holds(line)]
                assert await query.search(text) == right[::-1], text
