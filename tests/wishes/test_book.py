"""How cases and letters are written: what the book of wishes refuses."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from coldstop.policy.model import Mail, Verdict
from wishes.book import Letter, Span, Wish, in_html, upcoming

CASE = {"for": "S1", "name": "one", "asks": "Something.", "expect": "keep", "letter": "northway"}


def test_a_span_goes_from_mild_to_harsh() -> None:
    """`tag..file` holds what lies between, and nothing else."""
    span = Wish.model_validate(CASE | {"expect": "tag..file"}).expect
    assert [verdict.value for verdict in Verdict if verdict in span] == ["tag", "later", "file"]
    assert str(span) == "tag..file"
    assert str(Span(mildest=Verdict.KEEP, harshest=Verdict.KEEP)) == "keep"


def test_a_span_the_wrong_way_round_is_refused() -> None:
    """A span that no verdict could meet would be a case that cannot hold."""
    with pytest.raises(ValidationError, match="mildest first"):
        Wish.model_validate(CASE | {"expect": "file..tag"})


@pytest.mark.parametrize("extra", [{"mail": "01-dear-job-seeker.eml"}, {"letter": None}])
def test_a_case_has_one_mail(extra: dict[str, str | None]) -> None:
    """A case with a mail and a letter, or with neither, is refused."""
    with pytest.raises(ValidationError, match="a mail or a letter"):
        Wish.model_validate(CASE | extra)


def test_changes_need_a_letter() -> None:
    """What a case changes must be in the letter that it names."""
    letter = Letter(mail=Mail.model_validate({"from": "{who}"}), slots={"who": "a@b.example"})
    with pytest.raises(ValueError, match="no slot where"):
        letter.write({"where": "Albany"})


def test_a_letter_fills_its_slots_once() -> None:
    """What a case puts in is taken as it is, braces included; empty paragraphs disappear."""
    mail = Mail.model_validate({"from": "a@b.example", "text": "{greeting}\n\n{extra}\n\nBye."})
    letter = Letter(mail=mail, slots={"greeting": "Hi,", "extra": ""})
    assert letter.write({"greeting": "Hi {{extra}},\n"}).text == "Hi {{extra}},\n\nBye."


def test_html_says_the_same_words() -> None:
    """Quotes become block quotes, apostrophes entities, and markup in the text stays text."""
    mail = Mail.model_validate({"from": "a@b.example", "text": "I'm <b>\n\n> old\n> words"})
    page = in_html(mail, text_too=False).html or ""
    assert "I&rsquo;m &lt;b&gt;" in page
    assert "<blockquote>old<br>\nwords</blockquote>" in page


def test_what_is_next_says_what_it_needs() -> None:
    """A case that is not run names the part of the language that it waits for."""
    assert all(entry.wish.needs for entry in upcoming())
