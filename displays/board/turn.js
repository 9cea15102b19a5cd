// Whether we may speak from a loudspeaker from which others could too: the rule of `displays/model/turn.py`, for a board that speaks
// itself. Nothing here plays or waits. A test has both say the same of the same events. Written in the JavaScript of Chrome 66.

const RENEW_S = 1.5; // so often do we ask

export class Turn {
  constructor() {
    this.linked = false;
    this.wanted = false; // the hall would have one like us speak there
    this.known = false; // the server counts us
    this.sounding = false;
    this.turn = "waits"; // "speaks", or "leaves" until the call that we are in the middle of has ended
    this.term = 0;
    this.until = -Infinity;
    this.unable = -Infinity; // until then we would not be heard
    this.since = -Infinity; // since when the server knows us: answers to what was asked before are of no worth
    this.asks = -Infinity;
  }

  may(now_s) {
    return this.wanted && this.turn === "speaks" && now_s < this.until;
  }

  able(now_s) {
    return now_s >= this.unable;
  }

  /**
   * What an event makes of it at `now_s` of our own clock that never goes back, and what is to be done: a list of {stand, able, term,
   * for_s} to tell the server, and {hush: true}: make no sound any more. Events are {linked}, {wanted}, {sounding}, {unable: seconds},
   * {turn, at, term, for_s} as the server told it, and {}: time passed.
   */
  step(event, now_s) {
    const had = this.turn;
    this.take(event, now_s);
    if (now_s >= this.until) this.turn = "waits";
    const orders = this.sounding && had !== "waits" && this.turn === "waits" ? [{ hush: true }] : [];
    return orders.concat(this.ask(now_s));
  }

  /** When it has to be asked again at the latest; null: not before something happens. */
  due() {
    const times = this.turn !== "waits" ? [this.until] : [];
    if (this.linked && (this.wanted || this.turn !== "waits")) times.push(this.asks);
    return times.length ? Math.min.apply(null, times) : null;
  }

  // --- below: its own work

  take(event, now_s) {
    if (event.linked !== undefined) {
      this.linked = event.linked;
      this.known = event.linked && this.known;
      this.asks = now_s;
    } else if (event.wanted !== undefined) {
      if (event.wanted !== this.wanted) this.asks = now_s;
      this.wanted = event.wanted;
    } else if (event.sounding !== undefined) this.sounding = event.sounding;
    else if (event.unable !== undefined) {
      if (this.able(now_s) !== event.unable <= 0) this.asks = now_s;
      this.unable = now_s + event.unable;
    } else if (event.turn !== undefined && this.known && event.at >= this.since) {
      this.turn = event.turn;
      this.term = event.term;
      this.until = Math.max(this.until, event.at + event.for_s);
    }
  }

  /** Say what there is to be said: that we have left, that we are gone, or as time goes by how we stand. */
  ask(now_s) {
    if (!this.linked) return [];
    const orders = [];
    const say = (stand, for_s) => orders.push({ stand: stand, able: this.able(now_s), term: this.term, for_s: for_s });
    if (!this.wanted && !this.sounding) {
      if (this.known) say("gone", 0);
      this.known = false;
      this.turn = "waits";
      return orders;
    }
    if (this.turn === "leaves" && !this.sounding) {
      say("left", 0);
      this.turn = "waits";
      this.asks = now_s + RENEW_S;
    }
    if (now_s >= this.asks) {
      const left = this.turn !== "waits" ? this.until - now_s : 0;
      say(left ? "speaks" : "waits", left);
      this.asks = now_s + RENEW_S;
    }
    if (orders.length && !this.known) {
      this.known = true;
      this.since = now_s;
    }
    return orders;
  }
}
