// The rules by which speech systems commonly cut text for an engine, as baselines. Each looks at the text alone.
//
// A rule is asked with the text that is waiting, whether it has ended, and how much was sent before; it answers how many characters
// go out now, 0 for none.

const sentenceEnd = /[.!?…]["'”’)\]]*(?=\s)/g;
const anyEnd = /[.!?…,;:—][)"'”’\]]*(?=\s)/g;

/** The first place after `least` characters that `pattern` finds, with `ahead` visible characters behind it. */
function firstEnd(text, { pattern, least = 1, ahead = 1, ended }) {
  for (const match of text.matchAll(pattern)) {
    const at = match.index + match[0].length;
    if (at >= least && (ended || text.slice(at).trim().length >= ahead)) return at;
  }
  return ended ? text.length : 0;
}

function untilThreshold(text, { ended, sent, thresholds }) {
  const threshold = thresholds[Math.min(sent, thresholds.length - 1)];
  if (text.length < threshold) return ended ? text.length : 0;
  if (ended && text.length === threshold) return text.length;
  const sentence = [...text.matchAll(sentenceEnd)].at(-1);
  return sentence ? sentence.index + sentence[0].length : Math.max(0, text.lastIndexOf(" "));
}

export const rulesOfThumb = [
  { name: "sentence", next: (text, { ended }) => firstEnd(text, { pattern: sentenceEnd, ended }) },
  { name: "sentence >= 20", next: (text, { ended }) => firstEnd(text, { pattern: sentenceEnd, least: 20, ended }) },
  {
    name: "fragment > 10, then sentences",
    next: (text, { ended, sent }) => firstEnd(text, sent === 0 ? { pattern: anyEnd, least: 11, ahead: 0, ended } : { pattern: sentenceEnd, least: 10, ahead: 12, ended }),
  },
  { name: "punctuation >= 30", next: (text, { ended }) => firstEnd(text, { pattern: anyEnd, least: 30, ended }) },
  { name: "120/160/250/290", next: (text, { ended, sent }) => untilThreshold(text, { ended, sent, thresholds: [120, 160, 250, 290] }) },
  { name: "whole text", next: (text, { ended }) => (ended ? text.length : 0) },
];
