// The modal question of every page of people.

import { Component, createRef, html } from "./page.js";
import { say } from "./words.js";

/**
 * A modal question; Esc and the cancel button shut it, Enter answers it; `no` is that button's own word. With `only` there is none,
 * and without `shut` nothing but the answer closes it: what stands there is told once.
 * While an answer is under way (`submit` returned a promise) another one is not taken: it would be done twice.
 */
export class Dialog extends Component {
  constructor() {
    super();
    this.node = createRef();
  }

  componentDidMount() {
    this.node.current.showModal();
  }

  /** Whoever comes out of a question is where they asked it. */
  componentWillUnmount() {
    this.node.current.close();
  }

  async answer(event) {
    event.preventDefault();
    if (this.answering) return;
    this.answering = true;
    try {
      await this.props.submit();
    } finally {
      this.answering = false;
    }
  }

  render({ title, yes, no, shut, only, wide, children }) {
    return html`<dialog ref=${this.node} class=${wide ? "wide" : ""} aria-labelledby="dialog-title" onCancel=${(event) => { event.preventDefault(); shut?.(); }}
      onKeyDown=${(event) => { if (!shut && event.key === "Escape") event.preventDefault(); }}>
      <form onSubmit=${(event) => this.answer(event)}>
        <h2 id="dialog-title">${title}</h2>
        ${children}
        <div class="foot ${only ? "only" : ""}">
          ${!only && html`<button type="button" class="secondary" onClick=${shut}>${no ?? say("cancel")}</button>`}
          <button class="primary">${yes}</button>
        </div>
      </form>
    </dialog>`;
  }
}
