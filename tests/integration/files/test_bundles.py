"""A bundle is kept whole, and found by what can be read in it."""

import base64
import io
import json
import os
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import docx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from docstore.files import bundles, media, sandbox
from docstore.files.facts import FileFacts
from docstore.files.inspect import inspect
from docstore.files.problems import Problem
from docstore.files.readers import bundle
from docstore.files.verdict import Verdict, verdict_of
from docstore.models import Facts
from docstore.services.documents import NewDocument, Owner
from docstore.services.packets import unread_pages
from docstore.visibility import Visibility, office
from indexer.documents import Page, SearchQuery
from tests.factories import make_pdf
from tests.integration.conftest import Council, House
from tests.integration.files.test_left_in import CHANGES, REMARKS

ACT = """<?xml version="1.0" encoding="UTF-8"?>
<uchwala xmlns="http://www.crd.gov.pl/xml/schematy/edap/2010/01/02">
  <metryka numer="XII/84/2019" data="2019-09-26" organ-wydajacy="Rada Miejska w Piechowicach"/>
  <tytul>w sprawie opłaty targowej</tytul>
  <paragraf>§ 1. Ustala się stawkę dzienną.</paragraf><paragraf>§ 2. Uchwała wchodzi w życie.
  </paragraf>
</uchwala>
"""


