"""Recordings, audio, callsigns, statistics, reflection."""

import grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from mesh.ids import new_id
from services.query.events import TRANSCRIBED
from tests.integration.services.query.running import RunningQuery, an_over, names, refused
from tests.support.eventually import eventually
from tests.support.wire import a_recording, completed
from tsn.analyze.v1.analyze_pb2 import Alert
from tsn.extract.v1.entity_pb2 import ENTITY_KIND_NAME, Entity
from tsn.extract.v1.extract_pb2 import MentionsExtracted
from tsn.query.v1 import query_pb2 as pb
from tsn.transcribe.v1.transcript_pb2 import Word


async def test_a_recording_has_its_transcript_with_words_and_a_list_has_it_without(query: RunningQuery) -> None:
    over = an_over("the net", "is open", calls=["K7ABC"], alerts=[Alert(phrase="fire")])
    over.events[1][1].transcript.segments[0].words.append(Word(text="the"))
    over.events[2][1].transcript.segments[0].words.append(Word(text="the"))
    await query.tell(over)
    view = (await query.stub.GetRecording(pb.GetRecordingRequest(name=over.recording.name), timeout=30)).recording
    assert view.recording == over.recording
    assert view.transcript == over.events[1][1].transcript
    assert [mention.base_call for mention in view.mentions] == ["K7ABC"]
    assert [alert.phrase for alert in view.alerts] == ["fire"]
    assert view.conversation == over.events[3][1].conversation.name
    assert view.trace_id == over.traceparent.split("-")[1]
    assert view.searchable
    listed = (await query.stub.ListRecordings(pb.ListRecordingsRequest(), timeout=30)).recordings
    del view.transcript.segments[0].words[:]
    assert list(listed) == [view]


async def test_a_recording_shows_what_else_was_said_in_its_transcript(query: RunningQuery) -> None:
    over = an_over("my name is Bob", calls=["K7ABC"])
    entity = Entity(kind=ENTITY_KIND_NAME, start=11, end=14, heard="Bob", value="Bob")
    (extracted,) = [message for _, message in over.events if isinstance(message, MentionsExtracted)]
    extracted.entities.append(entity)
    await query.tell(over)
    shown = await query.stub.GetRecording(pb.GetRecordingRequest(name=over.recording.name), timeout=30)
    listed = await query.stub.ListRecordings(pb.ListRecordingsRequest(), timeout=30)
    assert list(shown.recording.entities) == list(listed.recordings[0].entities) == [entity]
    assert [mention.base_call for mention in shown.recording.mentions] == ["K7ABC"]


