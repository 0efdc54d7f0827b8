import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPlanner } from "./create-planner.ts";
import { createSegmenter } from "./create-segmenter.ts";
import { plainCuts } from "./plain-cuts.ts";
import type { PlannerState } from "./planner-state.ts";

/** Words that lean on the next one, listed here anew: a word missing from the planner's own list must show. */
const languages = {
  en: {
    pulling: "a an the of in on at to for from with by into over under about between without his her my your our their this these and or but very 12 1,250 3.5",
    others: "ferry harbour captain island mountain yellow walked remembered kilometres percent kilograms kitchen silence arrived tomorrow slowly Thursday bread opened singing letters",
  },
  de: {
    pulling: "der die das den dem des ein eine einen einem einer im in am an auf aus bei mit nach von vom vor zu zum zur über unter durch für gegen ohne und oder aber dass 12 3,5",
    others: "Fähre Hafen Kapitän Insel Berge gelbe lief erinnerte Kilometer Prozent Küche Stille kommt morgen langsam Donnerstag Brot öffnete singend Briefe",
  },
  fr: {
    pulling: "le la les un une des du de ce cette mon ma ses notre dans en sur sous avec sans pour par à au aux et ou mais que qui très 12 3,5",
    others: "bateau port capitaine montagne jaune marchait souvenir kilomètres cuisine silence arrive demain lentement jeudi pain ouvert lettres chantait",
  },
  es: {
    pulling: "el la los las un una unos unas de del en con sin por para sobre entre hasta desde mi su sus este esta y o pero que muy 12 3,5",
    others: "barco puerto capitán montaña amarillo caminaba recuerdo kilómetros cocina silencio llega mañana despacio jueves abierto cartas cantando",
  },
  it: {
    pulling: "il lo la i gli le un uno una di del della dei delle in nel nella con su sul per tra fra da dal dalla mio sua questo questa e o ma che molto 12 3,5",
    others: "traghetto porto capitano montagna giallo camminava ricordo chilometri cucina silenzio arriva domani lentamente giovedì pane aperto lettere cantando",
  },
  pt: {
    pulling: "o a os as um uma uns umas de do da dos das em no na nos nas com sem por para pelo pela sobre entre até desde meu sua este esta e ou mas que muito 12 3,5",
    others: "barco porto capitão montanha amarelo andava lembrança quilómetros cozinha silêncio chega amanhã devagar quinta aberto cartas cantando",
  },
  nl: {
    pulling: "de het een van in op aan met bij naar uit voor door over onder tussen zonder tot mijn zijn haar ons deze dit die en of maar dat zeer 12 3,5",
    others: "veerboot haven kapitein eiland berg gele liep herinnerde kilometer procent keuken stilte komt morgen langzaam donderdag brood opende zingend brieven",
  },
} as const;

interface Text {
  text: string;
  pulling: ReadonlySet<string>;
  language: string;
}

const someText: fc.Arbitrary<Text> = fc.constantFrom(...(Object.keys(languages) as (keyof typeof languages)[])).chain((language) => {
  const pulling = languages[language].pulling.split(" ");
  const others = languages[language].others.split(" ");
  const word = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...pulling) }, { weight: 3, arbitrary: fc.constantFrom(...others) });
  const ending = fc.constantFrom("", "", "", "", ",", ";");
  const sentence = fc.tuple(fc.array(fc.tuple(word, ending), { minLength: 1, maxLength: 14 }), fc.constantFrom(...others), fc.constantFrom(".", "!", "?"));
  return fc.array(sentence, { minLength: 1, maxLength: 5 }).map((sentences) => ({
    language,
    pulling: new Set(pulling),
    // A word that pulls has no comma behind it, else it would be the writer who cuts there.
    text: sentences.map(([words, last, end]) => `${words.map(([one, comma]) => (pulling.includes(one) ? one : one + comma)).join(" ")} ${last}${end}`).join(" "),
  }));
});

