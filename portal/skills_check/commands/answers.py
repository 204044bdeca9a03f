"""flask skills-check …"""

from pathlib import Path

import click
from flask.cli import AppGroup

from portal.catalogue.queries import catalogue
from portal.core.documents import Problems
from portal.core.text import counted
from portal.skills_check.formats.answers_csv import read_answers
from portal.skills_check.operations import sharing
from portal.skills_check.queries import bank as bank_reads
from portal.skills_check.rules.attempts import SkillsCheckOptions
from portal.web.command_line import Answer, answering
from portal.web.context import options, transaction

group = AppGroup("skills-check", help="The skills check.")


@group.command("import-answers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@answering
def import_answers(file: Path) -> Answer:
    """Add answers from elsewhere to those that wait for a release.

    FILE is a CSV sitting,directorate,question,result,answered_on; result is right, wrong or dont-know. One sitting
    counts as one person. All of the file is taken, or nothing.
    """
    problems = Problems()
    with transaction() as session:
        known = {question.id for pairs in bank_reads.bank(session).values() for _, question in pairs}
        directorates = [directorate.key for directorate in catalogue(session).directorates]
        answers = read_answers(
            file.read_bytes(), file.name, questions=known, directorates=directorates, problems=problems
        )
        problems.raise_if_any()
        done = sharing.import_answers(session, answers, secret=options(SkillsCheckOptions).secret)
    lines = [f"Read {counted(done.answers, 'answer')} of {counted(done.sittings, 'sitting')}."]
    if done.known:
        lines.append(f"{counted(done.known, 'sitting')} waited already and stayed as before.")
    lines.append("They are counted at the next release: flask gap-report release.")
    return Answer(
        lines=tuple(lines), data={"answers": done.answers, "sittings": done.sittings, "already_waiting": done.known}
    )