async def test_a_list_is_newest_first_and_paged(query: RunningQuery) -> None:
    overs = [an_over("net", at_seconds=number // 2) for number in range(9)]
    await query.tell(*overs)
    right = sorted(overs, key=lambda over: (over.recording.captured_at.ToNanoseconds(), over.recording.name))[::-1]
    found, token = [], ""
    while True:
        request = pb.ListRecordingsRequest(page_size=2, page_token=token)
        answer = await query.stub.ListRecordings(request, timeout=30)
        found += [view.recording.name for view in answer.recordings]
        token = answer.next_page_token
        if not token:
            break
    assert found == names(*right)


async def test_a_page_of_long_transcripts_ends_early_and_goes_on(query: RunningQuery) -> None:
    overs = [an_over("net " * 100_000, at_seconds=number) for number in range(9)]
    await query.tell(*overs)
    request = pb.ListRecordingsRequest(page_size=9)
    first = await query.stub.ListRecordings(request, timeout=30)
    assert 0 < len(first.recordings) < 9
    request = pb.ListRecordingsRequest(page_size=9, page_token=first.next_page_token)
    second = await query.stub.ListRecordings(request, timeout=30)
    assert [view.recording.name for view in [*first.recordings, *second.recordings]] == names(*overs[::-1])


async def test_a_name_that_is_unknown_or_none_is_refused(query: RunningQuery) -> None:
    unknown = pb.GetRecordingRequest(name=f"nodes/hill/recordings/{new_id()}")
    assert await refused(query.stub.GetRecording(unknown, timeout=30)) == ("NOT_FOUND", "RECORDING_NOT_FOUND")
    for name in ("", "nodes/hill", "nodes//recordings/1", "recordings/../../etc", "nodes/hïll/recordings/1"):
        call = query.stub.GetRecording(pb.GetRecordingRequest(name=name), timeout=30)
        assert await refused(call) == ("INVALID_ARGUMENT", "NAME_INVALID")


async def test_audio_comes_in_pieces_with_its_type_on_the_first(query: RunningQuery) -> None:
    over = an_over("net")
    over.recording.container = "mp3"
    for _, message in over.events:
        message.recording.container = "mp3"
    await query.tell(over)
    audio = bytes(range(256)) * 4000
    await query.blobs.put(over.events[0][1].audio_key, audio)
    request = pb.DownloadAudioRequest(name=over.recording.name)
    pieces = [piece async for piece in query.stub.DownloadAudio(request, timeout=30)]
    assert b"".join(piece.data for piece in pieces) == audio
    assert len(pieces) > 1
    assert [piece.content_type for piece in pieces] == ["audio/mpeg"] + [""] * (len(pieces) - 1)


async def test_audio_that_is_lost_or_not_known_yet_is_told_apart(query: RunningQuery) -> None:
    lost = an_over("net")
    # In a folder that never held a blob nothing is taken for lost: its mount may be missing.
    await query.blobs.put("recordings/of/another", b"audio")
    await query.tell(lost)
    early = completed(a_recording(), "early")
    await query.publish(TRANSCRIBED, early)
    await eventually(lambda: query.search("early"))

    async def download(name: str) -> None:
        async for _ in query.stub.DownloadAudio(pb.DownloadAudioRequest(name=name), timeout=30):
            pass

    assert await refused(download(lost.recording.name)) == ("DATA_LOSS", "BLOB_MISSING")
    assert await refused(download(early.recording.name)) == ("UNAVAILABLE", "AUDIO_NOT_KNOWN_YET")
    unknown = f"nodes/hill/recordings/{new_id()}"
    assert await refused(download(unknown)) == ("NOT_FOUND", "RECORDING_NOT_FOUND")


async def test_callsigns_are_counted_and_listed_by_when_they_were_heard_last(query: RunningQuery) -> None:
    overs = [
        an_over("net", calls=["K7ABC", "K7ABC", "W7XYZ"], at_seconds=0),
        an_over("net", calls=["K7ABC"], at_seconds=60),
        an_over("net", calls=["N0CALL", "AA1AA"], at_seconds=30),
    ]
    await query.tell(*overs)
    found, token = [], ""
    while True:
        request = pb.ListCallsignsRequest(page_size=1, page_token=token)
        answer = await query.stub.ListCallsigns(request, timeout=30)
        found += answer.callsigns
        token = answer.next_page_token
        if not token:
            break
    assert [call.base_call for call in found] == ["K7ABC", "AA1AA", "N0CALL", "W7XYZ"]
    assert (found[0].mention_count, found[0].recording_count) == (3, 2)
    assert found[0].first_heard_at == overs[0].recording.captured_at
    assert found[0].last_heard_at == overs[1].recording.captured_at
    request = pb.ListCallsignsRequest(page_token="nonsense")
    assert await refused(query.stub.ListCallsigns(request, timeout=30)) == ("INVALID_ARGUMENT", "PAGE_TOKEN_INVALID")


async def test_statistics_count_what_is_stored(query: RunningQuery) -> None:
    empty = await query.stub.GetStatistics(pb.GetStatisticsRequest(), timeout=30)
    assert empty == pb.GetStatisticsResponse(airtime={})
    drill, fire = Alert(phrase="fire", drill=True), Alert(phrase="fire")
    await query.tell(
        an_over("one", "two", calls=["K7ABC", "W7XYZ"], alerts=[drill, fire], seconds=2.5),
        an_over("three", calls=["K7ABC"], seconds=4.0),
    )
    await query.publish(TRANSCRIBED, completed(a_recording(seconds=1.0), "early"))
    await eventually(lambda: query.search("early"))
    counts = await query.stub.GetStatistics(pb.GetStatisticsRequest(), timeout=30)
    assert counts.recordings == 3
    assert counts.searchable_recordings == 2
    assert counts.airtime.ToMilliseconds() == 7500
    assert (counts.segments, counts.mentions, counts.callsigns, counts.alerts) == (4, 3, 2, 1)


async def test_reflection_describes_the_services_of_the_whole_mesh(query: RunningQuery) -> None:
    stub = reflection_pb2_grpc.ServerReflectionStub(query.channel)
    call: grpc.aio.StreamStreamCall[object, object] = stub.ServerReflectionInfo(timeout=30)
    await call.write(reflection_pb2.ServerReflectionRequest(list_services=""))
    await call.write(
        reflection_pb2.ServerReflectionRequest(file_containing_symbol="tsn.transcribe.v1.TranscribeService")
    )
    await call.done_writing()
    listed, described = [answer async for answer in call]
    found = {service.name for service in listed.list_services_response.service}
    assert found >= {
        "tsn.ingest.v1.IngestService",
        "tsn.ingest.v1.JobService",
        "tsn.ingest.v1.BatchService",
        "tsn.transcribe.v1.TranscribeService",
        "tsn.extract.v1.ExtractService",
        "tsn.extract.v1.CorrectionService",
        "tsn.extract.v1.CallsignDataService",
        "tsn.analyze.v1.AnalyzeService",
        "tsn.analyze.v1.NetService",
        "tsn.query.v1.QueryService",
    }
    assert described.file_descriptor_response.file_descriptor_proto
