// One invitation at a window's tablet: asked, touched once, why if it was bad, thanks. It decides; the page draws and sends. Time is
// an argument, in ms that never jump. Written in the JavaScript of Chrome 66.

export const ASKED_MS = 30000; // an invitation stands for so long after the step's end, as on a keypad
const WHY_MS = 60000; // who was not satisfied may say why; untouched for so long, what was chosen is sent
const ANSWER_MS = 3000; // the thanks wait so long for the server's word before they say that the rating is kept
const THANKS_MS = 5000;
const DISSATISFIED = 2; // up to this level somebody looks into it, and the citizen may say why
const REMEMBERED = 20; // steps whose invitation is over

/**
 * `stage` is "idle", "ask", "why" or "thanks"; `prompt` the PromptRecord that it is about, `level` what was touched. `send(rating)` is
 * called once for a step that was rated, with {step, level, reasons, text}; none is called for one that was not.
 */
export class Round {
  constructor(send) {
    this.send = send;
    this.stage = "idle";
    this.prompt = null;
    this.level = null;
    /** "sending", "sent", "kept" for later, "twice" or "refused". */
    this.outcome = "";
    this.reasons = [];
    this.text = "";
    this.until = 0;
    this.over = [];
  }

  /** What the window asks for now, a PromptRecord or null, and for how many ms more. Call often. */
  see(prompt, left, now) {
    const same = prompt !== null && this.prompt !== null && prompt.step === this.prompt.step;
    if (this.stage === "ask" && (!same || left <= 0 || now >= this.until)) {
      if (same) this.close(prompt.step);
      this.rest();
    }
    if (this.stage === "why" && (!same || now >= this.until)) this.submit(now); // the next one is there, or this one has gone
    if (this.stage === "thanks" && now >= this.until) this.thanked(now);
    const free = this.stage === "idle" || (this.stage === "thanks" && !same);
    if (free && prompt !== null && left > 0 && this.over.indexOf(prompt.step) < 0) {
      this.stage = "ask";
      this.prompt = prompt;
      this.level = null;
      this.until = now + left;
    }
  }

  /** A face was touched. The first touch of an invitation is the rating; any other changes nothing. */
  touch(level, now) {
    if (this.stage !== "ask" || now >= this.until) return;
    this.close(this.prompt.step);
    this.level = level;
    this.reasons = [];
    this.text = "";
    this.stage = "why";
    this.until = now + WHY_MS;
    if (level > DISSATISFIED) this.submit(now);
  }

  /** Somebody is still there: it waits for them. */
  stir(now) {
    if (this.stage === "why") this.until = now + WHY_MS;
  }

  /** Send what was chosen. */
  submit(now) {
    if (this.stage !== "why") return;
    this.stage = "thanks";
    this.outcome = "sending";
    this.until = now + ANSWER_MS;
    this.send({ step: this.prompt.step, level: this.level, reasons: this.reasons, text: this.text });
    this.reasons = [];
    this.text = "";
  }

  /** What came of a step's rating: "sent", "twice" or "refused". */
  answered(step, outcome, now) {
    if (this.stage !== "thanks" || this.prompt.step !== step || this.outcome !== "sending") return;
    this.outcome = outcome;
    this.until = now + THANKS_MS;
  }

  /** A step that was rated here before asks for nothing more. */
  close(step) {
    this.over.push(step);
    if (this.over.length > REMEMBERED) this.over.shift();
  }

  /** Leave everything: the tablet is at another window. */
  rest() {
    this.stage = "idle";
    this.prompt = null;
    this.level = null;
    this.outcome = "";
  }

  thanked(now) {
    if (this.outcome === "sending") {
      this.outcome = "kept";
      this.until = now + THANKS_MS;
    } else this.rest();
  }
}
