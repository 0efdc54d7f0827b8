import { TTSError } from "@parlando/engine";
import { createFakeClock, createPacedSink, createScriptedEngine, decodeWords, expectedWords, numberedText } from "@parlando/testkit";
import { it } from "vitest";
import { createSpeechStream } from "./create-speech-stream.ts";
import { accountOf } from "../synthesis/engine-account.ts";
import { appendFileSync, writeFileSync } from "node:fs";
const F = "/tmp/breaker4/t2.log"; writeFileSync(F, "");
const log = (...a: unknown[]) => appendFileSync(F, a.map((x) => typeof x === "string" ? x : JSON.stringify(x, (_k, v) => typeof v === "number" && !Number.isFinite(v) ? String(v) : v)).join(" ") + "\n");
process.on("unhandledRejection", (e) => log("UNHANDLED", String((e as any)?.stack ?? e)));
const T = numberedText({ words: 30, sentenceWords: 10 });
async function run(name: string, f: () => Promise<void>) { try { await f(); } catch (e) { log(name, "THREW", String(e), String((e as any).stack).slice(0,300)); } }
const errOf = (p: Promise<unknown>) => p.then((r: any) => ({ ok: true, failovers: r?.failovers, attempts: r?.attempts }), (e) => ({ code: e.code, msg: e.message, retryAfterMs: String(e.retryAfterMs) }));

