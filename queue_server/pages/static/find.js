// What was typed: a number, or words, initials in pinyin or the letter of a zone, which name services.

import { initials } from "./pinyin.js";

const SHOWN = 8; // services in the list

/** A ticket's number however it was typed: a12, Ａ０１２ and A012 are the same; null for anything else. */
export function numberIn(text) {
  const match = /^([A-Z]{1,3})-?(\d{1,5})$/.exec(text.normalize("NFKC").replace(/\s/g, "").toUpperCase());
  return match ? match[1] + String(Number(match[2])).padStart(3, "0") : null;
}

/** An appointment's code however it was typed, 8 to 20 letters and figures, some figure among them; null for anything else. */
export function codeIn(text) {
  const typed = text.normalize("NFKC").replace(/\s/g, "").toUpperCase();
  return /^(?=.*\d)[A-Z0-9]{8,20}$/.test(typed) ? typed : null;
}

/** Places of what is searched, made once for each service and kept with it. */
const made = new WeakMap();

function words(service, zone) {
  let found = made.get(service);
  if (!found) {
    const { name: named, examples } = service;
    const texts = [named.zh, named.en, examples.zh, examples.en, zone ? zone.name.zh : "", zone ? zone.name.en : ""];
    found = {
      name: `${named.zh} ${named.en}`.toLowerCase(),
      all: texts.join(" ").toLowerCase(),
      initials: [initials(named.zh), ...examples.zh.split(/[、，·\s]+/).map(initials)],
      letter: zone ? zone.letter.toLowerCase() : "",
    };
    made.set(service, found);
  }
  return found;
}

/** How well a service fits a word, 0 for not at all. */
export function fits(service, zone, word) {
  const known = words(service, zone);
  if (known.letter === word) return 7; // whoever presses a zone, or types its letter, has its services first
  if (known.name.startsWith(word)) return 6;
  if (known.initials[0].startsWith(word)) return 5;
  if (known.name.includes(word)) return 3;
  if (known.initials.some((one) => one.includes(word))) return 2;
  return known.all.includes(word) ? 1 : 0;
}

/** The services that fit every word typed, the best first, else in the hall's order. */
export function search(text, services, zones) {
  const typed = text.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
  if (!typed.length) return [];
  return services
    .map((service) => {
      const marks = typed.map((word) => fits(service, zones[service.zone], word));
      return { service, mark: Math.min(...marks) };
    })
    .filter((one) => one.mark > 0)
    .sort((one, other) => other.mark - one.mark)
    .slice(0, typed.length === 1 && typed[0].length === 1 ? services.length : SHOWN)
    .map((one) => one.service);
}

