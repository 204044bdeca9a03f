// Makes pages better, never necessary: design-system components, "/" to search, "?" for the list of keys.
import { initAll } from "./vendor/govuk-frontend.min.js";

// The components look for these on the body, and modules run before the page says that it is ready.
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

const OFF = "showhow.keys-off";
const search = document.querySelector("[data-search]");
const help = document.querySelector("[data-shortcuts]");

function keysOff() {
  try { return localStorage.getItem(OFF) === "yes"; } catch { return false; }
}

const OWN_KEYS = "input:not([type=checkbox], [type=radio], [type=file]), textarea, select, video, [contenteditable]";

function typing(target) {
  return target.closest(OWN_KEYS) !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "?" && help) {
    event.preventDefault();
    help.showModal();
  } else if (event.key === "/" && !keysOff() && !(help && help.open)) {
    event.preventDefault();
    if (!search) {
      location.assign(document.documentElement.dataset.searchPage);
    } else {
      search.focus();
      search.select();
    }
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
