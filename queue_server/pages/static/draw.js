// Drawing without a library, since old phones run it: a part of the page is built anew only when what it shows has changed, so that
// nobody loses what they are touching or typing. Written in the JavaScript of Chrome 66.

import { spoken } from "/static/words.js";

const shown = {};

/** An element of a kind with children: nodes, and texts as they are; null is none. */
export function make(tag, kind, children) {
  const node = document.createElement(tag);
  if (kind) node.className = kind;
  for (const child of children || []) if (child) node.append(child);
  return node;
}

/** A button. `primary`, `secondary` or `plain`; one that is `off` for the moment keeps its place and its words. */
export function button(kind, text, press, off) {
  const node = make("button", kind, [text]);
  node.type = "button";
  node.setAttribute("aria-disabled", String(Boolean(off)));
  node.addEventListener("click", () => {
    if (!off) press();
  });
  return node;
}

/** The letter of a zone on its colour. */
export function letter(step) {
  const node = make("span", "letter", [step.letter]);
  node.style.setProperty("--zone", step.colour);
  return node;
}

/** Draw the part `id`: `build()` gives its children, `facts` is all that they are made of; none hides it. */
export function part(id, facts, build) {
  const key = facts === null ? "" : JSON.stringify([spoken.language, facts]);
  if (shown[id] === key) return;
  shown[id] = key;
  const node = document.getElementById(id);
  const held = node.contains(document.activeElement) ? document.activeElement : null;
  const before = node.getElementsByTagName("button").length;
  const words = held && held.textContent;
  while (node.firstChild) node.removeChild(node.firstChild);
  node.hidden = facts === null;
  if (facts !== null) for (const child of build()) if (child) node.append(child);
  if (held) refocus(node, words, before);
}

/** Focus stays where it was: on the button with the same words, on the one that took the place of the only one, else at the part. */
function refocus(node, words, before) {
  const buttons = Array.from(node.getElementsByTagName("button"));
  const same = buttons.find((one) => one.textContent === words);
  const only = before === 1 && buttons.length === 1 ? buttons[0] : null;
  const place = same || only || (node.hidden ? document.getElementById("card") : node);
  if (place.tagName !== "BUTTON") place.tabIndex = -1;
  place.focus();
}
