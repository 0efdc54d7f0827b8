import { createEspeakEngine, type EspeakEngine } from "@parlando/espeak";
import type { EngineEvent, Mark, SynthesisRequest } from "@parlando/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

// These run against the built package: its worker is a file that only exists there.
let engine: EspeakEngine;
beforeAll(() => {
  engine = createEspeakEngine();
});
afterAll(() => engine.close());

interface Spoken {
  events: EngineEvent[];
  samples: Float32Array;
  marks: Mark[];
  warnings: string[];
  ms: number;
}

async function speak(text: string, rest: Partial<SynthesisRequest> = {}, from: EspeakEngine = engine): Promise<Spoken> {
  const request: SynthesisRequest = { text, ssml: false, format: from.capabilities.formats[0]!, marks: ["word", "sentence"], ...rest };
  const events: EngineEvent[] = [];
  for await (const event of from.synthesize(request, new AbortController().signal)) events.push(event);
  const blocks = events.flatMap((event) => (event.type === "pcm" ? [event.samples] : []));
  const samples = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    samples.set(block, at);
    at += block.length;
  }
  return {
    events,
    samples,
    marks: events.flatMap((event) => (event.type === "mark" ? [event.mark] : [])),
    warnings: events.flatMap((event) => (event.type === "warning" ? [event.code] : [])),
    ms: samples.length / 22.05,
  };
}

const words = (spoken: Spoken): string[] => spoken.marks.filter((mark) => mark.kind === "word").map((mark) => mark.value);
const loudness = (samples: Float32Array): number => Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
/** One word of answer: the runner would take minutes to print where long arrays differ. */
const sameSamples = (one: Float32Array, other: Float32Array = new Float32Array()): boolean => one.length === other.length && one.every((sample, index) => sample === other[index]);
const sentence = "The quick brown fox jumps over the lazy dog.";

describe("the audio", () => {
  it("begins with its true format, then comes in blocks while it is made", async () => {
    const { events, samples } = await speak(sentence);
    expect(events[0]).toEqual({ type: "start", format: { encoding: "pcm-f32le", sampleRate: 22_050, channels: 1 } });
    const blocks = events.filter((event) => event.type === "pcm");
    expect(blocks.length).toBeGreaterThan(10);
    expect(Math.max(...samples)).toBeGreaterThan(0.1);
    expect(samples.every((sample) => Number.isInteger(sample * 32_768))).toBe(true);
  });

  it("is the same for the same request, whatever was said before", async () => {
    const first = await speak(sentence);
    await speak("Etwas anderes.", { voice: "de", rate: 2 });
    await speak("<speak>More <prosody rate=\"slow\">things</prosody></speak>", { ssml: true });
    const again = await speak(sentence);
    const other = createEspeakEngine();
    try {
      const elsewhere = await speak(sentence, {}, other);
      for (const spoken of [again, elsewhere]) {
        expect(spoken.samples).toEqual(first.samples);
        expect(spoken.marks).toEqual(first.marks);
      }
    } finally {
      await other.close();
    }
  });

  it("is the same from every worker, the noise of breathy voices too", async () => {
    const voices = ["en-us+f3", "en-us+whisper"];
    const here = await Promise.all(voices.map((voice) => speak(sentence, { voice })));
    // The library would seed its noise with the time in seconds.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const other = createEspeakEngine();
    try {
      for (const [index, voice] of voices.entries()) expect(sameSamples((await speak(sentence, { voice }, other)).samples, here[index]?.samples)).toBe(true);
    } finally {
      await other.close();
    }
  });

  it.each([["rate", { rate: 2 }, 0.5], ["rate", { rate: 0.6 }, 1 / 0.6]] as const)("changes its %s %o", async (_name, prosody, factor) => {
    const [normal, changed] = [await speak(sentence), await speak(sentence, prosody)];
    expect(changed.ms / normal.ms / factor).toBeGreaterThan(0.9);
    expect(changed.ms / normal.ms / factor).toBeLessThan(1.1);
    expect(changed.warnings).toEqual([]);
  });

  it("scales linearly with the volume and never beyond full scale", async () => {
    const [normal, half, silent, loud] = [await speak(sentence), await speak(sentence, { volume: 0.5 }), await speak(sentence, { volume: 0 }), await speak(sentence, { volume: 4 })];
    expect(half.samples).toEqual(normal.samples.map((sample) => sample * 0.5));
    expect(silent.samples.every((sample) => sample === 0)).toBe(true);
    expect(loudness(loud.samples)).toBeGreaterThan(loudness(normal.samples) * 2);
    expect(Math.max(...loud.samples.map(Math.abs))).toBe(1);
  });

  it("shifts its pitch by semitones", async () => {
    const text = "Mary may marry a lonely man in May, you know. Are you really alone now?";
    const base = pitchOf((await speak(text)).samples);
    for (const semitones of [-6, 4, 8]) {
      const shifted = 12 * Math.log2(pitchOf((await speak(text, { pitch: semitones })).samples) / base);
      expect(Math.abs(shifted - semitones)).toBeLessThan(0.8);
    }
  });

  it("warns when an option is beyond what it can do", async () => {
    expect((await speak("Hi.", { rate: 9 })).warnings).toEqual(["OPTION_CLAMPED"]);
    expect((await speak("Hi.", { rate: 0.1 })).warnings).toEqual(["OPTION_CLAMPED"]);
    expect((await speak("Hi.", { pitch: 24, volume: 9 })).warnings).toEqual(["OPTION_CLAMPED", "OPTION_CLAMPED"]);
    expect((await speak("Hi.", { pitch: 9, rate: 0.5, volume: 2 })).warnings).toEqual([]);
  });

  it.each(["   ", "...!?", "\u0000", "\ud800", "\u0000\udc00\u200b", "\u0001\u001b[0m", "😶"])("ends well for %j", async (text) => {
    const { events } = await speak(text);
    expect(events[0]?.type).toBe("start");
  });
});

