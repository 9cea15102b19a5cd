// A time of day to write: always of 24 hours, where a browser's own field says AM and PM by the language of its machine.

import { html } from "./page.js";

const TIME = "([01][0-9]|2[0-3]):[0-5][0-9]";

/** What was typed as HH:MM, as far as it can be told: 0830 is 08:30, and so is 8:30 when the field is `left`. */
function read(text, left) {
  const typed = text.replace("：", ":").replace(/^(\d\d)(\d\d)$/, "$1:$2");
  return left ? typed.replace(/^(\d):?(\d\d)$/, "0$1:$2") : typed;
}

/** The field; `set(text)` is called with each change, `name` is what it is called. It may stay empty where it is `optional`. */
export function Time({ name, value, set, optional }) {
  return html`<input class="text time" inputmode="numeric" size="5" maxlength="5" placeholder="08:30" autocomplete="off" required=${!optional} pattern=${TIME}
    title=${`${name}（08:30）`} aria-label=${name} value=${value}
    onInput=${(event) => set(read(event.target.value, false))} onChange=${(event) => set(read(event.target.value, true))} />`;
}
