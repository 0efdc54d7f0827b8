import { createFakeClock, createPacedSink, createRandom, createScriptedEngine, decodeWords, expectedWords, numberedText } from "@parlando/testkit";
import { it } from "vitest";
import { createSpeechStream } from "./create-speech-stream.ts";
import { textForTheEar } from "../text/text-for-the-ear.ts";
import { appendFileSync, writeFileSync } from "node:fs";
const F = "/tmp/breaker4/t6.log"; writeFileSync(F, "");
const log = (...a: unknown[]) => appendFileSync(F, a.map((x) => typeof x === "string" ? x : JSON.stringify(x)).join(" ").slice(0, 3500) + "\n");
const rej: string[] = [];
process.on("unhandledRejection", (e) => rej.push(String((e as any)?.stack ?? e)));
it("t", async () => {
  const end = Date.now() + Number(process.env["BMS"] ?? 100_000);
  let seed = Number(process.env["BF"] ?? 1);
  for (const seed2 of (process.env["BS"] ?? "").split(",").map(Number)) { seed = seed2;
    const random = createRandom(seed * 31 + 7);
    const pick = <T,>(l: readonly T[]): T => l[random.integer(0, l.length - 1)]!;
    const clock = createFakeClock();
    const mode = pick(["plain", "plain", "ssml", "markdown", "pron"] as const);
    const plain = numberedText({ words: random.integer(20, 50), sentenceWords: random.integer(4, 12) });
    let text = plain;
    if (mode === "ssml") text = "<speak>" + plain.replace(/w(\d*[37])\b/g, '<emphasis level="strong">w$1</emphasis>').replace(/w(\d*5)\b/g, '<prosody rate="slow">w$1</prosody>') + "</speak>";
    if (mode === "markdown") text = plain.replace(/w(\d*[37])\b/g, "**w$1**").replace(/w(\d*5)\b/g, "[w$1](https://example.com/$1)");
    const out = pick([undefined, 16_000, 24_000, 48_000]);
    const count = random.integer(2, 4);
    const faultsDesc: string[] = [];
    const engines = Array.from({ length: count }, (_, i) => {
      const last = i === count - 1;
      const dieAt = random.integer(0, 3);
      const dead = { kind: "error" as const, code: pick(["SERVICE", "CONNECTION", "TRUNCATED", "STREAM_CLOSED"] as const), retryable: random.next() < 0.4, ...(random.next() < 0.2 && { retryAfterMs: pick([0, 300, 3000]) }) };
      const stay = random.next() < 0.7;
      const fmt = pick([undefined, "pcm-s16le", "pcm-f32le", "wav"] as const);
      const rate = pick([24_000, 24_000, 16_000, 48_000, 22_050]);
      const input = pick([["segment"], ["incremental"], ["segment", "incremental"]] as const);
      const cut = Array.from({ length: 200 }, () => random.integer(0, 2500));
      const max = stay ? 999 : dieAt + 3;
      const ssml = mode === "pron" && random.next() < 0.5 ? ["phoneme"] : mode === "ssml" && random.next() < 0.5 ? ["emphasis", "prosody", "break"] : [];
      faultsDesc.push(`e${i}:${input.join("+")}:${fmt ?? "pcm"}@${rate}:${last ? "healthy" : `dies@${dieAt}-${max} ${dead.code} r=${dead.retryable}`}:ssml=${ssml.length}`);
      return createScriptedEngine({ clock, id: "e" + i, seed, marks: ["word"], input: [...input], startMs: random.integer(0, 400), realTimeFactor: pick([0, 0.1, 0.3, 0.7]), chunkMs: random.integer(15, 150), markOrder: pick(["before", "with"] as const),
        ...(fmt === undefined ? { formats: [{ encoding: "pcm-f32le", sampleRate: rate, channels: 1 }] } : { delivery: "bytes", formats: [{ encoding: fmt, sampleRate: rate, channels: 1 }] as any }),
        capabilities: { ssml: ssml as any, flush: pick(["free", "costly"] as const) },
        fault: last ? undefined : (_: any, index: number) => index < dieAt || index > max ? undefined : { ...dead, afterMs: index === dieAt || random.next() < 0.5 ? cut[index % 200]! : undefined } });
    });
    const chunkMs = pick([undefined, undefined, 20, 100]);
    const high = pick([undefined, undefined, 20, 300, 3000]);
    if (chunkMs === 100 && high !== undefined && high < 1000) continue;
    const sink = createPacedSink({ clock });
    const marks: any[] = []; let got = ""; const samples: number[] = []; const spoken: any[] = []; const warns: string[] = [];
    const interruptAt = random.next() < 0.3 ? random.integer(100, 9000) : undefined;
    const pauses = random.next() < 0.2 ? [random.integer(100, 3000), random.integer(3000, 6000)] : undefined;
    const desc = `seed ${seed} ${mode} out=${out} chunk=${chunkMs} high=${high} int=${interruptAt} pauses=${pauses} ${faultsDesc.join(" ")}`;
    const opts: any = { sink, highWaterMs: high, ...(high === 20 && random.next() < 0.5 && { lowWaterMs: 0 }), latency: pick(["soonest", "balanced", "smoothest"]), ssml: mode === "ssml" ? true : undefined, output: { sampleRate: out, chunkMs }, onMark: (m: any) => void marks.push(m), onSpoken: (m: any) => void spoken.push(m), onWarning: (w: any) => void warns.push(w.code + " " + w.message),
      ...(mode === "markdown" && { textStages: textForTheEar({ language: "en" }) }), ...(mode === "pron" && { textStages: textForTheEar({ language: "en", pronunciations: [{ word: "w7", ipa: "wɛ" }, { word: "w13", ipa: "wɛ" }, { word: "w9", ipa: "wɛ" }] as any }) }) };
    let stream: any;
    try { stream = createSpeechStream({ engines: engines.map((engine) => ({ engine })), clock }, opts); } catch (e) { log(desc, "CREATE", String(e)); continue; }
    stream.on("chunk", (c: any) => { got += c.text; for (const x of c.samples) samples.push(x); });
    let fed = "";
    const feeding = (async () => { const gap = pick([0, 0, 10, 60]); for (let at = 0; at < text.length;) { const size = random.integer(1, 40); const piece = text.slice(at, at + size); try { const p = stream.feed(piece); fed += piece; await p; } catch { break; } at += size; if (gap) await clock.sleep(gap); } stream.done(); })();
    feeding.catch(() => {});
    let interruption: any;
    if (interruptAt !== undefined) void clock.sleep(interruptAt).then(async () => { interruption = await stream.interrupt(); });
    if (pauses) { void clock.sleep(pauses[0]!).then(() => stream.pause()); void clock.sleep(pauses[1]!).then(() => stream.resume()); }
    const bad: string[] = [];
    let report: any;
    try { report = await clock.runUntil(stream.waitUntilDone(), { maxMs: 600_000 }); } catch (e) { bad.push("FAILED " + String(e).slice(0, 250)); }
    await clock.runUntil(stream.close(), { maxMs: 100_000 }).catch((e) => bad.push("close " + String(e).slice(0, 100)));
    await clock.advance(12_000);
    if (clock.pending) bad.push("pending " + clock.pending);
    if (rej.length) bad.push("REJ " + rej.splice(0).join("|").slice(0, 300));
    const seen = new Set<string>(); let lastT = -1;
    for (const m of marks) { const key = m.kind + m.textStart; if (seen.has(key)) bad.push("dup mark " + key); seen.add(key); if (m.kind === "word") { if (m.timeMs < lastT - 1e-6) bad.push(`mark back ${m.value} ${m.timeMs}<${lastT}`); lastT = m.timeMs; if (mode !== "ssml" && mode !== "markdown" && m.value !== text.slice(m.textStart, m.textEnd)) bad.push(`mark value ${m.value} != ${text.slice(m.textStart, m.textEnd)}`); } }
    if (report && !report.interrupted && bad.length === 0) {
      if (got !== text) bad.push("chunk text != fed");
      const rate = out ?? (engines[0] as any).capabilities.formats[0].sampleRate;
      const words = decodeWords(Float32Array.from(samples), rate);
      const whole = words.filter((w) => w.complete).map((w) => w.id);
      const want = expectedWords(plain);
      if (JSON.stringify(whole) !== JSON.stringify(want)) { const miss = want.filter((x) => !whole.includes(x)); const dups = whole.filter((x, i) => whole.indexOf(x) !== i); bad.push(`words: missing ${miss} dup ${dups} order ${JSON.stringify([...new Set(whole)]) === JSON.stringify(want)} basis ${report.failovers.map((f: any) => f.basis)}`); }
      const nw = marks.filter((m) => m.kind === "word").length; if (nw !== want.length) bad.push(`word marks ${nw} of ${want.length}`);
      if (spoken.length !== marks.length) bad.push(`spoken ${spoken.length} of ${marks.length}`);
      if (report.characters !== text.length) bad.push("characters");
    }
    if (interruption) { if (interruption.heardText + interruption.unheardText !== fed) bad.push("heard+unheard != fed"); if (interruption.wastedCharacters > interruption.billedCharacters || interruption.wastedCharacters < 0) bad.push("wasted"); }
    const im = warns.filter((w) => w.startsWith("IMPLAUSIBLE")); if (im.length) bad.push("warn " + im[0]!.slice(0, 120));
    if (bad.length) for (const e of engines) log(e.id, e.requests.map((r: any) => `[${Math.round(r.startedAtMs)}|${r.text ?? r.request?.text}|${r.state}|${Math.round(r.audioMs)}]`).join(" "));
 if (bad.length) log("WORDS", decodeWords(Float32Array.from(samples), out ?? (engines[0] as any).capabilities.formats[0].sampleRate).map((w: any) => `${w.id}${w.complete ? "" : "~"}@${Math.round((w.startFrame ?? w.start) )}`).join(" "), "FO", report?.failovers);
 if (bad.length) log(desc, "=>", bad.slice(0, 4).join(" ;; "));
  }
  log("ran to", seed);
}, 300_000);