describe("plain text", () => {
  it("is not read as markup or as phonemes", async () => {
    expect(words(await speak("x <b>bold</b> y"))).toEqual(["x", "b", "bold", "b", "y"]);
    expect(words(await speak("[[h@l'oU]] there"))).toEqual(["h@l'oU", "there"]);
    const spelled = await speak("[[h@l'oU]] there");
    const phonemes = await speak("hello there");
    expect(spelled.ms).toBeGreaterThan(phonemes.ms * 1.5);
  });

  it("says the same with an escaped and a bare ampersand's neighbours", async () => {
    expect(words(await speak("AT&T and R&D"))).toEqual(["AT&T", "and", "R&D"]);
  });
});

describe("word marks", () => {
  const cases: [text: string, rest: Partial<SynthesisRequest>, expected: string[]][] = [
    ["Hello 😀 world. It costs $12.50 now.", {}, ["Hello", "😀", "world", "It", "costs", "$12.50", "now"]],
    ["Dr. Smith's e-mail is a.b@c.com; well-known U.S.A. 3,000.5%", {}, ["Dr", "Smith's", "e-mail", "is", "a.b@c.com", "well-known", "U.S.A", "3,000.5%"]],
    ["naïve cafe\u0301 é x\u0301 test", {}, ["naïve", "cafe\u0301", "é", "x\u0301", "test"]],
    ["مرحبا بالعالم. كيف حالك؟", { voice: "ar" }, ["مرحبا", "بالعالم", "كيف", "حالك"]],
    ["नमस्ते दुनिया। आप कैसे हैं?", { language: "hi-IN" }, ["नमस्ते", "दुनिया", "आप", "कैसे", "हैं"]],
    ["你好,世界。今天天气很好。", { language: "zh-CN" }, ["你好", "世界", "今天", "天气", "很好"]],
    ["こんにちは世界。", { voice: "ja" }, ["こんにちは", "世界"]],
    ["สวัสดีชาวโลก", { voice: "th" }, ["สวัสดี", "ชาว", "โลก"]],
    ["He said: \"hello (world)\" — ok… yes!", {}, ["He", "said", "hello", "world", "ok", "yes"]],
    ["👩🏽‍🚀 and 🇩🇪 fly at 10:30, 1/2 of them", {}, ["👩🏽‍🚀", "and", "🇩🇪", "fly", "at", "10:30", "1/2", "of", "them"]],
  ];

  it.each(cases)("of %s", async (text, rest, expected) => {
    const spoken = await speak(text, rest);
    const marks = spoken.marks.filter((mark) => mark.kind === "word");
    expect(marks.map((mark) => mark.value)).toEqual(expected);
    let [lastEnd, lastMs] = [0, 0];
    for (const mark of marks) {
      expect(text.slice(mark.textStart, mark.textEnd)).toBe(mark.value);
      expect(mark.textStart).toBeGreaterThanOrEqual(lastEnd);
      expect(mark.timeMs).toBeGreaterThanOrEqual(lastMs);
      expect(mark.durationMs).toBeGreaterThan(0);
      expect(mark.timeMs + mark.durationMs!).toBeLessThanOrEqual(spoken.ms + 1);
      [lastEnd, lastMs] = [mark.textEnd, mark.timeMs];
    }
  });

  it("are where the sound is: each word alone is about as long as its mark", async () => {
    const { marks } = await speak("Elephants remember everything.");
    for (const mark of marks.filter(({ kind }) => kind === "word")) {
      const alone = await speak(mark.value);
      expect(Math.abs(alone.ms - 150 - mark.durationMs!)).toBeLessThan(250);
    }
  });

  it("are told apart when the time was worked out", async () => {
    const { marks } = await speak("สวัสดีชาวโลก", { voice: "th" });
    expect(marks.filter((mark) => mark.kind === "word").map((mark) => mark.source)).toEqual(["native", "estimated", "estimated"]);
    expect((await speak(sentence)).marks.every((mark) => mark.source === "native")).toBe(true);
  });

  it("come before the audio that they are in, in the order of their times", async () => {
    const { events } = await speak(`${sentence} ${sentence}`, { marks: ["word", "sentence", "phoneme", "viseme"] });
    let [frames, last] = [0, 0];
    for (const event of events) {
      if (event.type === "pcm") frames += event.samples.length;
      if (event.type !== "mark") continue;
      expect(event.mark.timeMs).toBeGreaterThanOrEqual(last);
      expect(event.mark.timeMs + 1).toBeGreaterThanOrEqual(frames / 22.05);
      last = event.mark.timeMs;
    }
  });
});

