"""The hashes of an object's blocks say where its bytes are sound, however they came."""

import hashlib
import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from docstore.objects.at_hand import AtHand
from docstore.objects.blocks import BLOCK, BlockHash, is_sound, tells

DATA = bytes(range(256)) * (BLOCK // 256 * 2) + b"the end"


@settings(deadline=None, max_examples=20)
@given(cuts=st.lists(st.integers(0, len(DATA)), max_size=6))
def test_the_hashes_are_the_same_however_the_bytes_come(cuts: list[int]) -> None:
    digest, begins = BlockHash(), 0
    for end in [*sorted(cuts), len(DATA)]:
        digest.update(DATA[begins:end])
        begins = end
    parts = [DATA[:BLOCK], DATA[BLOCK : 2 * BLOCK], DATA[2 * BLOCK :]]
    assert digest.blocks == b"".join(hashlib.sha256(part).digest() for part in parts)
    assert digest.sha256 == hashlib.sha256(DATA).hexdigest()
    assert digest.size == len(DATA)


def test_an_object_that_ends_with_a_block_has_no_empty_one_after_it() -> None:
    digest = BlockHash()
    digest.update(bytes(2 * BLOCK))
    assert len(digest.blocks) == 2 * 32
    assert tells(digest.blocks, 2 * BLOCK)
    assert not tells(digest.blocks, 2 * BLOCK + 1)
    assert BlockHash().blocks == b""


def test_each_block_is_known_by_its_own_hash_alone() -> None:
    digest = BlockHash()
    digest.update(DATA)
    assert is_sound(b"the end", digest.blocks, 2)
    assert not is_sound(b"the enD", digest.blocks, 2)
    assert not is_sound(b"the en", digest.blocks, 2)
    assert not is_sound(b"the end", digest.blocks, 1)
    assert not is_sound(b"", digest.blocks, 3)


_Key = tuple[str, str, int]


class TestAtHand:
    def test_what_many_want_at_once_is_read_once(self) -> None:
        reads: list[int] = []
        at_hand: AtHand[_Key, bytes] = AtHand(4)
        may_read = threading.Event()

        def read() -> bytes:
            reads.append(1)
            may_read.wait(10)
            return b"block"

        given_out: list[bytes] = []
        threads = [
            threading.Thread(target=lambda: given_out.append(at_hand.get(("b", "s", 0), read)))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        may_read.set()
        for thread in threads:
            thread.join()
        assert (given_out, len(reads)) == ([b"block"] * 8, 1)

    def test_what_failed_is_read_again(self) -> None:
        at_hand: AtHand[_Key, bytes] = AtHand(4)

        def fail() -> bytes:
            raise ValueError

        for _ in range(2):
            try:
                at_hand.get(("b", "s", 0), fail)
            except ValueError:
                continue
            raise AssertionError("a failure was given out as a block")
        assert at_hand.get(("b", "s", 0), lambda: b"now") == b"now"

    def test_no_more_than_so_many_are_kept(self) -> None:
        at_hand: AtHand[_Key, bytes] = AtHand(2)
        for number in range(3):
            at_hand.get(("b", "s", number), lambda: b"first")
        assert at_hand.get(("b", "s", 2), lambda: b"second") == b"first"
        assert at_hand.get(("b", "s", 0), lambda: b"second") == b"second"
