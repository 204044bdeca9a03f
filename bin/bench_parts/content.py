"""A question bank for the measurements: two systems, twelve single-choice questions each, so that a check asks twenty."""

from pathlib import Path

CATALOGUE = """\
council: {name: Bench, staff: 100}
directorates: [{key: all, name: All, headcount: 100}]
systems:
"""
SYSTEM = """\
  - key: system-{number}
    name: System {number}
    also: [system]
    owner: Bench
    skills: [{{key: one, name: Do one thing}}, {{key: two, name: Do another}}, {{key: three, name: Do a third}}]
"""
QUESTION = """\
  - id: system-{number}-{question}
    skill: {skill}
    level: {level}
    type: single
    stem: "Question {question} about system {number}: which of these is the first?"
    choices:
      - {{text: The first, right: true}}
      - {{text: The second}}
      - {{text: The third}}
      - {{text: The fourth}}
"""


def write_bank(folder: Path) -> dict[str, str]:
    """Write the content; returns the settings that point to it."""
    (folder / "content" / "videos").mkdir(parents=True)
    (folder / "quizzes").mkdir()
    catalogue = CATALOGUE + "".join(SYSTEM.format(number=number) for number in (1, 2))
    catalogue += "call_types: [{key: how-to, name: How do I, teachable: fully}]\n"
    (folder / "content" / "catalogue.yaml").write_text(catalogue)
    for number in (1, 2):
        questions = [
            QUESTION.format(
                number=number, question=question, skill=("one", "two", "three")[question % 3], level=question % 3 + 1
            )
            for question in range(12)
        ]
        (folder / "quizzes" / f"system-{number}.yaml").write_text(
            f"system: system-{number}\nquestions:\n" + "".join(questions)
        )
    return {"SHOWHOW_CONTENT": str(folder / "content"), "SHOWHOW_QUIZZES": str(folder / "quizzes")}
