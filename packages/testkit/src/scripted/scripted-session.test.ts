import type { SessionEvent, SynthesisRequest } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { createFakeClock } from "../clock/fake-clock.ts";
import { assertSpoken } from "../words/decode-words.ts";
import { createScriptedEngine } from "./scripted-engine.ts";
import type { ScriptedEngineOptions } from "./scripted-options.ts";

const request: Omit<SynthesisRequest, "text"> = { ssml: false, format: { encoding: "pcm-f32le", sampleRate: 24_000, channels: 1 }, marks: ["word"] };

async function open(options: ScriptedEngineOptions = {}, signal = new AbortController().signal) {
  const engine = createScriptedEngine({ input: ["segment", "incremental"], ...options });
  const session = await engine.openSession?.(request, signal);
  if (session === undefined) throw new TypeError("no session");
  return { engine, session };
}

async function collect(events: AsyncIterable<SessionEvent>, into: SessionEvent[] = []): Promise<SessionEvent[]> {
  for await (const event of events) into.push(event);
  return into;
}

const samplesOf = (events: readonly SessionEvent[]): Float32Array => Float32Array.from(events.flatMap((event) => (event.type === "pcm" ? [...event.samples] : [])));
const kinds = (events: readonly SessionEvent[]): string[] => events.map((event) => (event.type === "flushed" ? `flushed ${event.through}` : event.type)).filter((kind, index, all) => kind !== all[index - 1]);

describe("a scripted session", () => {
  it("speaks a segment for each flush, in the times and offsets of the turn", async () => {
    const { engine, session } = await open({ markOrder: "before" });
    const reading = collect(session.events);
    for (const piece of ["w1 ", "w2 w", "3. "]) await session.write(piece);
    await session.flush();
    await session.flush();
    await session.write("w4.");
    await session.end();
    const events = await reading;
    expect(kinds(events)).toEqual(["start", "mark", "pcm", "flushed 10", "mark", "pcm", "flushed 13", "usage"]);
    assertSpoken(samplesOf(events), 24_000, "w1 w2 w3. w4.");
    const marks = events.flatMap((event) => (event.type === "mark" ? [event.mark] : []));
    expect(marks.map((mark) => "w1 w2 w3. w4.".slice(mark.textStart, mark.textEnd))).toEqual(["w1", "w2", "w3", "w4"]);
    expect(marks.at(-1)?.timeMs).toBeCloseTo(10 * (1000 / 15), 6);
    expect(engine.requests.map(({ text, state }) => [text, state])).toEqual([["w1 w2 w3. ", "finished"], ["w4.", "finished"]]);
    await expect(session.write("w5")).rejects.toMatchObject({ code: "STREAM_CLOSED" });
  });

  it("can speak before it is told to", async () => {
    const clock = createFakeClock();
    const { session } = await open({ clock, eagerCharacters: 6 });
    const events: SessionEvent[] = [];
    const reading = collect(session.events, events);
    await session.write("w1 w2 w3");
    await clock.settle();
    assertSpoken(samplesOf(events), 24_000, "w1 w2");
    expect(events.some((event) => event.type === "flushed")).toBe(false);
    await session.end();
    await reading;
    assertSpoken(samplesOf(events), 24_000, "w1 w2 w3");
  });

  it("says where its marks are in the audio that it gave, also where a part of the turn was silent", async () => {
    const { session } = await open({ eagerCharacters: 6, fault: (_, index) => (index === 1 ? { kind: "no-audio" } : undefined) });
    const reading = collect(session.events);
    for (const piece of ["w1 w2 ", "w3 w4 ", "w5 w6"]) await session.write(piece);
    await session.end();
    const events = await reading;
    assertSpoken(samplesOf(events), 24_000, "w1 w2 w5 w6");
    const marks = events.flatMap((event) => (event.type === "mark" ? [event.mark] : []));
    expect(marks.map(({ value, textStart, timeMs }) => [value, textStart, Math.round(timeMs)])).toEqual([["w1", 0, 0], ["w2", 3, 200], ["w5", 12, 400], ["w6", 15, 600]]);
  });

  it("holds the writer back while nothing is read", async () => {
    const { session } = await open({ sessionCharacters: 10 });
    await session.write("w1 w2 w3 w4 w5");
    await session.flush();
    let written = false;
    const writing = session.write(" w6").then(() => (written = true));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(written).toBe(false);
    const reading = collect(session.events);
    await writing;
    await session.end();
    assertSpoken(samplesOf(await reading), 24_000, "w1 w2 w3 w4 w5 w6");
  });

  it("takes its time", async () => {
    const clock = createFakeClock();
    const { session } = await open({ clock, startMs: 100, realTimeFactor: 0.5, wordMs: 200 });
    const reading = collect(session.events);
    await session.write("w1 w2");
    await session.end();
    await clock.runUntil(reading);
    expect(clock.now()).toBe(300);
  });

  it("ends the turn when it is canceled, and has another", async () => {
    const clock = createFakeClock();
    const { engine, session } = await open({ clock, realTimeFactor: 1 });
    const reading = collect(session.events);
    await session.write("w1 w2 w3 w4.");
    await session.flush();
    await clock.advance(100);
    await session.cancel();
    await clock.runUntil(reading);
    expect(engine.requests[0]?.state).toBe("aborted");
    const next = session.nextTurn?.();
    if (next === undefined) throw new TypeError("no turn");
    const second = collect(next);
    await session.write("w9");
    await session.end();
    assertSpoken(samplesOf(await clock.runUntil(second)), 24_000, "w9");
    expect(clock.pending).toBe(0);
  });

  it("ends with its signal, and when it is closed", async () => {
    for (const how of ["abort", "close"] as const) {
      const controller = new AbortController();
      const { engine, session } = await open({ fault: { kind: "stall", afterMs: 40 } }, controller.signal);
      const reading = collect(session.events);
      reading.catch(() => {});
      await session.write("w1 w2");
      await session.flush();
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (how === "abort") controller.abort();
      else await session.close();
      await expect(reading).rejects.toMatchObject({ code: "ABORTED" });
      await expect(session.write("more")).rejects.toMatchObject({ code: "STREAM_CLOSED" });
      await session.close();
      expect(engine.activeRequests).toBe(0);
    }
  });

  it("ends as a server would when it gets no text for too long, or is not read", async () => {
    const clock = createFakeClock();
    const silent = await open({ clock, limits: { idleMs: 1000 } });
    const reading = collect(silent.session.events);
    reading.catch(() => {});
    await silent.session.write("w1");
    await clock.advance(900);
    await silent.session.write(" w2");
    await clock.advance(900);
    expect(await Promise.race([reading.then(() => "ended", () => "failed"), clock.settle().then(() => "open")])).toBe("open");
    await clock.advance(200);
    await expect(reading).rejects.toMatchObject({ code: "CONNECTION" });
    expect(clock.pending).toBe(0);

    const unread = await open({ clock, limits: { idleMs: 1000 } });
    await unread.session.write("w1 w2 w3");
    await unread.session.flush();
    const iterator = unread.session.events[Symbol.asyncIterator]();
    await iterator.next();
    await clock.advance(1100);
    await expect(iterator.next()).rejects.toMatchObject({ code: "CONNECTION" });
  });

  it("fails as its script says", async () => {
    const { session } = await open({ fault: { kind: "error", code: "SERVICE" } });
    const reading = collect(session.events);
    reading.catch(() => {});
    await session.write("w1");
    await session.end();
    await expect(reading).rejects.toMatchObject({ code: "SERVICE" });
  });
});
