import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import OpenAI, { APIError, AuthenticationError, BadRequestError, InternalServerError, NotFoundError, RateLimitError } from "openai";
import { describe, expect, it } from "vitest";
import { assertSpoken } from "../../words/decode-words.ts";
import { bytesOf, open, readUntilBroken, samplesOf, speak, text } from "./openai-client.test-helper.ts";

async function refusalOf(asked: Promise<unknown>): Promise<APIError> {
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(APIError);
  return error as APIError;
}

describe("createFakeOpenAI with the vendor's client", () => {
  it("speaks PCM in which every sample is right", async () => {
    const { fake, client } = await open();
    const response = await speak(client, { instructions: "calm", speed: 1 });
    assertSpoken(samplesOf(await bytesOf(response)), 24_000, text, { encoding: "exact" });
    expect(response.headers.get("content-type")).toBe("audio/pcm");
    expect(fake.requests).toMatchObject([{ index: 0, text, voice: "coral", state: "finished", parameters: { model: "gpt-4o-mini-tts", instructions: "calm", speed: 1 } }]);
    const [seen] = fake.requests;
    expect(seen?.audioBytes).toBe(samplesOf(await bytesOf(await speak(client))).length * 2);
    expect(seen?.endedAtMs).toBeGreaterThanOrEqual(seen?.firstAudioAtMs ?? Infinity);
  });

  it("speaks at the rate, pace and blocks that the options say", async () => {
    const { client } = await open({ sampleRate: 16_000, encoding: "tones", msPerCharacter: 80, blockMs: 20 });
    assertSpoken(samplesOf(await bytesOf(await speak(client))), 16_000, text);
  });

  it("waits before the first audio and between blocks", async () => {
    const { fake, client } = await open({ firstAudioMs: 80, realTimeFactor: 0.1 });
    const bytes = await bytesOf(await speak(client));
    const durationMs = bytes.length / 48;
    const [seen] = fake.requests;
    // A timer rings early by as much as the event loop was behind when it was set.
    const early = 40;
    expect((seen?.firstAudioAtMs ?? 0) - (seen?.startedAtMs ?? 0)).toBeGreaterThan(early);
    expect((seen?.endedAtMs ?? 0) - (seen?.startedAtMs ?? 0)).toBeGreaterThan(early + (durationMs - 100) * 0.1);
  });

  it("refuses keys", async () => {
    const { fake, client } = await open({ key: "sk-right-key-of-the-test" }, "sk-wrong-key-of-the-test");
    const error = await refusalOf(speak(client));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: "invalid_api_key", type: "invalid_request_error" });
    expect(error.message).not.toContain("sk-wrong-key-of-the-test");
    await expect(client.models.list()).rejects.toBeInstanceOf(AuthenticationError);
    expect((await fetch(`${fake.url}/v1/models`)).status).toBe(401);
    expect(fake.requests).toMatchObject([{ state: "failed", audioBytes: 0 }]);
  });

  it("lists models, and voices where it is told to", async () => {
    const { fake, client } = await open({ models: ["kokoro"], voices: ["af_bella"], voiceList: "objects", keyOptional: true });
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(["kokoro"]);
    expect(await (await fetch(`${fake.url}/v1/audio/voices`)).json()).toEqual({ voices: [{ id: "af_bella", name: "Af_bella" }] });
    const { fake: names } = await open({ voiceList: "names", modelsStatus: 503 });
    expect(await (await fetch(`${names.url}/v1/audio/voices`)).json()).toMatchObject({ voices: expect.arrayContaining(["alloy"]) as unknown });
    await expect(new OpenAI({ apiKey: "k", baseURL: `${names.url}/v1`, maxRetries: 0 }).models.list()).rejects.toBeInstanceOf(InternalServerError);
    const { fake: plain } = await open();
    expect((await fetch(`${plain.url}/v1/audio/voices`)).status).toBe(404);
  });

  it("refuses requests as the service does", async () => {
    const { client } = await open();
    expect(await refusalOf(speak(client, { model: "gpt-5" }))).toMatchObject({ constructor: NotFoundError, code: "model_not_found" });
    expect(await refusalOf(speak(client, { voice: { id: "voice_1234" } }))).toMatchObject({ constructor: NotFoundError, code: "voice_not_found" });
    expect(await refusalOf(speak(client, { voice: "nobody" }))).toMatchObject({ constructor: BadRequestError, param: "voice" });
    expect(await refusalOf(speak(client, { input: "x".repeat(4_097) }))).toMatchObject({ constructor: BadRequestError, param: "input", code: "string_above_max_length" });
    expect(await refusalOf(speak(client, { input: "" }))).toMatchObject({ status: 400, param: "input" });
    expect(await refusalOf(speak(client, { speed: 5 }))).toMatchObject({ status: 400, param: "speed" });
    expect(await refusalOf(speak(client, { response_format: "mp3" }))).toMatchObject({ status: 400, param: "response_format" });
    expect(await refusalOf(speak(client, { model: "tts-1", stream_format: "sse" }))).toMatchObject({ status: 400, param: "stream_format" });
  });

  it("answers anybody about anything where a compatible server would", async () => {
    const { fake } = await open({ models: "any", voices: "any", keyOptional: true });
    const body = JSON.stringify({ model: "kokoro", voice: "af_bella", input: text, response_format: "pcm" });
    const response = await fetch(`${fake.url}/v1/audio/speech`, { method: "POST", body });
    assertSpoken(samplesOf(await bytesOf(response)), 24_000, text, { encoding: "exact" });
  });
});

