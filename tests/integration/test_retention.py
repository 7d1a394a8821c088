"""What a council keeps no longer is erased; the ledger stays, and the check knows why."""

from datetime import UTC, datetime, timedelta

import pytest

from docstore.errors import InvalidInput
from docstore.models import Body, Delivery, LedgerEntry, Receipt, SignIn
from docstore.services import deliveries, ledger, packets, receipts, retention, signins, upkeep
from docstore.services.documents import Owner
from docstore.services.retention import Gaps, months_before
from tests.integration.conftest import Council, House

YEAR = timedelta(days=366)


def _opened(house: House, council: Council) -> str:
    """Publish a packet that the member opens; return its id."""
    house.upload(council.body, Owner(meeting_id=council.meeting.id), "Zaproszenie na sesję.")
    house.work()
    with house.database.transaction() as session:
        packet = packets.publish(
            session,
            house.acting,
            body_id=council.body.id,
            meeting_id=council.meeting.id,
            revision=2,
        )
    with house.database.transaction() as session:
        for row in session.query(Delivery):
            if row.state == "waiting":
                deliveries.answered(
                    session, house.acting, delivery=row, is_accepted=True, answer="250 ok"
                )
        receipts.record(
            session,
            house.acting,
            body_id=council.body.id,
            packet_id=packet.id,
            person_id=council.member.id,
            kind="opened",
        )
    return packet.id


def test_an_answer_is_noted_once_whoever_comes_again(house: House, council: Council) -> None:
    """As after a commit of which nobody knew whether it was kept."""
    _opened(house, council)

    def noted() -> tuple[list[tuple[str, int]], int]:
        with house.database.reading() as session:
            rows = session.query(Delivery).order_by(Delivery.id)
            return [(row.state, row.attempts) for row in rows], session.query(LedgerEntry).count()

    before = noted()
    assert ("accepted", 1) in before[0]
    with house.database.transaction() as session:
        for row in session.query(Delivery).where(Delivery.state == "accepted"):
            deliveries.answered(
                session, house.acting, delivery=row, is_accepted=True, answer="250 again"
            )
    assert noted() == before


def _upkeep(house: House) -> None:
    with house.database.transaction() as session:
        upkeep.forget(session, at=house.clock.now())


def _keep(house: House, council: Council, *, months: int = 12, days: int = 7) -> None:
    with house.database.transaction() as session:
        body = session.get_one(Body, council.body.id)
        retention.change(session, house.acting, body, receipt_months=months, sign_in_days=days)


def _gaps(house: House, council: Council) -> Gaps:
    with house.database.reading() as session:
        assert list(ledger.verify(session, council.body.id)) == []
        return retention.gaps(session, council.body.id)


def test_receipts_go_in_their_time_and_the_gap_is_lawful(house: House, council: Council) -> None:
    _opened(house, council)
    house.clock.move(YEAR)
    _upkeep(house)  # 60 months, unless the council says otherwise
    assert _gaps(house, council) == Gaps(0, ())
    _keep(house, council)
    _upkeep(house)
    assert _gaps(house, council) == Gaps(lawful=1, lost=())
    with house.database.reading() as session:
        assert session.query(Receipt).count() == 0
        assert {row.address for row in session.query(Delivery)} == {""}
        assert {row.answer for row in session.query(Delivery)} == {""}


def test_a_receipt_that_nobody_was_to_erase_is_missed(house: House, council: Council) -> None:
    _opened(house, council)
    with house.database.transaction() as session:
        session.query(Receipt).delete()
    found = _gaps(house, council)
    assert (found.lawful, len(found.lost)) == (0, 1)


def test_one_that_was_opened_again_lately_stays_whole(house: House, council: Council) -> None:
    packet_id = _opened(house, council)
    _keep(house, council)
    house.clock.move(YEAR)
    with house.database.transaction() as session:
        receipts.record(
            session,
            house.acting,
            body_id=council.body.id,
            packet_id=packet_id,
            person_id=council.member.id,
            kind="opened",
        )
    _upkeep(house)
    assert _gaps(house, council) == Gaps(0, ())


def test_each_council_has_its_own_period_for_sign_ins(house: House, council: Council) -> None:
    with house.database.transaction() as session:
        _, row = signins.open_sign_in(
            session, house.acting, person=council.member, by="password", device="Firefox"
        )
        row.revoked_at = house.clock.now()
    house.clock.move(timedelta(days=8))
    _upkeep(house)
    with house.database.reading() as session:
        assert session.query(SignIn).count() == 1
    _keep(house, council, days=7)
    _upkeep(house)
    with house.database.reading() as session:
        assert session.query(SignIn).count() == 0


@pytest.mark.parametrize(("months", "days"), [(11, 30), (241, 30), (12, 6), (12, 366)])
def test_no_period_is_beyond_its_bounds(
    house: House, council: Council, months: int, days: int
) -> None:
    with pytest.raises(InvalidInput):
        _keep(house, council, months=months, days=days)


def test_months_are_counted_as_people_count_them() -> None:
    def day(year: int, month: int, number: int) -> datetime:
        return datetime(year, month, number, 12, tzinfo=UTC)

    assert months_before(day(2026, 11, 27), 12) == day(2025, 11, 27)
    assert months_before(day(2026, 3, 31), 1) == day(2026, 2, 28)
    assert months_before(day(2026, 1, 5), 13) == day(2024, 12, 5)