const someRun = fc.record({
  source: someText,
  cost: fc.constantFrom({ startMs: 80, startMsHigh: 80, perCharacterMs: 7 }, { startMs: 250, startMsHigh: 300, perCharacterMs: 33 }, { startMs: 350, startMsHigh: 700, perCharacterMs: 8 }, { startMs: 300, startMsHigh: 320, perCharacterMs: 53 }),
  slots: fc.constantFrom(1, 3),
  output: fc.constantFrom("whole" as const, "streaming" as const),
  pieceMs: fc.constantFrom(0, 10, 33),
});

type Run = typeof someRun extends fc.Arbitrary<infer Value> ? Value : never;

/** Sends a text as it is written, on an engine that costs what it says. */
function send({ source: { text, language }, cost, slots, output, pieceMs }: Run, withCuts: boolean): string[] {
  const planner = createPlanner();
  const segmenter = createSegmenter({ language });
  const done: number[] = [];
  const result: string[] = [];
  let fed = 0;
  let taken = 0;
  let playedUntilMs = 0;
  for (let nowMs = 0; nowMs < 200_000 && taken < text.trimEnd().length; nowMs += 5) {
    const visible = pieceMs === 0 ? text.length : Math.min(text.length, 4 * (1 + Math.floor(nowMs / pieceMs)));
    if (visible > fed || nowMs === 0) segmenter.add(text.slice(fed, visible), visible === text.length);
    fed = visible;
    for (let units = 1; units > 0; ) {
      const inFlight = done.filter((time) => time > nowMs).length;
      const pendingText = text.slice(taken, fed);
      const state: PlannerState = {
        nowMs, pendingText, inFlight, cost, output,
        cuts: withCuts ? segmenter.cuts() : undefined,
        ended: fed === text.length,
        sentSegments: result.length,
        freeSlots: slots - inFlight,
        securedMs: result.length === 0 ? Infinity : Math.max(0, playedUntilMs - nowMs),
        msPerCharacter: 67,
      };
      const answer = planner.next(state);
      units = typeof answer === "number" ? answer : 0;
      if (units === 0) break;
      result.push(segmenter.take(units).text);
      taken += units;
      done.push(nowMs + cost.startMs + cost.perCharacterMs * units);
      playedUntilMs = Math.max(playedUntilMs, done.at(-1) ?? 0) + units * 67;
    }
  }
  return result;
}

/** A text without any good place is cut all the same from 200 units on. */
const DESPERATE_UNITS = 150;

function expectWholeSounding(run: Run, withCuts: boolean): void {
  const { text, pulling } = run.source;
  const parts = send(run, withCuts);
  expect(parts.join("").trimEnd()).toBe(text.trimEnd());
  for (const [index, part] of parts.slice(0, -1).entries()) {
    const said = part.trim();
    const endsSentence = /[.!?]$/.test(said);
    if (part.length >= DESPERATE_UNITS) continue;
    expect(pulling.has(said.split(/\s/).at(-1) ?? ""), `"${said}" in "${text}"`).toBe(false);
    if (!endsSentence) expect(/\s/.test(said) || said.length >= (index === 0 ? 8 : 6), `"${said}" in "${text}"`).toBe(true);
  }
}

describe("balanced, in en, de, fr, es, it, pt and nl", () => {
  it("never ends a request with a word that pulls the next, nor sends a short word alone", () => {
    fc.assert(fc.property(someRun, (run) => expectWholeSounding(run, true)), { numRuns: 400 });
  });

  it("nor when nobody tells it where the text may be cut", () => {
    fc.assert(fc.property(someRun, (run) => expectWholeSounding(run, false)), { numRuns: 400 });
  });

  it("knows places without cuts as well as with them", () => {
    for (const { others } of Object.values(languages)) {
      const text = `${others}. `;
      const segmenter = createSegmenter();
      segmenter.add(text, true);
      expect(plainCuts(text, true).map(({ at }) => at)).toEqual(segmenter.cuts().map(({ at }) => at));
    }
  });
});
