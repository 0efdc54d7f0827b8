/** Articles, prepositions, conjunctions and the like that lean on the word after them; spoken last, they sound cut off. */
const lists: readonly string[] = [
  // English
  "a an the this these those my your his her its our their of in on at to for from with by as into onto over under about between through during without within against toward towards upon per via than and or but nor if when while because although since until unless where which whose very too more most quite rather every each some any no not mr mrs ms dr prof",
  // German
  "der die das den dem des ein eine einen einem einer eines im in am an auf aus bei beim mit nach von vom vor zu zum zur über unter zwischen durch für gegen ohne um und oder aber dass weil wenn als wie ob sehr nicht kein keine keinen sein seine ihr ihre mein meine dein deine unser unsere",
  // French
  "le la les un une des du de ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs dans en sur sous avec sans pour par à au aux chez vers et ou mais donc que qui où si très plus moins ne",
  // Spanish, Portuguese, Italian
  "el los las lo unos unas este esta estos estas ese esa su sus mi mis tu tus del al con sin sobre entre hasta desde según y e o u pero que porque como cuando muy más no se me te nos os as um uma uns umas do da dos das na nas ao à pelo pela com sem em por para mas il gli i uno dello della dei degli delle nel nella nei nelle sul sulla dal dalla di per tra fra ma che non più",
  // Dutch and the Scandinavian languages
  "de het een van voor op met bij naar door en maar dat te den det ett et av på för til fra med om och men som at er",
  // Russian and Polish
  "в во на с со к ко из от до по за о об при у для без над под перед и а но или что как не ни w we na z ze do od po przed przez dla bez nad pod a ale lub że nie",
  // Arabic and Persian
  "في من إلى الى على عن مع بين حتى منذ عند هذا هذه ذلك تلك التي الذي الذين أن إن ان لا لم لن ما قد و أو ثم در از به با برای که این آن را تا هر",
  // Hindi
  "एक यह वह इस उस और या कि जो न नहीं बहुत",
];

const pulling = new Set(lists.join(" ").split(" "));

const LONGEST_PULLING = 12;
/** A word of fewer letters says too little alone; the first word, from which a listener takes the melody, should be longer. */
const SHORT_WORD = 6;
const SHORT_FIRST_WORD = 8;

/** Whether the word before a place leans on what follows: an article, a preposition, a number before its unit, `Dr.`. */
export function pullsNext(text: string, at: number): boolean {
  const word = lastWord(text, at);
  if (/\d[%°]?$/u.test(word)) return true;
  if (/^[$€£¥₹#№]+$/u.test(word)) return true;
  if (word.endsWith(".")) return true;
  return word.length <= LONGEST_PULLING && pulling.has(word.replace(/^["'“‘«([¿¡]+/u, "").toLowerCase());
}

/** Whether what would be sent is a single short word. */
export function isLoneShortWord(text: string, from: number, at: number, isFirst: boolean): boolean {
  if (at - from > 2 * SHORT_FIRST_WORD) return false;
  const sent = text.slice(from, at).trim();
  return sent.length < (isFirst ? SHORT_FIRST_WORD : SHORT_WORD) && !/\s/u.test(sent) && !isDense(sent);
}

/** Han, kana and Hangul say more with each character. */
function isDense(text: string): boolean {
  return text.length > 2 && /[\u3040-\u30FF\u3400-\u9FFF\uAC00-\uD7AF]/u.test(text);
}

function lastWord(text: string, at: number): string {
  let start = at;
  while (start > 0 && at - start <= LONGEST_PULLING && !/\s/u.test(text.charAt(start - 1))) start -= 1;
  return text.slice(start, at);
}
