// Every example runs as its reader would run it: by Node, against the built packages. The engines and the sink among them, and the
// engine of the guide, are held to the conformance suites as well.

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { TTSError, type Engine } from "@parlando/engine";
import { runEngineChecks, runSinkChecks, type CheckResult } from "@parlando/testkit";
import type { Sink } from "parlando";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
const examples = join(root, "examples");

interface Run {
  readonly status: number | null;
  readonly output: string;
  readonly problem: string;
}

function runExample(name: string, args: readonly string[], options: { folder: string; input?: string }): Promise<Run> {
  return runNode([join(examples, name), ...args], options);
}

function runNode(words: readonly string[], options: { folder: string; input?: string }): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { cwd: options.folder });
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

  it("to-file: says so when there is nothing to say", async () => {
    const { status, output, problem } = await runExample("to-file.mjs", ["--out", "nothing.wav"], { folder, input: "" });
    expect(problem).toBe("");
    expect(status).toBe(0);
    expect(output).toContain("nothing.wav: 0.0 s, there was nothing to say; nothing.vtt: 0 captions");
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

describe("what the examples show how to make", () => {
  it("custom-engine: the engine does what every engine must do", async () => {
    const { createMorseEngine } = await load<{ createMorseEngine: () => Engine }>(join(examples, "custom-engine.mjs"));
    expectPassed(await runEngineChecks(createMorseEngine));
  });

  it("custom-sink: the sink does what every sink must do", async () => {
    const { createMeterSink } = await load<{ createMeterSink: (draw: (peak: number) => void) => Sink }>(join(examples, "custom-sink.mjs"));
    expectPassed(await runSinkChecks(() => createMeterSink(() => {})));
  });

  it("the guide's engine does what every engine must do, and tells refusals and broken connections apart", async () => {
    const file = join(root, ".cache", "guide", "my-engine.ts");
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, codeOf("docs/guide/writing-an-engine.md", "ts", "createMyEngine"));
    const { createMyEngine } = await load<{ createMyEngine: (options: { url: string; key: string }) => Engine }>(file);
    const service = await startService();
    const errorOf = async (options: { url: string; key: string }): Promise<string> => {
      const [result] = await runEngineChecks(() => createMyEngine(options), { names: ["begins with one start event"] });
      return TTSError.isInstance(result?.error) ? result.error.code : String(result?.error);
    };
    try {
      expectPassed(await runEngineChecks(() => createMyEngine({ url: service.url, key: "right" })));
      expect(await errorOf({ url: service.url, key: "wrong" })).toBe("AUTHENTICATION");
      expect(await errorOf({ url: `${service.url}cut`, key: "right" })).toBe("TRUNCATED");
      expect(await errorOf({ url: "http://127.0.0.1:1/", key: "right" })).toBe("CONNECTION");
    } finally {
      service.server.closeAllConnections();
      service.server.close();
    }
  });

  it("the guide's engine with sessions does what every engine must do", async () => {
    const file = join(root, ".cache", "guide", "session-engine.ts");
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, codeOf("docs/guide/writing-an-engine.md", "ts", "createSessionEngine"));
    const { createSessionEngine } = await load<{ createSessionEngine: () => Engine }>(file);
    const results = await runEngineChecks(() => createSessionEngine());
    expectPassed(results);
    expect(results.filter(({ name, status }) => name.startsWith("session: ") && status === "passed").length).toBeGreaterThanOrEqual(9);
  });

  it.each(["packages/engine/README.md", "packages/core/README.md"])("%s: its code runs", async (document) => {
    const { status, output, problem } = await runNode(["--input-type=module", "--eval", codeOf(document, "js")], { folder: root });
    expect(problem).toBe("");
    expect(status).toBe(0);
    expect(output).toMatch(/\d/);
  });
});

async function load<Module>(file: string): Promise<Module> {
  return (await import(pathToFileURL(file).href)) as Module;
}

/** The block of code in a document that contains a word. */
function codeOf(document: string, language: string, word = ""): string {
  const blocks = readFileSync(join(root, document), "utf8").matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm"));
  const code = [...blocks].map((match) => match[1] ?? "").find((block) => block.includes(word));
  expect(code, `a block of ${language} in ${document}`).toBeDefined();
  return code ?? "";
}

function expectPassed(results: readonly CheckResult[]): void {
  expect(results.filter(({ status }) => status === "passed").length).toBeGreaterThan(10);
  expect(results.filter(({ status }) => status === "failed")).toEqual([]);
}

/** A service that hums for 60 ms a character, knows one key, and under `/cut` loses its connection in the middle. */
async function startService(): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    request.on("end", () => {
      if (request.headers.authorization !== "Bearer right") return void response.writeHead(401).end();
      const samples = Int16Array.from({ length: 24 * 60 * text.length }, (_, index) => 8_000 * Math.sin((2 * Math.PI * 220 * index) / 24_000) * Math.sin((Math.PI * index) / 1_440));
      response.writeHead(200, { connection: "close", "content-length": samples.byteLength });
      if (request.url === "/cut") response.write(Buffer.from(samples.buffer, 0, 10_000), () => response.destroy());
      else response.end(Buffer.from(samples.buffer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}
