import type { Engine, EngineEvent, Mark, SynthesisRequest } from "@parlando/engine";
import { createFakeClock, createPacedSink, createRandom, createScriptedEngine, type FakeClock, type ScriptedEngineOptions } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createSegmenter } from "../segments/create-segmenter.ts";
import type { MappedText, TextStage } from "../text/mapped-text.ts";
import { createSpeechStream } from "./create-speech-stream.ts";
import type { SpeechStream } from "./speech-stream.ts";
import type { StreamOptions } from "./stream-options.ts";

const TEXT =
  "Dr. Ito paid $4.50 at 7 p.m. for the tickets. “Is it far?” she asked. It is not; turn left, then right, and walk along the river until the second bridge comes into sight! " +
  "Well… maybe.\n\n今日は雨です。明日は晴れるでしょう。 The end came sooner than anybody had thought";

function sentencesOf(text: string): string[] {
  const segmenter = createSegmenter();
  return [...segmenter.push(text), ...segmenter.flush()].map((sentence) => sentence.text);
}

interface Spoken {
  marks: Mark[];
  events: string[];
  clock: FakeClock;
  stream: SpeechStream;
}

function open(options: StreamOptions, scripts: readonly ScriptedEngineOptions[]): Spoken {
  const clock = createFakeClock();
  const engines = scripts.map((script, index) => ({ engine: createScriptedEngine({ clock, id: `engine-${index}`, startMs: 100, realTimeFactor: 0.3, ...script }) }));
  const marks: Mark[] = [];
  const events: string[] = [];
  const stream = createSpeechStream(
    { engines, clock },
    { sink: createPacedSink({ clock }), onMark: (mark) => marks.push(mark), onSpoken: (mark) => events.push(`${mark.kind} ${mark.value}`), ...options },
  );
  return { marks, events, clock, stream };
}

async function speak(pieces: readonly string[], options: StreamOptions = {}, ...scripts: ScriptedEngineOptions[]): Promise<Mark[]> {
  const { marks, clock, stream } = open(options, scripts.length === 0 ? [{}] : scripts);
  for (const piece of pieces) void stream.feed(piece);
  stream.done();
  await clock.runUntil(stream.waitUntilDone());
  return marks;
}

const valuesOf = (marks: readonly Mark[], kind: Mark["kind"]): string[] => marks.filter((mark) => mark.kind === kind).map((mark) => mark.value);

function expectOrder(marks: readonly Mark[]): void {
  for (const kind of ["word", "sentence"] as const) {
    const times = marks.filter((mark) => mark.kind === kind).map((mark) => mark.timeMs);
    expect(times).toEqual(times.toSorted((left, right) => left - right));
    const offsets = marks.filter((mark) => mark.kind === kind).map((mark) => mark.textStart);
    expect(new Set(offsets).size).toBe(offsets.length);
    expect(offsets).toEqual(offsets.toSorted((left, right) => left - right));
  }
}

