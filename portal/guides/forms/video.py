"""The shape of cuts, boxes and posters."""

import math
from typing import Any

from wtforms import FieldList, FormField, HiddenField, RadioField, StringField
from wtforms import Form as Part
from wtforms.validators import ValidationError

from portal.guides.forms.drafts import TimeField, typed_seconds
from portal.guides.rules.drafts import written_time
from portal.guides.rules.recordings import MOST_BLURS, Blur, Edits, Still
from portal.web.forms import Form, choice, text_of

_PLACES = ("x", "y", "width", "height")


class BoxPart(Part):
    """One box that hides what is below it: place and size in per cent of the picture, times of the original."""

    x = StringField("Left %")
    y = StringField("Top %")
    width = StringField("Width %")
    height = StringField("Height %")
    start = StringField("From")
    end = StringField("To")

    @property
    def is_empty(self) -> bool:
        return not any(text_of(self[name]).strip() for name in (*_PLACES, "start", "end"))

    @property
    def blur(self) -> Blur | None:
        """The box, or None when a number or a time can't be read."""
        places = [_share(text_of(self[name])) for name in _PLACES]
        start, end = typed_seconds(text_of(self.start)), typed_seconds(text_of(self.end))
        if None in places or start is None or end is None:
            return None
        x, y, width, height = (place or 0.0 for place in places)
        return Blur(x=x, y=y, width=width, height=height, start=start, end=end)


class CutForm(Form):
    """Where the video begins and ends, and what is hidden. Times are those of the recording before any cut."""

    start = TimeField("Start at")
    end = TimeField("End at", description="Empty: to the end.")
    boxes = FieldList(FormField(BoxPart), max_entries=MOST_BLURS)

    def validate_boxes(self, field: Any) -> None:
        """Each box is whole or empty."""
        for number, part in enumerate(field.entries, start=1):
            if not part.form.is_empty and part.form.blur is None:
                raise ValidationError(f"Box {number}: fill in its place in per cent and its times, or empty all of it")

    @property
    def edits(self) -> Edits:
        """What was asked for."""
        blurs = tuple(blur for part in self.boxes.entries if (blur := part.form.blur) is not None)
        return Edits(start=self.start.seconds or 0.0, end=self.end.seconds, blurs=blurs)


class PosterForm(Form):
    """The frame shown before the video plays."""

    second = RadioField("Picture shown before the video plays")

    def offer(self, strip: tuple[Still, ...]) -> None:
        self.second.choices = [choice(f"{still.at:g}", written_time(still.at)) for still in strip]


class UseForm(Form):
    """The recording that becomes the draft's video."""

    recording = HiddenField()


def shown_edits(edits: Edits) -> dict[str, Any]:
    """A cut form's values, with one empty box to fill in."""
    boxes = [
        {
            **{name: f"{getattr(blur, name) * 100:g}" for name in _PLACES},
            "start": written_time(blur.start),
            "end": written_time(blur.end),
        }
        for blur in edits.blurs
    ]
    return {
        "start": written_time(edits.start),
        "end": "" if edits.end is None else written_time(edits.end),
        "boxes": [*boxes, {}][:MOST_BLURS],
    }


def _share(text: str) -> float | None:
    """A share of a number in per cent, None when it isn't a number."""
    try:
        value = float(text.strip().removesuffix("%").replace(",", "."))
    except ValueError:
        return None
    return round(value / 100, 5) if math.isfinite(value) else None
