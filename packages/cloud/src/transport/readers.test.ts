import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openAudioBody } from "./audio-body.ts";
import type { HttpBody, ResponseHeaders } from "./http-types.ts";
import { readJsonLines } from "./ndjson-reader.ts";
import { errorOf, join, readAll } from "./servers.test-helper.ts";
import { readServerSentEvents } from "./sse-reader.ts";

const context = { engine: "acme", doing: "Asking Acme for audio", sent: ["hidden words"] };
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Source extends HttpBody {
  left: number;
}

/** A body in these pieces. */
function bodyOf(pieces: readonly Uint8Array[], failure?: Error): Source {
  let at = 0;
  const body: Source = {
    left: 0,
    cancel: () => void (body.left += 1),
    [Symbol.asyncIterator]: () => ({
      async next() {
        const value = pieces[at];
        at += 1;
        if (value !== undefined) return { done: false, value };
        if (failure !== undefined) throw failure;
        return { done: true, value: undefined };
      },
      async return() {
        body.left += 1;
        return { done: true, value: undefined };
      },
    }),
  };
  return body;
}

/** Cuts bytes at the places drawn. */
function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((left, right) => left - right);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

const events = (text: string): ReturnType<typeof readAll<{ data: string }>> => readAll(readServerSentEvents(bodyOf([bytesOf(text)]), context));

describe("readServerSentEvents", () => {
  it.each([
    ["LF", "\n"],
    ["CRLF", "\r\n"],
    ["CR", "\r"],
  ])("reads events however they are cut, with %s", async (_name, end) => {
    const text = `\uFEFF: hello${end}event: audio${end}id: 7${end}data: {"a":"Zürich 👋"}${end}${end}data: one${end}data: two${end}${end}:ping${end}${end}`;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(200), { maxLength: 40 }), async (places) => {
        const { items, error } = await readAll(readServerSentEvents(bodyOf(cutAt(bytesOf(text), places)), context));
        expect(error).toBeUndefined();
        expect(items.map(({ data }) => data)).toEqual(['{"a":"Zürich 👋"}', "one\ntwo"]);
        expect(items[0]).toMatchObject({ event: "audio", id: "7" });
      }),
      { numRuns: 60 },
    );
  });

  it.each(["data: whole\n\ndata: half", "data: whole\n\ndata: half\n", "data: whole\n\nda", "data: whole\n\nevent: audio\ndata: {}"])("fails with TRUNCATED inside an event, after those before: %j", async (text) => {
    const { items, error } = await events(text);
    expect(items).toHaveLength(1);
    expect(error).toMatchObject({ code: "TRUNCATED", retryable: true });
  });

  it("takes an end between events, or inside a comment, for an end", async () => {
    for (const text of ["", "data: whole\n\n", "data: whole\n\n: keep-alive\n", "data: whole\n\n\n\n"]) expect((await events(text)).error).toBeUndefined();
  });

  it("fails with PROTOCOL for an event without bounds", async () => {
    const endless = { *[Symbol.iterator]() { yield bytesOf("data: "); for (;;) yield bytesOf("x".repeat(1000)); } };
    async function* body(): AsyncGenerator<Uint8Array> {
      yield* endless;
    }
    const { error } = await readAll(readServerSentEvents(body(), { ...context, maxEventCharacters: 5000 }));
    expect(error?.code).toBe("PROTOCOL");
    const many = await readAll(readServerSentEvents(bodyOf(Array.from({ length: 100 }, () => bytesOf("data: a\n"))), { ...context, maxEventCharacters: 50 }));
    expect(many.error?.code).toBe("PROTOCOL");
  });

  it("fails with PROTOCOL for what is not UTF-8, and with TRUNCATED for half a character", async () => {
    expect((await readAll(readServerSentEvents(bodyOf([Uint8Array.of(0x64, 0xff, 0xfe)]), context))).error?.code).toBe("PROTOCOL");
    expect((await readAll(readServerSentEvents(bodyOf([bytesOf("data: a\n\n"), Uint8Array.of(0xe2, 0x82)]), context))).error?.code).toBe("TRUNCATED");
  });

  it("ends the request when the loop is left, and passes on what the body throws", async () => {
    const body = bodyOf([bytesOf("data: 1\n\ndata: 2\n\n"), bytesOf("data: 3\n\n")]);
    for await (const _ of readServerSentEvents(body, context)) break;
    expect(body.left).toBe(1);
    const failure = new Error("cut");
    await expect(readAll(readServerSentEvents(bodyOf([bytesOf("data: 1\n\n")], failure), context))).rejects.toBe(failure);
  });
});

