"""A small file of each product's shape, with its traps. Every name in them is invented.

Each holds the same four calls wherever the product allows it: two in the week of 2 February 2026 and two in the next,
in the categories that ``CALLS`` names.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from tests.desk_calls.files import workbook_bytes

CALLER = "Planted Person"
ADDRESS = "planted@example.com"
SUBJECT = "Cannot open my payslip"


@dataclass(frozen=True, kw_only=True)
class Export:
    """``weeks``: calls a week by Monday. ``first``: labels of the first call that aren't the category."""

    file: str
    data: bytes
    calls: Mapping[str, int]
    weeks: Mapping[str, int] = field(default_factory=lambda: {"2026-02-02": 2, "2026-02-09": 2})
    rows: int = 4
    first: tuple[str | None, ...] = (None, None, None, None)
    dates: str | None = None


def lines(*rows: str, end: str = "\r\n", encoding: str = "utf-8") -> bytes:
    return (end.join(rows) + end).encode(encoding)


def quoted(*rows: Sequence[str], delimiter: str = ",") -> list[str]:
    return [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]


def ods_bytes(rows: Sequence[Sequence[str]], *, before: str = "", after: str = "") -> bytes:
    """An OpenDocument sheet. A cell "=…" is a formula with the value 2, one like a time is a date."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", _ods_content(rows, before, after))
    return stream.getvalue()


def _ods_content(rows: Sequence[Sequence[str]], before: str, after: str) -> str:
    table = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<office:document-content {names}><office:body>'
        f'<office:spreadsheet><table:table table:name="Calls">{table}{after}'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1024"/>'
        '</table:table-row></table:table><table:table table:name="Other"><table:table-row><table:table-cell '
        'office:value-type="string"><text:p>never read</text:p></table:table-cell></table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )


def _ods_cell(text: str) -> str:
    if text.startswith("="):
        return f'<table:table-cell table:formula="of:{escape(text)}" office:value-type="float" office:value="2"/>'
    if text[:4].isdigit() and "T" in text:
        return f'<table:table-cell office:value-type="date" office:date-value="{text}"><text:p>x</text:p></table:table-cell>'
    if not text:
        return '<table:table-cell table:number-columns-repeated="1"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'


EXPORTS: Mapping[str, Export] = {
    # Windows-1252; times with nanoseconds; an event log of two rows for one ticket; an empty category.
    "servicenow": Export(
        file="incident.csv",
        data=lines(
            *quoted(
                ["number", "opened_at", "caller_id", "short_description", "category", "subcategory", "cmdb_ci", "contact_type", "close_code"],
                ["INC1", "2026-02-02 09:00:00.123456789", CALLER, SUBJECT, "Café tills", "Printer", "", "phone", "Solved"],
                ["INC2", "2026-02-08 23:59:59", CALLER, SUBJECT, "", "", "", "self-service", ""],
                ["INC3", "2026-02-09 08:00:00", CALLER, SUBJECT, "Guess", "", "", "email", ""],
                ["INC3", "2026-02-09 08:00:00", CALLER, SUBJECT, "Software", "Excel", "", "email", "Solved"],
                ["INC4", "2026-02-15 08:00:00", CALLER, SUBJECT, "Software", "Excel", "NULL", "email", "Solved"],
            ),
            encoding="windows-1252",
        ),
        calls={"Café tills > Printer": 1, "(none)": 1, "Software > Excel": 2},
        rows=5,
        first=(None, "Solved", "phone", None),
    ),
    # Columns as somebody ticked them: another order, no Sub-Category.
    "freshservice": Export(
        file="tickets.csv",
        data=lines(
            "Ticket Id,Subject,Created Time,Resolved Time,Type,Source,Category,Item,Group,Agent,Resolution Time (in Hrs),Department",
            f"SR-1,{SUBJECT},2026-02-02 09:00:00,,Incident,Portal,Software,Excel,Desk,{CALLER},1,Housing",
            f"SR-2,{SUBJECT},2026-02-08 09:00:00,,Incident,Email,Software,,Desk,{CALLER},1,Housing",
            f"SR-3,{SUBJECT},2026-02-09 09:00:00,,Incident,Phone,,,Desk,{CALLER},1,",
            f"SR-4,{SUBJECT},2026-02-15 09:00:00,,Incident,Phone,Hardware,Laptop,Desk,{CALLER},1,",
        ),
        calls={"Software > Excel": 1, "Software": 1, "(none)": 1, "Hardware > Laptop": 1},
        first=("Incident", None, "Portal", "Housing"),
    ),
    # The same words in other capitals; the group stands in for the category.
    "freshdesk": Export(
        file="tickets.csv",
        data=lines(
            "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created time,Resolved time,Closed time,Tags",
            f"1,{SUBJECT},Open,Low,Portal,Question,{CALLER},Applications,2026-02-02 09:00:00,,,x",
            f"2,{SUBJECT},Open,Low,Portal,Problem,{CALLER},Applications,2026-02-08 09:00:00,,,x",
            f"3,{SUBJECT},Open,Low,Email,Question,{CALLER},Accounts,2026-02-09 09:00:00,,,x",
            f"4,{SUBJECT},Open,Low,Email,Question,{CALLER},,2026-02-15 09:00:00,,,x",
        ),
        calls={"Applications": 2, "Accounts": 1, "(none)": 1},
        first=("Question", None, "Portal", None),
    ),
    # Repeated names of columns; dates with the month's name and half of the day.
    "jira": Export(
        file="Jira.csv",
        data=lines(
            "Issue key,Issue id,Summary,Issue Type,Created,Watchers,Watchers,Custom field (Request Category),"
            "Custom field (Request Category),Custom field (Request Type),Resolution,Comment,Comment",
            f"IT-1,1,{SUBJECT},Service request,02/Feb/26 9:15 AM,{CALLER},x,,Software,Get help,Done,a,b",
            f"IT-2,2,{SUBJECT},Service request,08/Feb/26 11:59 PM,{CALLER},x,Software,,Get help,Done,a,b",
            f"IT-3,3,{SUBJECT},Service request,09/Feb/26 12:01 AM,{CALLER},x,Accounts,,Get help,,a,b",
            f"IT-4,4,{SUBJECT},Service request,15/Feb/26 9:15 AM,{CALLER},x,,,Get help,,a,b",
        ),
        calls={"Software": 2, "Accounts": 1, "(none)": 1},
        first=("Get help", "Done", None, None),
    ),
    # Semicolons, labels of the screen, title rows above them, day first.
    "topdesk": Export(
        file="incidents.csv",
        data=lines(
            "Incidents of February;;;;;;",
            f'"Made 1 March by {CALLER}";;;;;;',
            "",
            "Incident number;Creation date;Category;Subcategory;Call type;Entry;Operator group",
            "I 2602 001;02-02-2026 09:00;Software;Excel;Failure;Telephone;Desk",
            "I 2602 002;08-02-2026 09:00;Software;Excel;Failure;E-mail;Desk",
            "I 2602 003;09-02-2026 09:00;Hardware;;Request;E-mail;Desk",
            "I 2602 004;15-02-2026 09:00;;;Request;E-mail;Desk",
        ),
        calls={"Software > Excel": 2, "Hardware": 1, "(none)": 1},
        first=("Failure", None, "Telephone", None),
        dates="day-first",
    ),
    # One path in one cell.
    "hornbill": Export(
        file="requests.csv",
        data=lines(
            *quoted(
                ["Reference", "Date Logged", "Customer", "Category", "Closure Category", "Source"],
                ["IN00001", "2026-02-02 09:00:00", CALLER, "IT->Software->Install", "Fixed->Training", "Analyst"],
                ["IN00002", "2026-02-08 09:00:00", CALLER, "IT->Software->Install", "", "Analyst"],
                ["IN00003", "2026-02-09 09:00:00", CALLER, "IT -> Hardware", "", "Email"],
                ["IN00004", "2026-02-15 09:00:00", CALLER, "", "", "Email"],
            )
        ),
        calls={"IT > Software > Install": 2, "IT > Hardware": 1, "(none)": 1},
        first=(None, "Fixed->Training", "Analyst", None),
    ),
    # Month first, in a workbook's text cells; no Service, so that the path begins with the category.
    "ivanti": Export(
        file="Incidents.xlsx",
        data=workbook_bytes(
            [
                ["IncidentNumber", "CreatedDateTime", "ProfileFullName", "Category", "Subcategory", "Source", "CauseCode"],
                [10001, "2/2/2026 9:00:00 AM", CALLER, "Software", "Excel", "Phone", "User Education"],
                [10002, "2/8/2026 9:00:00 AM", CALLER, "Software", "Excel", "Phone", None],
                [10003, "2/9/2026 9:00:00 AM", CALLER, "Hardware", None, "Email", None],
                [10004, "2/15/2026 9:00:00 AM", CALLER, None, None, "Email", None],
            ]
        ),
        calls={"Software > Excel": 2, "Hardware": 1, "(none)": 1},
        first=(None, "User Education", "Phone", None),
        dates="month-first",
    ),
    # Up to four fields for the category; times with an offset: 23:30 in New York is the next day here.
    "haloitsm": Export(
        file="tickets.csv",
        data=lines(
            "ID,Summary,Date Occurred,Category,Category 2,Category 3,Ticket Type,Source",
            f"1,{SUBJECT},2026-02-01T23:30:00-05:00,Software,Office,Excel,Incident,Email",
            f"2,{SUBJECT},2026-02-08T09:00:00Z,Software,Office,,Incident,Email",
            f"3,{SUBJECT},2026-02-09T09:00:00+00:00,Hardware,,,Incident,Phone",
            f"4,{SUBJECT},2026-02-15T09:00:00Z,,,,Incident,Phone",
        ),
        calls={"Software > Office > Excel": 1, "Software > Office": 1, "Hardware": 1, "(none)": 1},
        first=("Incident", None, "Email", None),
    ),
    # Semicolons and quotation marks, because this person chose so; a trailing semicolon; a path with " > ".
    "glpi": Export(
        file="glpi.csv",
        data=lines(
            *(
                row + ";"
                for row in quoted(
                    ["ID", "Title", "Status", "Opening date", "Requester - Requester", "Category", "Type", "Request source"],
                    ["1 001", SUBJECT, "New", "2026-02-02 09:00", CALLER, "Software > Office > Excel", "Incident", "Phone"],
                    ["1 002", SUBJECT, "New", "2026-02-08 09:00", CALLER, "Software > Office > Excel", "Incident", "Phone"],
                    ["1 003", SUBJECT, "New", "2026-02-09 09:00", CALLER, "Hardware", "Request", "Helpdesk"],
                    ["1 004", f"{SUBJECT};\nsecond line", "New", "2026-02-15 09:00", CALLER, "", "Request", "Helpdesk"],
                    delimiter=";",
                )
            )
        ),
        calls={"Software > Office > Excel": 2, "Hardware": 1, "(none)": 1},
        first=("Incident", None, "Phone", None),
    ),
    # A workbook only, and no category: the group stands in for it.
    "zammad": Export(
        file="tickets.xlsx",
        data=workbook_bytes(
            [
                ["Tickets 2026-02"],
                ["#", "Title", "State", "Priority", "Group", "Customer", "Create Channel", "Tags", "Created At", "Closed At"],
                ["67001", SUBJECT, "closed", "2 normal", "Desk::Applications", CALLER, "phone", "x", "2026-02-02 09:00", ""],
                ["67002", SUBJECT, "closed", "2 normal", "Desk::Applications", CALLER, "email", "x", "2026-02-08 09:00", ""],
                ["67003", SUBJECT, "closed", "2 normal", "Desk", CALLER, "email", "x", "2026-02-09 09:00", ""],
                ["67004", SUBJECT, "closed", "2 normal", "", CALLER, "web", "x", "2026-02-15 09:00", ""],
            ]
        ),
        calls={"Desk > Applications": 2, "Desk": 1, "(none)": 1},
        first=(None, None, "phone", None),
    ),
    # A mark at the start, semicolons by the browser's language, month first.
    "osticket": Export(
        file="tickets.csv",
        data=lines(
            *quoted(
                ["Ticket Number", "Date Created", "Subject", "From", "From Email", "Priority", "Department", "Help Topic", "Source"],
                ["100001", "02/02/26", SUBJECT, CALLER, ADDRESS, "Low", "ICT", "Software / Excel", "Web"],
                ["100002", "02/08/26", SUBJECT, CALLER, ADDRESS, "Low", "ICT", "Software / Excel", "Web"],
                ["100003", "02/09/26", SUBJECT, CALLER, ADDRESS, "Low", "ICT", "Hardware", "Phone"],
                ["100004", "02/15/26", SUBJECT, CALLER, ADDRESS, "Low", "ICT", "", "Phone"],
                delimiter=";",
            ),
            encoding="utf-8-sig",
        ),
        calls={"Software > Excel": 2, "Hardware": 1, "(none)": 1},
        first=(None, None, "Web", "ICT"),
        dates="month-first",
    ),
    # A scripted export.
    "itop": Export(
        file="export.csv",
        data=lines(
            "ref,title,caller_name,start_date,request_type,service_name,servicesubcategory_name,origin,resolution_code,close_date",
            f"R-000001,{SUBJECT},{CALLER},2026-02-02 09:00:00,service_request,Software,Excel,phone,training,",
            f"R-000002,{SUBJECT},{CALLER},2026-02-08 09:00:00,incident,Software,Excel,mail,bug fixed,",
            f"R-000003,{SUBJECT},{CALLER},2026-02-09 09:00:00,incident,Hardware,,mail,,",
            f"R-000004,{SUBJECT},{CALLER},2026-02-15 09:00:00,incident,,,portal,,",
            end="\n",
        ),
        calls={"Software > Excel": 2, "Hardware": 1, "(none)": 1},
        first=("service_request", "training", "phone", None),
    ),
    # Columns an administrator set; the queue is the path.
    "znuny": Export(
        file="TicketSearch.csv",
        data=lines(
            *quoted(
                ["TicketNumber", "Age", "Created", "Closed", "State", "Priority", "Queue", "CustomerUserID", "Subject", "Type"],
                ["2026020210000011", "29 d", "2026-02-02 09:00:00", "", "new", "3", "ICT::Software", CALLER, SUBJECT, "Incident"],
                ["2026020810000012", "23 d", "2026-02-08 09:00:00", "", "new", "3", "ICT::Software", CALLER, SUBJECT, "Incident"],
                ["2026020910000013", "22 d", "2026-02-09 09:00:00", "", "new", "3", "ICT", CALLER, SUBJECT, "Request"],
                ["2026021510000014", "16 d", "2026-02-15 09:00:00", "", "new", "3", "", CALLER, SUBJECT, "Request"],
                delimiter=";",
            )
        ),
        calls={"ICT > Software": 2, "ICT": 1, "(none)": 1},
        first=("Incident", None, None, None),
    ),
    "generic-counts": Export(
        file="counts.ods",
        data=ods_bytes(
            [
                ["week", "category", "calls", "call_type"],
                ["2026-02-02T00:00:00", "Software > Excel", "2", "Query"],
                ["2026-02-09T00:00:00", "Hardware", "1", "Query"],
                ["2026-W07", "", "1", ""],
            ]
        ),
        calls={"Software > Excel": 2, "Hardware": 1, "(none)": 1},
        rows=3,
        first=("Query", None, None, None),
    ),
}  # fmt: skip
