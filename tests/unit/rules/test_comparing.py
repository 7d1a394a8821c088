"""Two versions of a text are compared in the structure of Polish legal drafting."""

import random
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docstore.rules.comparing.alignment import NONE, Budget, align
from docstore.rules.comparing.pages import edges
from docstore.rules.comparing.pairing import pair
from docstore.rules.comparing.redline import (
    Block,
    Comparison,
    Fate,
    Said,
    compare,
    drawn_words,
    place_name,
)
from docstore.rules.comparing.summary import Summary, summary_of
from docstore.rules.comparing.units import Text, read
from tests import redrafting

ACT = """UCHWAŁA NR XLV/312/2018
RADY MIEJSKIEJ W PIECHOWICACH
z dnia 28 lutego 2018 r.
w sprawie ustalenia stawek opłaty od posiadania psów
Na podstawie art. 18 ust. 2 pkt 8 ustawy z dnia 8 marca 1990 r. o samorządzie gminnym
(Dz. U. z 2017 r. poz. 1875) uchwala się, co następuje:
§ 1. Ustala się stawkę roczną opłaty od posiadania psów w wysokości 50 zł.
§ 2. 1. Opłata jest płatna bez wezwania w terminie do dnia 31 marca.
2. Inkasentami opłaty są sołtysi poszczególnych sołectw gminy:
1) Górzyniec;
2) Michałowice.
§ 3. Zwalnia się z opłaty osoby, które przygarnęły psa ze schroniska dla zwierząt.
§ 4. Wykonanie uchwały powierza się Burmistrzowi Piechowic.
§ 5. Uchwała wchodzi w życie po upływie 14 dni od dnia ogłoszenia.
"""


def compared(old: str, new: str) -> Comparison:
    return compare(read([old]), read([new]))


def marked(comparison: Comparison) -> list[tuple[str, str]]:
    """Return the fate and the place of each unit that did not stay as it was."""
    return [
        (str(each.fate), place_name(each.unit.place))
        for each in comparison.blocks
        if each.fate not in {Fate.SAME, Fate.LEFT}
    ]


def words(block: Block, said: Said) -> list[str]:
    return [piece.text for piece in block.pieces if piece.said is said]


def all_of(text: Text) -> str:
    """Return a text's marks and words as they follow each other, without spaces."""
    return "".join(
        "".join((unit.mark_text, *text.words[unit.start : unit.end])).replace(" ", "")
        for unit in text.units
    )


def once(said: str) -> str:
    """Return a text in which a mark that is printed twice running stands once: it says no more."""
    return re.sub(r"(§1\.)\1+", r"\1", said)


def the_changed(comparison: Comparison) -> Block:
    (block,) = [each for each in comparison.blocks if each.fate is not Fate.SAME]
    return block


