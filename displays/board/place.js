// A screen that nobody told which board it is: it makes a token of its own, shows a code, and becomes the board of the display that it
// is placed at. The same token for as long as the browser keeps its storage; a screen that is revoked makes another and shows a code.

const KEPT = "jiaohao.device";
const REASON = 64; // a fault is told in so many characters
const PAUSE_MS = 2000; // between one asking that led to nothing and the next, half of it more or less
/** Refusals of the link after which the screen asks who it is now. */
const NEW = ["auth.invalid", "auth.missing", "auth.forbidden", "feed.unknown_topic"];

/** 32 random bytes as text; plain http has no crypto.randomUUID, but this. */
function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const token = Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
  try {
    localStorage.setItem(KEPT, token);
  } catch (_) {
    // a browser that keeps nothing shows a code after each start
  }
  return token;
}

function kept() {
  try {
    return localStorage.getItem(KEPT) || fresh();
  } catch (_) {
    return fresh();
  }
}

/**
 * The place of this screen. `code` is to be shown while `display` is empty; `placed(display)` is called when it is or becomes another.
 * `topics(display, loudspeaker)` are what a board there sees.
 */
export class Place {
  constructor(feed, topics, placed) {
    this.feed = feed;
    this.topics = topics;
    this.placed = placed;
    this.token = kept();
    this.id = null;
    this.code = "";
    this.display = "";
    this.again = null;
    this.fault = "";
    this.record = null;
    this.pair();
  }

  /** What is wrong with this screen, "" when nothing is: the administrator's list of devices tells it. */
  say(fault) {
    this.fault = fault.slice(0, REASON);
    if (this.display) this.report();
  }

  report() {
    const wanted = this.fault ? { state: "degraded", reason: this.fault } : { state: "ready" };
    const known = this.record.health === wanted.state && (this.record.fault || "") === this.fault;
    if (!known) this.feed.command("devices.report", wanted).catch(() => {});
  }

  /** Ask, as nobody; the same token again is the same device. */
  pair() {
    this.again = null;
    this.id = null;
    this.feed.become("", []);
    this.feed.command("devices.pair", { kind: "display", name: "board", token: this.token }).then(
      (record) => {
        this.id = record.id;
        this.seen(record);
      },
      (error) => {
        if (error.code === "device.revoked") this.renew();
        else this.later();
      }
    );
  }

  /** Our token is good for nothing any more: be another device. */
  renew() {
    this.token = fresh();
    this.code = "";
    this.display = "";
    this.pair();
  }

  later() {
    if (this.again === null) this.again = setTimeout(() => this.pair(), PAUSE_MS * (0.5 + Math.random()));
  }

  seen(record) {
    if (record.state === "revoked") {
      this.renew();
      return;
    }
    this.code = record.code || "";
    const display = record.state === "placed" ? record.display : "";
    const topics = ["device"].concat(display ? this.topics(display, record.loudspeaker) : []);
    if (this.feed.token !== this.token || this.feed.wanted.join() !== topics.join()) this.feed.become(this.token, topics);
    if (display && display !== this.display) this.placed(display);
    this.display = display;
    this.record = record;
    if (display) this.report();
  }

  /** Records of a topic changed. */
  changed(topic) {
    if (this.id === null || topic !== "device:" + this.id) return;
    const own = this.feed.record(topic, "device");
    if (own) this.seen(own);
    else this.later();
  }

  /** The server refused the link itself. */
  refused(error) {
    if (this.id !== null && NEW.indexOf(error.code) >= 0) this.later();
  }
}