describe("other marks", () => {
  it("tell sentences, from the first word on", async () => {
    const text = "  First one. Is this the second? Third!";
    const { marks } = await speak(text);
    const sentences = marks.filter((mark) => mark.kind === "sentence");
    expect(sentences.map((mark) => mark.value)).toEqual(["First one.", "Is this the second?", "Third!"]);
    for (const mark of sentences) {
      expect(text.slice(mark.textStart, mark.textEnd)).toBe(mark.value);
      expect(marks.some((word) => word.kind === "word" && word.timeMs === mark.timeMs && word.textStart === mark.textStart)).toBe(true);
    }
  });

  it("tell phonemes and visemes, only when asked", async () => {
    const { marks } = await speak("Hello world", { marks: ["phoneme", "viseme"] });
    const value = (kind: string): string[] => marks.filter((mark) => mark.kind === kind).map((mark) => mark.value);
    expect(value("phoneme")).toEqual(["h", "ə", "l", "ˈoʊ", "w", "ˈɜː", "l", "d"]);
    expect(value("viseme")).toEqual(["12", "1", "14", "8", "7", "5", "14", "19", "0"]);
    expect(value("word")).toEqual([]);
    expect(marks.filter((mark) => mark.kind === "phoneme").map((mark) => mark.textStart)).toEqual([0, 0, 0, 0, 6, 6, 6, 6]);
    expect((await speak("Hello world", { marks: [] })).marks).toEqual([]);
  });
});

