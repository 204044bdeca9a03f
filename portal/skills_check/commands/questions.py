"""flask questions …"""

import contextlib
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.catalogue.queries import catalogue
from portal.core.documents import Problems, nearest
from portal.core.errors import InvalidInput
from portal.core.text import counted
from portal.skills_check.formats.exchange import read_questions, write_questions
from portal.skills_check.formats.marks_csv import read_marks
from portal.skills_check.formats.qti_writer import QtiVersion
from portal.skills_check.formats.quiz_yaml import pictures_in
from portal.skills_check.formats.statistics_json import figures_data, question_data
from portal.skills_check.operations.bank import import_questions
from portal.skills_check.operations.figures import work_out
from portal.skills_check.queries import authoring
from portal.skills_check.rules.bank import Landed, Placing, place, summary
from portal.skills_check.rules.exchange import Format, Written
from portal.skills_check.rules.fairness import differences
from portal.skills_check.rules.questions import Question
from portal.skills_check.rules.statistics import SHORTEST_ALPHA, SHORTEST_ITEM, Figures, figures
from portal.storage.files import FileMissing, content_of
from portal.web.command_line import Answer, answering
from portal.web.context import file_store, now, reading, transaction

group = AppGroup("questions", help="The question bank.")
_FORMATS = click.Choice([one.value for one in Format])


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "kind", type=_FORMATS, required=True, help="The format of the file.")
@click.option("--system", required=True, help="Key of the system the questions are about.")
@click.option("--skill", default="", help="Key of the skill of questions that name none.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and store nothing.")
@answering
def import_file(file: Path, kind: str, system: str, skill: str, *, dry_run: bool) -> Answer:
    """Import questions: a line for each says imported, imported with loss (what), or refused (why).

    A question whose id is known becomes a new version; the same file a second time changes nothing.
    """
    with transaction() as session:
        everything = catalogue(session)
        if not everything.has_system(system):
            known_keys = [one.key for one in everything.current_systems]
            raise InvalidInput(f"There is no system “{system}”. {nearest(system, known_keys)}")
        skills = {one.key: one.name for one in everything.system(system).skills}
        if skill and skill not in skills:
            raise InvalidInput(f"{system} has no skill “{skill}”. {nearest(skill, skills)}")
        read = read_questions(file.read_bytes(), Format(kind), catalogue=everything, pictures=pictures_in(file.parent))
        known = authoring.known_questions(session)
        landed = place(
            read.found,
            Placing(system=system, skills=skills, skill=skill),
            known=known,
            hashes=authoring.hashes(session, system),
        )
        if not dry_run:
            for one in landed:
                if one.question is not None and one.found.picture:
                    file_store().put(one.found.picture)
            import_questions(session, landed, account_id=None, why=f"Imported from {file.name}", now=now())
    return _report(landed, read.notices, dry_run=dry_run)


def _report(landed: tuple[Landed, ...], notices: tuple[str, ...], *, dry_run: bool) -> Answer:
    lines = [*notices, *(_line(one) for one in landed)]
    lines.append(f"{summary(landed)}.{' Nothing was stored.' if dry_run else ''}")
    data = {
        "questions": [
            {
                "name": one.found.name,
                "place": one.found.place,
                "fate": one.fate.value,
                "id": one.question.id if one.question else None,
                "what": one.what,
                "losses": list(one.found.losses),
                "why": one.found.refusal,
            }
            for one in landed
        ],
        "notices": list(notices),
        "stored": not dry_run and any(one.question for one in landed),
    }
    return Answer(lines=tuple(lines), data=data, refused=not any(one.question for one in landed))


def _line(one: Landed) -> str:
    if one.question is None:
        return one.found.told
    return f"{one.found.told} ({one.question.id}, {one.what})"