describe("faults in place of audio", () => {
  it("answers a status in the service's words, or in others", async () => {
    const { client } = await open({ fault: (_, index) => ({ kind: "status", status: [400, 401, 404, 429, 500, 503][index] ?? 500 }) });
    for (const kind of [BadRequestError, AuthenticationError, NotFoundError, RateLimitError, InternalServerError, InternalServerError]) {
      expect((await refusalOf(speak(client))).constructor).toBe(kind);
    }
    const { client: second } = await open({ fault: () => ({ kind: "status", status: 502, headers: { "content-type": "text/html", "retry-after": "7" }, body: "<h1>Bad Gateway</h1>" }) });
    const error = await refusalOf(speak(second));
    expect(error.headers?.get("retry-after")).toBe("7");
    expect(error.message).toContain("Bad Gateway");
  });

  it("tells rate from quota, with Retry-After in all its forms", async () => {
    const names = ["rate-limit-seconds", "rate-limit-date", "rate-limit-ms", "insufficient-quota"];
    const { client } = await open({ fault: (_, index) => ({ kind: "vendor", name: names[index] ?? "" }) });
    const [seconds, date, ms, quota] = [await refusalOf(speak(client)), await refusalOf(speak(client)), await refusalOf(speak(client)), await refusalOf(speak(client))];
    for (const error of [seconds, date, ms]) expect(error).toMatchObject({ constructor: RateLimitError, code: "rate_limit_exceeded" });
    expect(seconds.headers?.get("retry-after")).toBe("1");
    expect(Date.parse(date.headers?.get("retry-after") ?? "")).toBeGreaterThan(Date.now() - 1_000);
    expect(ms.headers?.get("retry-after-ms")).toBe("250");
    expect(quota).toMatchObject({ constructor: RateLimitError, code: "insufficient_quota", type: "insufficient_quota" });
  });

  it("sends JSON, HTML or an error event in a 200", async () => {
    const contents = ["json", "html", "sse-error"] as const;
    const { fake, client } = await open({ fault: (_, index) => ({ kind: "wrong-body", content: contents[index] ?? "json" }) });
    const json = await speak(client);
    expect([json.status, json.headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(await json.json()).toHaveProperty("error.message");
    expect(await (await speak(client)).text()).toContain("<html>");
    expect(await (await speak(client)).text()).toContain('data: {"type":"error"');
    expect(fake.requests.map(({ state }) => state)).toEqual(["failed", "failed", "failed"]);
  });

  it("sends JSON as if it were audio, and says back what it was sent", async () => {
    const { client } = await open({ fault: (_, index) => ({ kind: "vendor", name: index === 0 ? "json-as-audio" : "echoes-request" }) }, "sk-canary");
    const response = await speak(client);
    expect(response.headers.get("content-type")).toBe("audio/pcm");
    expect(JSON.parse(await response.text())).toHaveProperty("error");
    const error = await fetch(client.baseURL + "/audio/speech", { method: "POST", headers: { authorization: "Bearer sk-canary" }, body: JSON.stringify({ input: text }) });
    expect(error.status).toBe(422);
    expect(await error.text()).toMatch(/sk-canary.*w1 w2/su);
  });

  it("sends nothing in a good answer", async () => {
    for (const transfer of ["chunked", "content-length", "until-close"] as const) {
      const { fake, client } = await open({ transfer, fault: () => ({ kind: "empty" }) });
      expect(await bytesOf(await speak(client))).toHaveLength(0);
      expect(await bytesOf(await speak(client, { response_format: "wav" }))).toHaveLength(44);
      expect(fake.requests[0]).toMatchObject({ state: "finished", audioBytes: 0, firstAudioAtMs: undefined });
    }
  });

  it("does not answer", async () => {
    const { fake, client } = await open({ fault: () => ({ kind: "no-answer" }) });
    const leave = new AbortController();
    const asked = speak(client, {}, leave.signal);
    while (fake.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(fake.requests[0]?.state).toBe("active");
    leave.abort();
    await expect(asked).rejects.toThrow("aborted");
    while (fake.requests[0]?.state === "active") await new Promise((resolve) => setTimeout(resolve, 2));
    expect(fake.requests[0]?.state).toBe("called-off");
  });
});

describe("faults of the body of bytes", () => {
  it("breaks off at a byte, for each way to tell the end", async () => {
    for (const transfer of ["chunked", "content-length"] as const) {
      const { fake, client } = await open({ transfer, fault: () => ({ kind: "cut", afterBytes: 7_001 }) });
      const { bytes, error } = await readUntilBroken(await speak(client));
      expect(bytes).toHaveLength(7_001);
      expect(error).toMatchObject({ message: "terminated", cause: { code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/u) as unknown } });
      expect(fake.requests).toMatchObject([{ state: "failed", audioBytes: 7_001 }]);
    }
  });

  it("breaks off at a byte also where only the connection tells the end, which clients of HTTP then take for the end", async () => {
    const { fake, client } = await open({ transfer: "until-close", fault: () => ({ kind: "cut", afterBytes: 7_001 }) });
    expect(await readUntilBroken(await speak(client))).toMatchObject({ bytes: { length: 7_001 }, error: undefined });
    expect(fake.requests).toMatchObject([{ state: "failed", audioBytes: 7_001 }]);
    const error = await new Promise((resolve) => {
      const socket = connect(fake.port, "127.0.0.1", () => {
        const body = JSON.stringify({ model: "tts-1", voice: "alloy", input: text, response_format: "pcm" });
        socket.write(`POST /v1/audio/speech HTTP/1.1\r\nhost: fake\r\nauthorization: Bearer sk-test\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      });
      socket.resume();
      socket.on("error", resolve);
      socket.on("end", () => resolve(undefined));
    });
    expect(error).toMatchObject({ code: "ECONNRESET" });
  });

  it("resets between two chunks", async () => {
    const { client } = await open({ fault: () => ({ kind: "reset", afterBytes: 0 }) });
    const { bytes, error } = await readUntilBroken(await speak(client));
    expect(bytes).toHaveLength(0);
    expect(error).toMatchObject({ message: "terminated" });
  });

  it("ends early as if all were well, where the end of the body is not told", async () => {
    for (const transfer of ["chunked", "until-close"] as const) {
      const { fake, client } = await open({ transfer, fault: () => ({ kind: "early-end", afterBytes: 6_003 }) });
      expect(await bytesOf(await speak(client))).toHaveLength(6_003);
      expect(fake.requests[0]?.state).toBe("failed");
    }
    const { client } = await open({ transfer: "content-length", fault: () => ({ kind: "early-end", afterBytes: 6_003 }) });
    expect(await readUntilBroken(await speak(client))).toMatchObject({ bytes: { length: 6_003 }, error: { message: "terminated" } });
  });

  it("stalls, and sends all but the end", async () => {
    const { fake, client } = await open({ fault: (_, index) => (index === 0 ? { kind: "stall", afterBytes: 5_000 } : { kind: "no-end-marker" }) });
    const whole = (await bytesOf(await speak((await open()).client))).length;
    for (const expected of [5_000, whole]) {
      const leave = new AbortController();
      const response = await speak(client, {}, leave.signal);
      let received = 0;
      const read = (async () => {
        for await (const piece of response.body ?? []) {
          received += (piece as Uint8Array).length;
          if (received === expected) setTimeout(() => leave.abort(), 30);
        }
      })();
      await expect(read).rejects.toThrow("aborted");
      expect(received).toBe(expected);
    }
    while (fake.requests.some(({ state }) => state === "active")) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(fake.requests).toMatchObject([{ state: "called-off", audioBytes: 5_000 }, { state: "called-off", audioBytes: whole }]);
  });

  it("drips single bytes", async () => {
    const { fake } = await open({ fault: () => ({ kind: "drip", everyMs: 1 }), keyOptional: true, msPerCharacter: 1 });
    const chunks = await chunksOf(fake.url, { input: "a", response_format: "wav" });
    expect(chunks.length).toBeGreaterThan(44);
    expect(new Set(chunks)).toEqual(new Set([1]));
  });

  it("sends a chunk that cannot be read", async () => {
    const { client } = await open({ fault: () => ({ kind: "malformed", afterBytes: 4_801 }) });
    const { bytes, error } = await readUntilBroken(await speak(client));
    expect(bytes).toHaveLength(4_801);
    expect(error).toMatchObject({ message: "terminated", cause: { name: "HTTPParserError" } });
  });

  it("plays a fault that lies behind the audio right after it", async () => {
    const { client } = await open({ fault: () => ({ kind: "cut", afterBytes: Infinity }) });
    const { bytes, error } = await readUntilBroken(await speak(client));
    assertSpoken(samplesOf(bytes), 24_000, text, { encoding: "exact" });
    expect(error).toMatchObject({ message: "terminated" });
  });

  it("cuts at any byte, single ones included", async () => {
    const { fake } = await open({ raggedSeed: 3, keyOptional: true });
    const chunks = await chunksOf(fake.url, { input: text, response_format: "wav" });
    expect(chunks).toContain(1);
    expect(chunks.filter((size) => size % 2 === 1).length).toBeGreaterThan(10);
    expect(chunks.reduce((sum, size) => sum + size, 0)).toBe(44 + (fake.requests[0]?.audioBytes ?? 0));
  });

  it("does not send what the client does not take", async () => {
    const { fake } = await open({ keyOptional: true, msPerCharacter: 20_000 });
    const response = await openSpeech(fake.url, { input: text, response_format: "pcm" });
    response.pause();
    let before = -1;
    while (before !== fake.requests[0]?.audioBytes || before === 0) {
      before = fake.requests[0]?.audioBytes ?? -1;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(8_000_000);
    response.destroy();
    while (fake.requests[0]?.state === "active") await new Promise((resolve) => setTimeout(resolve, 2));
    expect(fake.requests[0]).toMatchObject({ state: "called-off", audioBytes: before });
  });
});

/** The sizes of the chunks of HTTP as a bare client gets them. */
async function chunksOf(url: string, body: object): Promise<number[]> {
  const sizes: number[] = [];
  const response = await openSpeech(url, body);
  response.on("data", (chunk: Buffer) => void sizes.push(chunk.length));
  await once(response, "end");
  return sizes;
}

function openSpeech(url: string, body: object): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${url}/v1/audio/speech`, { method: "POST" }, resolve);
    request.on("error", reject);
    request.end(JSON.stringify({ model: "tts-1", voice: "alloy", ...body }));
  });
}