describe("marks of sentences", () => {
  const engines: [string, ScriptedEngineOptions][] = [
    ["word and sentence marks", {}],
    ["no marks", { marks: [] }],
    ["sentence marks only", { marks: ["sentence"] }],
    ["marks that come after the audio", { markOrder: "after" }],
    ["audio that comes whole", { output: "whole", marks: [] }],
  ];
  for (const [name, script] of engines) {
    it.each(["soonest", "balanced", "smoothest"] as const)(`are those of the fed text, once each and in order: ${name}, %s`, async (latency) => {
      const marks = await speak([TEXT], { latency }, script);
      expect(valuesOf(marks, "sentence")).toEqual(sentencesOf(TEXT));
      for (const mark of marks) expect(mark.value).toBe(TEXT.slice(mark.textStart, mark.textEnd));
      expectOrder(marks);
    });
  }

  it("begin where the engine says, when it tells sentences and no words", async () => {
    const told = (script: ScriptedEngineOptions): Promise<Mark[]> => speak(["One two three. ", "Four five six."], { marks: ["sentence"], latency: "smoothest" }, script);
    const [withWords, alone] = [await told({ marks: ["word", "sentence"] }), await told({ marks: ["sentence"] })];
    expect(alone.map(({ value, source, timeMs }) => [value, source, timeMs])).toEqual(withWords.map(({ value, source, timeMs }) => [value, source, timeMs]));
    expect(alone.map((mark) => mark.source)).toEqual(["native", "native"]);
  });

  it("begin with their first word, and their time is known as well as its", async () => {
    for (const script of [{}, { marks: [] }] satisfies ScriptedEngineOptions[]) {
      const marks = await speak([TEXT], {}, script);
      for (const sentence of marks.filter((mark) => mark.kind === "sentence")) {
        const first = marks.find((mark) => mark.kind === "word" && mark.textStart >= sentence.textStart);
        expect([sentence.timeMs, sentence.source, sentence.durationMs]).toEqual([first?.timeMs, first?.source, undefined]);
        expect(marks.indexOf(sentence)).toBeLessThan(marks.indexOf(first as Mark));
      }
    }
  });

  it("do not depend on the pieces, nor on a writer who stands still in mid-sentence", async () => {
    const random = createRandom(7);
    for (let round = 0; round < 5; round += 1) {
      const { marks, clock, stream } = open({ latency: "soonest" }, [{ marks: round % 2 === 0 ? [] : ["word"] }]);
      for (let start = 0; start < TEXT.length;) {
        const end = Math.min(TEXT.length, start + random.integer(1, 30));
        void stream.feed(TEXT.slice(start, end));
        await clock.advance(random.integer(0, 10) === 0 ? 1500 : 20);
        start = end;
      }
      stream.done();
      await clock.runUntil(stream.waitUntilDone());
      expect(valuesOf(marks, "sentence").map((value) => value.replaceAll(/\s+/gu, " "))).toEqual(sentencesOf(TEXT).map((value) => value.replaceAll(/\s+/gu, " ")));
      expectOrder(marks);
    }
  });

  it("are told when the writer pauses behind a finished one", async () => {
    const { marks, clock, stream } = open({ latency: "balanced" }, [{}]);
    void stream.feed("W1 w2 w3. ");
    await clock.advance(5000);
    expect(valuesOf(marks, "sentence")).toEqual(["W1 w2 w3."]);
    void stream.feed("W4 w5");
    await clock.advance(5000);
    expect(valuesOf(marks, "sentence")).toEqual(["W1 w2 w3."]);
    void stream.feed(" w6.");
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(valuesOf(marks, "sentence")).toEqual(["W1 w2 w3.", "W4 w5 w6."]);
  });

  it("end at a flush", async () => {
    const { marks, clock, stream } = open({}, [{}]);
    void stream.feed("A heading");
    stream.flush();
    void stream.feed("And what stands below it.");
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(valuesOf(marks, "sentence")).toEqual(["A heading", "And what stands below it."]);
  });

  it("are not left out where nothing is read aloud", async () => {
    const marks = await speak(["W1 w2.\n\n* * *\n\nW3 w4.\n\n---"], {}, {});
    expect(valuesOf(marks, "sentence")).toEqual(sentencesOf("W1 w2.\n\n* * *\n\nW3 w4.\n\n---"));
    expectOrder(marks);
  });

  it("point into the document that was fed, without its tags", async () => {
    const document = "<speak><s>Fish &amp; chips</s><s>Tea <emphasis>or</emphasis> coffee?</s> <p>Bye.</p></speak>";
    for (const script of [{}, { marks: [], capabilities: { ssml: ["speak", "s", "p", "emphasis"] } }, { capabilities: { ssml: [] } }] satisfies ScriptedEngineOptions[]) {
      const marks = await speak([document], { ssml: true }, script);
      expect(valuesOf(marks, "sentence")).toEqual(["Fish & chips", "Tea or coffee?", "Bye."]);
      const spoken = marks.filter((mark) => mark.kind === "sentence").map((mark) => document.slice(mark.textStart, mark.textEnd));
      expect(spoken).toEqual(["Fish &amp; chips", "Tea <emphasis>or</emphasis> coffee?", "Bye."]);
      expect(valuesOf(marks, "word").filter((word) => /^\w+$/u.test(word))).toEqual(["Fish", "chips", "Tea", "or", "coffee", "Bye"]);
    }
  });

  it("keep their place behind a stage that changes the text", async () => {
    const text = "It costs & costs. You & me & them. End.";
    const marks = await speak([text], { textStages: [createAndStage] }, { marks: [] });
    expect(valuesOf(marks, "sentence")).toEqual(["It costs & costs.", "You & me & them.", "End."]);
    expect(marks.filter((mark) => mark.kind === "word" && mark.value === "and").map((mark) => text.slice(mark.textStart, mark.textEnd))).toEqual(["&", "&", "&"]);
  });

  it.each<[string, (index: number, length: number) => number]>([
    ["before the text", () => -5],
    ["behind the text", () => 1e9],
    ["nowhere", () => Number.NaN],
    ["between two letters", (index) => index + 0.5],
    ["backwards", (index, length) => length - index],
    ["nothing", () => undefined as unknown as number],
  ])("point into the text that was fed, whatever a stage says of where its text comes from: %s", async (_, sourceAt) => {
    const texts = ["It is not far. ", "You go left here. ", "The end."];
    for (const marks of [["word"], []] as const) {
      const lying = (mapped: MappedText): MappedText => ({ text: mapped.text, sourceAt: (index) => sourceAt(index, mapped.text.length) });
      const told = await speak(texts, { textStages: [() => ({ push: lying, flush: () => ({ text: "", sourceAt: () => sourceAt(0, 0) }) })] }, { marks });
      expect(told.length).toBeGreaterThan(0);
      for (const { textStart, textEnd } of told) {
        expect([textStart, textEnd, Number.isInteger(textStart) && Number.isInteger(textEnd), textStart >= 0, textEnd >= textStart, textEnd <= texts.join("").length]).toEqual([textStart, textEnd, true, true, true, true]);
      }
    }
  });

  it("are heard when their first word begins", async () => {
    const { events, clock, stream } = open({}, [{}]);
    void stream.feed("W1 w2. W3 w4.");
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(events).toEqual(["sentence W1 w2.", "word W1", "word w2", "sentence W3 w4.", "word W3", "word w4"]);
  });

  it("need no words to be asked for", async () => {
    for (const script of [{}, { marks: [] }] satisfies ScriptedEngineOptions[]) {
      const marks = await speak([TEXT], { marks: ["sentence"] }, script);
      expect(marks.map((mark) => mark.kind)).toEqual(sentencesOf(TEXT).map(() => "sentence"));
    }
    expect(await speak([TEXT], { marks: ["bookmark"] }, { marks: [] })).toEqual([]);
  });
});

