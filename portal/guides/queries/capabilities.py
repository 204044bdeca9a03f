"""Looks which programs there are for videos and captions."""

import shlex
import shutil

from portal.guides.clients.ffmpeg import NoFfmpeg, find_ffmpeg
from portal.guides.clients.scanning import CLAMAV
from portal.guides.rules.capabilities import Capability
from portal.guides.rules.machine_captions import MachineCaptionsOptions
from portal.guides.rules.recordings import RecordingOptions


def capabilities(recordings: RecordingOptions, captions: MachineCaptionsOptions) -> tuple[Capability, ...]:
    """What works here, in the order in which people would miss it."""
    return (*_encoders(recordings), _scanner(recordings), _captions(captions))


def _encoders(options: RecordingOptions) -> tuple[Capability, ...]:
    try:
        ffmpeg = find_ffmpeg(options.ffmpeg)
    except NoFfmpeg as error:
        why = f"off, because {error.why}"
        return Capability(name="Recordings", on=False, words=why), Capability(name="AV1", on=False, words=why)
    usable = "libx264" in ffmpeg.encoders
    recordings = f"ffmpeg {ffmpeg.version} at {ffmpeg.path}"
    if not usable:
        recordings = f"off, because {ffmpeg.path} has no encoder libx264"
    av1 = "encoded with SVT-AV1"
    if options.low_power:
        av1 = "off, because SHOWHOW_LOW_POWER is set"
    elif "libsvtav1" not in ffmpeg.encoders:
        av1 = f"off, because {ffmpeg.path} has no encoder libsvtav1"
    return (
        Capability(name="Recordings", on=usable, words=recordings),
        Capability(name="AV1", on=av1.startswith("encoded"), words=av1),
    )


def _scanner(options: RecordingOptions) -> Capability:
    if options.scan is None:
        return Capability(name="Virus scan", on=False, words="off, because SHOWHOW_SCAN is not set")
    if options.scan.startswith(CLAMAV):
        return Capability(name="Virus scan", on=True, words=f"ClamAV at {options.scan.removeprefix(CLAMAV)}")
    return _program("Virus scan", options.scan, "every upload is refused")


def _captions(options: MachineCaptionsOptions) -> Capability:
    if options.command is None:
        return Capability(name="Machine captions", on=False, words="off, because SHOWHOW_CAPTIONS_COMMAND is not set")
    return _program("Machine captions", options.command, "authors write captions by hand")


def _program(name: str, command: str, otherwise: str) -> Capability:
    program = shlex.split(command)[0]
    if shutil.which(program) is None:
        return Capability(name=name, on=False, words=f"off, because {program} isn’t on this machine: {otherwise}")
    return Capability(name=name, on=True, words=f"by {program}")
