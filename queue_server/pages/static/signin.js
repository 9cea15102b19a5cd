// Signing in, for every page that needs somebody.

import { ask } from "./ask.js";
import { Component, createRef, forget, html, identify, LanguageSwitch, leave, me } from "./page.js";
import { say } from "./words.js";

/** Of the server's too; it knows better. */
const LEAST_PASSWORD = 8;

/** The one-time password just typed, so that nobody types it twice. */
let once = null;

/** The way in: who one is, and for who came with a one-time password, what the next one shall be. */
export function SignIn({ back, chosen }) {
  return me.changing ? html`<${Choice} back=${back} chosen=${chosen} />` : html`<${Form} />`;
}

/** The form. A refusal is told above the button; the name stays, the password is asked for again. */
class Form extends Component {
  constructor() {
    super();
    this.state = { fault: null, busy: false };
    this.person = createRef();
    this.password = createRef();
  }

  async submit(event) {
    event.preventDefault();
    if (this.state.busy) return;
    const person = this.person.current.value.trim();
    const password = this.password.current.value;
    if (!person || !password) {
      this.setState({ fault: say("sign_in_empty") });
      (person ? this.password : this.person).current.focus();
      return;
    }
    this.setState({ busy: true, fault: null });
    try {
      await ask("POST", "/login", { name: person, password });
      once = password;
      await identify();
      if (!me.changing) once = null;
    } catch (error) {
      this.setState({ busy: false, fault: error.message });
      this.password.current.value = "";
      this.password.current.focus();
    }
  }

  componentDidMount() {
    this.person.current.focus();
  }

  render() {
    const { fault, busy } = this.state;
    const told = fault ?? me.told;
    return html`<main class="gate">
      <form class="card" onSubmit=${(event) => this.submit(event)} novalidate>
        <img class="emblem" src="/static/icon.svg" alt="" />
        <h1>${say("sign_in_title")}</h1>
        <p class="muted">${say("hall")}</p>
        <label for="name">${say("sign_in_name")}</label>
        <input id="name" ref=${this.person} autocomplete="username" autocapitalize="none" spellcheck=${false} maxlength="64" />
        <label for="password">${say("sign_in_password")}</label>
        <input id="password" ref=${this.password} type="password" autocomplete="current-password" maxlength="200" />
        <p class="told ${fault ? "fault" : ""}" role=${fault ? "alert" : "status"}>${told ?? ""}</p>
        <button class="primary" aria-disabled=${busy}>${busy ? say("sign_in_busy") : say("sign_in")}</button>
        <p class="muted small">${say("sign_in_help")}</p>
      </form>
      <${LanguageSwitch} />
    </main>`;
  }
}

/** A password of one's own in place of the one-time password, or another one: then `chosen` hears of it, and `back` leads away. */
class Choice extends Component {
  constructor() {
    super();
    this.state = { fault: null, busy: false };
    this.old = createRef();
    this.fresh = createRef();
    this.repeated = createRef();
  }

  async submit(event) {
    event.preventDefault();
    if (this.state.busy) return;
    const old = once ?? this.old.current.value;
    const fresh = this.fresh.current.value;
    if (!old) return this.refuse(this.wrong, this.old);
    if ([...fresh].length < LEAST_PASSWORD) return this.refuse(say("password_short"), this.fresh);
    if (fresh !== this.repeated.current.value) return this.refuse(say("password_differ"), this.repeated);
    this.setState({ busy: true, fault: null });
    try {
      await ask("POST", "/me/password", { old, new: fresh });
      once = null;
      if (!this.first) this.props.chosen();
      await identify();
    } catch (error) {
      if (error.code === "auth.invalid" || error.code === "auth.missing") return forget(say("expired"));
      if (error.code !== "auth.wrong_password") return this.refuse(error.message, this.fresh);
      once = null;
      this.refuse(this.wrong, this.old);
    }
  }

  get first() {
    return me.changing?.must_change ?? true;
  }

  get wrong() {
    return say(this.first ? "password_wrong" : "password_now_wrong");
  }

  /** Say what is wrong and go where it is put right; what was typed there is typed again. */
  refuse(fault, field) {
    this.setState({ busy: false, fault }, () => {
      if (!field.current) return;
      field.current.value = "";
      field.current.focus();
    });
  }

  componentDidMount() {
    (once ? this.fresh : this.old).current.focus();
  }

  render() {
    const { fault, busy } = this.state;
    return html`<main class="gate">
      <form class="card" onSubmit=${(event) => this.submit(event)} novalidate>
        <img class="emblem" src="/static/icon.svg" alt="" />
        <h1>${say("password_title")}</h1>
        <p class="muted">${me.changing.shown ?? me.changing.name} · ${say(`role_${me.changing.role}`)}</p>
        <p class="small why">${say(this.first ? "password_why" : "password_own_why")}</p>
        ${!once && html`<label for="old">${say(this.first ? "password_old" : "password_now")}</label>
          <input id="old" ref=${this.old} type="password" autocomplete="current-password" maxlength="200" />`}
        <label for="fresh">${say("password_new")}</label>
        <input id="fresh" ref=${this.fresh} type="password" autocomplete="new-password" maxlength="200" aria-describedby="hint" />
        <p id="hint" class="muted small hint">${say("password_hint")}</p>
        <label for="repeated">${say("password_repeat")}</label>
        <input id="repeated" ref=${this.repeated} type="password" autocomplete="new-password" maxlength="200" />
        <p class="told ${fault ? "fault" : ""}" role=${fault ? "alert" : "status"}>${fault ?? ""}</p>
        <button class="primary" aria-disabled=${busy}>${say(busy ? "password_saving" : this.first ? "password_save" : "password_own_save")}</button>
        ${this.first ? html`<button type="button" class="plain" onClick=${leave}>${say("sign_out")}</button>` : html`<a class="button plain" href=${this.props.back}>${say("password_own_back")}</a>`}
      </form>
      <${LanguageSwitch} />
    </main>`;
  }
}

/** Another password has been chosen; the way back to work. */
export function Changed({ to }) {
  return html`<main class="gate">
    <div class="card">
      <img class="emblem" src="/static/icon.svg" alt="" />
      <h1>${say("password_own_done")}</h1>
      <p class="muted" role="status">${say("password_own_ended")}</p>
      <a class="button primary" href=${to}>${say("password_own_back")}</a>
    </div>
    <${LanguageSwitch} />
  </main>`;
}

const DOORS = { "/clerk": "go_clerk", "/desk": "go_desk", "/floor": "go_floor" };

/** For somebody whose role has no use for the page: where theirs is. */
export function WrongDoor({ to }) {
  return html`<main class="gate">
    <div class="card">
      <img class="emblem" src="/static/icon.svg" alt="" />
      <h1>${say("not_yours")}</h1>
      <p class="muted">${me.who.shown ?? me.who.name} · ${say(`role_${me.who.role}`)}</p>
      ${to && html`<a class="button primary" href=${to}>${say(DOORS[to])}</a>`}
      <button type="button" class="secondary" onClick=${leave}>${say("sign_out")}</button>
    </div>
    <${LanguageSwitch} />
  </main>`;
}

/** The page before it is known who is there. */
export function Opening() {
  return html`<main class="gate">
    <div class="card opening">
      <img class="emblem" src="/static/icon.svg" alt="" />
      <h1>${say("loading")}</h1>
      <p class="muted" role="status">${me.told ?? ""}</p>
    </div>
  </main>`;
}

/** What a feed's refusal means for the page: a sign-in that has ended sends back to the form. */
export function refused(error) {
  if (error.code.startsWith("auth.")) forget(say("expired"));
}