describe("marks of an engine that fails", () => {
  it("are never told twice, whoever goes on", async () => {
    const text = "W0 w1 w2 w3. W4 w5 w6 w7. W8 w9 w10 w11. W12 w13 w14 w15.";
    for (const marks of [["word"], []] as const) {
      const told = await speak(
        [text],
        { latency: "smoothest" },
        { marks, markOrder: "before", fault: (_, index) => (index > 0 ? { kind: "error", code: "SERVICE", retryable: index === 1 } : undefined) },
        { marks, markOrder: "before" },
      );
      expect(valuesOf(told, "word")).toEqual(text.match(/\w+/gu));
      expect(valuesOf(told, "sentence")).toEqual(sentencesOf(text));
      expectOrder(told);
    }
  });
});

describe("marks that are spoken", () => {
  const document = '<speak>One two <mark name="here"/>three four. Five <mark name="there"/>extraordinarily six.</speak>';

  it.each<[string, ScriptedEngineOptions, boolean]>([
    ["lengths are known", {}, true],
    ["no lengths are known", {}, false],
    ["marks come with their audio, which is made as it is played", { markOrder: "with", realTimeFactor: 0.8 }, false],
    ["words are estimated in audio that comes whole", { marks: [], output: "whole" }, true],
  ])("come when their beginning is played, of every kind, not before the first sound: %s", async (_, script, hasLengths) => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock, bufferMs: 20, frameMs: 5 });
    const scripted = createScriptedEngine({ clock, startMs: 100, realTimeFactor: 0.3, ...script });
    const engine: Engine = {
      ...scripted,
      async *synthesize(request: SynthesisRequest, signal: AbortSignal): AsyncGenerator<EngineEvent> {
        for await (const event of scripted.synthesize?.(request, signal) ?? []) {
          if (event.type === "mark" && !hasLengths) yield { type: "mark", mark: { ...event.mark, durationMs: undefined } };
          else yield event;
        }
      },
    };
    const playedMs = (): number => (sink.playedFrames() ?? 0) / 24;
    const spoken: [string, boolean, boolean, boolean][] = [];
    const known: string[] = [];
    const stream = createSpeechStream(
      { engines: [{ engine }], clock },
      {
        sink,
        ssml: true,
        latency: "smoothest",
        onMark: (mark) => known.push(mark.value),
        onSpoken: (mark) => spoken.push([mark.value, playedMs() > 0, playedMs() > mark.timeMs - 0.1, playedMs() <= mark.timeMs + 20]),
      },
    );
    void stream.feed(document);
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(spoken.map(([value]) => value)).toEqual(["One two three four.", "One", "two", "here", "three", "four", "Five extraordinarily six.", "Five", "there", "extraordinarily", "six"]);
    expect(known).toEqual(spoken.map(([value]) => value));
    for (const told of spoken) expect(told).toEqual([told[0], true, true, true]);
  });

  it("come when they are known, where that is after their audio was played", async () => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock, bufferMs: 20, frameMs: 5 });
    const engine = createScriptedEngine({ clock, startMs: 100, realTimeFactor: 0.9, markOrder: "after" });
    const playedMs = (): number => (sink.playedFrames() ?? 0) / 24;
    const waits: number[] = [];
    const knownAt = new Map<Mark, number>();
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink, latency: "soonest", prebufferMs: 0, onMark: (mark) => knownAt.set(mark, clock.now()), onSpoken: (mark) => waits.push(mark.timeMs < playedMs() - 50 ? clock.now() - (knownAt.get(mark) ?? 0) : 0) });
    void stream.feed("One two three four five six seven eight nine ten. Eleven twelve thirteen fourteen fifteen.");
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(waits).toHaveLength(17);
    expect(Math.max(...waits)).toBeLessThanOrEqual(5);
  });
});

