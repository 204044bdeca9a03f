// The call in the making: what is typed on top goes into the text until the text is changed by hand, and subject and
// text go into the link. Complete without it.
const form = document.querySelector("form[data-call]");
const link = document.querySelector("[data-call-link]");
const base = form.dataset.call;
const { what, subject, message } = form.elements;
const empty = message.defaultValue;
let byHand = what.defaultValue !== "" || message.value !== message.defaultValue;

function write() {
  const text = message.value.replace(/\r?\n/g, "\r\n");
  const parts = [encodeURIComponent(subject.value), encodeURIComponent(text)];
  link.href = base.startsWith("mailto:")
    ? `${base}${base.includes("?") ? "&" : "?"}subject=${parts[0]}&body=${parts[1]}`
    : base.replaceAll("{subject}", parts[0]).replaceAll("{text}", parts[1]);
}

function fill() {
  const said = what.value.trim().replace(/\s+/g, " ");
  if (!byHand) message.value = said ? form.dataset.template.replace("{what}", () => said) : empty;
  write();
}

what.addEventListener("input", fill);
if (what.value !== what.defaultValue) fill(); // typed before this script was there
message.addEventListener("input", () => { byHand = true; write(); });
subject.addEventListener("input", write);
document.querySelectorAll("[data-without-script]").forEach((part) => { part.hidden = true; });