@group.command("export")
@click.option("--format", "kind", type=_FORMATS, required=True, help="The format to write.")
@click.option("--system", default="", help="Only questions of this system.")
@click.option("--qti", type=click.Choice([one.value for one in QtiVersion]), default="2.1", help="Version of QTI.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@answering
def export(kind: str, system: str, qti: str, output: Path | None) -> Answer:
    """Write the questions that are asked in a format that other programs read; what it can't hold is told."""
    with reading() as session:
        questions = [one.question for one in authoring.entries(session) if system in ("", one.question.system)]
    if not questions:
        raise InvalidInput("There is no question to export.")
    written = write_questions(questions, Format(kind), pictures=_pictures(questions), version=QtiVersion(qti))
    target = output or Path(written.name)
    target.write_bytes(written.content)
    return _written(written, target, len(questions))


def _pictures(questions: list[Question]) -> dict[str, bytes]:
    found = {}
    for one in questions:
        for part in (one.picture, one.template):
            if part is None:
                continue
            with contextlib.suppress(FileMissing):
                found[part.digest] = content_of(file_store(), part.digest)
    return found


def _written(written: Written, target: Path, questions: int) -> Answer:
    lost: dict[str, list[str]] = {}
    for question_id, what in written.lost:
        lost.setdefault(question_id, []).append(what)
    lines = [f"Wrote {counted(questions - len(written.left_out), 'question')} to {target}."]
    lines += [f"{question_id}: with loss: {'; '.join(what)}." for question_id, what in lost.items()]
    lines += [f"{question_id}: left out. {why}" for question_id, why in written.left_out]
    data = {
        "file": str(target),
        "questions": questions - len(written.left_out),
        "lost": lost,
        "left_out": dict(written.left_out),
    }
    return Answer(lines=tuple(lines), data=data)


@group.command("statistics")
@click.option("--marks", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="CSV attempt,<item>,…")
@click.option("--group", "column", help="Column of the marks that names a group, to compare groups.")
@answering
def statistics(marks: Path | None, column: str | None) -> Answer:
    """Show how questions perform: those of the bank, worked out now, or those of a file of marks.

    The file has a row an attempt and a column an item; a row named max says how much each item can give.
    """
    return _of_file(marks, column) if marks is not None else _of_bank()


def _of_file(path: Path, column: str | None) -> Answer:
    problems = Problems()
    read = read_marks(path.read_bytes(), path.name, group=column, problems=problems)
    problems.raise_if_any()
    if read is None:
        raise InvalidInput("The file holds no marks.")
    found = figures(read.table)
    compared, left = differences(read.table, read.groups) if column else ((), ())
    notes = [*read.notices, *left, *_minimums(found)]
    lines = [*notes, *_lines(found)]
    lines += [f"{one.item}, {one.group} beside {one.against}: {one.words}" for one in compared]
    return Answer(lines=tuple(lines), data=figures_data(found, compared, notes))


def _minimums(found: Figures) -> list[str]:
    told = []
    if found.n < SHORTEST_ITEM:
        told.append(f"Under {SHORTEST_ITEM} attempts figures of items swing by chance; no ranges are given.")
    if found.n < SHORTEST_ALPHA:
        told.append(f"Under {SHORTEST_ALPHA} attempts alpha swings by chance; no range is given.")
    return told


def _lines(found: Figures) -> list[str]:
    lines = [f"{counted(found.n, 'attempt')}.", "item: right, spread, weight, discrimination, efficiency"]
    lines += [
        f"{one.item}: {_share(one.facility)}, {_share(one.sd)}, {_share(one.effective_weight)}, "
        f"{_share(one.discrimination)}, {_share(one.efficiency)}"
        for one in found.items
    ]
    test = found.test
    lines.append(f"mean {_number(test.mean)}, median {_number(test.median)}, spread {_number(test.sd)} marks")
    lines.append(f"skewness {_number(test.skewness)}, kurtosis {_number(test.kurtosis)}")
    lines.append(
        f"alpha {_share(test.alpha)}, error ratio {_share(test.error_ratio)}, "
        f"standard error {_number(test.standard_error)} marks"
    )
    return lines


def _of_bank() -> Answer:
    with transaction() as session:
        attempts = work_out(session, now=now(), calibrating=False)
        found = [one for one in authoring.entries(session) if one.figures is not None]
    lines = [f"{counted(attempts, 'attempt')}."]
    for one in found:
        told = one.figures
        if told is None:
            continue
        if told.facility is None:
            lines.append(f"{one.question.id}: {told.n} of {SHORTEST_ITEM} attempts so far")
        else:
            lines.append(
                f"{one.question.id}: {told.n} attempts, right {_share(told.facility)}, "
                f"discrimination {_share(told.discrimination)}, efficiency {_share(told.efficiency)}"
            )
        lines += [f"  Check this question: {flag}" for flag in one.flags]
    data = {
        "attempts": attempts,
        "questions": [question_data(one.question.id, one.figures, one.flags) for one in found if one.figures],
    }
    return Answer(lines=tuple(lines), data=data)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.1f} %"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
