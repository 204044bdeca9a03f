"""Writing calls and the mapping. Each operation does all of its work or none."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from portal.desk_calls import queries
from portal.desk_calls.formats.counts_json import counts_to_json
from portal.desk_calls.models import DeskCount, DeskImport, DeskPart, DeskPreview, DeskRule, DeskWordRow
from portal.desk_calls.rules.imports import PREVIEW_KEPT, ImportedCounts, ImportOutcome, PartFate
from portal.desk_calls.rules.labels import SEPARATOR, folded_label, folded_segments
from portal.desk_calls.rules.mapping import DeskWord, MappingRule, RuleClash, UnknownRule, WordKind

_TOGETHER = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedRows:
    """How many rows of a file were new, changed what was there, or said the same."""

    added: int
    changed: int
    unchanged: int


def import_counts(
    session: Session, counts: ImportedCounts, *, account_id: int | None, now: dt.datetime
) -> ImportOutcome:
    """Store counts: whole weeks take the place of what the source had, parts of a week add up or replace.

    The same counts again change nothing and leave no line in the history. Raises WeeksAndMonths.
    """
    planned = queries.plan(session, counts)
    outcome = queries.outcome_of(counts, planned)
    if not outcome.changed:
        return outcome
    _delete_parts(session, [part_id for one in planned for part_id in one.replaces])
    imported = DeskImport(
        at=now,
        account_id=account_id,
        source=counts.source,
        preset=counts.preset,
        digest=counts.digest,
        rows_read=counts.rows_read,
        rows_kept=counts.rows_kept,
        rows_repeated=counts.rows_repeated,
        rows_skipped=counts.rows_skipped,
        calls=counts.calls,
        first_start=counts.parts[0].start,
        last_start=counts.parts[-1].start,
        parts_new=outcome.count(PartFate.NEW),
        parts_replaced=outcome.count(PartFate.REPLACED),
    )
    session.add(imported)
    session.flush()
    _insert_parts(
        session, counts, [one for one in planned if one.fate in (PartFate.NEW, PartFate.REPLACED)], imported.id
    )
    return outcome


def keep_preview(session: Session, readings: Sequence[ImportedCounts], *, now: dt.datetime) -> str:
    """Let the readings of a file wait for their person; returns the preview's id. Forgets previews left for a day."""
    forget_old_previews(session, now=now)
    preview = DeskPreview(id=secrets.token_hex(16), made_at=now, readings=counts_to_json(readings))
    session.add(preview)
    session.flush()
    return preview.id


def drop_preview(session: Session, preview_id: str) -> None:
    """Forget a preview; does nothing when it is gone."""
    session.execute(delete(DeskPreview).where(DeskPreview.id == preview_id))


def forget_old_previews(session: Session, *, now: dt.datetime) -> None:
    """Delete the previews nobody came back to within a day."""
    session.execute(delete(DeskPreview).where(DeskPreview.made_at <= now - PREVIEW_KEPT))


def save_rule(session: Session, rule: MappingRule, *, account_id: int | None, now: dt.datetime) -> int:
    """Add a rule (``id`` None) or change one; returns its id. Raises RuleClash, UnknownRule."""
    clash = session.scalar(
        select(DeskRule.id).where(
            DeskRule.source == rule.source,
            DeskRule.category_key == _category_key(rule.category),
            DeskRule.valid_from == rule.valid_from,
        )
    )
    if clash is not None and clash != rule.id:
        raise RuleClash(rule.category)
    row = DeskRule() if rule.id is None else session.get(DeskRule, rule.id)
    if row is None:
        raise UnknownRule(rule.id or 0)
    _write(row, rule, account_id=account_id, now=now)
    session.add(row)
    session.flush()
    return row.id


def end_rule(session: Session, rule_id: int, *, last_day: dt.date, account_id: int | None, now: dt.datetime) -> None:
    """Let a rule hold up to a day and no longer. Raises UnknownRule."""
    row = session.get(DeskRule, rule_id)
    if row is None:
        raise UnknownRule(rule_id)
    row.valid_to = last_day
    row.account_id = account_id
    row.changed_at = now
    session.flush()


