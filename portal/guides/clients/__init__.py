"""Programs that guides start: ffmpeg, and a scanner."""
