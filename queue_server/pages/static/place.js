// A screen that nobody signs in at, a board or a window's tablet: it makes a token of its own, shows a code, and becomes what it is placed
// as. The same token for as long as the browser keeps its storage; a screen that is revoked makes another and shows a code. Written in
// the JavaScript of Chrome 66.

const KEPT = "jiaohao.device";
const REASON = 64; // a fault is told in so many characters
const PAUSE_MS = 2000; // between one asking that led to nothing and the next, half of it more or less
const TWICE_MS = 30000; // after so long a screen that another speaks for sees whether that one is gone
/** Refusals of the link after which the screen asks who it is now. */
const NEW = ["auth.invalid", "auth.missing", "auth.forbidden", "feed.unknown_topic"];

/** 32 random bytes as text; plain http has no crypto.randomUUID, but this. */
function fresh(at) {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const token = Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
  try {
    localStorage.setItem(at, token);
  } catch (_) {
    // a browser that keeps nothing shows a code after each start
  }
  return token;
}

function kept(at) {
  try {
    return localStorage.getItem(at) || fresh(at);
  } catch (_) {
    return fresh(at);
  }
}

/**
 * The place of this screen. `code` is to be shown while `where` is empty; `placed(where)` is called when it is or becomes another.
 * `device` says what it is: `kind` and `name` to pair with, `where(record)` its place by its record or "", and `topics(where, record)`
 * what it sees there; `page` keeps the devices apart that one browser may be.
 */
export class Place {
  constructor(feed, device, placed) {
    this.feed = feed;
    this.device = device;
    this.placed = placed;
    this.at = device.page ? KEPT + "." + device.page : KEPT;
    this.token = kept(this.at);
    this.id = null;
    this.code = "";
    this.where = "";
    this.again = null;
    this.twin = null;
    this.fault = "";
    this.record = null;
    this.pair();
  }

  /** What is wrong with this screen, "" when nothing is: the administrator's list of devices tells it. */
  say(fault) {
    this.fault = fault.slice(0, REASON);
    if (this.where) this.report();
  }

  report() {
    const wanted = this.fault ? { state: "degraded", reason: this.fault } : { state: "ready" };
    const known = this.record.health === wanted.state && (this.record.fault || "") === this.fault;
    if (known) return;
    this.feed.command("devices.report", wanted).catch((error) => {
      if (error.code !== "device.twice" || this.twin) return;
      this.twin = setTimeout(() => {
        this.twin = null;
        if (this.where) this.report();
      }, TWICE_MS);
    });
  }

  /** Ask, as nobody; the same token again is the same device. */
  pair() {
    this.again = null;
    this.id = null;
    this.feed.become("", []);
    this.feed.command("devices.pair", { kind: this.device.kind, name: this.device.name, token: this.token }).then(
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
    this.token = fresh(this.at);
    this.code = "";
    this.where = "";
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
    const where = (record.state === "placed" && this.device.where(record)) || "";
    const topics = ["device"].concat(where ? this.device.topics(where, record) : []);
    if (this.feed.token !== this.token || this.feed.wanted.join() !== topics.join()) this.feed.become(this.token, topics);
    if (where && where !== this.where) this.placed(where);
    this.where = where;
    this.record = record;
    if (where) this.report();
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
