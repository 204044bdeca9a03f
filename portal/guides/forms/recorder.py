"""What the recorder hands over when a recording has ended."""

from wtforms import HiddenField

from portal.guides.forms.drafts import typed_seconds
from portal.web.forms import Form, text_of

MOST_MARKS = 60


class RecordedForm(Form):
    """``recording``: its public id. ``marks``: seconds at which a step was marked, with commas between."""

    recording = HiddenField()
    marks = HiddenField()

    @property
    def seconds(self) -> tuple[float, ...]:
        """The marks in order, each once; what isn't a time is left out."""
        found = {typed_seconds(piece) for piece in text_of(self.marks).split(",")}
        return tuple(sorted(mark for mark in found if mark is not None))[:MOST_MARKS]
