"""Builds small content folders, so that a test can break one file and see what is said about it."""

import shutil
from pathlib import Path

CATALOGUE = """\
council: {name: Test Council, staff: 100}
directorates:
  - {key: housing, name: Housing, headcount: 40}
  - {key: planning, name: Planning, headcount: 35}
  - {key: libraries, name: Libraries, headcount: 25}
systems:
  - key: spreadsheets
    name: Spreadsheets
    also: [excel, calc]
    owner: Corporate ICT
    skills:
      - {key: formulas, name: Use a formula}
      - {key: layout, name: Lay out a sheet}
  - key: email
    name: E-mail and calendar
    also: [outlook]
    owner: Corporate ICT
    skills:
      - {key: meetings, name: Book a meeting}
call_types:
  - {key: how-to, name: How do I, teachable: fully}
"""
GUIDE = """\
code: G-101
title: Freeze the heading row
summary: Keep the headings in sight while you scroll down a long sheet.
system: spreadsheets
skills: [layout]
owner: Corporate ICT
published: 2026-01-10
reviewed: 2026-02-01
review_every: 12
captions_reviewed: 2026-01-10
changed: First version.
silent: true
also: [lock row, sticky header]
steps:
  - {at: "0:00", title: Open the sheet, text: Open the sheet with your list.}
  - {at: "0:01", title: Click below the headings, text: Click the first cell below the row with the headings.}
"""
CAPTIONS = """\
WEBVTT

00:00:00.000 --> 00:00:01.000
A sheet with a long list opens.

00:00:01.000 --> 00:00:02.000
The pointer clicks the cell below the headings.
"""
QUIZ = """\
system: spreadsheets
questions:
  - id: spreadsheets-sum-01
    skill: formulas
    level: 1
    type: single
    stem: Which formula adds A1 to A9?
    choices:
      - {text: "=SUM(A1:A9)", right: true}
      - {text: "=A1+A9", feedback: This adds only the two end cells.}
    guide: spreadsheets/freeze-the-heading-row
    at: "0:01"
  - id: spreadsheets-sum-02
    skill: formulas
    level: 2
    type: number
    stem: "A1 holds 2 and A2 holds 3. What does =A1*A2 show?"
    answer: 6
  - id: spreadsheets-layout-01
    skill: layout
    level: 1
    type: text
    stem: Which menu holds Freeze rows?
    accept: [View]
    ignore: [case]
    typos: 1
  - id: spreadsheets-layout-02
    skill: layout
    level: 1
    type: true-false
    stem: A frozen row stays in sight when you scroll.
    answer: true
  - id: spreadsheets-layout-03
    skill: layout
    level: 2
    type: multiple
    stem: Which of these can be frozen?
    choices:
      - {text: Rows, right: true}
      - {text: Columns, right: true}
      - {text: Charts}
"""
VIDEO = Path(__file__).parent / "data" / "two-seconds.mp4"


def write_content(root: Path) -> Path:
    """A sound content folder with one guide and five questions; returns ``root``."""
    guide = root / "content" / "videos" / "spreadsheets" / "freeze-the-heading-row"
    guide.mkdir(parents=True)
    (root / "quizzes").mkdir()
    (root / "content" / "catalogue.yaml").write_text(CATALOGUE)
    (guide / "guide.yaml").write_text(GUIDE)
    (guide / "captions.vtt").write_text(CAPTIONS)
    shutil.copy(VIDEO, guide / "video.mp4")
    (root / "quizzes" / "spreadsheets.yaml").write_text(QUIZ)
    return root
