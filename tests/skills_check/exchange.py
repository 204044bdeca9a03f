"""Questions of every type, with everything in them that formats stumble over."""

from portal.skills_check.formats.pictures import read_picture
from portal.skills_check.rules.questions import Choice, Ignore, Kind, Marking, Pair, Question, Region
from tests.skills_check.test_quiz_kinds import png

BAR = png(40, 10)
SIGNS = "In {B2} you type =A1~A2: 5 % # of <b>C3</b> & \\n “D4” -> £7?\nA second line."


def question(question_id: str, kind: Kind, **parts: object) -> Question:
    values: dict[str, object] = {"system": "spreadsheets", "skill": "charts", "level": 3, "stem": SIGNS, **parts}
    return Question(id=question_id, kind=kind, **values)  # type: ignore[arg-type]


CHOICES = (
    Choice(text="=SUM(A1:A9)", right=True, feedback="Yes: all {nine} ~ cells # 9"),
    Choice(text="=A1+A9 -> B", feedback="Only the two <ends> & no more"),
    Choice(text="None of *these*"),
)
QUESTIONS = (
    question(
        "spreadsheets-single",
        Kind.SINGLE,
        choices=CHOICES,
        feedback="Look #### again",
        guide="spreadsheets/add-up",
        at=83.5,
        difficulty=0.4,
        source="Council tax team",
    ),
    question("spreadsheets-fixed", Kind.SINGLE, choices=CHOICES, shuffle=False),
    question("spreadsheets-several", Kind.MULTIPLE, choices=(*CHOICES, Choice(text="Also", right=True))),
    question(
        "spreadsheets-parts",
        Kind.MULTIPLE,
        choices=(*CHOICES, Choice(text="Also", right=True), Choice(text="And", right=True)),
        marking=Marking.PER_PART,
    ),
    question(
        "spreadsheets-true",
        Kind.TRUE_FALSE,
        choices=(Choice(text="True", right=True), Choice(text="False")),
        shuffle=False,
        feedback="It stays.",
    ),
    question("spreadsheets-number", Kind.NUMBER, answer="-12.5", tolerance="±0.25", unit="kg"),
    question("spreadsheets-share", Kind.NUMBER, answer="240", tolerance="5%"),
    question(
        "spreadsheets-text",
        Kind.TEXT,
        accept=("Ctrl+C", "a * b = {c}", "£7"),
        ignore=(Ignore.CASE, Ignore.SPACES),
        typos=1,
    ),
    question("spreadsheets-exact", Kind.TEXT, accept=("View",), level=1),
    question(
        "spreadsheets-match",
        Kind.MATCH,
        pairs=(
            Pair(left="Copy = C", right="Ctrl C"),
            Pair(left="Paste", right="Ctrl V"),
            Pair(left="", right="Ctrl Q"),
        ),
        marking=Marking.PER_PART,
    ),
    question("spreadsheets-order", Kind.ORDER, items=("First: open", "Second", "Third <last>")),
    question(
        "spreadsheets-place",
        Kind.HOTSPOT,
        picture=read_picture(BAR, "bar.png"),
        alt="The tool bar with “Sum”",
        regions=(
            Region(label="Sum & “total”", box=(0, 0, 20, 10), right=True),
            Region(label="Sort", box=(20, 0, 20, 10)),
        ),
    ),
)
PICTURES = {read_picture(BAR, "bar.png").digest: BAR}
