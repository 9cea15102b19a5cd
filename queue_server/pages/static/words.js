// The texts of the pages in both languages, from the same files as every other program's. Chinese first.
// Written in the JavaScript of Chrome 66.

const held = {};

/** The language people chose on this machine, "zh" or "en". */
export const spoken = { language: "zh" };

/** The texts of one area; asked for again every 2 s while the server does not answer. */
function area(of) {
  return fetch("/text/" + of + ".json")
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
    .catch(() => new Promise((resolve) => setTimeout(resolve, 2000)).then(() => area(of)));
}

/** Fetch the texts of some areas; a later area may say a key of an earlier one anew. */
export function learn(areas) {
  return Promise.all(areas.map(area)).then((all) => all.forEach((texts) => Object.assign(held, texts)));
}

/** Fill the {places} of a sentence. */
function fill(sentence, places) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) =>
    places && places[name] !== undefined && places[name] !== null ? String(places[name]) : whole
  );
}

/** The sentence `key`, its {places} filled, in the chosen language or in `language`. */
export function say(key, places, language) {
  const text = held[key];
  return text ? fill(text[language || spoken.language], places) : key;
}

/** Whether there is a sentence for this key. */
export function known(key) {
  return held[key] !== undefined;
}

/** The keys of all sentences that begin with `stem`, in the order of their file. */
export function keys(stem) {
  return Object.keys(held).filter((key) => key.indexOf(stem) === 0);
}

/** A name {zh, en} in the chosen language or in `language`; "" for none. */
export function name(text, language) {
  return text ? text[language || spoken.language] || text.zh : "";
}

/** Why somebody stopped the tickets of a record, or of a stop: the hall's own words in the chosen language, or what was typed. */
export function reasonOf(record) {
  return (spoken.language === "en" && (record.stopped_en || record.reason_en)) || record.stopped || record.reason;
}

/** Choose a language; kept on this machine where the browser lets us. */
export function choose(language) {
  spoken.language = language === "en" ? "en" : "zh";
  document.documentElement.lang = spoken.language === "en" ? "en" : "zh-CN";
  try {
    localStorage.setItem("language", spoken.language);
  } catch (blocked) {
    // private browsing: the choice lasts as long as the page
  }
}

/** The language chosen before on this machine, or Chinese. */
export function remembered() {
  return kept() || "zh";
}

/** The language chosen before on this machine, or the first of ours that its browser asks for, or Chinese. */
export function preferred() {
  const asked = (navigator.languages || []).map((tag) => tag.slice(0, 2).toLowerCase());
  return kept() || asked.find((tag) => tag === "zh" || tag === "en") || "zh";
}

/** What was chosen before; private browsing keeps nothing. */
function kept() {
  try {
    return localStorage.getItem("language");
  } catch (blocked) {
    return null;
  }
}
