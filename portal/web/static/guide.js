// The guide page: seek by steps and captions, light what is current, speed, captions, keys. Complete without it.
const video = document.querySelector("video[data-guide]");
const steps = [...document.querySelectorAll(".portal-steps > li[data-at]")];
const cues = [...document.querySelectorAll("[data-from]")];
const RATE = "showhow.speed";
const LOOK = "showhow.captions";
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
// What works by script alone is made here: without scripts nobody sees a control that does nothing.
const TOOLS = `
  <label for="speed">Speed</label>
  <select id="speed" class="govuk-select">${SPEEDS.map((one) => `<option value="${one}">${one} ×</option>`).join("")}</select>
  <label for="captions-style">Captions</label>
  <select id="captions-style" class="govuk-select">
    <option value="">Usual</option><option value="large">Large</option>
    <option value="contrast">Large, yellow on black</option><option value="off">Off</option>
  </select>
  <details class="guide-keys"><summary>Keys</summary><p>While the player has the focus: <kbd>K</kbd> plays and stops,
    <kbd>J</kbd> and <kbd>L</kbd> go 5 seconds back and on, <kbd>P</kbd> and <kbd>N</kbd> go to the step before and after,
    <kbd>&lt;</kbd> and <kbd>&gt;</kbd> change the speed, <kbd>C</kbd> turns captions on and off.</p></details>`;
let speed = null;
let look = null;

const kept = {
  get(name) { try { return localStorage.getItem(name); } catch { return null; /* private window */ } },
  set(name, value) { try { localStorage.setItem(name, value); } catch { /* it lasts for this page */ } },
};

function addTools(place) {
  const tools = document.createElement("div");
  tools.className = "guide-tools portal-no-print";
  tools.innerHTML = TOOLS;
  place.append(tools);
  [speed, look] = tools.querySelectorAll("select");
  for (const step of steps) {
    const play = step.querySelector("[data-seek]");
    const link = play.cloneNode(true);
    link.removeAttribute("data-seek");
    link.setAttribute("data-copy", "");
    link.classList.add("portal-no-print");
    link.firstChild.textContent = "Copy link to this step";
    play.after(link);
  }
}

function seek(seconds) {
  video.currentTime = Math.max(0, seconds);
  video.play().catch(() => { /* the browser wants a click on the player first */ });
}

function mark(items, current, value) {
  for (const item of items) {
    if (item === current) item.setAttribute("aria-current", value);
    else item.removeAttribute("aria-current");
  }
}

function stepAt(seconds) {
  return steps.findLastIndex((step) => Number(step.dataset.at) <= seconds);
}

function follow() {
  const at = video.currentTime + 0.05;
  mark(steps, steps[Math.max(0, stepAt(at))], "step");
  mark(cues, cues.find((cue) => Number(cue.dataset.from) <= at && at < Number(cue.dataset.to)), "true");
}

function goTo(step) {
  if (step) seek(Number(step.dataset.at));
}

function setSpeed(rate) {
  video.playbackRate = rate;
}

function setLook(name) {
  video.classList.remove("captions-large", "captions-contrast");
  if (name === "large" || name === "contrast") video.classList.add(`captions-${name}`);
  for (const track of video.textTracks) if (track.kind === "captions") track.mode = name === "off" ? "hidden" : "showing";
  if (look) look.value = name;
  kept.set(LOOK, name);
}

function captionsOff() {
  return [...video.textTracks].every((track) => track.kind !== "captions" || track.mode !== "showing");
}

// Only while the focus is in the player: a key never does something to a person who types or reads elsewhere.
const keys = {
  k() { if (video.paused) video.play(); else video.pause(); },
  j() { video.currentTime = Math.max(0, video.currentTime - 5); },
  l() { video.currentTime += 5; },
  p() { goTo(steps[Math.max(0, stepAt(video.currentTime - 1.5))]); },
  n() { goTo(steps[stepAt(video.currentTime + 0.1) + 1]); },
  "<"() { setSpeed(SPEEDS.findLast((one) => one < video.playbackRate) ?? SPEEDS[0]); },
  ">"() { setSpeed(SPEEDS.find((one) => one > video.playbackRate) ?? SPEEDS.at(-1)); },
  c() { setLook(captionsOff() ? kept.get(LOOK)?.replace("off", "") ?? "" : "off"); },
};

function found(text, words) {
  const folded = text.toLowerCase();
  return words.every((word) => folded.includes(word));
}

function findWithin(box, count) {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  let lines = 0;
  for (const cue of cues) {
    cue.hidden = !found(cue.textContent, words);
    if (!cue.hidden) lines += 1;
  }
  count.textContent = words.length ? `${lines} of ${cues.length} lines` : "";
}

// Which twentieths were played, told when the page is left: no person, no time, and authors' pages have no address.
const BINS = 20;
const reached = new Set();
let told = 0;

function noteBin() {
  if (video.duration && !video.paused) reached.add(Math.min(BINS - 1, Math.floor((video.currentTime / video.duration) * BINS)));
}

function tell() {
  const token = document.querySelector("[data-answer] [name=csrf_token]");
  if (!reached.size || reached.size === told || !token) return;
  const form = new FormData();
  form.set("csrf_token", token.value);
  form.set("first", told ? "0" : "1");
  form.set("bins", [...reached].slice(told).join(","));
  if (navigator.sendBeacon(video.dataset.watched, form)) told = reached.size;
}

async function copy(link) {
  try {
    await navigator.clipboard.writeText(link.href);
  } catch {
    location.assign(link.href);
    return;
  }
  const said = link.cloneNode(true);
  link.textContent = "Copied";
  link.setAttribute("role", "status");
  setTimeout(() => { link.replaceChildren(...said.childNodes); link.removeAttribute("role"); }, 2000);
}

if (video) {
  const place = document.querySelector("[data-tools]");
  if (place) addTools(place);
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const copied = event.target.closest("[data-copy]");
    const link = event.target.closest("[data-seek], [data-from] a");
    if (copied) {
      event.preventDefault();
      copy(copied);
    } else if (link) {
      event.preventDefault();
      seek(Number(link.dataset.seek ?? link.parentElement.dataset.from));
      history.replaceState(null, "", link.href);
      video.scrollIntoView({ block: "nearest" });
    }
  });
  video.addEventListener("keydown", (event) => {
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
  video.addEventListener("timeupdate", follow);
  video.addEventListener("seeked", follow);
  if (video.dataset.watched) {
    video.addEventListener("timeupdate", noteBin);
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") tell(); });
    window.addEventListener("pagehide", tell);
  }
  setSpeed(Number(kept.get(RATE)) || 1);
  if (speed) speed.value = String(video.playbackRate);
  video.addEventListener("ratechange", () => {
    kept.set(RATE, video.playbackRate);
    if (speed) speed.value = String(video.playbackRate);
  });
  if (kept.get(LOOK)) setLook(kept.get(LOOK));
  speed?.addEventListener("change", () => setSpeed(Number(speed.value)));
  look?.addEventListener("change", () => setLook(look.value));
  document.querySelectorAll("[data-within]").forEach((part) => { part.hidden = false; });
  const within = document.querySelector("#within");
  within?.addEventListener("input", () => findWithin(within, document.querySelector("[data-within-count]")));
  if (video.dataset.start) {
    const start = Number(video.dataset.start);
    if (video.readyState > 0) video.currentTime = start;
    else video.addEventListener("loadedmetadata", () => { video.currentTime = start; }, { once: true });
  }
}
