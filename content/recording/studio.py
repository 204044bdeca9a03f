"""What the recording scripts share: a screen of its own, a program on it, a hand that moves calmly, and a camera.

Needs (Debian): xvfb matchbox-window-manager xdotool ffmpeg libreoffice-calc libreoffice-gtk3, and openpyxl from the
project's own environment. See README.md beside this file.
"""

import json
import math
import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

WIDTH, HEIGHT, RATE = 1280, 720, 15
DISPLAY = ":87"


@dataclass
class Studio:
    """One recording. ``moments``: name of each step and the second at which it begins."""

    folder: Path
    moments: list[tuple[str, float]] = field(default_factory=list)
    at: tuple[float, float] = (WIDTH / 2, HEIGHT / 2)
    started: float = 0.0

    def __enter__(self) -> "Studio":
        self.folder.mkdir(parents=True, exist_ok=True)
        self.environment = {**os.environ, "DISPLAY": DISPLAY, "SAL_USE_VCLPLUGIN": "gtk3", "GTK_THEME": "Adwaita"}
        self.programs = [self._start("Xvfb", DISPLAY, "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-dpi", "110")]
        time.sleep(1)
        self.programs.append(self._start("matchbox-window-manager", "-use_titlebar", "no"))
        return self

    def __exit__(self, *_: object) -> None:
        for program in reversed(self.programs):
            program.terminate()
            program.wait(20)

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.PIPE
        )

    def open_calc(self, sheet: Path, profile: Path) -> None:
        """Open a sheet in LibreOffice Calc with a fresh profile: no tips, no first-run notes, no sidebar."""
        (profile / "user").mkdir(parents=True, exist_ok=True)
        (profile / "user" / "registrymodifications.xcu").write_text(SETTINGS)
        self.programs.append(
            self._start("soffice", f"-env:UserInstallation=file://{profile}", "--norestore", "--calc", str(sheet))
        )
        for _ in range(120):
            found = subprocess.run(
                ["xdotool", "search", "--name", sheet.stem], env=self.environment, capture_output=True, check=False
            )
            if found.stdout.strip():
                break
            time.sleep(0.5)
        time.sleep(5)

    def roll(self) -> None:
        """Start the camera."""
        command = ["ffmpeg", "-y", "-f", "x11grab", "-draw_mouse", "1", "-framerate", str(RATE)]
        command += ["-video_size", f"{WIDTH}x{HEIGHT}", "-i", DISPLAY, "-c:v", "libx264", "-preset", "ultrafast"]
        command += ["-qp", "0", str(self.folder / "raw.mkv")]
        self.camera = self._start(*command)
        while not (self.folder / "raw.mkv").exists():
            time.sleep(0.02)
        self.started = time.monotonic()
        time.sleep(1.5)

    def cut(self) -> None:
        """Stop the camera, write video.mp4 and the moments of the steps."""
        assert self.camera.stdin is not None
        self.camera.stdin.write(b"q")
        self.camera.stdin.flush()
        self.camera.wait(30)
        command = ["ffmpeg", "-y", "-v", "error", "-i", str(self.folder / "raw.mkv"), "-an", "-r", str(RATE)]
        command += ["-c:v", "libx264", "-profile:v", "high", "-pix_fmt", "yuv420p", "-crf", "24", "-preset", "slow"]
        command += ["-g", str(RATE * 5), "-movflags", "+faststart", "-map_metadata", "-1"]
        subprocess.run([*command, str(self.folder / "video.mp4")], check=True)
        (self.folder / "moments.json").write_text(json.dumps(self.moments, indent=1) + "\n")
        (self.folder / "raw.mkv").unlink()

    def step(self, name: str) -> None:
        """Note that a step begins now."""
        self.moments.append((name, round(time.monotonic() - self.started, 1)))

    def poster(self, second: float) -> None:
        """The frame that shows the step itself, as poster.jpg."""
        command = ["ffmpeg", "-y", "-v", "error", "-ss", str(second), "-i", str(self.folder / "video.mp4")]
        subprocess.run(
            [
                *command,
                "-frames:v",
                "1",
                "-vf",
                "scale=640:360:flags=lanczos",
                "-q:v",
                "20",
                str(self.folder / "poster.jpg"),
            ],
            check=True,
        )

    def do(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self.environment, check=True)

    def move(self, x: float, y: float, seconds: float = 0.9) -> None:
        """Move the pointer along a straight line, slow at both ends."""
        from_x, from_y = self.at
        frames = max(2, int(seconds * 40))
        for frame in range(1, frames + 1):
            share = (1 - math.cos(math.pi * frame / frames)) / 2
            self.do("mousemove", str(round(from_x + (x - from_x) * share)), str(round(from_y + (y - from_y) * share)))
            time.sleep(seconds / frames / 2)
        self.at = (x, y)

    def click(self, x: float, y: float, pause: float = 0.9) -> None:
        self.move(x, y)
        time.sleep(0.3)
        self.do("click", "1")
        time.sleep(pause)

    def type(self, text: str, pause: float = 0.9) -> None:
        """Type at a speed that can be followed."""
        for letter in text:
            self.do("type", "--delay", "0", letter)
            time.sleep(0.16)
        time.sleep(pause)

    def key(self, name: str, pause: float = 0.9) -> None:
        self.do("key", name)
        time.sleep(pause)

    def scroll_down(self, times: int, pause: float = 0.12) -> None:
        for _ in range(times):
            self.do("click", "5")
            time.sleep(pause)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="FirstRun"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="ShowTipOfTheDay"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Setup/Product"><prop oor:name="ooSetupLastVersion"><value>99.0</value></prop></item>
<item oor:path="/org.openoffice.Setup/Product"><prop oor:name="WhatsNew"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.UI.Sidebar/Content"><prop oor:name="LastActiveDeck"/></item>
<item oor:path="/org.openoffice.Office.UI.CalcWindowState/UIElements/States/private:resource/sidebar/"/>
</oor:items>
"""
