// A file is chosen by a button of ours: a browser's own speaks the language of its machine and looks like none of ours.

import { html } from "./page.js";
import { say } from "./words.js";

/**
 * The button, with its words and its `look`; the field itself is there for keyboards and readers alone. `choose` is handed the files,
 * and the same file can be chosen again. With `named` what was chosen stands beside it: its name, or null for none.
 */
export function FileButton({ words, look = "secondary", accept, many = false, off = false, id, named, choose }) {
  const pick = ({ target }) => {
    const files = [...target.files];
    target.value = "";
    if (files.length) choose(files);
  };
  return html`<div class="filing">
    <label class="button ${look} file ${off ? "off" : ""}">${words}<input type="file" id=${id} accept=${accept} multiple=${many} disabled=${off} onChange=${pick} /></label>
    ${named !== undefined && html`<span class="muted small" role="status">${named ?? say("file_none")}</span>`}
  </div>`;
}