describe("SSML", () => {
  const ssml = (text: string, marks: SynthesisRequest["marks"] = ["word"]): Promise<Spoken> => speak(text, { ssml: true, marks });
  const compare = async (one: string, other: string): Promise<number> => (await ssml(one)).ms - (await ssml(other)).ms;
  const plain = "<speak>Hello big world</speak>";

  it("counts offsets in the document", async () => {
    const text = "<speak>Hello 😀 <mark name=\"one\"/> big <emphasis>world</emphasis> &amp; <sub alias=\"World Wide Web\">WWW</sub> is it.</speak>";
    const { marks } = await ssml(text, ["word", "bookmark"]);
    for (const mark of marks) if (mark.kind === "word") expect(text.slice(mark.textStart, mark.textEnd)).toBe(mark.value);
    expect(marks.map((mark) => mark.value)).toEqual(["Hello", "😀", "one", "big", "world", "&amp;", "WWW", "is", "it"]);
    expect(text.slice(marks[2]!.textStart, marks[2]!.textEnd)).toBe("<mark name=\"one\"/>");
    const [web, after] = [marks.find((mark) => mark.value === "WWW"), marks.find((mark) => mark.value === "is")];
    expect(after!.timeMs - web!.timeMs).toBeGreaterThan(600);
  });

  it("honours every element that it claims", async () => {
    expect(await compare("<speak>Hello <break time=\"800ms\"/> big world</speak>", plain)).toBeGreaterThan(700);
    expect(await compare("<speak>Hello <prosody rate=\"slow\">big</prosody> world</speak>", plain)).toBeGreaterThan(20);
    expect((await ssml("<speak>Hello <emphasis level=\"strong\">big</emphasis> world</speak>")).samples).not.toEqual((await ssml(plain)).samples);
    expect(await compare("<speak><p>Hello</p><p>big world</p></speak>", plain)).toBeGreaterThan(300);
    expect(await compare("<speak><s>Hello</s><s>big world</s></speak>", plain)).toBeGreaterThan(300);
    expect(await compare("<speak><say-as interpret-as=\"characters\">abc</say-as></speak>", "<speak>abc</speak>")).not.toBe(0);
    expect(await compare("<speak><say-as interpret-as=\"digits\">1234</say-as></speak>", "<speak>1234</speak>")).toBeLessThan(-200);
    expect((await ssml("<speak>Hello <voice name=\"de\">big</voice> world</speak>")).samples).not.toEqual((await ssml(plain)).samples);
    expect(await compare("<speak><sub alias=\"World Wide Web Consortium\">W3C</sub></speak>", "<speak>Hi</speak>")).toBeGreaterThan(500);
    expect((await ssml("<speak>Hello<mark name=\"here\"/> big world</speak>", ["bookmark"])).marks.map((mark) => mark.value)).toEqual(["here"]);
    const tried = ["break", "prosody", "emphasis", "p", "s", "say-as", "voice", "sub", "mark", "speak"];
    expect([...engine.capabilities.ssml].sort()).toEqual(tried.sort());
  });

  it("speaks on where a voice is named that is only a variant", async () => {
    const [named, plainly] = [await ssml("<speak>Hi <voice name=\"Annie\">there my friend</voice></speak>"), await ssml("<speak>Hi there my friend</speak>")];
    expect(named.ms).toBeGreaterThan(plainly.ms * 0.9);
    expect(words(named)).toEqual(["Hi", "there", "my", "friend"]);
  });

  it("warns of elements that are not honoured, and speaks their text", async () => {
    const spoken = await ssml("<speak>Hello <lang xml:lang=\"fr\">there</lang></speak>");
    expect(spoken.warnings).toEqual(["SSML_IGNORED"]);
    expect(words(spoken)).toEqual(["Hello", "there"]);
  });

  it.each(["<speak>Hello <b", "<speak", "<", "</speak>", "<speak>a</b></speak>", "&", "&#1;80S", "<speak>a < b</speak>", "<!-- never closed"])("survives %s", async (text) => {
    expect((await ssml(text)).events[0]?.type).toBe("start");
  });
});

