// The check, made better: ticked systems are remembered in this browser, an answer that could not be sent is kept here
// and sent again, items move without a page, and the picture of a question can be clicked. Nothing here is needed.

const SYSTEMS = "showhow.systems";
const UNSENT = "showhow.unsent";
const RETRY_SECONDS = [2, 4, 8, 15, 30];

const read = (key, otherwise) => {
  try { return JSON.parse(localStorage.getItem(key)) ?? otherwise; } catch { return otherwise; }
};
const write = (key, value) => {
  try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; }
};

// --- Systems ---------------------------------------------------------------------------------------------------------

const start = document.querySelector("form[data-remember]");
if (start) {
  const boxes = [...start.querySelectorAll("input[type=checkbox]")];
  const kept = read(SYSTEMS, []);
  if (!boxes.some((box) => box.checked)) for (const box of boxes) box.checked = kept.includes(box.value);
  start.addEventListener("submit", () => write(SYSTEMS, boxes.filter((box) => box.checked).map((box) => box.value)));
}

// --- Answers that could not be sent ----------------------------------------------------------------------------------

const form = document.querySelector("form[data-answer]");
const said = form?.querySelector("[data-unsent]");
const button = form?.querySelector("button:not([name])");
let tries = 0;
let waiting = 0;

const tell = (text) => {
  if (!said) return;
  said.textContent = text;
  said.hidden = !text;
};

// A page that came back as HTML (a mistake to mend, a question answered elsewhere) takes the place of this one.
const show = async (reply) => {
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const fresh = page.querySelector("main");
  if (!fresh) { location.reload(); return; }
  document.title = page.title;
  document.querySelector("main").replaceWith(fresh);
  location.hash = "";
  begin();
  const first = document.querySelector(".govuk-error-summary, [role=alert]");
  if (first) { first.tabIndex = -1; first.focus(); }
};

const keep = (address, body) => write(UNSENT, { ...read(UNSENT, {}), [address]: body });
const forget = (address) => {
  const kept = read(UNSENT, {});
  delete kept[address];
  write(UNSENT, kept);
};

const send = (address, body) => fetch(address, {
  method: "POST",
  body,
  headers: body instanceof FormData ? { Accept: "application/json" }
    : { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
  credentials: "same-origin",
  redirect: "error",
});

// Whether sending again may help: no answer at all, or a server that says it can't just now.
const isTemporary = (reply) => !reply || reply.status >= 500 || reply.status === 429;

const deliver = async (here, address, body, isText) => {
  clearTimeout(waiting);
  const reply = await send(address, body).catch(() => null);
  if (isTemporary(reply)) {
    const seconds = RETRY_SECONDS[Math.min(tries, RETRY_SECONDS.length - 1)];
    tries += 1;
    tell(isText
      ? "Not saved yet: the server can’t be reached. Your answer is kept in this browser, and is sent again by itself. You can also press the button."
      : "Not saved yet: the server can’t be reached. Keep this page open: your file is sent again by itself.");
    button?.removeAttribute("disabled");
    waiting = setTimeout(() => deliver(here, address, body, isText), seconds * 1000);
    return;
  }
  tries = 0;
  forget(address);
  if (reply.ok && reply.headers.get("Content-Type")?.includes("json")) {
    const { next } = await reply.json();
    if (here) location.assign(next); else await resend();
    return;
  }
  if (here) await show(reply); else tell("An answer from before could not be saved: its question was answered elsewhere, or the check is finished.");
};

// What waits from before a reload, oldest first.
const resend = async () => {
  const [address, body] = Object.entries(read(UNSENT, {}))[0] ?? [];
  if (!address) { tell(""); return; }
  const here = new URL(address, location.href).pathname === location.pathname;
  tell("Sending an answer that was not saved before.");
  await deliver(here, address, body, true);
};

const restore = (body) => {
  const values = new URLSearchParams(body);
  for (const field of form.elements) {
    if (!field.name || ["event", "base", "move"].includes(field.name) || field.type === "file") continue;
    if (["radio", "checkbox"].includes(field.type)) field.checked = values.getAll(field.name).includes(field.value);
    else if (values.has(field.name)) field.value = values.get(field.name);
  }
};

const begin = () => {
  const fresh = document.querySelector("form[data-answer]");
  if (fresh) fresh.addEventListener("submit", (event) => {
    if (event.submitter?.name === "move") return;
    event.preventDefault();
    const data = new FormData(fresh);
    const hasFile = [...data.values()].some((value) => value instanceof File);
    const address = fresh.getAttribute("action");
    const body = hasFile ? data : new URLSearchParams(data).toString();
    if (!hasFile) keep(address, body);
    deliver(true, address, body, !hasFile);
  });
  order(fresh);
  hotspot(fresh);
};

// --- Items that move, and pictures ------------------------------------------------------------------------------------

function order(where) {
  const list = where?.querySelector("[data-order]");
  if (!list) return;
  const number = () => [...list.children].forEach((item, place) => {
    item.querySelector("select").value = String(place + 1);
    item.querySelectorAll("button").forEach((one) => {
      const end = one.value.startsWith("up") ? place === 0 : place === list.children.length - 1;
      if (end) one.setAttribute("aria-disabled", "true"); else one.removeAttribute("aria-disabled");
    });
  });
  list.addEventListener("click", (event) => {
    const pressed = event.target.closest("button[name=move]");
    if (!pressed) return;
    event.preventDefault();
    const item = pressed.closest("li");
    if (pressed.value.startsWith("up")) item.previousElementSibling?.before(item);
    else item.nextElementSibling?.after(item);
    number();
    pressed.focus();
  });
  list.addEventListener("change", (event) => {
    const item = event.target.closest("li");
    const others = [...list.children].filter((one) => one !== item);
    const place = Number(event.target.value) - 1;
    if (place >= others.length) list.append(item); else others[place].before(item);
    number();
    event.target.focus();
  });
}

function hotspot(where) {
  const picture = where?.querySelector("[data-hotspot]");
  if (!picture) return;
  const fields = [...where.querySelectorAll("input[name=choice], input[name=choices]")];
  const mark = () => picture.querySelectorAll("[data-region]").forEach((region) => {
    const field = fields.find((one) => one.value === region.dataset.region);
    if (field?.checked) region.dataset.chosen = ""; else delete region.dataset.chosen;
  });
  picture.querySelectorAll("[data-region]").forEach((region) => {
    region.dataset.live = "";
    region.addEventListener("click", () => fields.find((one) => one.value === region.dataset.region)?.click());
  });
  where.addEventListener("change", mark);
  mark();
}

begin();
if (form) {
  const kept = read(UNSENT, {})[form.getAttribute("action")];
  if (kept) restore(kept);
}
// Answers of another page wait as well: wherever the check goes on, they go first.
if (Object.keys(read(UNSENT, {})).length) resend();
