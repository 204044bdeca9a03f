"""Moodle XML, written so that reading it gives the same questions. What Moodle can't hold is told."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from portal.skills_check.formats.gift_reader import plain_number
from portal.skills_check.formats.tags import tags_of
from portal.skills_check.formats.weights import percent, weights
from portal.skills_check.rules.exchange import Written
from portal.skills_check.rules.marking import tolerance_around
from portal.skills_check.rules.questions import Ignore, Kind, Marking, Question


def write_moodle(questions: Iterable[Question]) -> Written:
    """A file of all questions that Moodle can hold, a category a system."""
    parts, lost, left_out = [], [], []
    system = ""
    for question in questions:
        if question.kind not in _OWN:
            left_out.append((question.id, "Moodle XML has no counterpart that keeps its picture or file."))
            continue
        if question.system != system:
            system = question.system
            path = _text(f"$course$/top/{system}")
            parts.append(f'<question type="category"><category>{path}</category></question>')
        parts.append(_question(question))
        lost += [(question.id, what) for what in _lost(question)]
    content = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n' + "\n".join(parts) + "\n</quiz>\n"
    return Written(
        content=content.encode(),
        name="questions.moodle.xml",
        media_type="application/xml",
        lost=tuple(lost),
        left_out=tuple(left_out),
    )


def _lost(question: Question) -> list[str]:
    told = []
    if question.typos or set(question.ignore) - {Ignore.CASE}:
        told.append("Moodle ignores capitals only, and no typing mistakes")
    if question.kind in (Kind.MULTIPLE, Kind.MATCH, Kind.ORDER) and question.marking is Marking.ALL_OR_NOTHING:
        told.append("Moodle may give part of the mark")
    if question.kind is Kind.MATCH and len([pair for pair in question.pairs if pair.left]) < 3:
        told.append("Moodle asks for three pairs at least when the question is edited there")
    return told


def _question(question: Question) -> str:
    kind, body = _OWN[question.kind](question)
    tags = "".join(f"<tag>{_text(tag)}</tag>" for tag in tags_of(question))
    return (
        f'<question type="{kind}">\n<name>{_text(question.id)}</name>\n'
        f'<questiontext format="plain_text">{_text(question.stem)}</questiontext>\n'
        f'<generalfeedback format="plain_text">{_text(question.feedback)}</generalfeedback>\n'
        f"<defaultgrade>1</defaultgrade><penalty>0</penalty><hidden>0</hidden>"
        f"<idnumber>{escape(question.id)}</idnumber>\n{body}\n<tags>{tags}</tags>\n</question>"
    )


def _text(text: str) -> str:
    return f"<text>{escape(text)}</text>"


def _answer(text: str, fraction: str, feedback: str = "", more: str = "") -> str:
    told = f'<feedback format="plain_text">{_text(feedback)}</feedback>'
    return f'<answer fraction={quoteattr(fraction)} format="plain_text">{_text(text)}{told}{more}</answer>'


def _choices(question: Question) -> tuple[str, str]:
    answers = "\n".join(
        _answer(choice.text, percent(weight), choice.feedback)
        for choice, weight in zip(question.choices, weights(question), strict=True)
    )
    single = "true" if question.kind is Kind.SINGLE else "false"
    shuffle = "true" if question.shuffle else "false"
    head = f"<single>{single}</single><shuffleanswers>{shuffle}</shuffleanswers>"
    return "multichoice", f"{head}<answernumbering>none</answernumbering>\n{answers}"


def _true_false(question: Question) -> tuple[str, str]:
    answers = [
        _answer(choice.text.lower(), "100" if choice.right else "0", choice.feedback) for choice in question.choices
    ]
    return "truefalse", "\n".join(answers)


def _text_answers(question: Question) -> tuple[str, str]:
    usecase = "0" if Ignore.CASE in question.ignore else "1"
    answers = [_answer(text.replace("*", "\\*"), "100") for text in question.accept]
    return "shortanswer", f"<usecase>{usecase}</usecase>\n" + "\n".join(answers)


def _number(question: Question) -> tuple[str, str]:
    answer = Decimal(question.answer)
    around = plain_number(tolerance_around(answer, question.tolerance))
    body = _answer(plain_number(answer), "100", more=f"<tolerance>{around}</tolerance>")
    if question.unit:
        name = f"<unit_name>{escape(question.unit)}</unit_name>"
        left = "1" if question.unit == "£" else "0"
        body += f"\n<units><unit><multiplier>1</multiplier>{name}</unit></units>"
        body += f"<unitgradingtype>0</unitgradingtype><showunits>3</showunits><unitsleft>{left}</unitsleft>"
    return "numerical", body


def _match(question: Question) -> tuple[str, str]:
    pairs = [
        f'<subquestion format="plain_text">{_text(pair.left)}<answer>{_text(pair.right)}</answer></subquestion>'
        for pair in question.pairs
    ]
    return "matching", "<shuffleanswers>true</shuffleanswers>\n" + "\n".join(pairs)


def _order(question: Question) -> tuple[str, str]:
    head = "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><selectcount>0</selectcount>"
    answers = [_answer(item, f"{place}.0") for place, item in enumerate(question.items, start=1)]
    return "ordering", f"{head}<gradingtype>ALL_OR_NOTHING</gradingtype>\n" + "\n".join(answers)


_OWN: Mapping[Kind, Callable[[Question], tuple[str, str]]] = {
    Kind.SINGLE: _choices,
    Kind.MULTIPLE: _choices,
    Kind.TRUE_FALSE: _true_false,
    Kind.NUMBER: _number,
    Kind.TEXT: _text_answers,
    Kind.MATCH: _match,
    Kind.ORDER: _order,
}
