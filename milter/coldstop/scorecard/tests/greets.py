"""`greets`: whom the salutation greets (S37: the wrong name, no name).

A salutation stands at the start of a line, table cell or tag of a text part: "Hi", "Dear" and the
like, at most one word or a title, and a name, on the same line. Every word of `reader.names` of two
letters or more is the reader's name, in any case: "Ray Kim" is greeted by "Hi Ray" and by "Dear Mr.
Kim".

`other` holds where somebody is greeted by name who is not the reader: a capitalised word or up to
three of them, followed by punctuation or the end of the line. In doubt it does not hold: not where
the reader is greeted, too (a thread, a mail to several), nor where a salutation has a word that is
no name ("Dear Hiring Manager", "Hi There"). Quoted mail counts, for a Sieve script cannot tell it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coldstop.scorecard.node import Hit, Node
from coldstop.scorecard.raw import Finder, Form, any_case, either, parts
from coldstop.scorecard.tests.labels import LINE_START

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldstop.policy.model import GreetsTest, Reader
    from coldstop.scorecard.context import Context
    from coldstop.scorecard.facts import Facts

NO_NAMES = "the policy says no reader.names"

#: What parts two words of one line: a line end between them would join "Hi" to the next sentence.
_BLANK: Final = (
    rb"([[:blank:]]|\xc2\xa0|&nbsp;|</?([Bb]|[Ii]|[Uu]|[Ee][Mm]|[Ss][Tt][Rr][Oo][Nn][Gg]"
    rb"|[Ff][Oo][Nn][Tt]|[Ss][Pp][Aa][Nn])([[:space:]][^<>]*)?>)"
).replace(rb"\xc2\xa0", b"\xc2\xa0")
_GAP: Final = _BLANK + b"+"
_SALUTE: Final = (
    b"("
    + either("hi", "hello", "hey", "hiya", "dear", "greetings", "hallo", "liebe", "lieber")
    + b"|"
    + either("bonjour", "cher", "ch\u00e8re", "hola", "estimado", "estimada", "sehr geehrter")
    + b"|"
    + either("sehr geehrte", "guten tag", "buenos d\u00edas", "good day")
    + b"|[Gg][Oo][Oo][Dd] "
    + either("morning", "afternoon", "evening")
    + b"),?"
)
_TITLE: Final = either(
    *("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "herr", "herrn", "frau", "monsieur"),
    *("madame", "se\u00f1or", "se\u00f1ora"),
)
#: A capital letter, those of western languages included, and letters.
_NAME: Final = (
    "([A-Z]|À|Á|Â|Ä|Å|Ç|È|É|Í|Ñ|Ó|Ö|Ø|Ú|Ü|Č|Ł|Ś|Š|Ž)".encode()
    + b"[^[:cntrl:][:space:][:punct:][:digit:]]+"
)
_JOINED_NAME: Final = _NAME + b"([-']" + _NAME + b")?"
_END: Final = "([[:cntrl:],.:;!<(-]|\u2013|\u2014|$)".encode()
#: Words that stand where a name would, and are none.
NO_NAME: Final = (
    *("account", "admin", "again", "all", "amigo", "amigos", "applicant", "applicants"),
    *("associate", "beloved", "bewerber", "buyer", "candidat", "candidate", "candidates"),
    *("candidato", "client", "clients", "colleague", "colleagues", "community", "concern"),
    *("consultant", "consultants", "customer", "customers", "damen", "developer", "developers"),
    *("director", "employee", "employees", "engineer", "engineers", "entrepreneur", "everybody"),
    *("everyone", "expert", "experts", "fellow", "folks", "friend", "friends", "from", "group"),
    *("guys", "herren", "hiring", "homeowner", "hope", "investor", "job", "jobseeker"),
    *(
        "kandidat",
        "kollege",
        "kollegen",
        "kunde",
        "kunden",
        "kundin",
        "ladies",
        "listener",
        "listeners",
        "madam",
        "madame",
    ),
    *("manager", "managers", "member", "members", "messieurs", "owner", "owners", "parents"),
    *("participant", "partner", "partners", "people", "professional", "professionals", "reader"),
    *("readers", "recipient", "recruiter", "seeker", "seekers", "sellers", "sir", "sirs"),
    *("specialist", "student", "students", "subscriber", "subscribers", "talent", "team"),
    *("thanks", "there", "todos", "tous", "toutes", "user", "users", "valued", "visitor"),
    *("visitors", "webmaster", "welcome", "world", "you", "zusammen"),
)


def own_names(reader: Reader) -> tuple[str, ...]:
    """Each word that the reader is called by; a lone initial is none unless it is all there is."""
    found: dict[str, None] = {}
    for name in reader.names or ():
        words = [word.strip(".,;:()\"'") for word in name.split()]
        long = [word for word in words if len(word) > 1]
        found.update(dict.fromkeys(long or filter(None, words)))
    return tuple(found)


def reader_form(names: Iterable[str]) -> Form:
    """The reader is greeted."""
    named = b"(" + b"|".join(map(any_case, names)) + b")"
    between = b"([[:alnum:]]+[.]?" + _GAP + b")?"
    return Form(LINE_START, _SALUTE + _GAP + between + named + b"([^[:alnum:]]|$)")


def named_form() -> Form:
    """Somebody is greeted, by what looks like a name."""
    title = b"(" + _TITLE + b"[.]?" + _GAP + b")?"
    more = b"(" + _GAP + _JOINED_NAME + b"){0,2}"
    core = _SALUTE + _GAP + title + _JOINED_NAME + more + _BLANK + b"*" + _END
    return Form(LINE_START, core)


def nobody_forms() -> tuple[Form, ...]:
    """A salutation has a word that is no name; in halves, for hosts that hold short texts only."""
    # Every word may have a plural, so plurals need not be spelled.
    words = [word for word in NO_NAME if word[-1] != "s" or word[:-1] not in NO_NAME]
    middle = len(words) // 2
    return tuple(map(_nobody, (words[:middle], words[middle:])))


def _nobody(words: Iterable[str]) -> Form:
    between = b"([[:alnum:]]+" + _GAP + b"){0,3}"
    return Form(LINE_START, _SALUTE + _GAP + between + either(*words) + b"[Ss]?([^[:alnum:]]|$)")


def compile_greets(test: GreetsTest, context: Context) -> Node:
    """Look at the salutations of all text parts."""
    label = f"greets {test.greets}"
    names = own_names(context.policy.reader)
    if not names:
        return Node(lambda _facts: None, label, why_not=lambda _facts: NO_NAMES)
    reader, named, nobody = (
        Finder(forms) for forms in ((reader_form(names),), (named_form(),), nobody_forms())
    )

    def greeted(facts: Facts) -> Hit | None:
        found = reader.find(parts(facts))
        return Hit((found,)) if found else None

    def other(facts: Facts) -> Hit | None:
        found = named.find(parts(facts))
        if found is None or reader.find(parts(facts)) or nobody.find(parts(facts)):
            return None
        return Hit((found,))

    def why_not(facts: Facts) -> str:
        wanted = (named,) if test.greets == "reader" else (reader, nobody)
        for one in wanted:
            found = one.find(parts(facts))
            if found is not None:
                return f"the message says “{found.quote}”"
        return "nobody is greeted by name"

    return Node(greeted if test.greets == "reader" else other, label, why_not=why_not)
