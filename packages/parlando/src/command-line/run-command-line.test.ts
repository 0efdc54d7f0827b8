import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { TTSError, type CredentialReport, type Engine } from "@parlando/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestIO, piecesOf, servicesWith } from "../testing/test-io.ts";
import { createToneEngine, toneVoice } from "../testing/tone-engine.ts";
import { runCommandLine } from "./run-command-line.ts";

const services = servicesWith({
  espeak: () => createToneEngine({ id: "espeak", voices: [toneVoice("en-us", "en-US", "male"), toneVoice("ar", "ar")] }),
  broken: () => createToneEngine({ id: "broken", fail: new TTSError("VOICE_NOT_FOUND", "There is no voice\nlike that.") }),
});

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlando-cli-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function run(words: string[], options: Partial<Parameters<typeof createTestIO>[0]> = {}): Promise<{ status: number; stdout: string; bytes: Buffer; stderr: string }> {
  const io = createTestIO({ services, ...options });
  const status = await runCommandLine(words, io);
  return { status, stdout: io.written.stdout().toString(), bytes: io.written.stdout(), stderr: io.written.stderr() };
}

describe("usage", () => {
  it.each([[["--help"]], [["speak", "--help"]], [["help", "voices"]], [["doctor", "-h"]]])("prints help for %o on standard output", async (words) => {
    const { status, stdout, stderr } = await run(words);
    expect(status).toBe(0);
    expect(stdout).toContain("Usage: parlando");
    expect(stderr).toBe("");
  });

  it("shows examples, settings and exit statuses in its help", async () => {
    const { stdout } = await run(["--help"]);
    for (const part of ["some-model | parlando speak -", "PARLANDO_ENGINE", "Keys of cloud engines", "Exit status: 0 done"]) expect(stdout).toContain(part);
  });

  it("prints the version", async () => {
    expect((await run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+/);
  });

  it("shows its help on standard error when no command is given", async () => {
    const { status, stdout, stderr } = await run([]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Usage: parlando");
  });

  it.each([
    [["speak", "x", "--loud"], "INVALID_INPUT", "--loud"],
    [["speek", "x"], "INVALID_INPUT", "Did you mean speak"],
    [["speak", "x", "--rate"], "INVALID_INPUT", "--rate"],
    [["speak", "x", "--rate", "fast"], "INVALID_CONFIG", '--rate: given "fast"'],
    [["speak"], "INVALID_INPUT", "nothing to speak"],
    [["speak", "x", "--out", "-", "--json"], "INVALID_INPUT", "--json"],
    [["speak", "x", "--engine", "espaek"], "ENGINE_NOT_FOUND", 'did you mean "espeak"?'],
    [["speak", "x", "--engine", "broken", "--out", "-"], "VOICE_NOT_FOUND", "There is no voice like that."],
    [["speak", "x", "--markdown", "--ssml"], "INVALID_INPUT", "--markdown and SSML"],
    [["speak", "x", "--captions", "a.ass"], "INVALID_INPUT", ".srt or .vtt"],
    [["voices", "--gender", "x"], "INVALID_INPUT", "--gender"],
    [["engines", "now"], "INVALID_INPUT", "too many arguments"],
  ])("ends %o with status 2 and one line: %s", async (words, code, part) => {
    const { status, stderr } = await run(words);
    expect(status).toBe(2);
    expect(stderr).toMatch(new RegExp(`^parlando: ${code}: [^\n]*\n$`));
    expect(stderr).toContain(part);
  });
});

describe("parlando speak", () => {
  it("writes a file and prints the report", async () => {
    const path = join(folder, "a.wav");
    const { status, stdout, stderr } = await run(["speak", "Hello,", "world.", "--out", path, "--json", "--sample-rate", "8000"]);
    expect(status).toBe(0);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({ characters: 13, engines: ["espeak"], interrupted: false });
    expect((await readFile(path)).readUInt32LE(24)).toBe(8000);
  });

  it("reads standard input as it arrives and writes to standard output", async () => {
    const wav = await run(["speak", "-", "--out", "-"], { stdin: piecesOf(["Hello ", "there."]) });
    expect(wav.status).toBe(0);
    expect(wav.bytes.subarray(0, 4).toString("latin1")).toBe("RIFF");
    const pcm = await run(["speak", "--out", "-", "--format", "pcm"], { stdin: piecesOf(["Hello there."]) });
    expect(pcm.bytes.length).toBeGreaterThan(0);
    expect(wav.bytes.length - pcm.bytes.length).toBe(44);
  });

  it("speaks Markdown without its markers, as it arrives, where it is told that it is some", async () => {
    const spoken = async (words: readonly string[]): Promise<string> => {
      const engine = createToneEngine({ id: "espeak" });
      const markdown = "## The *plan*\n\n- Learn **SQL**\n- Read [the docs](https://example.com/sql)\n\n```js\nlet x = 1;\n```\n";
      const pieces = markdown.match(/[^]{1,5}/gu) ?? [];
      expect(await run(["speak", "-", "--out", "-", "--quiet", "--latency", "smoothest", ...words], { stdin: piecesOf(pieces), services: servicesWith({ espeak: () => engine }) })).toMatchObject({ status: 0, stderr: "" });
      return engine.requests.map(({ text }) => text).join(" ");
    };
    expect(await spoken(["--markdown"])).toBe("The plan. Learn SQL. Read the docs. Code block in JavaScript.");
    expect(await spoken(["--markdown", "--language", "de"])).toBe("The plan. Learn SQL. Read the docs. Codeblock in JavaScript.");
    expect(await spoken([])).toContain("**SQL**");
  });

  it("writes captions of what it speaks", async () => {
    for (const [ending, start] of [["srt", "1\n00:00:00,000 --> "], ["vtt", "WEBVTT\n\n00:00:00.000 --> "]] as const) {
      const path = join(folder, `captions.${ending}`);
      const { status, stderr } = await run(["speak", "Hello, world.", "--out", join(folder, "captioned.wav"), "--captions", path]);
      expect([status, stderr]).toEqual([0, ""]);
      const text = await readFile(path, "utf8");
      expect(text.startsWith(start)).toBe(true);
      expect(text.endsWith("\nHello, world.\n\n")).toBe(true);
    }
  });

  it("fails before it speaks when captions cannot be written", async () => {
    const out = join(folder, "uncaptioned.wav");
    const { status, stderr } = await run(["speak", "x", "--out", out, "--captions", join(folder, "no-such-folder", "a.vtt")]);
    expect(status).toBe(1);
    expect(stderr).toContain("its folder does not exist");
    await expect(stat(out)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("accepts empty text", async () => {
    const path = join(folder, "empty.wav");
    expect(await run(["speak", "", "--out", path])).toMatchObject({ status: 0, stderr: "" });
    expect((await stat(path)).size).toBeGreaterThanOrEqual(44);
  });

  it("fails with status 1 and advice where there is no sound device", async () => {
    const { status, stderr } = await run(["speak", "Hello."]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^parlando: NO_AUDIO_DEVICE: .*--out FILE.*\n$/);
  });

  it("fails with status 1 when the file cannot be written", async () => {
    const { status, stderr } = await run(["speak", "Hello.", "--out", join(folder, "nowhere", "a.wav")]);
    expect(status).toBe(1);
    expect(stderr).toContain("its folder does not exist");
  });

  it("takes settings from variables", async () => {
    const { status, stderr } = await run(["speak", "Hello.", "--out", "-"], { env: { PARLANDO_ENGINE: "nobody" } });
    expect([status, stderr.slice(0, 26)]).toEqual([2, "parlando: ENGINE_NOT_FOUND"]);
  });

  it("shows progress and a summary on a terminal only, and not when it is to be quiet", async () => {
    const path = join(folder, "b.wav");
    expect((await run(["speak", "Hello.", "--out", path], { terminal: true })).stderr).toContain(`written to ${path}`);
    expect((await run(["speak", "Hello.", "--out", path, "--quiet"], { terminal: true })).stderr).toBe("");
  });

  it("plays and writes at once", async () => {
    const path = join(folder, "c.wav");
    let frames = 0;
    const nothing = async (): Promise<void> => {};
    const speaker = {
      openSink: async () => ({
        format: { sampleRate: 48_000, channels: 1 },
        write: async (chunk: { samples: Float32Array }) => void (frames += chunk.samples.length),
        playedFrames: () => frames,
        pause: nothing,
        resume: nothing,
        clear: async () => frames,
        end: nothing,
        close: nothing,
      }),
      close: nothing,
    };
    const { status } = await run(["speak", "Hello.", "--out", path, "--play"], { services: servicesWith({ espeak: () => createToneEngine() }, speaker) });
    expect(status).toBe(0);
    const bytes = await readFile(path);
    expect(bytes.readUInt32LE(24)).toBe(16_000);
    expect(Math.abs(frames / 3 - bytes.readUInt32LE(40) / 2)).toBeLessThan(50);
  });

  it("stops at Ctrl-C with status 130, although more input could come", async () => {
    async function* endless(): AsyncGenerator<string> {
      yield "Hello there, my friend. How are you today";
      await new Promise(() => {});
    }
    const io = createTestIO({ services, stdin: endless() });
    const running = runCommandLine(["speak", "-", "--out", "-"], io);
    await expect.poll(() => io.written.stdout().length).toBeGreaterThan(44);
    io.interrupt();
    expect(await running).toBe(130);
    expect(io.written.stderr()).toBe("");
  });

  it("ends quietly when the reader of its output has gone", async () => {
    let taken = 0;
    const head = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        taken += chunk.length;
        done(taken > 1000 ? Object.assign(new Error("write EPIPE"), { code: "EPIPE" }) : null);
      },
    });
    expect(await run(["speak", "Hello there, this is long enough.", "--out", "-"], { stdout: head })).toMatchObject({ status: 0, stderr: "" });
  });
});

describe("parlando voices", () => {
  it("lists voices in a table and in JSON", async () => {
    expect((await run(["voices", "--language", "en"])).stdout).toBe("VOICE  NAME        LANGUAGES  GENDER  ENGINE\nen-us  Tone en-us  en-US      male    tone\n");
    expect((JSON.parse((await run(["voices", "--json"])).stdout) as { id: string }[]).map((voice) => voice.id)).toEqual(["en-us", "ar"]);
  });

  it("says when there are none", async () => {
    expect(await run(["voices", "--language", "tlh"])).toMatchObject({ status: 0, stdout: "", stderr: expect.stringContaining("no voice") as string });
    expect((await run(["voices", "--language", "tlh", "--json"])).stdout).toBe("[]\n");
  });
});

describe("parlando engines", () => {
  const someMissing = {
    ...services,
    registry: [...services.registry, { id: "far", package: "@example/far", description: "Far away", licence: "MIT", load: () => Promise.reject(Object.assign(new Error("no"), { code: "ERR_MODULE_NOT_FOUND" })) }],
  };

  it("tells which are installed and how to install the others", async () => {
    const { status, stdout } = await run(["engines"], { services: someMissing });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^espeak +yes +streaming/m);
    expect(stdout).toMatch(/^far +no/m);
    expect(stdout).toContain("npm install @example/far");
  });

  it("prints capabilities as JSON", async () => {
    const states = JSON.parse((await run(["engines", "--json"], { services: someMissing })).stdout) as { id: string; installed: boolean; capabilities?: object }[];
    expect(states.map((state) => [state.id, state.installed, state.capabilities !== undefined])).toEqual([["espeak", true, true], ["broken", true, true], ["far", false, false]]);
  });
});

describe("parlando doctor", () => {
  it("fails where a setting would fail every command", async () => {
    const { status, stdout } = await run(["doctor"], { env: { PARLANDO_CONFIG: "no-such-file.json" } });
    expect(status).toBe(1);
    expect(stdout).toContain("before the settings are right");
  });

  it("fails where a variable or a config file names an engine that does not exist", async () => {
    const named = await run(["doctor"], { env: { PARLANDO_ENGINE: "espeak,nobody" } });
    expect(named.status).toBe(1);
    expect(named.stdout).toMatch(/^FAIL +settings: There is no engine "nobody"/m);

    const file = join(folder, "nobody.json");
    await writeFile(file, JSON.stringify({ engine: [{ engine: "nobody" }] }));
    const inFile = await run(["doctor"], { env: { PARLANDO_CONFIG: file } });
    expect(inFile.status).toBe(1);
    expect(inFile.stdout).toMatch(/^FAIL +config file: There is no engine "nobody"/m);
  });

  it("tells whether MP3 and Opus can be read and written", async () => {
    const loadCodecs = (): Promise<never> => Promise.reject(new TTSError("UNSUPPORTED", "They are not installed."));
    const engines = servicesWith({ espeak: () => createToneEngine() });
    const { status, stdout } = await run(["doctor"], { services: { ...engines, loadCodecs } });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^note +codecs: They are not installed\.\n +fix: npm install @parlando\/codecs/m);
    expect((await run(["doctor"], { services: { ...engines, loadCodecs: () => import("@parlando/codecs") } })).stdout).toMatch(/^ok +codecs:/m);
  });

  it("says that it can speak, and what is missing for playing", async () => {
    const { status, stdout } = await run(["doctor"], { env: { PARLANDO_VOCE: "x" } });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ok +engine espeak:/m);
    expect(stdout).toMatch(/^FAIL +engine broken: There is no voice like that\./m);
    expect(stdout).toContain("PARLANDO_VOCE sets nothing");
    expect(stdout).toContain("Call it PARLANDO_VOICE");
    expect(stdout).toContain("nothing can be played");
  });

  it("names the credentials that are missing in a note, and fails on those that are refused", async () => {
    const cloud = (report: CredentialReport) => (): Engine => ({ ...createToneEngine({ fail: new TTSError("AUTHENTICATION", "no") }), checkCredentials: async () => report });
    const engines = {
      espeak: () => createToneEngine(),
      keyless: cloud({ status: "missing", missing: ["key (CLOUD_KEY)", "region (CLOUD_REGION)"], message: "There is no key." }),
      refused: cloud({ status: "invalid", message: "The key is not known." }),
      offline: cloud({ status: "unreachable", message: "Nobody answers." }),
    };
    const { status, stdout } = await run(["doctor"], { services: servicesWith(engines) });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^note +engine keyless:.*missing: There is no key\.\n +fix: Set key \(CLOUD_KEY\), region \(CLOUD_REGION\), to speak with it\.$/m);
    expect(stdout).toMatch(/^FAIL +engine refused:.*invalid: The key is not known\.\n +fix: Check the credentials\.$/m);
    expect(stdout).toMatch(/^FAIL +engine offline:.*unreachable: Nobody answers\.\n +fix: Check the network\.$/m);
  });

  it("takes the files of a model that are not there for a note", async () => {
    const unfed = (): Engine => createToneEngine({ fail: new TTSError("MODEL_NOT_FOUND", "The backbone was not found.") });
    const { stdout } = await run(["doctor"], { services: servicesWith({ unfed }) });
    expect(stdout).toMatch(/^note +engine unfed: The backbone was not found\.\n +fix: Fetch the files of a model.*parlando models/m);
  });

  it("takes a vendor's package that is not installed for a note, and hands codecs to engines that need them", async () => {
    const mp3 = (): Engine => {
      const tone = createToneEngine({ id: "mp3" });
      const format = { encoding: "mp3", sampleRate: 24_000, channels: 1 } as const;
      return { ...tone, capabilities: { ...tone.capabilities, formats: [format] }, async *synthesize() { yield { type: "start", format }; throw new TTSError("SERVICE", "It was asked.", { retryable: false }); } };
    };
    const absent = (): Engine => createToneEngine({ fail: new TTSError("ENGINE_UNAVAILABLE", "Install it with: npm install @example/sdk") });
    const services = { ...servicesWith({ espeak: () => createToneEngine(), mp3, absent }), loadCodecs: () => import("@parlando/codecs") };
    const { stdout } = await run(["doctor"], { services });
    expect(stdout).toMatch(/^note +engine absent: Install it with: npm install @example\/sdk/m);
    expect(stdout).toMatch(/^FAIL +engine mp3: It was asked\./m);
  });

  it("fails when nothing can speak", async () => {
    const { status, stdout } = await run(["doctor", "--json"], { services: servicesWith({ broken: () => createToneEngine({ fail: new TTSError("SERVICE", "down") }) }) });
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ canSpeak: false, canPlay: false });
  });
});
