// Makes pages better, never necessary: design-system components, "/" to search, "?" for the list of keys.
import { initAll } from "./vendor/govuk-frontend.min.js";

initAll();

const OFF = "showhow.keys-off";
const search = document.querySelector("[data-search]");
const help = document.querySelector("[data-shortcuts]");

function keysOff() {
  try { return localStorage.getItem(OFF) === "yes"; } catch { return false; }
}

function typing(target) {
  return target.closest("input, textarea, select, video, [contenteditable]") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "?" && help) {
    event.preventDefault();
    help.showModal();
  } else if (event.key === "/" && !keysOff()) {
    event.preventDefault();
    if (search) search.focus();
    else location.assign(document.documentElement.dataset.searchPage);
  }
});

if (help) {
  const box = help.querySelector("input");
  box.checked = !keysOff();
  box.addEventListener("change", () => {
    try { localStorage.setItem(OFF, box.checked ? "no" : "yes"); } catch { /* private window: it lasts for this page */ }
  });
  help.querySelector("button").addEventListener("click", () => help.close());
}
