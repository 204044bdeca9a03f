"""Reads of the mapping: dated rules and the three small tables."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.desk_calls.models import DeskCount, DeskRule, DeskWordRow
from portal.desk_calls.rules.mapping import (
    CallMap,
    DeskWord,
    MappingRule,
    UnknownRule,
    WordKind,
)


def call_mapping(session: Session) -> CallMap:
    """All rules and words, ready to be asked."""
    return CallMap(mapping_rules(session), desk_words(session))


def mapping_rules(session: Session) -> tuple[MappingRule, ...]:
    """Every rule by category, source and first day."""
    rows = session.scalars(select(DeskRule).order_by(DeskRule.category_key, DeskRule.source, DeskRule.valid_from))
    return tuple(_rule(row) for row in rows)


def mapping_rule(session: Session, rule_id: int) -> MappingRule:
    """Raises UnknownRule."""
    row = session.get(DeskRule, rule_id)
    if row is None:
        raise UnknownRule(rule_id)
    return _rule(row)


def desk_words(session: Session, kind: WordKind | None = None) -> tuple[DeskWord, ...]:
    """The rows of one small table, or of all three, by word."""
    query = select(DeskWordRow).order_by(DeskWordRow.kind, DeskWordRow.word_key, DeskWordRow.source)
    if kind is not None:
        query = query.where(DeskWordRow.kind == kind)
    return tuple(
        DeskWord(kind=row.kind, source=row.source, word=row.word, meaning=row.meaning) for row in session.scalars(query)
    )


def words_seen(session: Session, kind: WordKind) -> tuple[tuple[str, int], ...]:
    """The thirty commonest words of this kind in the stored calls, with their calls, most first."""
    column = {
        WordKind.CALL_TYPE: DeskCount.call_type,
        WordKind.CLOSING_CODE: DeskCount.closing_code,
        WordKind.DEPARTMENT: DeskCount.directorate,
    }[kind]
    calls = func.sum(DeskCount.calls)
    query = select(column, calls).where(column.is_not(None)).group_by(column).order_by(calls.desc(), column).limit(30)
    return tuple((str(word), int(number)) for word, number in session.execute(query))


def _rule(row: DeskRule) -> MappingRule:
    return MappingRule(
        id=row.id,
        source=row.source,
        category=row.category,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        system=row.system,
        call_type=row.call_type,
        skill=row.skill,
        why=row.why,
    )
