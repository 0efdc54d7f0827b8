import { numberedText, type Random } from "@parlando/testkit";

/** One of a list. */
export function pick<Item>(random: Random, items: readonly [Item, ...Item[]]): Item {
  return items[random.integer(0, items.length - 1)] ?? items[0];
}

/** True so often, from 0 to 1. */
export function chance(random: Random, probability: number): boolean {
  return random.next() < probability;
}

const SENTENCES = [
  "Hello there, Dr. Smith, how are you today? ",
  "It costs $3.50, i.e. 20 % less than at 10:30 a.m. on www.example.com/a?b=c. ",
  "No way!! \"Really?\" he said... Yes. ",
  "Das ist, z. B. am 3. Mai, ganz einfach. ",
  "C'est l'été : allons-y ! ",
  "你好，世界。今天天气很好！我们去吧？",
  "これはペンです。「そうですか」と言った。",
  "यह एक वाक्य है। दूसरा वाक्य। ",
  "مرحبا بالعالم. كيف حالك؟ ",
  "สวัสดีครับ วันนี้อากาศดี ",
  "Բարեւ աշխարհ։ Ինչպես ես։ ",
  "👩‍👩‍👧‍👦 Family! 🎉🎉 Yes 👍🏽. ",
  "# Heading\n\n* one *item*\n* two `code`\n\n```js\nlet x = 1;\n```\nEnd of **it**. ",
  "| a | b |\n|---|---|\n| 1 | 2 |\n\n",
  "[link](https://example.com/x) and ![image](a.png) or <b>tags</b> & more. ",
  "e\u0301a\u0308o\u0302 combining. ",
  "   \n\n\t  ",
  "\u00a0\u2003 ",
  "... --- !!! ",
  "1. First\n2. Second\n",
  "(brackets [and {more}] ",
  "\ud83d lone \ude00 halves \ud800. ",
  "\u0000\u0007\ufeff\u200b odd. ",
  "<speak>no <break/> document",
  "x",
] as const;

/** Text as it may be fed: numbered words, natural sentences of many languages, and what nobody expects. */
export function drawText(random: Random): string {
  if (chance(random, 0.03)) return "";
  if (chance(random, 0.35)) return numberedText({ words: random.integer(1, 60), sentenceWords: random.integer(1, 20) });
  let text = "";
  for (let count = random.integer(1, 10); count > 0; count -= 1) text += drawSentence(random);
  return text;
}

function drawSentence(random: Random): string {
  const dice = random.next();
  if (dice < 0.02) return " ".repeat(random.integer(1, 3000));
  if (dice < 0.04) return `${"x".repeat(random.integer(41, 900))} `;
  if (dice < 0.05) return "字".repeat(random.integer(1, 120));
  if (dice < 0.06) return "😀".repeat(random.integer(1, 60));
  if (dice < 0.2) return `${numberedText({ words: random.integer(1, 20), sentenceWords: random.integer(1, 9) })} `;
  return pick(random, SENTENCES);
}

/** Cuts a text anywhere, in the middle of pairs too, with empty pieces between. */
export function cutText(random: Random, text: string): string[] {
  const style = random.integer(0, 3);
  if (style === 0) return [text];
  const pieces: string[] = [];
  const longest = style === 1 ? 4 : style === 2 ? 30 : 200;
  // Thousands of pieces would only be slow.
  const least = Math.ceil(text.length / 300);
  for (let start = 0; start < text.length;) {
    const length = Math.max(least, random.integer(1, longest));
    pieces.push(text.slice(start, start + length));
    if (chance(random, 0.05)) pieces.push("");
    start += length;
  }
  return pieces;
}