class TestUnits:
    def test_marks_are_told_from_the_words_after_them(self) -> None:
        places = [place_name(each.place) for each in read([ACT]).units]
        assert places == [
            "", "", "", "", "", "§ 1", "§ 2 ust. 1", "§ 2 ust. 2", "§ 2 ust. 2 pkt 1",
            "§ 2 ust. 2 pkt 2", "§ 3", "§ 4", "§ 5",
        ]  # fmt: skip

    def test_marks_on_a_line_of_their_own_belong_to_the_words_below(self) -> None:
        apart = ACT.replace("§ 1. U", "§ 1.\nU").replace("§ 2. 1. ", "§ 2.\n1.\n")
        assert compared(ACT, apart).is_same
        stuck = ACT.replace("§ 1. U", "§ 1.U").replace("2. I", "2.I").replace("1) G", "1)G")
        assert stuck.count(".U") == stuck.count(".I") == stuck.count(")G") == 1
        assert compared(ACT, stuck).is_same

    def test_marks_that_no_words_follow_stay(self) -> None:
        text = read(["§ 1.\n§ 2. Tekst.\n§ 3."])
        assert text.words == ["§", "1", ".", "Tekst", ".", "§", "3", "."]
        assert not compared("§ 1. Tekst.\n§ 2.", "§ 1. Tekst.").is_same

    def test_an_annex_and_a_justification_are_parts_of_their_own(self) -> None:
        text = read(
            [f"{ACT}Załącznik nr 2 do uchwały\n§ 1. Regulamin.\nUZASADNIENIE\nOpis sprawy."]
        )
        assert [place_name(each.place) for each in text.units][-4:] == [
            "Załącznik 2", "Załącznik 2, § 1", "Uzasadnienie", "Uzasadnienie",
        ]  # fmt: skip

    def test_a_number_of_a_quarter_is_no_second_mark(self) -> None:
        (unit,) = read(["1. 2. kwartał roku"]).units
        assert unit.own == (("passage", "1"),)

    @pytest.mark.parametrize(
        "line", ["445. Przepis.", "§ 3 pkt 2 ustawy.", "Art. 5 ust. 1 ustawy."]
    )
    def test_where_a_line_of_a_sentence_broke_is_no_mark(self, line: str) -> None:
        first, *others = read([f"§ 1. Ogłoszony w poz.\n{line}"]).units
        assert first.own == (("section", "1"),)
        assert [each.own for each in others] == [()] * len(others)

    def test_numbers_of_pages_and_lines_that_head_them_are_left_out(self) -> None:
        pages = [
            f"Id: AB-12. Projekt, strona {n}\nAkapit numer {'x' * n} tutaj.\nStrona {n}"
            for n in range(1, 5)
        ]
        assert read(pages, edges=edges(pages, pages)).words == [
            word for n in range(1, 5) for word in ["Akapit", "numer", "x" * n, "tutaj", "."]
        ]

    def test_what_foots_another_version_is_left_out_of_a_single_page(self) -> None:
        foot = "Dokument wzorcowy. Strona"
        two = [f"{ACT}{foot} 1", f"Uzasadnienie\nOpis.\n{foot} 2"]
        one = [f"{ACT}{foot} 1"]
        known = edges(one, two)
        assert compare(read([ACT]), read(one, edges=known)).is_same
        units = read(two, edges=known).units
        assert [place_name(each.place) for each in units][-2:] == ["Uzasadnienie"] * 2

    def test_a_section_may_follow_a_table(self) -> None:
        table = (
            "Lp. Przedmiot opodatkowania Jednostka Stawka (zł) 1 grunty 1 m2 1,33 2 budynki 1 m2"
        )
        units = read([f"§ 1. Określa się stawki:\n{table} {table}\n§ 2. Traci moc uchwała."]).units
        assert place_name(units[-1].place) == "§ 2"

    def test_a_sentence_that_goes_on_over_a_page_is_one(self) -> None:
        text = read(["§ 1. Ustala się stawkę\n1", "roczną opłaty.\n2"])
        assert len(text.units) == 1
        assert [page for word, page in zip(text.words, text.pages, strict=True)
                if word in {"stawkę", "roczną"}] == [1, 2]  # fmt: skip

    @given(st.lists(st.text(max_size=200), max_size=4))
    def test_whatever_a_text_is_it_is_the_same_as_itself(self, pages: list[str]) -> None:
        text = read(pages)
        assert compare(text, text).is_same
        assert sum(each.end - each.start for each in text.units) == len(text.words)


