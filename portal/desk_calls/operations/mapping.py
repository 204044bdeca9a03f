"""Writes of the mapping: dated rules and the three small tables."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.desk_calls.models import DeskRule, DeskWordRow
from portal.desk_calls.operations.imports import category_key
from portal.desk_calls.rules.labels import folded_label
from portal.desk_calls.rules.mapping import DeskWord, MappingRule, RuleClash, UnknownRule, WordKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedRows:
    """How many rows of a file were new, changed what was there, or said the same."""

    added: int
    changed: int
    unchanged: int


def save_rule(session: Session, rule: MappingRule, *, account_id: int | None, now: dt.datetime) -> int:
    """Add a rule (``id`` None) or change one; returns its id. Raises RuleClash, UnknownRule."""
    clash = session.scalar(
        select(DeskRule.id).where(
            DeskRule.source == rule.source,
            DeskRule.category_key == category_key(rule.category),
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
        row = stored.get((rule.source, category_key(rule.category), rule.valid_from))
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


def _write(row: DeskRule, rule: MappingRule, *, account_id: int | None, now: dt.datetime) -> None:
    row.source = rule.source
    row.category = rule.category
    row.category_key = category_key(rule.category)
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
