// Ratings on their way to the server: each under one key, kept on the tablet until the server has answered, also over a restart. Written
// in the JavaScript of Chrome 66.

import { newKey } from "/static/feed.js";

const KEPT = "jiaohao.ratings";
const AGAIN_MS = 2000;
const GIVEN_UP_MS = 15 * 60 * 1000; // the server takes none of them later than that
const OURSELVES = /^auth\./; // we are being paired or moved: that says nothing of the rating

/** `told(step, outcome)` is called with the server's word on one: "sent", "twice" or "refused". */
export class Post {
  constructor(feed, told) {
    this.feed = feed;
    this.told = told;
    this.waiting = read();
    this.out = [];
  }

  /** Whether a rating of a step is on its way. */
  holds(step) {
    return this.waiting.some((one) => one.args.step === step);
  }

  /** Send a rating, once. */
  add(rating, window) {
    const args = { step: rating.step, level: rating.level, channel: "tablet", window: window };
    if (rating.reasons.length) args.reasons = rating.reasons;
    if (rating.text) args.text = rating.text;
    this.waiting.push({ key: newKey(), args: args, at: Date.now() });
    this.keep();
    this.go();
  }

  /** Send what is not on its way yet: after a start, and when the tablet has its place again. */
  go() {
    for (const one of this.waiting) if (this.out.indexOf(one.key) < 0) this.ask(one);
  }

  ask(one) {
    this.out.push(one.key);
    this.feed.command("ratings.submit", one.args, one.key).then(
      () => this.done(one, "sent"),
      (error) => {
        const old = Math.abs(Date.now() - one.at) > GIVEN_UP_MS;
        if ((error.unknown || OURSELVES.test(error.code)) && !old) this.later(one);
        else this.done(one, error.code === "rating.twice" ? "twice" : "refused");
      }
    );
  }

  later(one) {
    setTimeout(() => {
      this.out = this.out.filter((key) => key !== one.key);
      this.go();
    }, AGAIN_MS * (0.5 + Math.random()));
  }

  done(one, outcome) {
    this.out = this.out.filter((key) => key !== one.key);
    this.waiting = this.waiting.filter((other) => other !== one);
    this.keep();
    this.told(one.args.step, outcome);
  }

  keep() {
    try {
      localStorage.setItem(KEPT, JSON.stringify(this.waiting));
    } catch (_) {
      // a browser that keeps nothing forgets them when it is closed
    }
  }
}

/** What was kept; nothing where the browser keeps nothing, or something else stands there. */
function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT));
    return Array.isArray(kept) ? kept : [];
  } catch (_) {
    return [];
  }
}