describe("voices", () => {
  it("are all there, with BCP-47 languages", async () => {
    const voices = await engine.voices(new AbortController().signal);
    expect(voices.length).toBeGreaterThan(130);
    expect(new Set(voices.map((voice) => voice.id)).size).toBe(voices.length);
    for (const voice of voices) {
      expect(voice.engine).toBe("espeak");
      expect(voice.languages.length).toBeGreaterThan(0);
      for (const language of voice.languages) expect(Intl.getCanonicalLocales(language)).toHaveLength(1);
    }
    expect(voices.find((voice) => voice.id === "en-gb-x-rp")?.languages).toEqual(["en-GB-x-rp", "en-GB", "en"]);
  });

  it("all speak", async () => {
    const silent: string[] = [];
    for (const voice of await engine.voices(new AbortController().signal)) {
      const { samples } = await speak("hello 1 2", { voice: voice.id, marks: [] });
      if (loudness(samples) < 0.01) silent.push(voice.id);
    }
    expect(silent).toEqual([]);
  }, 120_000);

  it("are found by id, by file, by name, by variant and by language", async () => {
    const american = (await speak("Hello there", { voice: "en-us" })).samples;
    for (const voice of ["EN-US", "gmw/en-US", "English (America)"]) expect((await speak("Hello there", { voice })).samples).toEqual(american);
    expect((await speak("Hello there")).samples).toEqual(american);
    expect((await speak("Hello there", { language: "en" })).samples).toEqual(american);
    expect((await speak("Hello there", { language: "en-GB" })).samples).not.toEqual(american);
    const variant = (await speak("Hello there", { voice: "en-us+f3" })).samples;
    expect(variant).not.toEqual(american);
    expect((await speak("Hello there", { voice: "en-us", engineOptions: { variant: "f3" } })).samples).toEqual(variant);
    expect((await speak("Bonjour", { language: "fr-FR" })).samples).toEqual((await speak("Bonjour", { voice: "fr-fr" })).samples);
  });

  it.each([
    ["a voice", { voice: "en-uk" }, "VOICE_NOT_FOUND", /"en-uk".*en-us/u],
    ["a variant", { voice: "en-us+nobody" }, "VOICE_NOT_FOUND", /variant "nobody"/u],
    ["a language", { language: "xx" }, "VOICE_NOT_FOUND", /language "xx"/u],
    ["no language tag", { language: "!" }, "VOICE_NOT_FOUND", /language "!"/u],
    ["an option", { engineOptions: { wordGap: 1 } }, "INVALID_CONFIG", /"wordGap".*variant, intonation/u],
    ["a number", { rate: Number.NaN }, "INVALID_INPUT", /rate/u],
    ["nothing to say", { text: "" }, "INVALID_INPUT", /empty/u],
    ["too much to say", { text: "a".repeat(5_001) }, "TEXT_TOO_LONG", /5001.*5000/u],
  ] as const)("or errors say what is wrong with %s", async (_name, rest, code, message) => {
    await expect(speak("Hi", rest)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect((await speak("Hi")).samples.length).toBeGreaterThan(1000);
  });
});

/** Median fundamental frequency: the shortest lag whose autocorrelation is near the best. */
function pitchOf(samples: Float32Array): number {
  const found: number[] = [];
  for (let at = 0; at + 1_400 < samples.length; at += 441) {
    const lag = bestLag(samples.subarray(at, at + 1_400));
    if (lag > 0) found.push(22_050 / lag);
  }
  return found.sort((one, other) => one - other)[found.length >> 1] ?? 0;
}

function bestLag(block: Float32Array): number {
  const scores: number[] = [];
  for (let lag = 40; lag < 600; lag += 1) {
    let [product, one, other] = [0, 1e-9, 1e-9];
    for (let index = 0; index < 700; index += 1) {
      product += block[index]! * block[index + lag]!;
      one += block[index]! ** 2;
      other += block[index + lag]! ** 2;
    }
    scores.push(one < 0.2 ? 0 : product / Math.sqrt(one * other));
  }
  const best = Math.max(...scores);
  if (best < 0.85) return 0;
  const index = scores.findIndex((score, place) => score > best * 0.93 && score >= (scores[place - 1] ?? 1) && score >= (scores[place + 1] ?? 1));
  return index < 0 ? 0 : index + 40;
}
