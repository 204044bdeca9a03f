// Import pages: the file stays chosen from one page to the next, the sending of a large one is shown, and a reading
// that goes on is looked at again by itself. Without this script each page works as a page.
import { initAll } from "./vendor/govuk-frontend.min.js";

const LOOK_AGAIN_MS = 1500;
let kept = null;

function said(form, text) {
  let place = form.querySelector("[data-sending]");
  if (!place) {
    place = document.createElement("p");
    place.className = "govuk-body";
    place.dataset.sending = "";
    place.setAttribute("role", "status");
    form.append(place);
  }
  place.textContent = text;
}

function show(html, address) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const main = fresh.querySelector("main");
  const back = fresh.querySelector(".govuk-back-link");
  document.title = fresh.title;
  document.querySelector(".govuk-back-link")?.remove();
  const place = document.querySelector("main");
  if (back) place.before(back);
  place.replaceWith(main);
  if (address !== location.href) history.pushState({}, "", address);
  initAll(main);
  begin(main);
  const focus = main.querySelector(".govuk-error-summary") ?? main.querySelector("h1");
  focus.setAttribute("tabindex", "-1");
  focus.focus();
}

function begin(main) {
  for (const form of main.querySelectorAll("[data-file-form]")) form.addEventListener("submit", send);
  for (const link of main.querySelectorAll("[data-keep-file]")) link.addEventListener("click", follow);
  const input = main.querySelector("[data-same-file] input[type=file]");
  if (input && kept && !input.files.length) {
    const files = new DataTransfer();
    files.items.add(kept);
    input.files = files.files;
  }
  if (main.querySelector("[data-reading]")) setTimeout(lookAgain, LOOK_AGAIN_MS);
}

async function follow(event) {
  if (!kept || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const link = event.currentTarget;
  try {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
    show(await answer.text(), answer.url);
  } catch {
    location.assign(link.href);
  }
}

function send(event) {
  const form = event.target;
  const file = form.querySelector("input[type=file]").files[0];
  if (!file) return;
  event.preventDefault();
  kept = file;
  const request = new XMLHttpRequest();
  request.open("POST", form.action || location.href);
  request.upload.addEventListener("progress", (sent) => {
    if (sent.lengthComputable) said(form, `Sending the file: ${Math.round((100 * sent.loaded) / sent.total)}%`);
  });
  request.upload.addEventListener("load", () => said(form, "Reading the file"));
  request.addEventListener("load", () => show(request.responseText, request.responseURL));
  request.addEventListener("error", () => said(form, "The file didn’t arrive. Check the connection and send it again."));
  request.send(new FormData(form));
  said(form, "Sending the file");
}

async function lookAgain() {
  const there = document.querySelector("[data-reading]");
  if (!there) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const html = await answer.text();
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-reading]");
    if (!fresh) {
      show(html, answer.url);
      return;
    }
    there.querySelector("[role=status]").textContent = fresh.querySelector("[role=status]").textContent;
  } catch { /* the next look may work */ }
  setTimeout(lookAgain, LOOK_AGAIN_MS);
}

addEventListener("popstate", () => location.reload());
begin(document.querySelector("main"));