class TestAlignment:
    @given(st.lists(st.sampled_from("abcde")), st.lists(st.sampled_from("abcde")))
    def test_places_grow_and_words_are_the_same(self, old: list[str], new: list[str]) -> None:
        found = align(old, new, Budget())
        places = [at for at in found if at != NONE]
        assert places == sorted(set(places))
        assert all(old[at] == new[place] for place, at in enumerate(found) if at != NONE)

    @pytest.mark.parametrize("seed", range(5))
    def test_long_texts_are_held_together_by_what_stands_once(self, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - chosen to be said again
        old = [chance.choice(redrafting.WORDS) for _ in range(5000)]
        gone = {chance.randrange(5000) for _ in range(100)}
        new = [word for place, word in enumerate(old) if place not in gone]
        found = align(old, new, Budget())
        assert sum(at == NONE for at in found) == 0


class TestRedline:
    def test_a_changed_amount_is_two_words(self) -> None:
        block = the_changed(compared(ACT, ACT.replace("50 zł", "60 zł")))
        assert (block.fate, place_name(block.unit.place)) == (Fate.CHANGED, "§ 1")
        assert words(block, Said.REMOVED) == ["50"]
        assert words(block, Said.ADDED) == ["60"]

    def test_a_section_put_in_renumbers_those_behind_it(self) -> None:
        new = ACT.replace("§ 5", "§ 6").replace("§ 4", "§ 5").replace("§ 3", "§ 4")
        new = new.replace("§ 4. Z", "§ 3. Traci moc uchwała nr XX/100/2012.\n§ 4. Z")
        assert marked(compared(ACT, new)) == [
            ("added", "§ 3"), ("renumbered", "§ 4"), ("renumbered", "§ 5"), ("renumbered", "§ 6"),
        ]  # fmt: skip

    def test_a_section_that_went_is_shown_where_it_stood(self) -> None:
        new = ACT.replace(
            "§ 3. Zwalnia się z opłaty osoby, które przygarnęły psa ze schroniska dla zwierząt.\n",
            "",
        )
        comparison = compared(ACT, new)
        block = the_changed(comparison)
        assert (block.fate, place_name(block.unit.place)) == (Fate.REMOVED, "§ 3")
        places = [place_name(each.unit.place) for each in comparison.blocks]
        assert places[places.index("§ 3") + 1] == "§ 4"

    def test_a_passage_that_stands_elsewhere_is_moved_and_says_what_changed_in_it(self) -> None:
        line = "§ 1. Ustala się stawkę roczną opłaty od posiadania psów w wysokości 50 zł.\n"
        new = ACT.replace(line, "") + line.replace("§ 1", "§ 6").replace("50", "60")
        comparison = compared(ACT, new)
        (moved,) = [each for each in comparison.blocks if each.fate is Fate.MOVED]
        assert moved.was is not None
        assert (place_name(moved.was.place), place_name(moved.unit.place)) == ("§ 1", "§ 6")
        assert words(moved, Said.ADDED) == ["60"]
        (left,) = [each for each in comparison.blocks if each.fate is Fate.LEFT]
        assert left.pieces == ()

    def test_a_section_worded_wholly_anew_is_one_that_changed(self) -> None:
        new = ACT.replace(
            "Zwalnia się z opłaty osoby, które przygarnęły psa ze schroniska dla zwierząt.",
            "Traci moc wcześniejszy akt w tym przedmiocie.",
        )
        block = the_changed(compared(ACT, new))
        assert block.fate is Fate.CHANGED
        assert [piece.said for piece in block.pieces] == [Said.REMOVED, Said.ADDED]

    def test_how_lines_break_and_which_quotes_are_typed_changes_nothing(self) -> None:
        old = ACT.replace("psów", "„psów”")
        new = "\n".join(line for line in old.splitlines()).replace("„psów”", '"psów"')
        new = new.replace("są sołtysi ", "są\nsołtysi ").replace(
            "Burmistrzowi P", "Burmistrzowi\nP"
        )
        assert compared(old, new).is_same

    def test_marks_within_the_lines_of_one_text_alone_are_no_change(self) -> None:
        inline = ACT.replace("gminy:\n1) Górzyniec;\n2) Mi", "gminy: 1) Górzyniec; 2) Mi")
        assert compared(inline, ACT).is_same
        assert compared(ACT, inline).is_same

    def test_a_number_put_between_full_stops_begins_behind_the_first(self) -> None:
        block = the_changed(compared(ACT, ACT.replace("31 marca.", "31 marca. Zdanie drugie.")))
        assert words(block, Said.ADDED) == ["Zdanie drugie."]

    @pytest.mark.parametrize(
        ("gone", "told"), [("\n§ 2. ", "§ 2."), ("\n2) ", "2)"), ("\n2. ", "2.")]
    )
    def test_a_mark_that_went_or_came_is_told(self, gone: str, told: str) -> None:
        old = f"§ 1. Ustala się stawkę opłaty za zajęcie pasa{gone}traci moc uchwała w tej sprawie."
        old = old.replace("pasa", "pasa:" if ")" in gone else "pasa.")
        new = old.replace(gone, " ")
        assert words(the_changed(compared(old, new)), Said.REMOVED) == [told]
        back = compared(new, old)
        assert not back.is_same
        assert told in [text for block in back.blocks for text in words(block, Said.ADDED)]

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (["Tekst uchwały.\nRazem:\n1500"], ["Tekst uchwały.\nRazem:\n2500"]),
            (["2024\nPlan pracy rady."], ["2025\nPlan pracy rady."]),
            (["Kwota 12 zł\nA.", "Kwota 15 zł\nB."], ["Kwota 22 zł\nA.", "Kwota 35 zł\nB."]),
            (["Budżet\nRazem: 1", "Budżet\nRazem: 3"], ["Budżet\nRazem: 9", "Budżet\nRazem: 7"]),
            (["Działki\n125/1", "125/2"], ["Działki\n125/1", "130/7"]),
            (["12/2024\nPlan."], ["13/2024\nPlan."]),
            (["A.\n- 5 -"], ["A.\n- 6 -"]),
            (["PROJEKT\nA.", "PROJEKT\nB."], ["PROJEKT\nA.", "B."]),
            (["W 1\nA.", "W 2\nB.", "W 3\nC."], ["W 1\nA.", "W 2\nB.", "C."]),
            (["DRUK NR 5\nA.", "DRUK NR 5\nB.", "DRUK NR 5\nC."], ["A. B.", "C."]),
            (["DRUK NR 5\nA.", "DRUK NR 5\nB.", "DRUK NR 5\nC."],
             ["DRUK NR 6\nA.", "DRUK NR 6\nB.", "DRUK NR 6\nC."]),
        ],
    )  # fmt: skip
    def test_what_stands_at_an_edge_is_compared(self, old: list[str], new: list[str]) -> None:
        known = edges(old, new)
        assert not compare(read(old, edges=known), read(new, edges=known)).is_same

    def test_words_before_a_mark_within_a_line_are_not_lost(self) -> None:
        old = "§ 2. Nie wolno sprzedawać: 1) sołectwo Górzyniec i okolice; 2) Michałowice."
        comparison = compared(old, "§ 2.\n1) sołectwo Górzyniec i okolice;\n2) Michałowice.")
        gone = [text for block in comparison.blocks for text in words(block, Said.REMOVED)]
        assert "Nie wolno sprzedawać:" in " ".join(gone)

    def test_a_dash_that_went_is_told(self) -> None:
        old = "§ 1. Zakazuje się:\n– obok ławek stawiać rowery;\n– śmiecić."
        block = the_changed(compared(old, old.replace("– śm", "śm")))
        assert words(block, Said.REMOVED) == ["–"]

    def test_what_another_act_shall_say_is_no_unit_of_this_one(self) -> None:
        act = (
            "§ 1. W statucie:\n1) § 3 otrzymuje brzmienie:\n„§ 3. 1. Gmina ma siedzibę.\n"
            "2. Siedzibą jest miasto.”;\n2) w § 12 skreśla się wyraz stary.\n§ 2. Wchodzi w życie."
        )
        block = the_changed(compared(act, act.replace("stary", "nowy")))
        assert place_name(block.unit.place) == "§ 1 pkt 2"

    def test_an_amount_is_one_word(self) -> None:
        block = the_changed(compared("Razem 1 250 000,00 zł.", "Razem 1 240 000,00 zł."))
        assert words(block, Said.ADDED) == ["1 240 000,00"]

    def test_points_of_one_list_may_change_places(self) -> None:
        old = "§ 1. Obejmuje:\n1) parki miejskie i wiejskie;\n2) lasy;\n3) łąki."
        new = "§ 1. Obejmuje:\n1) lasy;\n2) parki miejskie i wiejskie;\n3) łąki."
        assert sorted(fate for fate, _ in marked(compared(old, new))) == ["moved", "renumbered"]

    def test_a_table_of_like_rows_is_aligned(self) -> None:
        rows = [
            f"- {('dochody', 'wydatki', 'dotacje', 'odsetki')[n % 4]} 0,00 0,00"
            for n in range(1500)
        ]
        other = [*rows]
        other[300], other[1200] = "- dochody 0,00 5,00", "- wydatki 7,00 0,00"
        assert len(marked(compared("\n".join(rows), "\n".join(other)))) == 2

    @given(
        st.lists(st.sampled_from(("§ 1.", "1)", "a", "b", "c", ".", "\n")), max_size=60),
        st.lists(st.sampled_from(("§ 1.", "1)", "a", "b", "c", ".", "\n")), max_size=60),
    )
    def test_every_word_of_both_is_shown_once(self, old: list[str], new: list[str]) -> None:
        comparison = compared(" ".join(old), " ".join(new))
        shown = [piece for block in comparison.blocks for piece in block.pieces]
        now = Counter(
            place for p in shown if p.said is not Said.REMOVED for place in range(p.start, p.end)
        )
        assert now == Counter(range(len(comparison.new.words)))
        then = Counter(p for each in shown if each.said is Said.REMOVED
                       for p in range(each.start, each.end))  # fmt: skip
        assert all(times == 1 for times in then.values())
        pairing = pair(comparison.old, comparison.new)
        stayed = {at for at in pairing.found if at >= 0} | pairing.as_marks
        assert {*then} == {*range(len(comparison.old.words))} - stayed
        assert summary_of(comparison).is_same == comparison.is_same
        if comparison.is_same:
            assert once(all_of(comparison.old)) == once(all_of(comparison.new))