describe("readJsonLines", () => {
  it("reads lines however they are cut", async () => {
    const text = '{"a":"Zürich"}\r\n\n[1,2]\n"last"';
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(60), { maxLength: 20 }), async (places) => {
        const { items, error } = await readAll(readJsonLines(bodyOf(cutAt(bytesOf(text), places)), context));
        expect(error).toBeUndefined();
        expect(items).toEqual([{ a: "Zürich" }, [1, 2], "last"]);
      }),
      { numRuns: 60 },
    );
  });

  it("tells a cut line from a bad one, and quotes neither", async () => {
    const cut = await readAll(readJsonLines(bodyOf([bytesOf('{"a":1}\n{"hidden words')]), context));
    expect([cut.items.length, cut.error?.code]).toEqual([1, "TRUNCATED"]);
    const bad = await readAll(readJsonLines(bodyOf([bytesOf('hidden words\n{"a":1}\n')]), context));
    expect([bad.items.length, bad.error?.code]).toEqual([0, "PROTOCOL"]);
    for (const { error } of [cut, bad]) expect(error?.message).not.toContain("hidden");
  });

  it("fails with PROTOCOL for a line without bounds", async () => {
    const { error } = await readAll(readJsonLines(bodyOf(Array.from({ length: 100 }, () => bytesOf("x".repeat(100)))), { ...context, maxLineCharacters: 500 }));
    expect(error?.code).toBe("PROTOCOL");
  });
});

describe("openAudioBody", () => {
  const open = (pieces: readonly Uint8Array[], status = 200, headers: ResponseHeaders = {}, body = bodyOf(pieces)): Promise<HttpBody> =>
    openAudioBody({ status, headers, body }, { ...context, encoding: "pcm-s16le", errors: { codes: { quota: { code: "QUOTA_EXCEEDED" } } } });

  it("hands audio over as it was cut, also where it begins like text", async () => {
    const audio = Uint8Array.from([0x7b, 0x22, ...Array.from({ length: 99 }, (_, index) => index)]);
    for (const pieces of [[audio], cutAt(audio, [1, 2, 3, 9]), [...audio].map((byte) => Uint8Array.of(byte)), [new Uint8Array(), audio]]) {
      const { items } = await readAll(await open(pieces));
      expect(join(items).equals(Buffer.from(audio))).toBe(true);
    }
  });

  it("takes a short body of one sample for audio", async () => {
    expect(join((await readAll(await open([Uint8Array.of(0, 1)]))).items)).toHaveLength(2);
  });

  it("fails with NO_AUDIO for an empty body", async () => {
    expect(await errorOf(open([], 200, { "x-request-id": "r" }))).toMatchObject({ code: "NO_AUDIO", requestId: "r" });
    expect((await errorOf(open([new Uint8Array()]))).code).toBe("NO_AUDIO");
  });

  it.each([
    ["JSON", '{"message":"hidden words"}', "PROTOCOL"],
    ["HTML", "<!DOCTYPE html><html><body>hidden words".padEnd(9000, "."), "PROTOCOL"],
    ["plain text", "Something went wrong with hidden words", "PROTOCOL"],
    ["an event stream", 'data: {"type":"error","error":"hidden words"}\n\n', "PROTOCOL"],
    ["an unknown thing", "\n".repeat(9000), "PROTOCOL"],
    ["an unknown thing", "event: x\n\n: \r\r\n".repeat(2000), "PROTOCOL"],
    ["JSON", '{"error":{"code":"quota"}}', "QUOTA_EXCEEDED"],
    ["an event stream", 'event: error\ndata: {"error":{"code":"quota"}}\n\n', "QUOTA_EXCEEDED"],
  ])("finds %s in place of audio: %s", async (kind, text, code) => {
    for (const places of [[], [1, 5, 20]]) {
      const error = await errorOf(open(cutAt(bytesOf(text), places)));
      expect(error.code).toBe(code);
      if (code === "PROTOCOL" && kind !== "an unknown thing") expect(error.message).toContain(kind);
      expect(error.message).not.toContain("hidden");
    }
  });

  it("fails for an error status by the classifier", async () => {
    expect((await errorOf(open([bytesOf("{}")], 401))).code).toBe("AUTHENTICATION");
  });

  it("ends the request when the loop is left", async () => {
    const body = bodyOf([Uint8Array.of(0), Uint8Array.of(1), Uint8Array.of(2)]);
    for await (const _ of await open([], 200, {}, body)) break;
    expect(body.left).toBe(1);
  });
});
