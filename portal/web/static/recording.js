// The page of a recording: asks how far it has come, and loads the page anew when there is something new to show.
const place = document.querySelector("[data-recording-state]");

async function ask() {
  const answer = await fetch(place.dataset.recordingState, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const now = await answer.json();
  const video = document.querySelector("main video");
  const isWatched = video && !video.paused && now.at_work;
  if (now.progress !== place.dataset.shown && !isWatched) { location.reload(); return; }
  if (now.at_work) setTimeout(next, 2000);
}

function next() {
  ask().catch(() => setTimeout(next, 10000));
}

if (place) next();
