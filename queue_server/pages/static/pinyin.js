// The first letters of words in pinyin, as people type them: 社保缴费 is sbjf. A character is placed by how the browser itself
// sorts Chinese; one that is read in two ways counts by one of them. A browser that cannot sort so finds by words alone.

/** The first common character of each letter in the order of pinyin; no syllable begins with i, u or v. */
const FIRST = "吖八嚓哒婀发旮哈丌咔垃呣拿喔趴七蚺仨他挖夕丫匝";
const LETTERS = "abcdefghjklmnopqrstwxyz";
const HAN = /[\u4e00-\u9fff]/;

const order = new Intl.Collator("zh-CN-u-co-pinyin");
const sorts = order.compare("八", "发") < 0 && order.compare("发", "周") < 0;

function letter(character) {
  if (!HAN.test(character)) return /[a-z0-9]/i.test(character) ? character.toLowerCase() : "";
  if (!sorts) return "";
  let found = "";
  for (let at = 0; at < FIRST.length && order.compare(FIRST[at], character) <= 0; at += 1) found = LETTERS[at];
  return found;
}

/** The initials of a text; what is neither a letter nor a character is left out. */
export function initials(text) {
  return Array.from(text, letter).join("");
}
