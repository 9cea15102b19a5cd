// How much a zone hurts, on every page that says so.

const WARN_MIN = 15;
const ALARM_MIN = 30;

/** By the longest wait in minutes, null for nobody: "" below 15, then "warn", from 30 "alarm". */
export function level(longest) {
  if (longest === null || longest < WARN_MIN) return "";
  return longest < ALARM_MIN ? "warn" : "alarm";
}
