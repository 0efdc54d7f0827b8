// `parlando speak --engine audar` as a shell runs it: the built program, its model process, and a model with the names and shapes of the real one.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTinyWeights } from "../../packages/local/src/testing/create-tiny-weights.ts";
import { createTinyVocabulary } from "../../packages/local/src/testing/tiny-vocabulary.ts";
import { writeTinyModel } from "../../packages/local/src/testing/write-tiny-model.ts";
import { runBinary, startBinary } from "../../packages/parlando/src/testing/start-binary.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlando-audar-cli-"));
  const weights = createTinyWeights({ vocabulary: createTinyVocabulary({ codes: 65_536 }), shape: { hidden: 32, heads: 2, kvHeads: 1, feedForward: 32, layers: 1 } });
  await writeTinyModel(folder, { format: "gguf", codec: "attending", weights });
  // This model never ends its speech by itself.
  await writeFile(join(folder, "config.json"), JSON.stringify({ engine: { engine: "audar", options: { device: "cpu", maximumCodes: 150 } } }));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const speak = (...words: string[]): string[] => ["speak", ...words, "--engine", "audar", "--model", folder, "--config", join(folder, "config.json")];

describe("parlando with a local model", () => {
  it("finds its files complete", async () => {
    const { status, stdout } = await runBinary(["models", "--model", folder, "--preset", "audar-v1-flash", "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout.toString())).toMatchObject([{ complete: true, files: [{ role: "backbone", path: join(folder, "model.gguf") }, { role: "tokenizer" }, { role: "codec" }] }]);
  });

  it("lists its voices without loading it", async () => {
    const { status, stdout } = await runBinary(["voices", "--engine", "audar", "--language", "ar", "--json"]);
    expect(status).toBe(0);
    expect((JSON.parse(stdout.toString()) as { id: string }[]).map(({ id }) => id)).toEqual(["Amal", "Amin", "Eve", "Hanaa", "Salama", "Salem", "Wadee"]);
  });

  it("speaks into a file, with captions by estimate and a report", async () => {
    const out = join(folder, "hello.wav");
    const captions = join(folder, "hello.vtt");
    const { status, stdout, stderr } = await runBinary([...speak("Hello there, world.", "--voice", "Salem", "--out", out, "--captions", captions), "--json", "--quiet"]);
    expect([stderr, status]).toEqual(["", 0]);
    const report = JSON.parse(stdout.toString()) as { audioMs: number; engines: string[] };
    expect(report.engines).toEqual(["audar"]);
    const wav = await readFile(out);
    expect(wav.readUInt32LE(24)).toBe(24_000);
    expect(Math.abs((wav.length - 44) / 48 - report.audioMs)).toBeLessThan(1);
    expect(await readFile(captions, "utf8")).toContain("Hello there, world.");
  });

  it("speaks what was written before all is written, and is silent after Ctrl-C", async () => {
    const run = startBinary([...speak("-", "--out", "-", "--format", "pcm", "--latency", "soonest"), "--quiet"]);
    run.child.stdin.write("The first sentence is here. And this is how the second one beg");
    while (run.stdoutBytes() === 0 && run.child.exitCode === null) await rest(10);
    expect(run.stdoutBytes()).toBeGreaterThan(0);
    run.child.kill("SIGINT");
    const { status } = await run.ended;
    expect(status).toBe(130);
  });

  it("says what is missing, in one line", async () => {
    const { status, stderr } = await runBinary(["speak", "Hello.", "--engine", "audar", "--model", join(folder, "nowhere"), "--out", "-"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^parlando: MODEL_NOT_FOUND: [^\n]*huggingface\.co[^\n]*\n$/);
  });
});
