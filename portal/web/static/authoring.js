// The author's pages: saves by itself what was typed, changes parts without leaving the page, and takes times from the
// video. Every form works without it. “Saved” is shown only when the server has said so.
const WAIT = 700;
const AGAIN = 3000;
const REGIONS = ["steps", "captions", "missing", "publish-button", "captions-note", "captions-reviewed"];
const video = document.querySelector("[data-make-video]");
const status = document.querySelector("[data-saved]");
const caption = document.querySelector("[data-caption-now]");
const waiting = new Map();
let unsaved = 0;

function say(words, failed = false) {
  if (!status) return;
  status.textContent = words;
  status.toggleAttribute("data-failed", failed);
}

function written(seconds) {
  const thousandths = Math.max(0, Math.round(seconds * 100) * 10);
  const minutes = Math.floor(thousandths / 60000);
  const rest = String(Math.floor((thousandths % 60000) / 1000)).padStart(2, "0");
  const part = String(thousandths % 1000).padStart(3, "0").replace(/0+$/, "");
  return `${minutes}:${rest}${part ? "." + part : ""}`;
}

function note(form) {
  for (const field of form.querySelectorAll("[data-here]")) field.value = video ? video.currentTime.toFixed(3) : "";
}

// Errors beside their fields

function clearErrors(form) {
  for (const one of form.querySelectorAll("[data-script-error]")) one.remove();
  for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
}

function showErrors(form, errors) {
  for (const [id, message] of Object.entries(errors)) {
    const field = document.getElementById(id);
    if (!field) continue;
    const line = document.createElement("p");
    line.className = "govuk-error-message";
    line.id = `${id}-error`;
    line.dataset.scriptError = "";
    line.textContent = message;
    field.before(line);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", line.id);
  }
}

// Saving what was typed

async function save(form) {
  waiting.delete(form);
  note(form);
  const body = new FormData(form);
  say("Saving");
  let answer = null;
  try {
    const action = form.dataset.saveAction || form.action;
    answer = await fetch(action, { method: "POST", body, headers: { Accept: "application/json" } });
  } catch { /* no connection: told below */ }
  if (!answer || answer.status === 429 || answer.status >= 500) {
    say("Not saved: the server can’t be reached. It is tried again.", true);
    later(form, AGAIN);
    return;
  }
  clearErrors(form);
  if (answer.status === 422) {
    showErrors(form, (await answer.json()).errors);
    say("Not saved: mend what is marked.", true);
    return;
  }
  if (!answer.ok || !(answer.headers.get("Content-Type") || "").startsWith("application/json")) {
    say("Not saved: load the page again and sign in if it asks.", true);
    return;
  }
  const said = await answer.json();
  unsaved = waiting.size;
  say(unsaved ? "Saving" : said.saved);
  if (!unsaved) await refresh(said.order);
}

function later(form, wait = WAIT) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => save(form), wait));
  unsaved = waiting.size;
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-autosave]");
  if (form && event.target.type !== "hidden") {
    say("Not saved yet");
    later(form);
  }
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosave]");
  if (form && (event.target.matches("select, [type=checkbox]"))) later(form, 0);
  const tick = event.target.closest("form[data-tick]");
  if (tick) send(tick, null);
});

window.addEventListener("beforeunload", (event) => {
  if (waiting.size) event.preventDefault();
});

// Changing parts of the page

function swap(page) {
  for (const id of REGIONS) {
    const old = document.getElementById(id);
    const fresh = page.getElementById(id);
    if (old && fresh) old.replaceWith(document.importNode(fresh, true));
    else if (old) old.remove();
  }
  const heading = page.querySelector("h1");
  if (heading) document.querySelector("h1").textContent = heading.textContent;
  document.title = page.title;
  ready();
}

async function refresh(order) {
  const answer = await fetch(location.pathname);
  if (!answer.ok || waiting.size) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const shown = [...document.querySelectorAll(".make-steps > li, .make-cues > li[id]")].map((one) => one.id.split("-").pop());
  const fresh = [...page.querySelectorAll(".make-steps > li, .make-cues > li[id]")].map((one) => one.id.split("-").pop());
  const moved = shown.join() !== fresh.join() && order;
  const focused = document.activeElement;
  const place = [focused?.id, focused?.selectionStart, focused?.selectionEnd];
  for (const id of moved ? REGIONS : ["missing", "publish-button", "captions-note", "captions-reviewed"]) {
    const old = document.getElementById(id);
    const one = page.getElementById(id);
    if (old && one && !(id === "captions-reviewed" && old.contains(focused))) old.replaceWith(document.importNode(one, true));
  }
  const skills = document.getElementById("skills");
  if (skills && page.getElementById("skills") && !skills.contains(focused)) {
    skills.replaceWith(document.importNode(page.getElementById("skills"), true));
  }
  const heading = page.querySelector("h1");
  if (heading) document.querySelector("h1").textContent = heading.textContent;
  ready();
  if (moved && place[0]) {
    const again = document.getElementById(place[0]);
    again?.focus();
    if (again?.setSelectionRange && place[1] != null) again.setSelectionRange(place[1], place[2]);
  }
}

