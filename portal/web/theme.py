"""The council's colours as a stylesheet, made readable or refused."""

from dataclasses import dataclass

from portal.core.errors import InvalidInput

WHITE, INK, NIGHT = "#ffffff", "#0b0c0c", "#14181b"
READABLE = 4.5


class UnreadableColour(InvalidInput):
    """Text in this colour couldn't be read by everybody."""

    def __init__(self, setting: str, colour: str, ratio: float, background: str) -> None:
        self.setting, self.colour, self.ratio = setting, colour, ratio
        super().__init__(
            f"{setting} can't be {colour}: on {background} its contrast is {ratio:.1f} to 1, not {READABLE} to 1. "
            f"Choose a {'darker' if background == WHITE else 'lighter'} colour."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """``accent``: the council's colour on white. ``accent_dark``: its lighter sister for the dark scheme."""

    accent: str
    accent_dark: str


def luminance(colour: str) -> float:
    """Relative luminance from 0 to 1 (WCAG 2.2)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio from 1 to 21 (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mixed(colour: str, with_colour: str, share: float) -> str:
    """``share`` of the second colour in the first."""
    pairs = ((int(colour[at : at + 2], 16), int(with_colour[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in pairs)


def theme_css(theme: Theme) -> str:
    """The custom properties of both schemes.

    Raises:
        UnreadableColour: text in the accent couldn't be read on the page's background.
    """
    _check("SHOWHOW_ACCENT", theme.accent, WHITE)
    _check("SHOWHOW_ACCENT_DARK", theme.accent_dark, NIGHT)
    light = _properties(theme.accent, WHITE, INK)
    dark = _properties(theme.accent_dark, NIGHT, WHITE)
    return f":root{{{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def _check(setting: str, colour: str, background: str) -> None:
    ratio = contrast(colour, background)
    if ratio < READABLE:
        raise UnreadableColour(setting, colour, ratio, background)


def _properties(accent: str, background: str, text: str) -> str:
    on_accent = max((WHITE, INK), key=lambda colour: contrast(colour, accent))
    return ";".join(
        (
            f"--portal-accent:{accent}",
            f"--portal-on-accent:{on_accent}",
            f"--portal-accent-strong:{mixed(accent, text, 0.35)}",
            f"--portal-accent-shadow:{mixed(accent, INK, 0.5)}",
            f"--portal-accent-soft:{mixed(background, accent, 0.08)}",
            f"--portal-accent-line:{mixed(background, accent, 0.35)}",
        )
    )
