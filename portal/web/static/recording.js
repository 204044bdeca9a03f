// The page of a recording: asks how far it has come, and loads the page anew when there is something new to show.
const place = document.querySelector("[data-recording-state]");

async function ask() {
  const answer = await fetch(place.dataset.recordingState, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const now = await answer.json();
  const shown = `${now.state} ${now.outputs} ${now.up_to_date}`;
  if (place.dataset.shown && place.dataset.shown !== shown) {
    const video = document.querySelector("main video");
    if (!video || video.paused || !now.at_work) location.reload();
  }
  place.dataset.shown = shown;
  if (now.at_work) setTimeout(next, 2000);
}

function next() {
  ask().catch(() => setTimeout(next, 10000));
}

if (place) next();
