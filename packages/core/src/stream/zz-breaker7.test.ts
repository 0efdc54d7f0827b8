import { createFakeClock, createPacedSink, createScriptedEngine, numberedText } from "@parlando/testkit";
import { it } from "vitest";
import { createSpeechStream } from "./create-speech-stream.ts";
import { appendFileSync, writeFileSync } from "node:fs";
const F = "/tmp/breaker4/t7.log"; writeFileSync(F, "");
const log = (...a: unknown[]) => appendFileSync(F, a.map((x) => typeof x === "string" ? x : JSON.stringify(x)).join(" ").slice(0, 900) + "\n");
process.on("unhandledRejection", (e) => log("UNHANDLED", String((e as any)?.stack ?? e)));
it("hang", async () => {
  for (const n of [1, 2]) for (const o of [{ highWaterMs: 100, output: { chunkMs: 100 } }, { highWaterMs: 200, output: { chunkMs: 100 } }, { output: { chunkMs: 700 } }, { lowWaterMs: 100, output: { chunkMs: 100 } }, { highWaterMs: 40, output: { chunkMs: 20 } }, { highWaterMs: 20, output: { chunkMs: 20 } }, { lowWaterMs: 0, output: { chunkMs: 20 } }, { lowWaterMs: 20, output: { chunkMs: 20 } }]) for (const tailMs of [0, 77]) for (const marks of [["word"], []] as any) for (const take of ["sink", "cb"]) {
    const clock = createFakeClock();
    const list = Array.from({ length: n }, (_, i) => ({ engine: createScriptedEngine({ clock, id: "e" + i, marks, tailMs, realTimeFactor: 0.3, startMs: 50, chunkMs: tailMs ? 33 : 20 }) }));
    const s = createSpeechStream({ engines: list, clock }, { ...o, ...(take === "sink" ? { sink: createPacedSink({ clock }) } : { onChunk: async (c) => { await clock.sleep(c.durationMs); } }) });
    void s.feed(numberedText({ words: 60, sentenceWords: 5 })); s.done();
    const r = await clock.runUntil(s.waitUntilDone(), { maxMs: 200_000 }).then(() => "ok", () => "HANG");
    if (r !== "ok" || n === 0) log("engines", n, o, "tail", tailMs, "marks", marks, take, r);
    const c = s.close(); c.catch(() => {}); await clock.runUntil(c, { maxMs: 1e5 }).catch(() => {});
  }
  log("done hang");
}, 120_000);
it("close/abort/interrupt at every moment, timers", async () => {
  let n = 0;
  for (const how of ["close", "abort", "interrupt", "pauseclose", "fail"]) for (const input of [["segment"], ["incremental"], ["segment", "incremental"]] as any) for (const voices of [false, true]) for (let at = 0; at < 5200; at += 130) {
    const clock = createFakeClock(); const ac = new AbortController();
    const mk = (id: string, f: any) => { const e = createScriptedEngine({ clock, id, input, marks: ["word"], realTimeFactor: 0.4, startMs: 100, fault: f }); return voices ? Object.assign(Object.create(e), { voices: (sig: AbortSignal) => new Promise(() => { void sig; }) }) : e; };
    const a = mk("a", (_: any, i: number) => ({ kind: "error", code: i % 2 ? "RATE_LIMITED" : "CONNECTION", afterMs: 700, retryAfterMs: 400 })), b = mk("b", (_: any, i: number) => i < 2 ? { kind: "error", code: "SERVICE", retryable: false, afterMs: 500 } : undefined);
    const c3 = mk("c", { kind: "stall", afterMs: 300 });
    const engines = [{ engine: a, language: "en" }, { engine: b }, { engine: c3 }];
    const T = numberedText({ words: 20, sentenceWords: 10 });
    let got = "", t = 0; const sink = how === "fail" ? undefined : createPacedSink({ clock });
    const s = createSpeechStream({ engines, clock }, { ...(sink ? { sink } : { onChunk: async (ch: any) => { t += 1; await clock.sleep(ch.durationMs); if (clock.now() > at) throw new Error("taker"); } }), signal: ac.signal });
    s.on("chunk", (ch) => { got += ch.text; });
    let fed = T; void s.feed(T).catch(() => { }); s.done();
    s.waitUntilDone().catch(() => {});
    await clock.advance(at);
    let i: any;
    try {
      if (how === "pauseclose") { void s.pause(); await clock.advance(300); s.resume(); s.pause(); await clock.advance(50); await clock.runUntil(s.close(), { maxMs: 60_000 }); }
      else if (how === "close") await clock.runUntil(s.close(), { maxMs: 60_000 });
      else if (how === "abort") { ac.abort(); await clock.runUntil(s.waitUntilDone().catch(() => {}), { maxMs: 60_000 }); await clock.runUntil(s.close(), { maxMs: 60_000 }); }
      else if (how === "interrupt") { i = await clock.runUntil(s.interrupt(), { maxMs: 60_000 }); }
      else { await clock.runUntil(s.waitUntilDone().catch(() => {}), { maxMs: 120_000 }); }
    } catch (e) { log(how, input, voices, at, "HANG", String(e).slice(0, 160)); }
    await clock.advance(6000);
    if (clock.pending) log(how, input, "voices", voices, "at", at, "pending", clock.pending, "next", (clock.nextDueMs ?? 0) - clock.now());
    for (const e of [a, b, c3]) if (e.activeRequests) log(how, input, "voices", voices, "at", at, e.id, "active", e.activeRequests);
    if (i && i.heardText + i.unheardText !== fed) log("heard", at, i.heardText, "|", i.unheardText);
    if (i && !T.startsWith(got)) log("got", got);
    n++;
  }
  log("done", n);
}, 200_000);