def zipped(files: Mapping[str, bytes], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", way) as archive:
        for name, octets in files.items():
            archive.writestr(name, octets)
    return target.getvalue()


def facts_of(folder: Path, name: str, octets: bytes) -> FileFacts:
    path = folder / name
    path.write_bytes(octets)
    return inspect(path, name)


def word(text: str) -> bytes:
    target, document = io.BytesIO(), docx.Document()
    document.add_paragraph(text)
    document.save(target)
    return target.getvalue()


def signed(octets: bytes, *, detached: bool = False) -> bytes:
    """Sign as an office's program does: the signature and what is signed in one CMS message."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Anna Radna")])
    now = datetime(2026, 11, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=365))
    ).sign(key, SHA256())
    builder = pkcs7.PKCS7SignatureBuilder().set_data(octets).add_signer(certificate, key, SHA256())
    options = [pkcs7.PKCS7Options.Binary]
    if detached:
        options.append(pkcs7.PKCS7Options.DetachedSignature)
    return builder.sign(Encoding.DER, options)


def test_every_file_of_an_archive_is_read_under_its_name(tmp_path: Path) -> None:
    files = {
        "druki/uchwała.pdf": make_pdf(text="stawka targowa"),
        "opinia.docx": word("Opinia komisji budżetu"),
        "spis.txt": "spis załączników".encode(),
    }
    facts = facts_of(tmp_path, "druki.zip", zipped(files))
    (text,) = facts.page_texts
    for words in ("druki/uchwała.pdf", "stawka targowa", "Opinia komisji budżetu", "spis załącz"):
        assert words in text
    assert (facts.text_state, facts.pages, facts.problems) == ("text", None, (Problem.CONTAINER,))
    assert verdict_of(facts.text_state, facts.problems) is Verdict.CONTAINER
    assert not facts.mergeable


def test_what_cannot_be_read_is_told_and_the_rest_is_found(tmp_path: Path) -> None:
    files = {"a.txt": b"opinia", "skan.png": b"\x89PNG\r\n\x1a\n" + bytes(40), "b.bin": bytes(9)}
    facts = facts_of(tmp_path, "druki.zip", zipped(files))
    assert facts.problems == (Problem.CONTAINER, Problem.PARTS_UNREAD)
    assert facts.text_state == "partial"
    assert facts.page_texts == ("a.txt\nopinia\n\nskan.png\n\nb.bin",)


def test_an_archive_without_anything_to_read_is_unread(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, "druki.zip", zipped({"b.bin": bytes(9)}))
    assert (facts.text_state, facts.page_texts) == ("unread", ("b.bin",))


def test_signatures_and_leavings_of_systems_are_no_files_of_it(tmp_path: Path) -> None:
    files = {
        "mimetype": b"application/vnd.etsi.asic-e+zip",
        "META-INF/signatures.xml": b"<a>podpis</a>",
        "__MACOSX/._a.txt": b"\0",
        "dane/Thumbs.db": b"\0",
        "a.txt": b"opinia",
    }
    facts = facts_of(tmp_path, "druki.asice", zipped(files))
    assert (facts.media_type, facts.page_texts) == (media.ASICE, ("a.txt\nopinia",))
    assert facts.problems == (Problem.CONTAINER,)


def test_a_name_from_polish_windows_is_read_in_its_code_page(tmp_path: Path) -> None:
    octets = zipped({"uchwa?a.txt": b"opinia"}).replace(b"uchwa?a", "uchwała".encode("cp852"))
    assert facts_of(tmp_path, "druki.zip", octets).page_texts == ("uchwała.txt\nopinia",)


def test_a_file_that_unpacks_to_more_than_the_limit_is_left_out(tmp_path: Path) -> None:
    files = {"bomba.txt": bytes(bundle._MOST_OF_ONE + 1), "a.txt": b"opinia"}
    facts = facts_of(tmp_path, "druki.zip", zipped(files))
    assert facts.page_texts == ("a.txt\nopinia",)
    assert Problem.PARTS_UNREAD in facts.problems


def test_only_so_many_files_are_taken_out(tmp_path: Path) -> None:
    files = {f"{number}.bin": b"" for number in range(bundle._MOST_FILES + 1)}
    facts = facts_of(tmp_path, "druki.zip", zipped(files))
    assert Problem.PARTS_UNREAD in facts.problems
    assert f"{bundle._MOST_FILES - 1}.bin" in facts.page_texts[0]
    assert f"{bundle._MOST_FILES}.bin" not in facts.page_texts[0]


def test_bundles_within_bundles_are_read_as_deep_as_anybody_packs_them(tmp_path: Path) -> None:
    octets = zipped({"a.txt": b"opinia"})
    for _ in range(2):
        octets = zipped({"paczka.zip": octets})
    facts = facts_of(tmp_path, "druki.zip", octets)
    assert ("opinia" in facts.page_texts[0], facts.problems) == (True, (Problem.CONTAINER,))
    facts = facts_of(tmp_path, "druki.zip", zipped({"paczka.zip": octets}))
    assert "opinia" not in facts.page_texts[0]
    assert Problem.PARTS_UNREAD in facts.problems


@pytest.mark.parametrize("way", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_one_damaged_file_however_packed_of_an_archive_costs_no_other(
    tmp_path: Path, way: int
) -> None:
    octets = zipped({"a.txt": b"opinia", "b.txt": b"zdanie odrebne"}, way)
    start = octets.index(b"b.txt") + len("b.txt")
    octets = octets[:start] + b"\xff" * 12 + octets[start + 12 :]
    facts = facts_of(tmp_path, "druki.zip", octets)
    assert facts.page_texts == ("a.txt\nopinia",)
    assert Problem.PARTS_UNREAD in facts.problems


@pytest.mark.parametrize("form", ["octets", "letters", "pem"])
def test_what_is_signed_is_read(tmp_path: Path, form: str) -> None:
    octets = signed(ACT.encode())
    letters = base64.encodebytes(octets)
    octets = {
        "octets": octets,
        "letters": letters,
        "pem": b"-----BEGIN PKCS7-----\n" + letters + b"-----END PKCS7-----\n",
    }[form]
    facts = facts_of(tmp_path, "akt.xml.p7m", octets)
    assert facts.media_type == media.CMS
    assert facts.problems == (Problem.CONTAINER,)
    (text,) = facts.page_texts
    assert text.startswith("akt.xml\nXII/84/2019\n2019-09-26\nRada Miejska w Piechowicach\n")
    assert "§ 1. Ustala się stawkę dzienną." in text


def test_an_act_of_the_journal_is_read_with_its_metrics(tmp_path: Path) -> None:
    octets = zipped({"akt.xml": ACT.encode(), "Mark.xml": b"<mark><system>EAP</system></mark>"})
    facts = facts_of(tmp_path, "uchwala.zipx", octets)
    assert (facts.media_type, facts.problems) == (media.ZIP, (Problem.CONTAINER,))
    assert "XII/84/2019" in facts.page_texts[0]
    assert "w sprawie opłaty targowej" in facts.page_texts[0]


def test_what_is_attached_to_a_mail_is_read(tmp_path: Path) -> None:
    mail, inner = EmailMessage(), EmailMessage()
    for each, subject in ((mail, "Opinia komisji"), (inner, "Wniosek o opinię")):
        each["From"], each["To"] = "komisja@example.org", "biuro@example.org"
        each["Date"], each["Subject"] = "Mon, 02 Nov 2026 10:00:00 +0100", subject
        each["Message-ID"] = "<1@example.org>"
    mail.set_content("<p>Opinia pozytywna</p>", subtype="html")
    inner.set_content("Proszę o opinię.")
    mail.add_attachment(make_pdf(text="stawka targowa"), maintype="application", subtype="pdf",
                        filename="projekt.pdf")  # fmt: skip
    mail.add_attachment(inner)
    facts = facts_of(tmp_path, "opinia.eml", mail.as_bytes())
    (text,) = facts.page_texts
    for words in ("Subject: Opinia komisji", "Opinia pozytywna", "projekt.pdf", "stawka targowa",
                  "Wniosek o opinię", "Proszę o opinię."):  # fmt: skip
        assert words in text
    assert (facts.text_state, facts.problems) == ("text", (Problem.CONTAINER,))


PDF = ("application", "pdf")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
SIGNATURE = ("application", "pkcs7-signature", "smime.p7s", b"0")
BILL = make_pdf(text="stawka targowa")
HELLO = ("text", "plain", "", b"dzien dobry")
RICH = ("text", "html", "", b"<p>dzien dobry</p>")


def mail_of(*parts: tuple[str, str, str, bytes], kind: str = "mixed") -> bytes:
    """Return a mail of parts: type, subtype, file name, octets; one part alone is all of it."""
    head = (
        "From: komisja@example.org\nTo: biuro@example.org\nSubject: Opinia\n"
        "Date: Mon, 02 Nov 2026 10:00:00 +0100\nMIME-Version: 1.0\n"
    )
    written = [
        f"Content-Type: {main}/{sub}{'' if sub != 'plain' else '; charset=utf-8'}\n"
        f"Content-Transfer-Encoding: base64\n"
        + (f"Content-Disposition: attachment; filename={name}\n" if name else "")
        + f"\n{base64.encodebytes(octets).decode()}\n"
        for main, sub, name, octets in parts
    ]
    if len(written) == 1:
        return (head + written[0]).encode()
    lines = "".join(f"--granica\n{each}" for each in written)
    return (
        f"{head}Content-Type: multipart/{kind}; boundary=granica\n\n{lines}--granica--\n".encode()
    )


@pytest.mark.parametrize(
    ("octets", "problems"),
    [
        (mail_of((*PDF, "p.pdf", BILL)), ()),
        (mail_of((*PDF, "", BILL)), ()),
        (mail_of(HELLO, (*PDF, "p.pdf", BILL)), ()),
        (mail_of(HELLO, (*PDF, "p.pdf", BILL), RICH), ()),
        (mail_of(HELLO, (*PDF, "", BILL), kind="alternative"), ()),
        (mail_of(("text", "html", "", b"<p>stawka targowa</p>"), SIGNATURE), ()),
        (mail_of(("text", "plain", "", b"stawka targowa"), RICH, kind="alternative"), ()),
        (mail_of((*PDF, "p.pdf", BILL), ("image", "png", "a.png", PNG)), (Problem.PARTS_UNREAD,)),
    ],
)  # fmt: skip
def test_nothing_that_a_mail_carries_is_passed_over(
    tmp_path: Path, octets: bytes, problems: tuple[Problem, ...]
) -> None:
    facts = facts_of(tmp_path, "opinia.eml", octets)
    assert facts.media_type == media.EML
    assert "stawka targowa" in facts.page_texts[0]
    assert facts.problems == (Problem.CONTAINER, *problems)
    assert "<p>" not in facts.page_texts[0]


def test_a_mail_of_an_unknown_charset_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    octets = mail_of(("text", "plain", "", "stawka żółta".encode("cp1250")))
    facts = facts_of(tmp_path, "a.eml", octets.replace(b"charset=utf-8", b"charset=x-unknown"))
    assert "stawka żółta" in facts.page_texts[0]


def test_names_are_words_without_controls(tmp_path: Path) -> None:
    octets = mail_of(("text", "plain", "", b"a"), ("text", "csv", "NAME", b"b,c"))
    octets = octets.replace(b"filename=NAME", b"filename*=utf-8''a%00b%0Ac.txt")
    (text,) = facts_of(tmp_path, "a.eml", octets).page_texts
    assert "\0" not in text
    assert "b c.txt" in text


def test_a_file_read_in_part_makes_its_bundle_read_in_part(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, "a.zip", zipped({"a.txt": b"slowo " * 1_200_000}))
    assert facts.problems == (Problem.CONTAINER, Problem.PARTS_UNREAD)
    assert facts.text_state == "partial"


def test_what_an_editor_left_in_a_file_of_it_is_told_of_the_bundle(tmp_path: Path) -> None:
    octets = zipped({"a.docx": CHANGES["wstawka.docx"], "b.docx": REMARKS["uwaga.docx"]})
    assert facts_of(tmp_path, "a.zip", octets).problems == (
        Problem.CONTAINER, Problem.TRACKED_CHANGES, Problem.COMMENTS,
    )  # fmt: skip


def test_nothing_can_be_hidden_under_a_name_for_programs(tmp_path: Path) -> None:
    files = {"META-INF/skarga.txt": b"skarga", "__MACOSX/b.txt": b"pesel", "mimetype": b"opinia"}
    (text,) = facts_of(tmp_path, "a.zip", zipped({"a.txt": b"a", **files})).page_texts
    assert all(word in text for word in ("skarga", "pesel"))


def test_an_empty_file_holds_nothing_that_could_be_missed(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, "a.zip", zipped({"a.txt": b"opinia", "pusty.txt": b""}))
    assert (facts.text_state, facts.problems) == ("text", (Problem.CONTAINER,))


def test_a_signature_beside_a_file_is_not_missed(tmp_path: Path) -> None:
    octets = zipped({"a.txt": b"opinia", "a.txt.p7s": signed(b"opinia", detached=True)})
    facts = facts_of(tmp_path, "a.zip", octets)
    assert facts.problems == (Problem.CONTAINER,)


def test_a_file_written_in_letters_within_xml_is_no_text(tmp_path: Path) -> None:
    letters = base64.encodebytes(bytes(range(256)) * 200).decode()
    facts = facts_of(
        tmp_path, "pismo.xml", f"<?xml version='1.0'?><p><t>stawka</t><z>{letters}</z></p>".encode()
    )
    assert (facts.page_texts, facts.problems) == (("stawka",), (Problem.PARTS_UNREAD,))
    short = base64.encodebytes(bytes(range(256))).decode()
    facts = facts_of(
        tmp_path, "pismo.xml", f"<?xml version='1.0'?><p><t>stawka</t><z>{short}</z></p>".encode()
    )
    assert (facts.page_texts, facts.problems) == (("stawka",), ())


def test_a_text_of_gigabytes_is_never_gathered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "_MOST_TEXT", 100)
    files = {f"{number}.txt": b"opinia " * 10 for number in range(9)}
    facts = facts_of(tmp_path, "a.zip", zipped(files))
    assert len(facts.page_texts[0]) < 300
    assert Problem.PARTS_UNREAD in facts.problems


def test_a_link_or_a_pipe_among_what_was_unpacked_is_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one would lay there who has taken over the process that unpacks."""
    secret = tmp_path / "secret.txt"
    secret.write_text("TAJNE")

    def taken_over(job: str, arguments: dict[str, str], **_: object) -> dict[str, object]:
        del job
        Path(arguments["folder"], "0").symlink_to(secret)
        os.mkfifo(Path(arguments["folder"], "1"))
        return {"text": "", "names": ["a.txt", "b.txt"], "all": True, "locked": False}

    monkeypatch.setattr(sandbox, "run", taken_over)
    facts = facts_of(tmp_path, "a.zip", zipped({"a.txt": b""}))
    assert facts.page_texts == ("a.txt\n\nb.txt",)
    assert (facts.text_state, facts.problems) == (
        "unread", (Problem.CONTAINER, Problem.PARTS_UNREAD)
    )  # fmt: skip


def test_a_full_disk_is_no_fault_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> dict[str, object]:
        return {"refused": "full"}

    monkeypatch.setattr(json, "loads", full)
    with pytest.raises(OSError, match="no room"):
        facts_of(tmp_path, "a.zip", zipped({"a.txt": b"opinia"}))


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "words", "problems"),
    [
        ("testZipEncrypted.zip", "hello world", (Problem.ENCRYPTED, Problem.PARTS_UNREAD)),
        ("testASiCE.asice", "Enveloping ASiC-E of an XML", ()),
        # The act in it carries a PDF, written in letters.
        ("testPKCS17Sig.xml.p7m", "download.pdf", (Problem.PARTS_UNREAD,)),
    ],
)
def test_real_signed_containers_give_their_text(
    shared_data: Path, name: str, words: str, problems: tuple[Problem, ...]
) -> None:
    path = shared_data / "hard" / "tika" / name
    facts = inspect(path, path.name)
    assert words in facts.page_texts[0]
    assert facts.problems == (Problem.CONTAINER, *problems)


def test_a_bundle_is_found_by_its_words_and_looked_through_for_personal_data(
    house: House, council: Council
) -> None:
    octets = zipped({"skarga.txt": b"Skarga pani Niezapominajkowej, PESEL 44051401359"})
    version = house.intake.add_document(
        None,
        body_id=council.body.id,
        new=NewDocument(Owner(meeting_id=council.meeting.id), role="main"),
        file_name="skargi.zip",
        source=io.BytesIO(octets),
    )
    house.work()
    asker = Visibility.of(council.body.id, {office(council.body.id)})
    for words in ("niezapominajkowa", "skarga.txt"):
        query = SearchQuery(text=words)
        answer = house.reader.engine.search(query, visible_to=asker, page=Page())
        assert answer.total == 1, words
    with house.database.reading() as session:
        facts = session.get_one(Facts, version.id)
        assert [each["kind"] for each in facts.personal_data] == ["pesel"]
        assert unread_pages(session, version, facts) == []
