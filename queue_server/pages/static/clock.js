// Hall time on a screen: always Asia/Shanghai, whatever the machine's zone is. China keeps no summer time, so a fixed
// offset is exact. Written in the JavaScript of Chrome 66.

const SHANGHAI_MS = 8 * 3600 * 1000;
const WEEKDAYS = {
  zh: ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"],
  en: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
};
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function two(number) {
  return number < 10 ? "0" + number : String(number);
}

function local(at_ms) {
  return new Date(at_ms + SHANGHAI_MS);
}

/** 10:42 */
export function clock(at_ms) {
  const at = local(at_ms);
  return two(at.getUTCHours()) + ":" + two(at.getUTCMinutes());
}

/** 11月23日 星期一, or Monday 23 Nov */
export function day(at_ms, language) {
  const at = local(at_ms);
  const weekday = WEEKDAYS[language][at.getUTCDay()];
  if (language === "en") return weekday + " " + at.getUTCDate() + " " + MONTHS[at.getUTCMonth()];
  return at.getUTCMonth() + 1 + "月" + at.getUTCDate() + "日 " + weekday;
}

/** 周一, or Mon */
export function weekday(at_ms, language) {
  const whole = WEEKDAYS[language][local(at_ms).getUTCDay()];
  return language === "en" ? whole.slice(0, 3) : "周" + whole.slice(2);
}

/** The year of a day. */
export function year(at_ms) {
  return local(at_ms).getUTCFullYear();
}

/** 07:31, or 1:07:31 after an hour; never negative. */
export function spell(span_ms) {
  const total = Math.max(0, Math.floor(span_ms / 1000));
  const hours = Math.floor(total / 3600);
  const rest = two(Math.floor((total % 3600) / 60)) + ":" + two(total % 60);
  return hours ? hours + ":" + rest : rest;
}

/** Whole minutes between an ISO time and `now_ms`, never negative; null for no time. */
export function minutes(since, now_ms) {
  return since ? Math.max(0, Math.floor((now_ms - Date.parse(since)) / 60000)) : null;
}

/** The instant of a local HH:MM on the local day of `now_ms`, as ISO with the hall's offset. */
export function today(hhmm, now_ms) {
  return local(now_ms).toISOString().slice(0, 10) + "T" + hhmm + ":00+08:00";
}

/** An instant as ISO with the hall's offset, to the minute. */
export function stamp(at_ms) {
  return local(at_ms).toISOString().slice(0, 16) + ":00+08:00";
}
