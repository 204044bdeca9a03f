"""content/videos/<system>/<guide>/: the files of one guide, read together."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from portal.catalogue.rules import Catalogue
from portal.core.documents import Problems, nearest
from portal.guides.formats.captions import read_captions
from portal.guides.formats.guide_yaml import GuideText, read_guide
from portal.guides.formats.video import TYPES, read_seconds
from portal.guides.rules.library import Cue, Guide, Media

KNOWN = ("guide.yaml", "captions.vtt", "poster.jpg", *(f"video{ending}" for ending in TYPES))


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideFiles:
    """A guide and where its files lie, by digest."""

    guide: Guide
    sources: Mapping[str, Path]


def read_guides(folder: Path, *, catalogue: Catalogue, root: Path, problems: Problems) -> tuple[GuideFiles, ...]:
    """Every guide below ``folder``, by path. ``root`` is what file names in problems are relative to."""
    found = []
    for path in sorted(folder.glob("*/*")):
        if path.is_dir() and not path.name.startswith("."):
            guide = read_folder(path, catalogue=catalogue, root=root, problems=problems)
            if guide is not None:
                found.append(guide)
    _refuse_repeated_codes(found, problems)
    return tuple(found)


def read_folder(path: Path, *, catalogue: Catalogue, root: Path, problems: Problems) -> GuideFiles | None:
    """One guide; None when problems were noted."""
    before = len(problems)
    shown = str(path.relative_to(root))
    names = {file.name for file in path.iterdir() if not file.name.startswith(".")}
    for stray in sorted(names - set(KNOWN)):
        problems.add(f"{shown}/{stray}", None, "This file has no place in a guide.", nearest(stray, KNOWN))
    for needed in ("guide.yaml", "captions.vtt"):
        if needed not in names:
            problems.add(f"{shown}/{needed}", None, "The file is missing.", "Every guide needs it, also a silent one.")
    videos = sorted(names & {f"video{ending}" for ending in TYPES})
    if len(videos) != 1:
        what = "The video is missing." if not videos else "There is more than one video."
        problems.add(f"{shown}/video.mp4", None, what, "Put one video.mp4 or video.webm there.")
    if len(problems) > before:
        return None
    text = read_guide(
        (path / "guide.yaml").read_bytes(),
        f"{shown}/guide.yaml",
        catalogue=catalogue,
        folder=path.parent.name,
        problems=problems,
    )
    cues = read_captions((path / "captions.vtt").read_bytes(), f"{shown}/captions.vtt", problems)
    with (path / videos[0]).open("rb") as video:
        head = video.read(12)
        video.seek(0)
        seconds = read_seconds(head, video, f"{shown}/{videos[0]}", problems)
    _check_against_video(text, cues, seconds, shown, problems)
    if text is None or len(problems) > before:
        return None
    return _guide(path, text, cues, seconds, videos[0])


def _check_against_video(
    text: GuideText | None, cues: tuple[Cue, ...], seconds: float, shown: str, problems: Problems
) -> None:
    if not seconds or text is None:
        return
    for step in text.steps:
        if step.at >= seconds:
            what = f"The step “{step.title}” starts after the video's end ({seconds:.0f} seconds)."
            problems.add(f"{shown}/guide.yaml", None, what, "Correct its time.")
    if cues and cues[-1].start >= seconds:
        what = f"The last caption starts after the video's end ({seconds:.0f} seconds)."
        problems.add(f"{shown}/captions.vtt", None, what, "Correct its time.")


def _guide(path: Path, text: GuideText, cues: tuple[Cue, ...], seconds: float, video: str) -> GuideFiles:
    assert text.published  # noqa: S101 (a missing date is a problem, and stopped the reading)
    assert text.reviewed  # noqa: S101
    assert text.captions_reviewed  # noqa: S101
    sources: dict[str, Path] = {}

    def media(name: str, mimetype: str) -> Media:
        data = (path / name).read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        sources[digest] = path / name
        return Media(digest=digest, name=name, mimetype=mimetype, size=len(data))

    has_poster = (path / "poster.jpg").exists()
    guide = Guide(
        code=text.code,
        system=text.system,
        slug=path.name,
        title=text.title,
        summary=text.summary,
        skills=text.skills,
        owner=text.owner,
        published=text.published,
        reviewed=text.reviewed,
        review_every=text.review_every,
        captions_reviewed=text.captions_reviewed,
        changed=text.changed,
        silent=text.silent,
        also=text.also,
        steps=text.steps,
        cues=cues,
        seconds=seconds,
        video=media(video, TYPES[Path(video).suffix]),
        captions=media("captions.vtt", "text/vtt"),
        poster=media("poster.jpg", "image/jpeg") if has_poster else None,
    )
    return GuideFiles(guide=guide, sources=sources)


def _refuse_repeated_codes(found: list[GuideFiles], problems: Problems) -> None:
    seen: dict[str, str] = {}
    for files in found:
        code, address = files.guide.code, files.guide.address
        if code in seen:
            what = f"The code {code} belongs to {seen[code]} already."
            problems.add(f"{address}/guide.yaml", None, what, "Give this guide a code of its own.")
        seen.setdefault(code, address)
