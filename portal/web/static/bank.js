// The preview follows what is typed. Without this, the button “Show the preview” does the same.
const form = document.querySelector("[data-bank-edit]");
const side = document.querySelector("[data-bank-preview]");
const WAIT = 500;
let timer = 0;
let running = null;

async function refresh() {
  if (running) running.abort();
  running = new AbortController();
  const data = new FormData(form);
  data.set("do", "preview");
  data.delete("picture");
  try {
    const answer = await fetch(form.action || location.href, { method: "POST", body: data, signal: running.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-bank-preview]");
    if (fresh) side.replaceChildren(...fresh.children);
  } catch {
    // A preview that doesn't come changes nothing: the form still saves.
  }
}

if (form && side) {
  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(timer);
    timer = setTimeout(refresh, WAIT);
  });
}
