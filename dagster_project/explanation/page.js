"use strict";
// One cell of a page takes the tab stop; the arrow keys move from there to its neighbours.
const panel = document.getElementById("cell");
const hint = panel.innerHTML;
const names = JSON.parse(document.getElementById("names").textContent);
let shown = null;

function show(cell) {
  if (shown) shown.classList.remove("here");
  shown = cell;
  cell.classList.add("here");
  panel.replaceChildren();
  panel.style.setProperty("--role", getComputedStyle(cell).getPropertyValue("--role"));
  for (const [key, value] of JSON.parse(cell.dataset.f)) {
    const item = document.createElement("span");
    const name = document.createElement("b");
    name.textContent = names[key] || key;
    item.append(name, value);
    panel.append(item);
  }
}

function hide() {
  if (shown) shown.classList.remove("here");
  shown = null;
  panel.innerHTML = hint;
}

function centre(cell) {
  const box = cell.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}

// The nearest cell in the direction of the key; what lies off the line counts three times.
function neighbour(cell, key) {
  const [x, y] = centre(cell);
  let best = null;
  let least = Infinity;
  for (const other of cell.closest("[data-cells]").querySelectorAll(".c")) {
    if (other === cell || getComputedStyle(other).display === "none") continue;
    const [ox, oy] = centre(other);
    const [along, across] = {
      ArrowRight: [ox - x, oy - y], ArrowLeft: [x - ox, oy - y],
      ArrowDown: [oy - y, ox - x], ArrowUp: [y - oy, ox - x],
    }[key];
    const distance = along + 3 * Math.abs(across);
    if (along > 1 && distance < least) [best, least] = [other, distance];
  }
  return best;
}

document.addEventListener("pointerover", (event) => {
  const cell = event.target.closest(".c");
  if (cell) show(cell);
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches(".c")) show(event.target);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
  if (!event.target.matches(".c") || !event.key.startsWith("Arrow")) return;
  event.preventDefault();
  const next = neighbour(event.target, event.key);
  if (!next) return;
  event.target.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
});
for (const box of document.querySelectorAll(".legend input")) {
  box.addEventListener("change", () => {
    document.body.classList.toggle(`no-${box.value}`, !box.checked);
  });
}
