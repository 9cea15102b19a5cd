// People: their accounts, added, changed, reset, and imported. A one-time password is shown once and kept nowhere.

import { ask } from "/static/ask.js";
import { Dialog } from "/static/dialog.js";
import { FileButton } from "/static/file.js";
import { Component, createRef, draw, html, me } from "/static/page.js";
import { say, spoken } from "/static/words.js";
import { fault, open, refresh, shut, state, tell } from "./state.js";

const ROLES = ["clerk", "steward", "supervisor", "manager", "admin", "auditor"];
const find = { text: "" };

/** Ask for a change; what comes of it is said, and the list asked for anew. */
async function change(method, path, body, told) {
  shut();
  try {
    const answer = await ask(method, path, body);
    await refresh();
    if (told) tell(told);
    return answer;
  } catch (error) {
    fault(error);
    return null;
  }
}

function at(account) {
  return `/accounts/${encodeURIComponent(account.name)}`;
}

export function People() {
  if (!state.accounts) return html`<p class="muted">${say("loading")}</p>`;
  const wanted = find.text.trim().toLowerCase();
  const ordered = [...state.accounts].sort((one, other) => one.shown.localeCompare(other.shown, "zh", { numeric: true }));
  const shown = ordered.filter((one) => !wanted || `${one.name} ${one.shown} ${say(`role_${one.role}`)}`.toLowerCase().includes(wanted));
  return html`<p class="muted">${say("people_hint")}</p>
    <div class="tools">
      <input class="text" type="search" aria-label=${say("search")} aria-keyshortcuts="/" placeholder=${say("search_key")} value=${find.text} onInput=${(event) => { find.text = event.target.value; draw(); }} />
      <button type="button" class="primary" onClick=${() => open(() => html`<${New} />`)}>${say("person_add")}</button>
      <button type="button" class="secondary" onClick=${() => open(() => html`<${Import} />`)}>${say("people_import")}</button>
    </div>
    <ul class="rows">
      ${shown.map((one) => html`<li class="card row ${one.active ? "" : "left"}" key=${one.name}>
        <span class="open"><strong>${one.shown}</strong> <span class="muted code">${one.name}</span>
          <span class="small">${say(`role_${one.role}`)}</span></span>
        ${!one.active ? html`<span class="tag warn">${say("left")}</span>` : one.expired ? html`<span class="tag warn">${say("once_expired")}</span>` : one.must_change ? html`<span class="tag">${say("must_change")}</span>`
          : one.signed_in ? html`<span class="tag good">${say("signed_in", { count: one.signed_in })}</span>` : null}
        ${one.has_pin && html`<span class="tag">${say("has_pin")}</span>`}
        <span class="acts">
          <button type="button" class="plain" aria-label=${say("person_change", { person: one.shown })} onClick=${() => open(() => html`<${Edit} account=${one} />`)}>${say("change")}</button>
          <button type="button" class="plain" aria-label=${say("person_reset", { person: one.shown })} onClick=${() => open(() => html`<${Reset} account=${one} />`)}>${say("reset")}</button>
          ${one.has_pin && html`<button type="button" class="plain" aria-label=${say("person_unpin", { person: one.shown })} onClick=${() => open(() => html`<${Unpin} account=${one} />`)}>${say("unpin")}</button>`}
          ${one.signed_in > 0 && one.name !== me.who.name && html`<button type="button" class="plain" aria-label=${say("person_sign_out", { person: one.shown })}
            onClick=${() => change("POST", `${at(one)}/sign-out`, {}, say("person_signed_out", { person: one.shown }))}>${say("sign_out_short")}</button>`}
          ${one.name !== me.who.name && html`<button type="button" class="plain ${one.active ? "danger" : ""}" aria-label=${say(one.active ? "person_leave" : "person_return", { person: one.shown })}
            onClick=${() => (one.active ? open(() => html`<${Leave} account=${one} />`) : change("PATCH", at(one), { active: true }, say("person_returned", { person: one.shown })))}>${say(one.active ? "deactivate" : "activate")}</button>`}
        </span>
      </li>`)}
    </ul>
    ${!shown.length && html`<p class="muted">${say("nothing_found")}</p>`}`;
}

function Roles({ role, set }) {
  return html`<label>${say("role")}<select class="text" value=${role} onChange=${(event) => set(event.target.value)}>
    ${ROLES.map((one) => html`<option key=${one} value=${one} selected=${one === role}>${say(`role_${one}`)}</option>`)}
  </select></label>
  <p class="muted small hint">${say(`role_does_${role}`)}</p>`;
}

/** Somebody new: they sign in once with the password that is shown then. */
export class New extends Component {
  constructor() {
    super();
    this.state = { name: "", shown: "", role: "clerk", told: null };
  }

  async submit() {
    const { name, shown, role } = this.state;
    if (!name.trim()) return;
    try {
      const made = await ask("POST", "/accounts", { name: name.trim(), shown: shown.trim() || name.trim(), role });
      open(() => html`<${Once} title=${say("person_added", { person: made.account.shown })} of=${[{ name: made.account.name, one_time_password: made.one_time_password }]} />`);
      await refresh();
    } catch (error) {
      if (error.code.startsWith("auth.")) return fault(error);
      this.setState({ told: error.message });
    }
  }