describe("estimated words", () => {
  it("of a streaming engine are told inside their audio, in order, and never taken back", async () => {
    for (const seed of [1, 2, 3]) {
      const { marks, clock, stream } = open({ latency: "balanced" }, [{ marks: [], seed, startJitter: 0.5, chunkJitterMs: 60, msPerCharacter: 40 + seed * 30 }]);
      let handedMs = 0;
      stream.on("chunk", (chunk) => (handedMs += chunk.durationMs));
      stream.on("mark", (mark) => {
        // The chunk of a mark is told after it.
        expect(mark.timeMs).toBeLessThanOrEqual(handedMs + 100 + 1e-6);
      });
      void stream.feed(TEXT);
      stream.done();
      const report = await clock.runUntil(stream.waitUntilDone());
      const words = marks.filter((mark) => mark.kind === "word");
      expectOrder(marks);
      words.forEach((word, index) => {
        const end = word.timeMs + (word.durationMs ?? 0);
        expect(end).toBeLessThanOrEqual(report.audioMs + 1e-6);
        expect(end).toBeLessThanOrEqual((words[index + 1]?.timeMs ?? Infinity) + 1e-6);
      });
    }
  });

  it("fill in where the engine stops telling", async () => {
    const clock = createFakeClock();
    const scripted = createScriptedEngine({ clock });
    const text = "W1 w2 w3 w4 w5 w6 w7 w8 w9 w10.";
    for (const kept of [0, 4, 10]) {
      const engine = {
        ...scripted,
        async *synthesize(request: SynthesisRequest, signal: AbortSignal): AsyncGenerator<EngineEvent> {
          let words = 0;
          for await (const event of scripted.synthesize?.(request, signal) ?? []) if (event.type !== "mark" || event.mark.kind !== "word" || (words += 1) <= kept) yield event;
        },
      };
      const marks: Mark[] = [];
      const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink: createPacedSink({ clock }), marks: ["word"], onMark: (mark) => marks.push(mark) });
      void stream.feed(text);
      stream.done();
      await clock.runUntil(stream.waitUntilDone());
      expect(marks.map((mark) => mark.value)).toEqual(text.match(/\w+/gu));
      expect(marks.map((mark) => mark.source)).toEqual(marks.map((_, index) => (index < kept ? "native" : "estimated")));
      expectOrder(marks);
    }
  });
});

function createAndStage(): TextStage {
  const spoken = ({ text, sourceAt }: MappedText): MappedText => {
    const sources: number[] = [];
    let result = "";
    for (let index = 0; index < text.length; index += 1) {
      for (const letter of text[index] === "&" ? "and" : (text[index] ?? "")) {
        result += letter;
        sources.push(sourceAt(index));
      }
    }
    return { text: result, sourceAt: (index) => sources[index] ?? sourceAt(text.length) };
  };
  return { push: spoken, flush: () => ({ text: "", sourceAt: () => 0 }) };
}
