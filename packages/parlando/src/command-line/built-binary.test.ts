import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runBinary, startBinary } from "../testing/start-binary.ts";

const folder = mkdtempSync(join(tmpdir(), "parlando-binary-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sentence = "The quick brown fox jumps over the lazy dog, and runs away into the forest. ";
/** The speech of this fills every pipe and takes seconds to write. */
const longText = sentence.repeat(3000);

/** Takes a WAV file apart that must be whole: sizes that agree, 16 bits, one channel, and sound in it. */
function readWav(file: Buffer): { sampleRate: number; samples: Int16Array } {
  expect(file.subarray(0, 4).toString("latin1")).toBe("RIFF");
  expect(file.readUInt32LE(4)).toBe(file.length - 8);
  expect(file.subarray(8, 16).toString("latin1")).toBe("WAVEfmt ");
  expect([file.readUInt16LE(20), file.readUInt16LE(22), file.readUInt16LE(34)]).toEqual([1, 1, 16]);
  expect(file.subarray(36, 40).toString("latin1")).toBe("data");
  expect(file.readUInt32LE(40)).toBe(file.length - 44);
  return { sampleRate: file.readUInt32LE(24), samples: samplesOf(file.subarray(44)) };
}

function samplesOf(bytes: Buffer): Int16Array {
  expect(bytes.length % 2).toBe(0);
  const samples = Int16Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(2 * index));
  expect(samples.some((sample) => Math.abs(sample) > 1000)).toBe(true);
  return samples;
}

describe("the built command line", () => {
  it("prints its help and its version", async () => {
    const help = await runBinary(["--help"]);
    expect(help).toMatchObject({ status: 0, stderr: "" });
    for (const part of ["Usage: parlando", "speak", "voices", "engines", "doctor", "Exit status"]) expect(help.stdout.toString()).toContain(part);
    const version = await runBinary(["--version"]);
    expect(version).toMatchObject({ status: 0, stderr: "" });
    const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
    expect(version.stdout.toString()).toBe(`${manifest.version}\n`);
  });

  it("speaks a text into a WAV file", async () => {
    const path = join(folder, "text.wav");
    const { status, stdout, stderr } = await runBinary(["speak", "Hello, world.", "--out", path, "--json"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { sampleRate, samples } = readWav(readFileSync(path));
    const seconds = samples.length / sampleRate;
    expect(seconds).toBeGreaterThan(0.5);
    expect(seconds).toBeLessThan(3);
    expect(JSON.parse(stdout.toString())).toMatchObject({ characters: 13, engines: ["espeak"], interrupted: false });
  });

  it("speaks standard input while it is still being written", async () => {
    const { child, stdoutBytes, ended } = startBinary(["speak", "-", "--out", "-", "--format", "pcm"]);
    for (const piece of sentence.match(/.{1,4}/gs) ?? []) child.stdin.write(piece);
    child.stdin.write(sentence);
    await expect.poll(stdoutBytes, { timeout: 20_000 }).toBeGreaterThan(1000);
    expect(child.exitCode).toBeNull();
    child.stdin.end("And this comes last.");
    const { status, stdout, stderr } = await ended;
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const whole = await runBinary(["speak", sentence, "--out", "-", "--format", "pcm"]);
    expect(samplesOf(stdout).length).toBeGreaterThan(2 * samplesOf(whole.stdout).length);
  });

  it("ends quietly when its reader has had enough", async () => {
    const { child, ended } = startBinary(["speak", "-", "--out", "-"]);
    child.stdin.write(longText);
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await ended).toMatchObject({ status: 0, signal: null, stderr: "" });
  });

  it.each<[NodeJS.Signals, number]>([["SIGINT", 130], ["SIGTERM", 143]])("leaves a whole file behind at %s, and the status %i", async (signal, expected) => {
    const path = join(folder, `${signal}.wav`);
    const { child, ended } = startBinary(["speak", "-", "--out", path]);
    child.stdin.write(longText);
    await expect.poll(() => statSync(path, { throwIfNoEntry: false })?.size ?? 0, { timeout: 20_000 }).toBeGreaterThan(50_000);
    child.kill(signal);
    expect(await ended).toMatchObject({ status: expected, signal: null, stderr: "" });
    readWav(readFileSync(path));
  });

  it.each([
    [["speak", "my secret", "--engine", "espaek", "--out", "-"], "ENGINE_NOT_FOUND", "espeak"],
    [["speak", "my secret", "--voice", "nobody", "--out", "-"], "VOICE_NOT_FOUND", "nobody"],
    [["speak", "my secret", "--loud"], "INVALID_INPUT", "--loud"],
    [["speak", "--say=my secret"], "INVALID_INPUT", "--say"],
    [["my secret"], "INVALID_INPUT", "no such command"],
  ])("ends with status 2 and one line for %j", async (words, code, part) => {
    const { status, stdout, stderr } = await runBinary(words);
    expect({ status, bytes: stdout.length }).toEqual({ status: 2, bytes: 0 });
    expect(stderr).toMatch(new RegExp(`^parlando: ${code}: [^\n]*\n$`));
    expect(stderr).toContain(part);
    expect(stderr).not.toContain("secret");
  });

  it("ends with status 1 and one line where the file cannot be written", async () => {
    const { status, stderr } = await runBinary(["speak", "my secret", "--out", join(folder, "nowhere", "a.wav")]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^parlando: INVALID_INPUT: [^\n]*folder does not exist[^\n]*\n$/);
    expect(stderr).not.toContain("secret");
  });

  it("lists voices, engines and what works as JSON", async () => {
    const [voices, engines, doctor] = await Promise.all([runBinary(["voices", "--json", "--language", "ar"]), runBinary(["engines", "--json"]), runBinary(["doctor", "--json"])]);
    for (const { status, stderr } of [voices, engines, doctor]) expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(voices.stdout.toString())).toContainEqual(expect.objectContaining({ id: "ar", engine: "espeak" }));
    expect(JSON.parse(engines.stdout.toString())).toContainEqual(expect.objectContaining({ id: "espeak", installed: true, capabilities: expect.any(Object) as object }));
    const report = JSON.parse(doctor.stdout.toString()) as { canSpeak: boolean; checks: { name: string; status: string }[] };
    expect(report.canSpeak).toBe(true);
    expect(report.checks.map(({ name }) => name)).toEqual(expect.arrayContaining(["node", "engine espeak", "sound"]));
    // Without keys, and without a network.
    expect(report.checks.filter(({ name }) => /openai|elevenlabs|polly|azure/.test(name)).map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => "warning"));
    expect(report.checks.find(({ name }) => name === "engine edge")?.status).toBe("failed");
  });
});
