// Every example runs as its reader would run it: by Node, against the built packages.

import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const examples = fileURLToPath(new URL("../examples/", import.meta.url));

interface Run {
  readonly status: number | null;
  readonly output: string;
  readonly problem: string;
}

function runExample(name: string, args: readonly string[], options: { folder: string; input?: string }): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(examples, name), ...args], { cwd: options.folder });
    let output = "";
    let problem = "";
    child.stdout.setEncoding("utf8").on("data", (piece: string) => (output += piece));
    child.stderr.setEncoding("utf8").on("data", (piece: string) => (problem += piece));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output, problem }));
    child.stdin.end(options.input ?? "");
  });
}

/** Samples of a mono 16-bit WAV file; fails when its header does not say what the file holds. */
function readWav(path: string): { sampleRate: number; samples: Int16Array } {
  const bytes = readFileSync(path);
  expect(bytes.toString("latin1", 0, 4)).toBe("RIFF");
  expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
  expect(bytes.readUInt16LE(22)).toBe(1);
  expect(bytes.readUInt16LE(34)).toBe(16);
  const data = bytes.indexOf("data");
  const dataBytes = bytes.readUInt32LE(data + 4);
  expect(data + 8 + dataBytes).toBe(bytes.length);
  return { sampleRate: bytes.readUInt32LE(24), samples: new Int16Array(bytes.buffer.slice(bytes.byteOffset + data + 8, bytes.byteOffset + data + 8 + dataBytes)) };
}

const secondsOf = (path: string): number => {
  const { sampleRate, samples } = readWav(path);
  expect(samples.some((sample) => Math.abs(sample) > 1000)).toBe(true);
  return samples.length / sampleRate;
};

describe("examples", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "parlando-examples-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("are all run here", () => {
    const here = readFileSync(fileURLToPath(import.meta.url), "utf8");
    for (const name of readdirSync(examples).filter((file) => file.endsWith(".mjs"))) expect(here).toContain(`"${name}"`);
  });

  it("hello: says one sentence into a file", async () => {
    const { status, output, problem } = await runExample("hello.mjs", ["--out", "hello.wav"], { folder });
    expect(problem).toBe("");
    expect(status).toBe(0);
    expect(output).toMatch(/^\d+\.\d s of speech, the first sound after \d+ ms\n$/);
    expect(secondsOf(join(folder, "hello.wav"))).toBeGreaterThan(1.5);
  });

  it("llm-to-speaker: writes while the model writes, and tells the words in order", async () => {
    const { status, output, problem } = await runExample("llm-to-speaker.mjs", ["--out", "answer.wav"], { folder });
    expect(problem).toBe("");
    expect(status).toBe(0);
    expect(output.replaceAll(/\s+/g, " ")).toContain("A lighthouse does not move");
    expect(output).toContain("where the land must be");
    expect(output).toMatch(/first audio after \d+ ms, \d+ segments, \d+ underruns/);
    expect(secondsOf(join(folder, "answer.wav"))).toBeGreaterThan(8);
  });

  it("to-file: takes standard input, writes a WAV file and captions that point to its sentences", async () => {
    const { status, output, problem } = await runExample("to-file.mjs", ["--out", "two.wav"], { folder, input: "Two sentences. One file." });
    expect(problem).toBe("");
    expect(status).toBe(0);
    expect(output).toContain("two.vtt: 2 captions");
    const captions = readFileSync(join(folder, "two.vtt"), "utf8");
    expect(captions).toMatch(/^WEBVTT\n\n00:00:00\.\d{3} --> 00:00:0\d\.\d{3}\nTwo sentences/);
    expect(captions).toContain("One file");
    expect(secondsOf(join(folder, "two.wav"))).toBeGreaterThan(1);
  });

  it("barge-in: what was heard and what was not are the whole text", async () => {
    const { status, output, problem } = await runExample("barge-in.mjs", [], { folder });
    expect(problem).toBe("");
    expect(status).toBe(0);
    const [heard, unheard] = [...output.matchAll(/"(.*)"/g)].map((match) => match[1] ?? "");
    expect(`${heard} ${unheard}`).toBe("The museum opens at nine and closes at five, except on Mondays, when it is closed all day. Tickets are sold until four.");
    expect(heard).toMatch(/^The museum opens/);
    expect(unheard).toMatch(/Tickets are sold until four\.$/);
    expect(output).toContain("placed by marks");
  });

  it("custom-engine: sends Morse code and tells its words", async () => {
    const { status, output, problem } = await runExample("custom-engine.mjs", ["--out", "morse.wav"], { folder });
    expect(problem).toBe("");
    expect(status).toBe(0);
    expect(output).toMatch(/^Save at 0 ms, our at \d+ ms, souls at \d+ ms/);
    expect(output).toContain("by morse");
    expect(secondsOf(join(folder, "morse.wav"))).toBeGreaterThan(5);
  });

  it("custom-sink: draws the level of what is played", async () => {
    const { status, output, problem } = await runExample("custom-sink.mjs", [], { folder });
    expect(problem).toBe("");
    expect(status).toBe(0);
    expect(output).toMatch(/^#{5,}$/m);
    expect(output).toMatch(/\d\.\d s, loudest sample 0\.\d\d, \d+ underruns/);
  });
});
