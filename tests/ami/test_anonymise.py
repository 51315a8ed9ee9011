from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mhud.ami.trace import anonymise, replay

TRACES = Path(__file__).parent.parent / "traces"
CALL = (
    b"Event: Newchannel\r\nChannel: PJSIP/trunk-00000002\r\nCallerIDNum: +49301234567\r\n"
    b"CallerIDName: Anna Anruf\r\nConnectedLineNum: 1001\r\nConnectedLineName: <unknown>\r\n"
    b"Exten: 7001\r\nUniqueid: pbx-1795298129.1\r\n\r\n"
)


def test_numbers_and_names_are_replaced() -> None:
    told = anonymise(CALL)
    assert b"CallerIDNum: +50000000001\r\n" in told
    assert b"CallerIDName: Name 1\r\n" in told


def test_extensions_ids_and_the_unknown_stay() -> None:
    told = anonymise(CALL)
    for kept in (
        b"ConnectedLineNum: 1001",
        b"ConnectedLineName: <unknown>",
        b"Exten: 7001",
        b"Uniqueid: pbx-1795298129.1",
        b"Channel: PJSIP/trunk-00000002",
    ):
        assert kept + b"\r\n" in told


def test_the_same_number_becomes_the_same_wherever_it_stands() -> None:
    more = b"Event: X\r\nAppData: Local/49301234567@out,,49301234567x\r\nExten: 5550001\r\n\r\n"
    told = anonymise(CALL + more)
    assert b"Local/50000000001@out,,50000000001x" in told
    assert b"Exten: 5000002" in told
    assert b"1234567" not in told


def test_the_same_name_becomes_the_same() -> None:
    told = anonymise(CALL + CALL.replace(b"Anna", b"Bert") + CALL)
    assert told.count(b"CallerIDName: Name 1\r\n") == 2
    assert told.count(b"CallerIDName: Name 2\r\n") == 1


def test_passwords_and_spoken_caller_ids_are_replaced() -> None:
    told = anonymise(b'Secret: correct horse\r\nCallerID: "Help" <116123>\r\n')
    assert told == b"Secret: ********\r\nCallerID: Name <500001>\r\n"


def test_an_anonymised_recording_tells_the_same_story() -> None:
    stream = (TRACES / "04-queue-agent-hangs-up.in.ami").read_bytes()
    before, after = list(replay(stream)), list(replay(anonymise(stream)))
    assert [(type(event), event.at) for event in before] == [
        (type(event), event.at) for event in after
    ]


@given(st.binary(max_size=300))
def test_any_bytes_may_be_anonymised_twice_with_the_same_result(stream: bytes) -> None:
    once = anonymise(stream)
    assert anonymise(once).count(b"\n") == stream.count(b"\n")
