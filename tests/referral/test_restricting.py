"""Restricted documents and permissions to disclose: what is known of them, and what may be recorded."""

from datetime import UTC, datetime

from referloop.referral.decisions import refusals
from referloop.referral.entry import Author, Draft
from referloop.referral.fields import fact_from
from referloop.referral.journal import journal
from referloop.referral.snapshot import snapshot
from tests.referral.policies import CALENDAR, NOTHING

AT = datetime(2026, 4, 20, 15, tzinfo=UTC)
ANN = Author("person", "ann", "specialist")
LETTER = "2026-04-01 document-received document=d1 title=Letter\n"
HIV = "2026-04-02 document-labelled document=d1 label=hiv\n"
OFF = "2026-04-03 document-unlabelled document=d1 label=hiv reason=slip\n"
WHOLE = "2026-04-02 sensitivity-labelled label=violence\n"
WHOLE_OFF = "2026-04-03 sensitivity-lifted label=violence reason=slip\n"
CONSENT = '2026-04-02 consent-recorded consent=c1 label=hiv to="Harbor" purpose=treatment\n'
REVOKED = "2026-04-03 consent-revoked consent=c1\n"


def known(text):
    now = snapshot(journal(text), CALENDAR)
    consents = {key: leaf.state for key, leaf in now.consents.items()}
    return dict(now.paper_labels), now.labels, now.lifted, consents


def codes(text, word, **said):
    fact = fact_from(word, said)
    assert not isinstance(fact, tuple), fact
    return [each.code for each in refusals(journal(text), NOTHING, Draft(fact, AT), ANN, AT)]


def test_a_label_is_on_its_document_and_not_on_the_referral():
    assert known(LETTER + HIV) == ({"d1": frozenset({"hiv"})}, frozenset(), frozenset(), {})


def test_what_somebody_let_go_is_known_to_be_let_go():
    assert known(LETTER + HIV + OFF) == ({}, frozenset(), {("d1", "hiv")}, {})
    assert known(WHOLE + WHOLE_OFF) == ({}, frozenset(), {("", "violence")}, {})


def test_a_label_that_was_never_there_is_let_go_without_a_fault():
    assert known(LETTER + OFF)[0] == {}


def test_a_permission_is_given_until_it_is_taken_back():
    assert [known(CONSENT)[3], known(CONSENT + REVOKED)[3]] == [{"c1": "given"}, {"c1": "revoked"}]


def test_a_document_that_is_not_here_cannot_be_restricted():
    assert codes("", "document-labelled", document="d1", label="hiv") == ["thing-unknown"]
    assert codes(LETTER, "document-labelled", document="d1", label="hiv") == []


def test_only_a_label_that_is_there_is_let_go():
    said = {"document": "d1", "label": "hiv", "reason": "slip"}
    found = [
        codes(text, "document-unlabelled", **said) for text in (LETTER, LETTER + HIV, LETTER + HIV + OFF)
    ]
    assert found == [["label-missing"], [], ["label-missing"]]


def test_only_a_permission_in_force_is_taken_back():
    found = [codes(text, "consent-revoked", consent="c1") for text in ("", CONSENT, CONSENT + REVOKED)]
    assert found == [["consent-missing"], [], ["consent-missing"]]


def test_what_is_closed_is_restricted_and_permitted_like_what_is_open():
    closed = LETTER + HIV + CONSENT + "2026-04-04 referral-closed reason=moved\n"
    asked = {
        "sensitivity-labelled": {"label": "hiv"},
        "document-labelled": {"document": "d1", "label": "violence"},
        "document-unlabelled": {"document": "d1", "label": "hiv", "reason": "slip"},
        "consent-recorded": {"consent": "c2", "label": "hiv", "to": "Harbor", "purpose": "treatment"},
        "consent-revoked": {"consent": "c1"},
        "owner-assigned": {"owner": "kim"},
    }
    assert {word: codes(closed, word, **said) for word, said in asked.items()} == {word: [] for word in asked}
