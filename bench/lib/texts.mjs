// Plain English of many lengths, made by a small grammar from a seed: the answers that the benches have spoken.

import { readFileSync } from "node:fs";
import { createRandom } from "@parlando/testkit";

const openings = ["Sure.", "Of course.", "Good question.", "Let me see.", "That depends.", "Yes, it does.", "No problem at all.", "One moment, please.", "I am not certain.", "Here is what I found."];
const subjects = ["The bus to the harbour", "My neighbour", "A woman in a green coat", "The manager of the shop", "Everyone on the second floor", "The old pump", "Your appointment", "This kind of battery", "The museum", "A small group of students", "The invoice from last month", "Nobody in the office", "The river", "Our team", "The recipe", "It", "She", "He", "They", "The new software"];
const verbs = ["arrived", "stopped working", "was moved", "opened", "made a strange noise", "changed its mind", "waited", "went back", "needed a repair", "lasted longer than expected", "sold out", "froze over", "was cheaper", "grew quiet", "came too early", "looked different"];
const places = ["at the corner of the street", "in the kitchen", "near the station", "on the third of May", "behind the bakery", "in a village by the sea", "at half past nine", "before lunch", "after the long weekend", "in room 12", "under the stairs", "on the other side of town", "for about two hours", "with a neighbour from the ground floor"];
const joins = [", and", ", but", ", because", ", so", ", while", "; meanwhile"];
const clauses = ["the lights were still on", "nobody had told us about it", "the weather turned cold", "we had to begin again", "there was no other way home", "the price had not changed since spring", "most people had already left", "the door could not be locked", "it took them only ten minutes", "he kept the receipt in a drawer", "the report mentions it twice", "a friend had promised to help"];
const asides = ["to be honest", "as far as I know", "in most cases", "on a normal day", "after all", "strictly speaking"];
const questions = ["Would you like to hear more about that?", "Should I book the earlier train?", "Do you want me to send a reminder?", "Which of the two do you prefer?", "Shall I go on?", "Is there anything else that I can look up for you this evening?"];
const orders = ["Press the button twice and wait.", "Keep the lid closed for twenty minutes.", "Cut the bread into thick slices, then put it in the oven.", "Turn right after the bridge and follow the signs to the airport.", "Write down the number that is printed on the back.", "Take one tablet in the morning, with a glass of water."];

/** One sentence. */
export function makeSentence(random) {
  const pick = (list) => list[random.integer(0, list.length - 1)];
  const kind = random.next();
  if (kind < 0.1) return pick(openings);
  if (kind < 0.18) return pick(questions);
  if (kind < 0.26) return pick(orders);
  const subject = random.next() < 0.15 ? `${capital(pick(asides))}, ${lower(pick(subjects))}` : pick(subjects);
  const core = `${subject} ${pick(verbs)}`;
  const place = random.next() < 0.65 ? ` ${pick(places)}` : "";
  const more = random.next() < 0.45 ? `${pick(joins)} ${pick(clauses)}` : "";
  const again = more !== "" && random.next() < 0.3 ? `, ${pick(asides)}` : "";
  return `${core}${place}${more}${again}.`;
}

/** Sentences by seed: from the grammar, or drawn from those of a file with one a line. */
export function createTexts({ seed, sentencesFile }) {
  const listed = sentencesFile ? readFileSync(sentencesFile, "utf8").split("\n").map((line) => line.trim()).filter((line) => line !== "") : undefined;
  /** An answer of three to ten sentences; the same for the same number. */
  return (number) => {
    const random = createRandom(seed * 100_003 + number);
    const count = random.integer(3, 10);
    return Array.from({ length: count }, () => (listed ? listed[random.integer(0, listed.length - 1)] : makeSentence(random))).join(" ");
  };
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const lower = (text) => (/^(I|My|Our|Your|It|She|He|They|The|A|This|Nobody|Everyone)\b/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text);
