"""Sealed files: what went in comes out, and any other change is an error."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhud.sealed import (
    CHUNK,
    HEADER,
    TAG,
    FileKey,
    Sealer,
    SealError,
    UnknownKeyError,
    Unsealer,
)
from tests.sealing import seal, unseal

KEY, OTHER = FileKey.new(1), FileKey.new(2)
KEYS = {1: KEY, 2: OTHER}
WHOLE = CHUNK + TAG
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7]


def text(size: int) -> bytes:
    """No two chunks of it are alike."""
    return b"".join(b"%08d" % number for number in range(size // 8 + 1))[:size]


def sealed(plain: bytes, key: FileKey = KEY) -> bytes:
    target = BytesIO()
    assert seal(BytesIO(plain), target, key) == len(plain)
    return target.getvalue()


def opened(data: bytes) -> bytes:
    target = BytesIO()
    unseal(BytesIO(data), target, KEYS)
    return target.getvalue()


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_comes_back_and_takes_the_room_that_was_told(size: int) -> None:
    plain = text(size)
    data = sealed(plain)

    assert opened(data) == plain
    assert len(data) == HEADER + size + TAG * max(1, -(-size // CHUNK))
    assert Unsealer(BytesIO(data), KEYS).size == size


@given(st.lists(st.integers(0, 3 * CHUNK), max_size=5))
def test_pieces_of_any_size_make_one_file(sizes: list[int]) -> None:
    plain = text(sum(sizes))
    sealer, data, at = Sealer(KEY), b"", 0
    for size in sizes:
        data += sealer.update(plain[at : at + size])
        at += size

    assert opened(data + sealer.finish()) == plain


@given(st.integers(0, 3 * CHUNK + 20), st.none() | st.integers(0, 3 * CHUNK))
def test_any_part_can_be_read_without_the_rest(start: int, length: int | None) -> None:
    plain = text(3 * CHUNK + 7)
    file = Unsealer(BytesIO(SEALED), KEYS)
    end = None if length is None else start + length

    assert b"".join(file.read(start, length)) == plain[start:end]


SEALED = sealed(text(3 * CHUNK + 7))


def test_nothing_of_the_text_and_no_repetition_is_seen() -> None:
    plain = b"Amina" * CHUNK
    data = sealed(plain)

    assert b"Amina" not in data
    assert data[HEADER : HEADER + CHUNK] != data[HEADER + WHOLE : HEADER + WHOLE + CHUNK]
    assert data != sealed(plain)


@pytest.mark.parametrize("size", SIZES)
def test_a_file_that_ends_early_is_refused_wherever_it_was_cut(size: int) -> None:
    data = sealed(text(size))
    borders = {HEADER + WHOLE * number for number in range(size // CHUNK + 1)}
    for length in {0, 8, HEADER - 1, HEADER, HEADER + 5, len(data) - 1, *borders} - {len(data)}:
        with pytest.raises(SealError):
            Unsealer(BytesIO(data[:length]), KEYS)


@pytest.mark.parametrize("more", [b"x", bytes(TAG), bytes(WHOLE), SEALED])
def test_a_file_that_goes_on_is_refused(more: bytes) -> None:
    for size in SIZES:
        with pytest.raises(SealError):
            Unsealer(BytesIO(sealed(text(size)) + more), KEYS)


@given(st.integers(0, len(SEALED) - 1), st.integers(0, 7))
def test_any_changed_bit_is_an_error(at: int, bit: int) -> None:
    changed = bytearray(SEALED)
    changed[at] ^= 1 << bit
    with pytest.raises(SealError):
        opened(bytes(changed))


def test_chunks_that_changed_places_are_an_error() -> None:
    one, two = SEALED[HEADER : HEADER + WHOLE], SEALED[HEADER + WHOLE : HEADER + 2 * WHOLE]
    with pytest.raises(SealError):
        opened(SEALED[:HEADER] + two + one + SEALED[HEADER + 2 * WHOLE :])


def test_a_chunk_left_out_is_an_error() -> None:
    with pytest.raises(SealError):
        opened(SEALED[:HEADER] + SEALED[HEADER + WHOLE :])


def test_a_chunk_or_a_header_of_another_file_is_an_error() -> None:
    other = sealed(text(3 * CHUNK + 7))
    with pytest.raises(SealError):
        opened(SEALED[: HEADER + WHOLE] + other[HEADER + WHOLE :])
    with pytest.raises(SealError):
        opened(other[:HEADER] + SEALED[HEADER:])


def test_older_keys_open_older_files() -> None:
    assert opened(sealed(b"old", KEY)) == b"old"
    assert opened(sealed(b"new", OTHER)) == b"new"


def test_a_key_that_is_not_here_is_named_and_one_that_is_not_the_same_is_an_error() -> None:
    with pytest.raises(UnknownKeyError, match="key 1"):
        Unsealer(BytesIO(SEALED), {2: OTHER})
    with pytest.raises(SealError):
        Unsealer(BytesIO(SEALED), {1: FileKey.new(1)})


def test_what_is_no_sealed_file_and_what_a_later_version_made_are_said_to_be() -> None:
    with pytest.raises(SealError, match="no sealed file"):
        Unsealer(BytesIO(b"%PDF-1.7" * 20), KEYS)
    later = SEALED[:8] + b"\x02" + SEALED[9:]
    with pytest.raises(SealError, match="newer mhud"):
        Unsealer(BytesIO(later), KEYS)


def test_a_finished_file_takes_nothing_more() -> None:
    sealer = Sealer(KEY)
    sealer.finish()
    with pytest.raises(ValueError, match="finished"):
        sealer.update(b"more")
    with pytest.raises(ValueError, match="finished"):
        sealer.finish()


def test_keys_are_whole_and_are_never_printed() -> None:
    assert KEY.secret.hex() not in repr(KEY)
    assert repr(KEY.secret) not in repr(KEY)
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(FileKey(1, b"short"))
