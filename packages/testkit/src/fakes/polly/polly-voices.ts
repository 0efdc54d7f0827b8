import { invalidParameter, refusal, type PollyRefusal } from "./polly-refusal.ts";

/** The four ways in which Polly makes speech. */
export type FakePollyEngine = "standard" | "neural" | "long-form" | "generative";

/** One voice, as `GET /v1/voices` tells it. */
export interface FakePollyVoice {
  Id: string;
  Name: string;
  Gender: "Female" | "Male";
  LanguageCode: string;
  LanguageName: string;
  AdditionalLanguageCodes?: readonly string[] | undefined;
  SupportedEngines: readonly FakePollyEngine[];
}

const engineLetters: Readonly<Record<string, FakePollyEngine>> = { s: "standard", n: "neural", l: "long-form", g: "generative" };

/** Id, gender, language, engines by their first letters, further languages. */
const rows = [
  "Danielle F en-US nlg", "Gregory M en-US nl", "Ivy F en-US sn", "Joanna F en-US sng", "Joey M en-US sn", "Justin M en-US sn", "Kendra F en-US sn", "Kevin M en-US n",
  "Kimberly F en-US sn", "Matthew M en-US sng", "Ruth F en-US nlg", "Salli F en-US sng", "Stephen M en-US ng", "Amy F en-GB sng", "Arthur M en-GB n", "Brian M en-GB sn",
  "Emma F en-GB sn", "Olivia F en-AU ng", "Aditi F en-IN s hi-IN", "Kajal F en-IN ng hi-IN", "Daniel M de-DE ng", "Hans M de-DE s", "Marlene F de-DE s", "Vicki F de-DE sng",
  "Lea F fr-FR sng", "Mathieu M fr-FR s", "Remi M fr-FR ng", "Lucia F es-ES sng", "Sergio M es-ES ng", "Bianca F it-IT sng", "Takumi M ja-JP sn", "Zhiyu F cmn-CN sn",
] as const;

const languageNames: Readonly<Record<string, string>> = {
  "en-US": "US English", "en-GB": "British English", "en-AU": "Australian English", "en-IN": "Indian English", "de-DE": "German", "fr-FR": "French", "es-ES": "Castilian Spanish",
  "it-IT": "Italian", "ja-JP": "Japanese", "cmn-CN": "Chinese Mandarin",
};

/** A selection of voices in Polly's shape. Which engines a voice has changes at AWS; here it is fixed, for tests. */
export const fakePollyVoices: readonly FakePollyVoice[] = rows.map((row) => {
  const [id = "", gender, language = "", engines = "", more] = row.split(" ");
  return {
    Id: id,
    Name: id,
    Gender: gender === "F" ? "Female" : "Male",
    LanguageCode: language,
    LanguageName: languageNames[language] ?? language,
    ...(more === undefined ? {} : { AdditionalLanguageCodes: [more] }),
    SupportedEngines: [...engines].flatMap((letter) => engineLetters[letter] ?? []),
  };
});

/** Tells whether a word names an engine of Polly. */
export function isPollyEngine(name: string): name is FakePollyEngine {
  return Object.values<string>(engineLetters).includes(name);
}

/** Answers `GET /v1/voices`: filtered, one page. The token is where the next page begins, in base64. */
export function listVoices(voices: readonly FakePollyVoice[], query: URLSearchParams, perPage: number): { Voices: readonly FakePollyVoice[]; NextToken?: string } | PollyRefusal {
  const engine = query.get("Engine");
  const language = query.get("LanguageCode");
  if (engine !== null && !isPollyEngine(engine)) return invalidParameter("engine", engine, Object.values(engineLetters));
  const withAdditional = query.get("IncludeAdditionalLanguageCodes") === "true";
  const found = voices.filter(
    (voice) =>
      (engine === null || voice.SupportedEngines.includes(engine)) &&
      (language === null || voice.LanguageCode === language || (withAdditional && voice.AdditionalLanguageCodes?.includes(language) === true)),
  );
  const token = query.get("NextToken");
  const from = token === null ? 0 : Number(Buffer.from(token, "base64url").toString("utf8"));
  if (!Number.isInteger(from) || from < 0 || (token !== null && (from === 0 || from >= found.length))) return refusal("InvalidNextTokenException");
  const next = from + perPage;
  return { Voices: found.slice(from, next), ...(next < found.length ? { NextToken: Buffer.from(String(next), "utf8").toString("base64url") } : {}) };
}
