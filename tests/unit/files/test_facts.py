"""Facts go through JSON unchanged, and their codes stay what they were."""

import json

from docstore.files.facts import FileFacts, Problem


def test_facts_survive_json() -> None:
    facts = FileFacts(
        "application/pdf", 2, "partial", encrypted=False, mergeable=True,
        problems=(Problem.NO_TEXT,), page_texts=("Uchwała", ""),
    )  # fmt: skip
    assert FileFacts.from_dict(json.loads(json.dumps(facts.as_dict()))) == facts


def test_codes_are_short_words() -> None:
    assert all(code.value.replace("_", "").isalpha() and code.value.islower() for code in Problem)
