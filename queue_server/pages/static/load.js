// How much a zone hurts, on every page that says so.

/** By the longest wait in minutes, null for nobody, and the zone's own marks (LoadRecord): "", then "warn", then "alarm". */
export function level(longest, zone) {
  if (longest === null || longest < zone.amber_min) return "";
  return longest < zone.red_min ? "warn" : "alarm";
}