it("t", async () => {
  for (const retryAfterMs of [NaN, -5, Infinity, 1e308, 0]) for (const code of ["RATE_LIMITED", "SERVICE"] as const) await run(`retryAfter ${retryAfterMs} ${code}`, async () => {
    const clock = createFakeClock();
    let bad = true;
    const engine = createScriptedEngine({ clock, fault: () => bad ? { kind: "error", code, retryAfterMs } : undefined });
    const b = createScriptedEngine({ clock, id: "b" });
    const speak = async (engines: any[]) => { const s = createSpeechStream({ engines: engines.map((e) => ({ engine: e })), clock }, { sink: createPacedSink({ clock }) }); void s.feed("One two three."); s.done(); return await errOf(clock.runUntil(s.waitUntilDone())); };
    const r1 = await speak([engine]);
    bad = false;
    await clock.advance(3_600_000);
    const before = engine.requests.length;
    const r2 = await speak([engine]);
    const r3 = await speak([engine, b]);
    log(`retryAfter ${retryAfterMs} ${code}`, r1, "| 1h later, healed:", r2, "with b:", r3, "requests then", engine.requests.length - before, "openUntil", accountOf(engine).circuit.openUntilMs);
  });

  await run("concurrent outage", async () => {
    const clock = createFakeClock();
    let bad = true;
    const a = createScriptedEngine({ clock, id: "a", startMs: 100, limits: { concurrency: 100 }, fault: () => bad ? { kind: "error", code: "SERVICE", retryable: false } : undefined });
    const b = createScriptedEngine({ clock, id: "b", limits: { concurrency: 100 } });
    const speak = (): Promise<any> => { const s = createSpeechStream({ engines: [{ engine: a }, { engine: b }], clock }, { sink: createPacedSink({ clock }) }); void s.feed("One two three."); s.done(); return s.waitUntilDone(); };
    await clock.runUntil(Promise.all(Array.from({ length: 8 }, speak)));
    log("concurrent outage: 8 streams, one failure each at the same time; a rests until", accountOf(a).circuit.openUntilMs, "now", clock.now());
  });

  await run("probe stuck", async () => {
    const clock = createFakeClock();
    let bad = true, retryable = false;
    const a = createScriptedEngine({ clock, id: "a", fault: () => bad ? { kind: "error", code: "SERVICE", retryable, ...(retryable && { retryAfterMs: 4000 }) } : undefined });
    const b = createScriptedEngine({ clock, id: "b" });
    const open = () => { const s = createSpeechStream({ engines: [{ engine: a }, { engine: b }], clock }, { sink: createPacedSink({ clock }) }); void s.feed("One two three."); s.done(); s.waitUntilDone().catch(() => {}); return s; };
    await clock.runUntil(open().waitUntilDone());
    await clock.advance(10_000);
    retryable = true;
    const probe = open();
    await clock.advance(500);
    await clock.runUntil(probe.interrupt());
    bad = false;
    for (const h of [1, 10, 100]) { await clock.advance(h * 3_600_000); const n = a.requests.length; const r: any = await clock.runUntil(open().waitUntilDone()); log("probe stuck: hours", h, "engines", r.engines, "a asked", a.requests.length - n, "allows", accountOf(a).circuit.allows(clock.now())); }
  });

  await run("voices", async () => {
    const kinds: Record<string, any> = {
      hang: () => new Promise(() => {}), throwSync: () => { throw new Error("x"); }, reject: async () => { throw new Error("x"); }, undef: async () => undefined, nolang: async () => [{ id: "v", name: "v" }], nulls: async () => [null], notArray: async () => ({ voices: [] }), abortDeaf: (s: AbortSignal) => new Promise((_r, j) => s.addEventListener("abort", () => setTimeout(() => j(new Error("late")), 5))),
    };
    for (const [k, voices] of Object.entries(kinds)) for (const input of [["segment"], ["segment", "incremental"]] as any[]) {
      const clock = createFakeClock();
      const a = createScriptedEngine({ clock, id: "a", input, marks: ["word"], realTimeFactor: 0.3, fault: { kind: "error", code: "SERVICE", retryable: false, afterMs: 1000 } });
      const b = Object.assign(Object.create(createScriptedEngine({ clock, id: "b", input, marks: ["word"], realTimeFactor: 0.3 })), { voices });
      const sink = createPacedSink({ clock });
      const s = createSpeechStream({ engines: [{ engine: a, language: "en" }, { engine: b }], clock }, { sink });
      void s.feed(T); s.done();
      const r = await errOf(clock.runUntil(s.waitUntilDone()));
      await clock.advance(60_000);
      log("voices", k, input, r, "pending", clock.pending, "ok", JSON.stringify(decodeWords(sink.played(), 24000).filter((w) => w.complete).map((w) => w.id)) === JSON.stringify(expectedWords(T)));
    }
  });

  // marks with wrong offsets, engine a dies in mid segment
  await run("marks", async () => {
    const alter: Record<string, (m: any) => any> = {
      beyond: (m) => ({ ...m, textStart: m.textStart + 10_000, textEnd: m.textEnd + 10_000 }),
      negative: (m) => ({ ...m, textStart: -5, textEnd: -1 }),
      nanText: (m) => ({ ...m, textStart: NaN, textEnd: NaN }),
      nanTime: (m) => ({ ...m, timeMs: NaN }),
      infTime: (m) => ({ ...m, timeMs: Infinity }),
      negTime: (m) => ({ ...m, timeMs: -m.timeMs }),
      seconds: (m) => ({ ...m, timeMs: m.timeMs / 1000, durationMs: (m.durationMs ?? 0) / 1000 }),
      ticks: (m) => ({ ...m, timeMs: m.timeMs * 10000 }),
      reversed: (m) => ({ ...m, textStart: m.textEnd, textEnd: m.textStart }),
      half: (m) => ({ ...m, textStart: m.textStart + 1, textEnd: m.textEnd + 1 }),
      zero: (m) => ({ ...m, textStart: 0, textEnd: 2 }),
      wholeDur: (m) => ({ ...m, durationMs: NaN }),
      negDur: (m) => ({ ...m, durationMs: -500 }),
    };
    const some: Record<string, (m: any, i: number) => any> = { ...Object.fromEntries(Object.entries(alter).map(([k, f]) => [k, (m: any) => f(m)])), everyThirdMissing: (m, i) => i % 3 === 1 ? undefined : m, onlyFirst: (m, i) => i === 0 ? m : undefined, lastBeyondOnly: (m, i) => i === 4 ? { ...m, textStart: 9999, textEnd: 10_001 } : m };
    for (const [k, f] of Object.entries(some)) for (const input of [["segment"], ["segment", "incremental"]] as any[]) {
      const clock = createFakeClock();
      const mk = (id: string, fault: any) => { const e = createScriptedEngine({ clock, id, input, marks: ["word"], realTimeFactor: 0.3, fault });
        const map = async function* (events: any) { let i = 0; for await (const ev of events) { if (ev.type === "mark") { const mark = f(ev.mark, i++); if (mark) yield { ...ev, mark }; } else yield ev; } };
        return Object.assign(Object.create(e), { synthesize: (r: any, s: any) => map(e.synthesize!(r, s)), openSession: async (r: any, s: any) => { const se: any = await e.openSession!(r, s); return { events: map(se.events), write: (t: string) => se.write(t), flush: () => se.flush(), end: () => se.end(), cancel: () => se.cancel(), close: () => se.close() }; } }); };
      const a = mk("a", { kind: "error", code: "SERVICE", retryable: false, afterMs: 1500 }), b = mk("b", undefined);
      const sink = createPacedSink({ clock });
      const marks: any[] = []; let text = "";
      const s = createSpeechStream({ engines: [{ engine: a }, { engine: b }], clock }, { sink, onMark: (m) => void marks.push(m) });
      s.on("chunk", (c) => { text += c.text; });
      void s.feed(T); s.done();
      const r = await errOf(clock.runUntil(s.waitUntilDone(), { maxMs: 600_000 }));
      const ids = decodeWords(sink.played(), 24000).filter((w) => w.complete).map((w) => w.id);
      const missing = expectedWords(T).filter((x) => !ids.includes(x));
      log("marks", k, input, r, "missing words", missing, "said", ids.length, "textOk", text === T, "oddmarks", marks.filter((m) => !(m.textStart >= 0 && m.textEnd <= T.length && m.textEnd >= m.textStart && m.timeMs >= 0 && Number.isFinite(m.timeMs))).length, "monotonic", marks.filter((m) => m.kind === "word").every((m, i, l) => i === 0 || m.timeMs >= l[i - 1].timeMs), "words", marks.filter((m) => m.kind === "word").length, "pending", clock.pending);
    }
  });
}, 300_000);
