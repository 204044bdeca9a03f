// Remembers in this browser alone which systems were ticked, so that the next check starts with them.
const form = document.querySelector("form[data-remember]");
const KEPT = "showhow.systems";

if (form) {
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) || "[]");
    if (!boxes.some((box) => box.checked)) for (const box of boxes) box.checked = kept.includes(box.value);
  } catch { /* nothing kept, or not readable: start with empty boxes */ }
  form.addEventListener("submit", () => {
    const ticked = boxes.filter((box) => box.checked).map((box) => box.value);
    try { localStorage.setItem(KEPT, JSON.stringify(ticked)); } catch { /* private window */ }
  });
}
