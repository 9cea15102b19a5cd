// What a board shows between calls: pictures, each for its seconds, and films to their end, in the order of the configuration. A file
// that the browser cannot show is passed over. Films have no sound: that is for calls. Written in the JavaScript of Chrome 66.

const AGAIN_MS = 60000; // what was passed over is tried again after so long
const STUCK_MS = 20000; // who waits longer for a file, or for a film to go on, takes the next

export class Show {
  /** Fills `node`; `changed()` is called when `faults`, the files that could not be shown, are others. */
  constructor(node, changed) {
    this.node = node;
    this.changed = changed;
    this.faults = [];
    this.list = [];
    this.told = "";
    /** file -> {film, node, ready}. */
    this.made = {};
    this.passed = [];
    this.again = 0;
    this.at = -1;
    /** The file whose turn it is; the one before is seen until it can be. */
    this.on = null;
    this.left = 0;
    this.moved = 0;
    this.turned = 0;
    this.running = false;
  }

  /** Call often: show `list` while `running`; else keep the place, for a call has it. */
  turn(list, running, now) {
    const told = JSON.stringify(list);
    if (told !== this.told) this.become(list, told);
    const gone = now - this.turned;
    this.turned = now;
    if (now >= this.again) {
      this.passed = [];
      this.again = now + AGAIN_MS;
    }
    const turned = running !== this.running;
    this.running = running;
    if (this.on === null) this.next();
    const one = this.made[this.on];
    if (!one) return;
    if (turned && one.film) this.go(one);
    if (!running) return;
    if (one.film && one.node.currentTime !== this.moved) {
      this.moved = one.node.currentTime;
      this.left = STUCK_MS;
    }
    this.left -= gone;
    if (this.left <= 0 || one.node.ended) this.next();
  }

  /** Whether something is seen. */
  get shows() {
    return Object.keys(this.made).some((file) => !this.made[file].node.hidden);
  }

  // --- below: its own work

  become(list, told) {
    for (const file of Object.keys(this.made)) this.drop(file);
    this.told = told;
    this.list = list;
    this.passed = [];
    this.at = -1;
    this.on = null;
    this.fail([]);
  }

  /** The next file that is not to be passed over; none where there is no other. */
  next() {
    const before = this.made[this.on];
    this.on = null;
    for (let tried = 0; tried < this.list.length && this.on === null; tried++) {
      this.at = (this.at + 1) % this.list.length;
      if (this.passed.indexOf(this.list[this.at].file) < 0) this.on = this.list[this.at].file;
    }
    const one = this.on === null ? null : this.made[this.on] || this.make(this.list[this.at]);
    if (before && before.film && before !== one) before.node.pause();
    this.left = STUCK_MS;
    this.moved = 0;
    if (one && one.film) {
      if (one.ready) one.node.currentTime = 0;
      this.go(one);
    }
    this.see();
  }

  make(medium) {
    const node = document.createElement(medium.film ? "video" : "img");
    const one = { film: medium.film, node: node, ready: false };
    node.className = "medium";
    node.hidden = true;
    const ready = () => {
      one.ready = true;
      this.fail(this.faults.filter((file) => file !== medium.file));
      if (this.on === medium.file) this.see();
    };
    node.onerror = () => this.broken(medium.file);
    if (medium.film) {
      node.muted = true;
      node.setAttribute("muted", "");
      node.setAttribute("playsinline", "");
      node.setAttribute("aria-hidden", "true");
      node.onloadeddata = ready;
    } else {
      node.alt = "";
      node.onload = ready;
    }
    node.src = "/media/" + encodeURIComponent(medium.file);
    this.made[medium.file] = one;
    this.node.append(node);
    return one;
  }

  /** A film goes on, or stands still. One that was stopped before it began says so, which is no fault. */
  go(one) {
    if (!this.running) {
      one.node.pause();
      return;
    }
    const playing = one.node.play();
    if (playing) playing.catch(() => {});
  }

  broken(file) {
    this.drop(file);
    this.passed.push(file);
    this.fail(this.faults.filter((other) => other !== file).concat([file]));
    if (this.on === file) this.next();
  }

  drop(file) {
    const node = this.made[file].node;
    delete this.made[file];
    node.onerror = node.onload = node.onloadeddata = null;
    node.removeAttribute("src");
    node.remove();
  }

  /** Let the one whose turn it is be seen from now on, if it can be. */
  see() {
    const one = this.made[this.on];
    if (one && !one.ready) return;
    for (const file of Object.keys(this.made)) this.made[file].node.hidden = file !== this.on;
    if (one && !one.film) this.left = this.list[this.at].seconds * 1000;
  }

  fail(faults) {
    const same = faults.join("/") === this.faults.join("/");
    this.faults = faults;
    if (!same) this.changed();
  }
}
