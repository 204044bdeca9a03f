// The guide page: seek by steps and captions, light the current step, open at ?t=. Complete without it.
const video = document.querySelector("video[data-guide]");
const steps = [...document.querySelectorAll(".portal-steps > li")];
const cues = [...document.querySelectorAll("[data-from]")];
const SPEED = "showhow.speed";

function seek(seconds) {
  video.currentTime = seconds;
  video.play().catch(() => { /* the browser wants a click on the player first */ });
}

function mark(items, current, value) {
  for (const item of items) {
    if (item === current) item.setAttribute("aria-current", value);
    else item.removeAttribute("aria-current");
  }
}

function follow() {
  const at = video.currentTime + 0.05;
  mark(steps, steps.filter((step) => Number(step.dataset.at) <= at).pop(), "step");
  mark(cues, cues.find((cue) => Number(cue.dataset.from) <= at && at < Number(cue.dataset.to)), "true");
}

if (video) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-seek]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    seek(Number(link.dataset.seek));
    history.replaceState(null, "", link.href);
    video.scrollIntoView({ block: "nearest" });
  });
  video.addEventListener("timeupdate", follow);
  video.addEventListener("seeked", follow);
  try { video.playbackRate = Number(localStorage.getItem(SPEED)) || 1; } catch { /* private window */ }
  video.addEventListener("ratechange", () => {
    try { localStorage.setItem(SPEED, video.playbackRate); } catch { /* private window */ }
  });
  if (video.dataset.start) {
    const start = Number(video.dataset.start);
    if (video.readyState > 0) video.currentTime = start;
    else video.addEventListener("loadedmetadata", () => { video.currentTime = start; }, { once: true });
  }
}