class TestPages:
    OLD = ("§ 1. Stawka wynosi 50 zł.\n1", "§ 2. Termin upływa 31 marca.\n2")
    NEW = ("§ 1. Stawka wynosi 60 zł.\n1", "§ 2. Termin upływa 31 marca.\n2")

    def test_changed_pages_are_named_and_their_words_found_among_those_drawn(self) -> None:
        comparison = compare(read(self.OLD), read(self.NEW))
        assert (comparison.pages_then(), comparison.pages_now()) == ([1], [1])
        drawn = ["§", "1.", "Stawka", "wynosi", "60", "zł.", "1"]
        added = comparison.added_on(1)
        assert drawn_words(comparison.new, 1, added, drawn) == {4}
        assert comparison.added_on(2) == set()
        rich = compare(read(["Razem 1 250 000,00 zł."]), read(["Razem 1 240 000,00 zł."]))
        sums = ["Razem", "1", "240", "000,00", "zł."]
        assert drawn_words(rich.new, 1, rich.added_on(1), sums) == {1, 2, 3}
        assert drawn_words(comparison.old, 1, comparison.removed_on(1), ["50", "zł."]) == {0}


class TestScripts:
    """Acts redrafted by a script: every edit is shown, and nothing else is marked."""

    @pytest.mark.parametrize("seed", range(8))
    def test_every_edit_is_shown_and_nothing_else(self, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - chosen to be said again
        act = redrafting.invented(chance, sections=1200, edits=200)
        assert redrafting.wrongs(act) == []

    def test_a_comparison_that_marks_too_much_would_be_found(self) -> None:
        chance = random.Random(1)  # noqa: S311 - as above
        act = redrafting.invented(chance, sections=100, edits=10)
        name = next(name for name, done in act.done.items() if done == "words")
        del act.done[name]
        assert redrafting.wrongs(act) == [(name, "same", "changed")]


class TestNoise:
    NOISY = (
        ACT.replace("roczną", "rocznq")
        .replace("sołtysi", "soltysi")
        .replace("wezwania", "wez wania")
    )

    def test_what_a_program_misread_is_told_apart(self) -> None:
        comparison = compare(read([ACT]), read([self.NOISY], noisy=[1]))
        assert marked(comparison) == []
        assert comparison.unsure == 3

    def test_both_readings_are_shown(self) -> None:
        comparison = compare(read([ACT]), read([self.NOISY], noisy=[1]))
        said = [(p.said, p.text) for b in comparison.blocks for p in b.pieces
                if p.said in {Said.UNSURE, Said.OTHERWISE}]  # fmt: skip
        assert said[:2] == [(Said.OTHERWISE, "roczną"), (Said.UNSURE, "rocznq")]

    def test_without_a_scan_each_letter_counts(self) -> None:
        assert len(marked(compared(ACT, self.NOISY))) == 3

    @pytest.mark.parametrize(
        ("then", "now"),
        [
            ("50 zł", "80 zł"),
            ("50 zł", "5,0 zł"),
            ("są sołtysi", "nie są sołtysi"),
            ("psa", "kota"),
            ("płatna", "niepłatna"),
            ("Zwalnia", "Zwalniał"),
            ("Ustala", "Uchyla"),
            ("Górzyniec", "Górzynie"),
            ("przygarnęły", "przygarnęją"),
        ],
    )
    def test_amounts_and_words_are_never_noise(self, then: str, now: str) -> None:
        comparison = compare(read([ACT]), read([ACT.replace(then, now)], noisy=[1]))
        assert [fate for fate, _ in marked(comparison)] == ["changed"]


class TestSummary:
    def test_sections_and_annexes_are_counted(self) -> None:
        new = ACT.replace("50 zł", "60 zł").replace("31 marca", "15 maja")
        new = new.replace("Na podstawie", "Działając na podstawie")
        found = summary_of(compared(ACT, f"{new}Załącznik nr 1 do uchwały\n§ 1. Wzór."))
        assert found == Summary(sections_changed=2, annexes_added=1, paragraphs=1)
        assert not found.is_same

    def test_a_section_counts_once_by_the_strongest(self) -> None:
        new = ACT.replace("bez wezwania ", "").replace("Michałowice", "Piastów")
        assert summary_of(compared(ACT, new)) == Summary(sections_changed=1)

    def test_sections_that_only_have_other_numbers_are_renumbered(self) -> None:
        new = ACT.replace("§ 5", "§ 6").replace("§ 4", "§ 5")
        assert summary_of(compared(ACT, new)) == Summary(sections_renumbered=2)

    def test_a_gone_annex_and_a_changed_justification(self) -> None:
        old = f"{ACT}Załącznik nr 1\nWzór deklaracji.\nUzasadnienie\nOpis sprawy jest krótki."
        new = f"{ACT}Uzasadnienie\nOpis sprawy jest długi."
        assert summary_of(compared(old, new)) == Summary(annexes_removed=1, justification="changed")

    def test_a_justification_that_comes_or_goes_is_told_so(self) -> None:
        with_it = f"{ACT}Uzasadnienie\nOpis sprawy jest krótki."
        assert summary_of(compared(ACT, with_it)) == Summary(justification="added")
        assert summary_of(compared(with_it, ACT)) == Summary(justification="removed")

    def test_noise_alone_is_nothing_to_tell(self) -> None:
        found = summary_of(compare(read([ACT]), read([TestNoise.NOISY], noisy=[1])))
        assert found.is_same
        assert found.unsure == 3
