// What the hall tells everybody: a manager writes a line and until when it stands, and takes one back.

import { clock, day, stamp } from "/static/clock.js";
import { DayField } from "/static/day.js";
import { Dialog } from "/static/dialog.js";
import { newKey } from "/static/feed.js";
import { Component, html } from "/static/page.js";
import { Time } from "/static/time.js";
import { name, say, spoken } from "/static/words.js";

const LONGEST = 80; // characters of a line that is read from afar

export class Notices extends Component {
  constructor(props) {
    super(props);
    this.state = { text: "", text_en: "", date: stamp(props.feed.now()).slice(0, 10), time: "", told: null };
    this.key = null; // of what was asked and is not known to be done: asked again it is the same
  }

  write(fields) {
    this.key = null;
    this.setState({ ...fields, told: null });
  }

  async send(command, fields, done) {
    this.key ??= newKey();
    try {
      await this.props.feed.command(command, fields, this.key);
      this.key = null;
      this.setState({ ...(command === "notices.publish" ? { text: "", text_en: "" } : {}), told: { text: say(done) } });
    } catch (error) {
      if (!error.unknown) this.key = null;
      this.setState({ told: { fault: true, text: error.unknown ? say("unknown") : error.message } });
    }
  }

  async submit() {
    const { text, text_en, date, time } = this.state;
    const words = { text: text.trim(), ...(text_en.trim() ? { text_en: text_en.trim() } : {}) };
    await this.send("notices.publish", { ...words, until: `${date}T${time}:00+08:00` }, "notice_told");
  }

  withdraw(notice) {
    this.key = null;
    return this.send("notices.withdraw", { notice: notice.id }, "notice_over");
  }

  render({ notices, shut }) {
    const { text, text_en, date, time, told } = this.state;
    const until = (one) => `${day(Date.parse(one.until), spoken.language)} ${clock(Date.parse(one.until))}`;
    return html`<${Dialog} title=${say("notices")} yes=${say("notice_publish")} no=${say("notice_shut")} shut=${shut} submit=${() => this.submit()}>
      <p class="muted">${say("notice_where")}</p>
      ${notices.length > 0 && html`<ul class="notices">${notices.map((one) => html`<li key=${one.id}>
        <span><b>${name(one.text)}</b><span class="muted">${say("notice_until", { time: until(one) })}</span></span>
        <button type="button" class="plain" aria-label=${say("notice_withdraw_it", { text: name(one.text) })} onClick=${() => this.withdraw(one)}>${say("notice_withdraw")}</button>
      </li>`)}</ul>`}
      <p class="told ${told?.fault ? "fault" : ""}" role=${told?.fault ? "alert" : "status"}>${told?.text}</p>
      <label class="line"><span>${say("notice_text")}</span>
        <input class="text" required maxlength=${LONGEST} pattern=".*\\S.*" autocomplete="off" value=${text} onInput=${(event) => this.write({ text: event.target.value })} /></label>
      <label class="line"><span>${say("notice_text_en")}</span>
        <input class="text" lang="en" maxlength=${LONGEST} autocomplete="off" value=${text_en} onInput=${(event) => this.write({ text_en: event.target.value })} /></label>
      <div class="until">
        <label class="line"><span>${say("notice_date")}</span>
          <${DayField} name=${say("notice_date")} value=${date} set=${(chosen) => this.write({ date: chosen })} /></label>
        <label class="line"><span>${say("notice_time")}</span>
          <${Time} name=${say("notice_time")} value=${time} set=${(written) => this.write({ time: written })} /></label>
      </div>
    <//>`;
  }
}