async function send(form, button) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  note(form);
  const body = button ? new FormData(form, button) : new FormData(form);
  const before = new Set([...document.querySelectorAll("[id]")].map((one) => one.id));
  say("Saving");
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body });
  } catch {
    say("Not saved: the server can’t be reached. Try again.", true);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.querySelector("[data-saved]")) {
    form.submit();
    return;
  }
  swap(page);
  if (answer.ok) say(`Saved ${new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`);
  else say("Not saved: mend what is marked.", true);
  focusAfter(form, button, before, answer.ok);
}

function focusAfter(form, button, before, done) {
  const wrong = document.querySelector("form .govuk-error-message")?.parentElement.querySelector("input:not([type=hidden]), textarea");
  const added = [...document.querySelectorAll(".make-steps > li, .make-cues > li[id]")].find((one) => !before.has(one.id));
  let target = null;
  if (!done && wrong) target = wrong;
  else if (form.id === "new-step" || form.id === "new-caption") target = document.querySelector(`#${form.id} input:not([type=hidden]), #${form.id} textarea`);
  else if (added) target = added.querySelector(form.id === "undo" || button?.value === "split" ? "textarea" : "input:not([type=hidden])");
  else if (button?.value === "delete") target = document.getElementById("undo-button");
  else if (button?.id) target = document.getElementById(button.id);
  else if (form.matches("[data-tick]")) target = document.querySelector("#captions-reviewed input[type=checkbox]");
  if (form.id === "new-caption") target = document.querySelector("#new-caption textarea");
  target?.focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-part]")) {
    event.preventDefault();
    send(form, event.submitter);
  } else if (form.matches("[data-autosave]") && (!form.dataset.saveAction || event.submitter?.matches("[data-save]"))) {
    event.preventDefault();
    save(form);
  } else if (waiting.size) {
    event.preventDefault();
    Promise.all([...waiting.keys()].map((one) => { clearTimeout(waiting.get(one)); return save(one); })).then(() => form.submit());
  }
});

// Enter in a one-line field saves; it must not press the first button of the row, which does something else.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("form[data-autosave] input:not([type=checkbox])")) {
    event.preventDefault();
    later(event.target.form, 0);
  }
});

// The video

document.addEventListener("click", (event) => {
  const take = event.target.closest("[data-take-time]");
  if (take && video) {
    const field = document.getElementById(take.dataset.takeTime);
    const offset = "original" in take.dataset ? Number(video.dataset.offset || 0) : 0;
    field.value = written(video.currentTime + offset);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const play = event.target.closest("[data-play]");
  if (play && video) {
    video.currentTime = Number(play.dataset.play);
    video.play().catch(() => { /* the browser wants a click on the player first */ });
  }
});

function follow() {
  const at = video.currentTime + 0.05;
  let words = "";
  for (const row of document.querySelectorAll(".make-cues > li[data-from]")) {
    const now = Number(row.dataset.from) <= at && at < Number(row.dataset.to);
    if (now) { row.setAttribute("aria-current", "true"); words = row.querySelector("textarea").value; }
    else row.removeAttribute("aria-current");
  }
  const steps = [...document.querySelectorAll(".make-steps > li[data-at]")];
  const current = steps.filter((step) => Number(step.dataset.at) <= at).pop();
  for (const step of steps) {
    if (step === current) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  }
  if (caption) caption.textContent = words;
}

function ready() {
  for (const one of document.querySelectorAll("[data-take-time], [data-play]")) one.hidden = !video;
}

if (video) {
  video.addEventListener("timeupdate", follow);
  video.addEventListener("seeked", follow);
}
ready();

// Drawing boxes over the picture

const stage = document.querySelector("[data-stage]");
const canvas = document.querySelector("[data-canvas]");
if (stage && canvas && document.querySelector("[data-draw]")) {
  const SVG = "http://www.w3.org/2000/svg";
  let box = null;
  let from = null;
  const rect = document.createElementNS(SVG, "rect");
  const picture = document.createElementNS(SVG, "svg");
  picture.append(rect);
  canvas.append(picture);
  document.querySelector("[data-draw-hint]").hidden = false;

  const at = (event) => {
    const area = canvas.getBoundingClientRect();
    const share = (value, size) => Math.min(100, Math.max(0, (value / size) * 100));
    return { x: share(event.clientX - area.left, area.width), y: share(event.clientY - area.top, area.height) };
  };
  const field = (name) => box.querySelector(`[data-field=${name}]`);
  const show = (one) => {
    for (const [name, value] of Object.entries(one)) {
      rect.setAttribute(name, `${value}%`);
      field(name).value = value.toFixed(1);
    }
  };
  for (const button of document.querySelectorAll("[data-draw]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      box = button.closest("[data-box]");
      canvas.hidden = false;
      video.pause();
      for (const name of ["x", "y", "width", "height"]) rect.setAttribute(name, `${field(name).value || 0}%`);
      stage.scrollIntoView({ block: "nearest" });
    });
  }
  canvas.addEventListener("pointerdown", (event) => { from = at(event); canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = at(event);
    show({
      x: Math.min(from.x, to.x), y: Math.min(from.y, to.y),
      width: Math.abs(from.x - to.x), height: Math.abs(from.y - to.y),
    });
  });
  canvas.addEventListener("pointerup", () => {
    from = null;
    canvas.hidden = true;
    const offset = Number(video.dataset.offset || 0);
    if (!field("start").value) field("start").value = written(video.currentTime + offset);
    if (!field("end").value && Number.isFinite(video.duration)) field("end").value = written(video.duration + offset);
    field("start").focus();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { from = null; canvas.hidden = true; } });
}
