import { describe, expect, it } from "vitest";
import { createTestIO, servicesWith, type TestIO } from "../testing/test-io.ts";
import { createToneEngine, toneVoice } from "../testing/tone-engine.ts";
import { runCommandLine } from "./run-command-line.ts";

const services = servicesWith({
  espeak: () => createToneEngine({ id: "espeak", voices: [toneVoice("en-us", "en-US", "male")] }),
  other: () => createToneEngine({ id: "other" }),
});

interface Serving {
  readonly url: string;
  readonly io: TestIO;
  readonly status: Promise<number>;
}

/** Begins to serve, and waits until it says where. */
async function serve(words: string[], env: Record<string, string> = {}): Promise<Serving> {
  const io = createTestIO({ services, env });
  let isOver = false;
  const status = runCommandLine(["serve", "--port", "0", "--no-page", ...words], io).finally(() => (isOver = true));
  for (;;) {
    const url = /listening on (\S+)\n/.exec(io.written.stderr())?.[1];
    if (url !== undefined) return { url, io, status };
    if (isOver) throw new Error(io.written.stderr());
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function refusal(words: string[], env: Record<string, string> = {}): Promise<{ status: number; stderr: string }> {
  const io = createTestIO({ services, env });
  const status = await runCommandLine(["serve", ...words], io);
  return { status, stderr: io.written.stderr() };
}

const speak = (url: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/v1/audio/speech`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify({ response_format: "pcm", input: "Hello.", ...body }) });

describe("parlando serve", () => {
  it("speaks until SIGTERM, hears out who listens, and ends well", async () => {
    const { url, io, status } = await serve([]);
    const answer = await speak(url, {});
    expect(answer.status).toBe(200);
    io.interrupt(143);
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(0);
    expect(await status).toBe(0);
    expect(io.written.stderr()).toContain("heard out");
    const records = io.written.stdout().toString().trim().split("\n").map((line) => JSON.parse(line) as { event: string; time: string });
    expect(records.map(({ event }) => event)).toEqual(expect.arrayContaining(["listening", "request", "draining", "closed"]));
    expect(io.written.stdout().toString()).not.toContain("Hello");
  });

  it.each([["--host", "127.0.0.2"], ["--host", "localhost", "--name", "speech.example.org:8443"]])("answers at the address that it prints: %s %s", async (...words) => {
    const { url, io, status } = await serve(words);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    io.interrupt(143);
    expect(await status).toBe(0);
  });

  it("refuses a name that no request could have", async () => {
    const { status, stderr } = await refusal(["--port", "0", "--no-page", "--name", "https://speech.example.org"]);
    expect(status).not.toBe(0);
    expect(stderr).toContain("is no name of a host");
  });

  it("ends with 130 after Ctrl-C, as shells expect", async () => {
    const { io, status } = await serve([]);
    io.interrupt();
    expect(await status).toBe(130);
  });

  it("serves a model for each engine, and asks for keys", async () => {
    const { url, io, status } = await serve(["--engine", "espeak,other", "--engine", "other", "--key", "a-key-of-a-flag", "--origin", "https://app.example"], { PARLANDO_SERVER_KEYS: "a-key-of-the-environment, another-key-of-it" });
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
    for (const key of ["a-key-of-a-flag", "a-key-of-the-environment", "another-key-of-it"]) {
      const models = (await (await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).json()) as { data: object[] };
      expect(models.data).toMatchObject([{ id: "espeak", engines: ["espeak", "other"] }, { id: "other", engines: ["other"] }]);
    }
    io.interrupt(143);
    expect(await status).toBe(0);
    expect(io.written.stderr()).toContain("PARLANDO_SERVER_KEYS cannot");
    expect(io.written.stderr() + io.written.stdout().toString()).not.toContain("a-key-of-a-flag");
  });

  it("lets requests ask for faults, when it is told to", async () => {
    const { url, io, status } = await serve(["--faults"]);
    expect((await speak(url, {})).status).toBe(200);
    io.interrupt(143);
    expect(await status).toBe(0);
  });

  it.each([
    [["--port", "http"], "--port"],
    [["--port", "70000"], "--port"],
    [["--grace", "soon"], "--grace"],
    [["--engine", "espeak", "--engine", "espeak,other"], "two models"],
    [["--engine", "espaek"], "did you mean"],
    [["--host", "0.0.0.0", "--no-page"], "without keys"],
    [["--origin", "*", "--no-page"], "is no origin"],
    [["--key", "short", "--no-page"], "Key 1"],
    [["now"], "too many arguments"],
  ])("ends %o with status 2 and one line that says why", async (words, part) => {
    const { status, stderr } = await refusal(words);
    expect([status, stderr.includes(part)]).toEqual([2, true]);
  });
});
