/** Articles, prepositions, conjunctions and the like that lean on the word after them; spoken last, they sound cut off. */
const lists: readonly string[] = [
  // English
  "a an the this these those my your his her its our their of in on at to for from with by as into onto over under about between among through throughout during without within against along across behind beside near toward towards upon per via than versus and or but nor if when while because although though since until unless where which whose whether very too so more most less quite rather every each some any no not only both either neither such another other mr mrs ms dr prof st",
  // German
  "der die das den dem des ein eine einen einem einer eines dieser diese dieses diesen diesem jeder jede jedes jeden jedem welche welcher welches kein keine keinen keinem keiner mein meine meinen meinem meiner dein deine deinen deinem deiner sein seine seinen seinem seiner ihr ihre ihren ihrem ihrer unser unsere unseren unserem unserer euer eure herr herrn frau",
  "im in ins am an ans auf aufs aus bei beim bis mit nach seit von vom vor zu zum zur über unter neben hinter zwischen durch für gegen ohne um während wegen trotz innerhalb außerhalb und oder aber sondern denn dass ob weil wenn als wie bevor nachdem obwohl sehr zu nicht so mehr etwa rund fast nur alle viele einige",
  // French
  "le la les un une des du de ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs quel quelle quels quelles chaque quelques plusieurs aucun aucune tout toute tous toutes autre autres",
  "dans en sur sous avec sans pour par à au aux chez vers entre depuis pendant avant après contre selon jusque jusqu'à et ou mais donc ni car que qui dont où si comme quand lorsque parce puisque très plus moins trop assez ne pas je tu il elle on nous vous ils elles",
  // Spanish
  "el la los las lo un una unos unas este esta estos estas ese esa esos esas aquel aquella mi mis tu tus su sus nuestro nuestra nuestros nuestras cada algún alguna ningún ninguna otro otra otros otras todo toda todos todas",
  "a al de del en con sin por para sobre entre hasta hacia desde según durante contra ante bajo tras y e o u ni pero sino que porque como cuando donde si aunque mientras muy más menos tan no se te le les nos os",
  // Italian
  "il lo la i gli le un uno una questo questa questi queste quel quello quella quei quegli quelle mio mia miei mie tuo tua tuoi tue suo sua suoi sue nostro nostra nostri nostre vostro vostra loro ogni qualche alcuni alcune nessun nessuna altro altra altri altre",
  "di a da in con su per tra fra del dello della dei degli delle al allo alla ai agli alle dal dallo dalla dai dagli dalle nel nello nella nei negli nelle sul sullo sulla sui sugli sulle col senza sotto sopra verso durante dopo prima fino e ed o ma né che chi cui perché come quando dove se mentre molto più meno tanto non si mi ti ci vi",
  // Portuguese
  "o a os as um uma uns umas este esta estes estas esse essa esses essas aquele aquela meu minha meus minhas teu tua seu sua seus suas nosso nossa nossos nossas cada algum alguma nenhum nenhuma outro outra outros outras todo toda todos todas",
  "de do da dos das em no na nos nas num numa ao à aos às pelo pela pelos pelas com sem por para sobre entre até desde sob contra durante após e ou mas nem que porque como quando onde se embora enquanto muito mais menos tão não",
  // Dutch
  "de het een deze dit die dat elke elk iedere ieder geen mijn jouw je zijn haar ons onze hun uw welke welk",
  "van in op aan met bij naar uit voor door over onder tussen zonder tot tegen tijdens sinds volgens binnen buiten achter naast om te en of maar want als dan omdat hoewel terwijl wanneer waar zeer heel niet meer minder bijna alle veel enkele",
  // The Scandinavian languages
  "den det ett et av på till til fra med om och men som at er för från eller i",
  // Russian and Polish
  "мой моя моё мое мои моего моей моих моему моим моими моём мою твой твоя твоё твои твоего твоей твоих твою свой своя своё свои своего своей своих своему своим свою наш наша наше наши нашего нашей наших нашему нашим нашу ваш ваша ваше ваши вашего вашей ваших вашу этот эта эти этого этой этих этому этим эту каждый каждая каждое очень",
  "в во на с со к ко из от до по за о об при у для без над под перед и а но или что как не ни w we na z ze do od po przed przez dla bez nad pod a ale lub że nie",
  // Arabic and Persian
  "في من إلى الى على عن مع بين حتى منذ عند هذا هذه ذلك تلك التي الذي الذين أن إن ان لا لم لن ما قد و أو ثم در از به با برای که این آن را تا هر",
  // Hindi
  "एक यह वह इस उस और या कि जो न नहीं बहुत",
];

const LONGEST_PULLING = 12;
const pulling = new Set(lists.join(" ").split(" "));
/** A word of fewer letters says too little alone; the first word, from which a listener takes the melody, should be longer. */
const SHORT_WORD = 6;
const SHORT_FIRST_WORD = 8;

/** Of the words of ASCII letters among them, and of no others: most words are not in here. */
const pullingHashes = new Set([...pulling].map((word) => hashBefore(word, word.length)));

/** Whether the word before a place leans on what follows: an article, a preposition, a number before its unit, `Dr.`. */
export function pullsNext(text: string, at: number): boolean {
  const hash = hashBefore(text, at);
  if (hash !== undefined && !pullingHashes.has(hash)) return false;
  const word = lastWord(text, at);
  if (pulling.has(word)) return true;
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

/**
 * A number for the letters of the word before a place, the same for capitals; undefined where anything but ASCII letters stands in it. Every place to cut is asked about, mostly while a first audio
 * is waited for, so the word itself is taken from the text only when it may be one of those that are looked for.
 */
function hashBefore(text: string, at: number): number | undefined {
  let hash = 0;
  let start = at;
  for (; start > 0 && at - start <= LONGEST_PULLING; start -= 1) {
    const unit = text.charCodeAt(start - 1);
    if (isPlainSpace(unit)) break;
    const small = unit | 0x20;
    if (unit > 0x7f || small < 0x61 || small > 0x7a) return undefined;
    hash = (Math.imul(hash, 31) + small) | 0;
  }
  return start === at ? undefined : hash;
}

function isPlainSpace(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
}

function lastWord(text: string, at: number): string {
  let start = at;
  while (start > 0 && at - start <= LONGEST_PULLING && !/\s/u.test(text.charAt(start - 1))) start -= 1;
  return text.slice(start, at);
}