def delete_rule(session: Session, rule_id: int) -> None:
    """Forget a rule, as if it had never been. Raises UnknownRule."""
    row = session.get(DeskRule, rule_id)
    if row is None:
        raise UnknownRule(rule_id)
    session.delete(row)
    session.flush()


def save_rules(
    session: Session, rules: Sequence[MappingRule], *, account_id: int | None, now: dt.datetime
) -> SavedRows:
    """Add the rules of a file; a rule with the same source, category and first day is changed. Others stay."""
    stored = {(row.source, row.category_key, row.valid_from): row for row in session.scalars(select(DeskRule))}
    added = changed = 0
    for rule in rules:
        row = stored.get((rule.source, _category_key(rule.category), rule.valid_from))
        if row is not None and _says_same(row, rule):
            continue
        added += row is None
        changed += row is not None
        row = row or DeskRule()
        _write(row, rule, account_id=account_id, now=now)
        session.add(row)
    session.flush()
    return SavedRows(added=added, changed=changed, unchanged=len(rules) - added - changed)


def save_words(session: Session, kind: WordKind, words: Sequence[DeskWord]) -> SavedRows:
    """Add rows to a small table; a word that is there already gets the new meaning. Others stay."""
    rows = session.scalars(select(DeskWordRow).where(DeskWordRow.kind == kind))
    stored = {(row.source, row.word_key): row for row in rows}
    added = changed = 0
    for word in words:
        row = stored.get((word.source, folded_label(word.word)))
        if row is None:
            session.add(_word_row(word))
            added += 1
        elif row.meaning != word.meaning:
            row.meaning = word.meaning
            changed += 1
    session.flush()
    return SavedRows(added=added, changed=changed, unchanged=len(words) - added - changed)


def delete_word(session: Session, kind: WordKind, *, source: str, word: str) -> None:
    """Take a word out of a small table; does nothing when it isn't there."""
    session.execute(
        delete(DeskWordRow).where(
            DeskWordRow.kind == kind, DeskWordRow.source == source, DeskWordRow.word_key == folded_label(word)
        )
    )


def _delete_parts(session: Session, part_ids: Sequence[int]) -> None:
    for start in range(0, len(part_ids), _TOGETHER):
        some = part_ids[start : start + _TOGETHER]
        session.execute(delete(DeskCount).where(DeskCount.part_id.in_(some)))
        session.execute(delete(DeskPart).where(DeskPart.id.in_(some)))


def _insert_parts(
    session: Session, counts: ImportedCounts, planned: Sequence[queries.PlannedPart], import_id: int
) -> None:
    parts = [
        DeskPart(
            source=counts.source,
            start=one.part.start,
            granularity=one.part.granularity,
            days=one.part.days,
            counted=counts.include_partial and not one.part.whole,
            import_id=import_id,
        )
        for one in planned
    ]
    session.add_all(parts)
    session.flush()
    rows = [
        {
            "part_id": part.id,
            "category": count.labels.category,
            "call_type": count.labels.call_type,
            "closing_code": count.labels.closing_code,
            "channel": count.labels.channel,
            "directorate": count.labels.directorate,
            "calls": count.calls,
        }
        for part, one in zip(parts, planned, strict=True)
        for count in one.part.counts
    ]
    if rows:
        session.execute(insert(DeskCount), rows)


def _category_key(category: str) -> str:
    return SEPARATOR.join(folded_segments(category))


def _write(row: DeskRule, rule: MappingRule, *, account_id: int | None, now: dt.datetime) -> None:
    row.source = rule.source
    row.category = rule.category
    row.category_key = _category_key(rule.category)
    row.valid_from = rule.valid_from
    row.valid_to = rule.valid_to
    row.system = rule.system
    row.call_type = rule.call_type
    row.skill = rule.skill
    row.why = rule.why or row.why or ""
    row.account_id = account_id
    row.changed_at = now


def _says_same(row: DeskRule, rule: MappingRule) -> bool:
    stored = (row.category, row.valid_to, row.system, row.call_type, row.skill)
    return stored == (rule.category, rule.valid_to, rule.system, rule.call_type, rule.skill)


def _word_row(word: DeskWord) -> DeskWordRow:
    return DeskWordRow(
        kind=word.kind, source=word.source, word=word.word, word_key=folded_label(word.word), meaning=word.meaning
    )
