"""Videos and hostile files, made by the tests: nothing here was recorded by anybody."""

import shutil
import subprocess
import zipfile
from pathlib import Path

FFMPEG = shutil.which("ffmpeg") or "ffmpeg"
PICTURE = "testsrc2=size={size}:rate={rate}:duration={seconds}"
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def ffmpeg(*arguments: str) -> None:
    subprocess.run([FFMPEG, "-v", "error", "-y", *arguments], check=True, stdin=subprocess.DEVNULL)


def screencast(path: Path, *, seconds: float = 4, size: str = "320x180", rate: int = 15, sound: bool = False) -> Path:
    """A moving picture, H.264 in MP4, or VP8 in WebM by the name's ending."""
    inputs = ["-f", "lavfi", "-i", PICTURE.format(size=size, rate=rate, seconds=seconds)]
    if sound:
        inputs += ["-f", "lavfi", "-i", f"sine=duration={seconds}"]
    if path.suffix == ".webm":
        coding = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")
    else:
        coding = (*H264, "-c:a", "aac")
    ffmpeg(*inputs, *coding, "-metadata", "title=Recorded at home by A. Person", str(path))
    return path


def fine_pattern(path: Path, *, seconds: float) -> Path:
    """Squares of four pixels, black and white: as fine as letters."""
    squares = (
        f"color=black:size=320x180:rate=15:duration={seconds},format=gray,geq=lum='255*mod(floor(X/4)+floor(Y/4),2)'"
    )
    ffmpeg("-f", "lavfi", "-i", squares, *H264, str(path))
    return path


def hostile_files(folder: Path) -> dict[str, Path]:
    """Name of the trick → a file ending in .mp4 that tries it. A sound video lies beside them as ``secret.mp4``."""
    folder.mkdir(parents=True, exist_ok=True)
    secret = screencast(folder / "secret.mp4", seconds=2)
    made = {
        "ffconcat": f"ffconcat version 1.0\nfile '{secret}'\n",
        "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{secret}\n#EXT-X-ENDLIST\n",
        "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period>'
        f"<BaseURL>file://{secret}</BaseURL></Period></MPD>",
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
        "svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>',
        "html": "<!DOCTYPE html><script>alert(1)</script>",
    }
    files = {}
    for name, text in made.items():
        files[name] = folder / f"{name}.mp4"
        files[name].write_text(text)
    files["zip"] = folder / "zip.mp4"
    with zipfile.ZipFile(files["zip"], "w") as archive:
        archive.writestr("video.mp4", secret.read_bytes())
    files["polyglot"] = folder / "polyglot.mp4"  # the right first bytes, then a script that names the neighbour
    files["polyglot"].write_bytes(b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + made["ffconcat"].encode())
    files["noise"] = folder / "noise.mp4"
    files["noise"].write_bytes(b"\x1aE\xdf\xa3" + bytes(range(256)) * 4000)
    files["truncated"] = folder / "truncated.mp4"
    whole = screencast(folder / "whole.mp4", seconds=6, size="640x360")
    ffmpeg("-i", str(whole), "-c", "copy", "-movflags", "+faststart", str(folder / "fast.mp4"))
    data = (folder / "fast.mp4").read_bytes()
    files["truncated"].write_bytes(data[: len(data) * 6 // 10])
    files["headless"] = folder / "headless.mp4"
    files["headless"].write_bytes(whole.read_bytes()[: len(data) // 2])
    files.update(_large_ones(folder))
    return files


def _large_ones(folder: Path) -> dict[str, Path]:
    bomb, sound, tracks = (folder / f"{name}.mp4" for name in ("bomb", "sound", "tracks"))
    # MPEG-4 still pictures of one colour: 8192 × 8192 in next to no bytes.
    ffmpeg(
        "-f", "lavfi", "-i", "color=black:size=8192x8192:rate=1:duration=3", "-c:v", "mjpeg", "-q:v", "31", str(bomb)
    )
    ffmpeg("-f", "lavfi", "-i", "sine=duration=30", "-c:a", "aac", str(sound))
    maps = [word for _ in range(200) for word in ("-map", "0:v")]
    ffmpeg(
        "-f", "lavfi", "-i", "color=black:size=16x16:rate=5:duration=1", *maps, "-c:v", "mpeg4", "-threads", "1", str(tracks)
    )  # fmt: skip
    return {"bomb": bomb, "sound": sound, "tracks": tracks}