  render() {
    const { name, shown, role, told } = this.state;
    return html`<${Dialog} title=${say("person_new")} yes=${say("person_add")} shut=${shut} submit=${() => this.submit()}>
      <label>${say("person_shown")}<input class="text" id="person-shown" maxlength="64" value=${shown} onInput=${(event) => this.setState({ shown: event.target.value })} /></label>
      <label>${say("person_name")}<input class="text code" id="person-name" required maxlength="64" autocapitalize="none" spellcheck=${false} value=${name} onInput=${(event) => this.setState({ name: event.target.value })} /></label>
      <p class="muted small hint">${say("person_name_hint")}</p>
      <${Roles} role=${role} set=${(chosen) => this.setState({ role: chosen })} />
      <p class="wrong" role="alert">${told ?? ""}</p>
    <//>`;
  }
}

class Edit extends Component {
  constructor(props) {
    super(props);
    this.state = { shown: props.account.shown, role: props.account.role };
  }

  render({ account }) {
    const { shown, role } = this.state;
    const submit = () => shown.trim() && change("PATCH", at(account), { shown: shown.trim(), role }, say("person_changed", { person: shown.trim() }));
    return html`<${Dialog} title=${say("person_change", { person: account.shown })} yes=${say("save")} shut=${shut} submit=${submit}>
      <label>${say("person_shown")}<input class="text" required maxlength="64" value=${shown} onInput=${(event) => this.setState({ shown: event.target.value })} /></label>
      <${Roles} role=${role} set=${(chosen) => this.setState({ role: chosen })} />
      ${role !== account.role && html`<p class="small">${say("role_ends")}</p>`}
    <//>`;
  }
}

function Reset({ account }) {
  const submit = async () => {
    const made = await change("POST", `${at(account)}/reset`, {});
    if (made) open(() => html`<${Once} title=${say("person_reset_done", { person: account.shown })} of=${[{ name: account.name, ...made }]} />`);
  };
  return html`<${Dialog} title=${say("person_reset", { person: account.shown })} yes=${say("reset")} shut=${shut} submit=${submit}>
    <p>${say("reset_text")}</p>
  <//>`;
}

/** A PIN is its owner's: it is taken away here, and never seen or set. */
function Unpin({ account }) {
  const submit = () => change("PATCH", at(account), { pin: null }, say("person_unpinned", { person: account.shown }));
  return html`<${Dialog} title=${say("person_unpin", { person: account.shown })} yes=${say("unpin")} shut=${shut} submit=${submit}>
    <p>${say("unpin_text")}</p>
  <//>`;
}

function Leave({ account }) {
  const submit = () => change("PATCH", at(account), { active: false }, say("person_left", { person: account.shown }));
  return html`<${Dialog} title=${say("person_leave", { person: account.shown })} yes=${say("deactivate")} shut=${shut} submit=${submit}>
    <p>${say("leave_text")}</p>
  <//>`;
}

/** One-time passwords, once: to be copied now, and gone only when somebody says that they were noted. */
class Once extends Component {
  constructor() {
    super();
    this.state = { told: "" };
    this.words = createRef();
  }

  /** A page on plain http has no clipboard of its own; there the text is chosen and copied as by hand. */
  async copy() {
    const text = this.props.of.map((one) => `${one.name}\t${one.one_time_password}`).join("\n");
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      getSelection().selectAllChildren(this.words.current);
      done = document.execCommand("copy");
    }
    this.setState({ told: say(done ? "copied" : "copy_by_hand") });
  }

  render({ title, of }) {
    return html`<${Dialog} title=${title} yes=${say("once_noted")} submit=${shut} only>
      <p>${say("once_text")}</p>
      <dl class="once" ref=${this.words}>${of.map((one) => html`<div key=${one.name}><dt class="code">${one.name}</dt> <dd>${one.one_time_password}</dd></div>`)}</dl>
      <p class="acts"><button type="button" class="secondary" onClick=${() => this.copy()}>${say("copy")}</button> <span role="status">${this.state.told}</span></p>
    <//>`;
  }
}

/** Staff from a file or pasted. With any fault nothing is changed, and each is told by its line. */
class Import extends Component {
  constructor() {
    super();
    this.state = { text: "", file: null, faults: [], told: null };
  }

  async submit() {
    const { text, file } = this.state;
    if (!file && !text.trim()) return;
    try {
      const done = await ask("POST", "/accounts/import", file ?? new Blob([text]), "text/csv");
      if (done.faults?.length) return this.setState({ faults: done.faults, told: null });
      await refresh();
      const told = say("people_imported", { added: done.added.length, changed: done.changed.length })
        + (done.version === null ? "" : say("people_published", { version: done.version }));
      if (done.added.length) open(() => html`<${Once} title=${told} of=${done.added} />`);
      else shut();
      tell(told);
    } catch (error) {
      if (error.code.startsWith("auth.")) return fault(error);
      this.setState({ faults: [], told: error.message });
    }
  }

  render() {
    const { text, file, faults, told } = this.state;
    return html`<${Dialog} title=${say("people_import")} yes=${say("people_import_do")} shut=${shut} submit=${() => this.submit()} wide>
      <p>${say("import_text")}</p>
      <label>${say("import_paste")}<textarea class="text" id="csv" rows="6" spellcheck=${false} placeholder=${say("import_example")} value=${text}
        onInput=${(event) => this.setState({ text: event.target.value, file: null })}></textarea></label>
      <${FileButton} words=${say("import_choose")} accept=".csv,text/csv" named=${file?.name ?? null} choose=${([one]) => this.setState({ file: one })} />
      <div role="alert">${told && html`<p class="wrong">${told}</p>`}
        ${faults.length > 0 && html`<p class="wrong">${say("import_nothing")}</p><ul class="remarks">${faults.map((one) => html`<li key=${one.line + one.fault.zh}>
          <strong>${say("line", { line: one.line })}</strong> ${spoken.language === "en" ? one.fault.en : one.fault.zh}</li>`)}</ul>`}</div>
    <//>`;
  }
}
