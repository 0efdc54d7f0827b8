import { createWavDecoder } from "@parlando/core";
import fc from "fast-check";
import type { Context } from "hono";
import { describe, expect, it } from "vitest";
import { wholeWav } from "../audio/whole-wav.ts";
import { resolveLimits } from "../limits/resolve-limits.ts";
import { Problem } from "../problem/problem.ts";
import type { ServerEnvironment } from "../route/route.ts";
import { readAudioPrompt } from "./audio-prompt.ts";
import { parseMultipart } from "./multipart.ts";
import { readForm } from "./read-form.ts";
import { createUploadRoom } from "./upload-room.ts";

const limits = resolveLimits({});
const field = "audio_prompt";
const options = { limits, signal: new AbortController().signal, hold: createUploadRoom(limits).open(), file: field };

function wavOf(seconds: number, sampleRate = 16_000): Uint8Array {
  return wholeWav(new Uint8Array(2 * seconds * sampleRate).fill(7), sampleRate);
}

/** A header that says what it likes. */
function lyingWav(change: (view: DataView) => void): Uint8Array {
  const file = wavOf(1);
  change(new DataView(file.buffer as ArrayBuffer));
  return file;
}

async function problemOf(promise: Promise<unknown>): Promise<{ status: number; code: string }> {
  const error: unknown = await promise.then(
    () => undefined,
    (found: unknown) => found,
  );
  if (!(error instanceof Problem)) throw new Error(`Expected a problem, found ${String(error)}.`);
  return { status: error.status, code: error.code };
}

function callWith(form: FormData | URLSearchParams): Context<ServerEnvironment> {
  return { req: { raw: new Request("http://localhost/", { method: "POST", body: form }) } } as unknown as Context<ServerEnvironment>;
}

function form(fields: Readonly<Record<string, string | Blob>>): FormData {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.append(name, typeof value === "string" ? value : new File([value], "../../etc/passwd"));
  return made;
}

describe("forms", () => {
  it("bring text and one file, whatever is in them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 200 }), fc.uint8Array({ minLength: 1, maxLength: 2_000 }), async (text, bytes) => {
        const read = await readForm(callWith(form({ text, [field]: new Blob([bytes]), more: "ä\r\n--x" })), options);
        expect(Buffer.from(read.upload ?? []).equals(Buffer.from(bytes))).toBe(true);
        // Browsers send line breaks of text as CRLF.
        expect(read.fields).toEqual(Object.assign(Object.create(null), { text: text.replace(/\r\n|\r|\n/g, "\r\n"), more: "ä\r\n--x" }));
      }),
      { numRuns: 50 },
    );
  });

  it("may be encoded like addresses", async () => {
    const read = await readForm(callWith(new URLSearchParams({ text: "a b&c", chunk_size: "50" })), options);
    expect({ ...read.fields }).toEqual({ text: "a b&c", chunk_size: "50" });
  });

  it("take an empty file for none", async () => {
    expect((await readForm(callWith(form({ text: "a", [field]: new Blob([]) })), options)).upload).toBeUndefined();
  });

  it.each([
    ["a path in place of a file", form({ [field]: "/etc/passwd" }), 400, "no_file"],
    ["an address in place of a file", form({ [field]: "http://169.254.169.254/" }), 400, "no_file"],
    ["a file in another field", form({ text: new Blob(["a"]) }), 400, "unexpected_file"],
    ["too large a file", form({ [field]: new Blob([new Uint8Array(limits.uploadBytes + 1)]) }), 413, "upload_too_large"],
    ["too large a body", form({ [field]: new Blob([new Uint8Array(limits.uploadBytes + limits.bodyBytes)]) }), 413, "body_too_large"],
    ["too much text", form({ text: "a".repeat(limits.bodyBytes + 1) }), 413, "body_too_large"],
  ])("refuse %s", async (_what, body, status, code) => {
    expect(await problemOf(readForm(callWith(body), options))).toEqual({ status, code });
  });

  it("refuse a field that comes twice", async () => {
    const twice = form({ text: "a" });
    twice.append("text", "b");
    expect(await problemOf(readForm(callWith(twice), options))).toEqual({ status: 400, code: "invalid_form" });
  });

  it("keep names of prototypes to themselves", async () => {
    const { fields } = await readForm(callWith(form({ __proto__x: "1", ["__proto__"]: "2" })), options);
    expect(Object.getPrototypeOf(fields)).toBeNull();
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it.each(["", "x", "--b", "--b\r\n", "--b\r\n\r\n--b--", "--b\r\ncontent-disposition: form-data\r\n\r\na\r\n--b--", `--b\r\n${"a".repeat(5_000)}`, "--b\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\nb", `--b${"\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n\r\n--b".repeat(40)}--`])("are refused when they are broken: %#", (body) => {
    expect(() => parseMultipart(Buffer.from(body), "multipart/form-data; boundary=b")).toThrow(Problem);
  });

  it.each(["multipart/form-data", "multipart/form-data; boundary=", `multipart/form-data; boundary=${"b".repeat(90)}`, "multipart/form-data; boundary=ä"])("need a boundary: %s", (type) => {
    expect(() => parseMultipart(Buffer.from("--b--"), type)).toThrow(Problem);
  });

  it("never fail otherwise, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("--b", "\r\n", "--", "content-disposition: form-data; name=\"a\"", "; filename=\"f\"", "x", "\0", "b"), { maxLength: 40 }), (parts) => {
        try {
          parseMultipart(Buffer.from(parts.join("")), "multipart/form-data; boundary=b");
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
    );
  });
});

describe("recordings", () => {
  it("are read as the decoder reads them", async () => {
    const file = wavOf(20);
    const { samples, sampleRate } = await readAudioPrompt(file, field, limits);
    expect([samples.length, sampleRate]).toEqual([320_000, 16_000]);
    const decoder = createWavDecoder({ announcedRate: 16_000 });
    expect(Buffer.from(samples.buffer).equals(Buffer.from(decoder.push(file).buffer))).toBe(true);
  });

  it.each([
    ["no WAV", Buffer.from("ID3 this is an MP3, or says so"), 400, "invalid_audio"],
    ["a page", Buffer.from("<html>".repeat(100)), 400, "invalid_audio"],
    ["nothing", new Uint8Array(0), 400, "invalid_audio"],
    ["a head alone", wavOf(1).subarray(0, 40), 400, "invalid_audio"],
    ["no audio", wavOf(0), 400, "invalid_audio"],
    ["no channel", lyingWav((view) => view.setUint16(22, 0, true)), 400, "invalid_audio"],
    ["three channels", lyingWav((view) => view.setUint16(22, 3, true)), 400, "invalid_audio"],
    ["a rate of 1", lyingWav((view) => view.setUint32(24, 1, true)), 400, "invalid_audio"],
    ["a rate of a gigahertz", lyingWav((view) => view.setUint32(24, 1_000_000_000, true)), 400, "invalid_audio"],
    ["frames without bytes", lyingWav((view) => view.setUint16(32, 0, true)), 400, "invalid_audio"],
    ["an unknown kind", lyingWav((view) => view.setUint16(20, 85, true)), 400, "invalid_audio"],
    ["61 seconds", wavOf(61), 413, "audio_too_long"],
    ["62 seconds behind a size of two bytes", lyingLength(62), 413, "audio_too_long"],
  ])("are refused: %s", async (_what, file, status, code) => {
    expect(await problemOf(readAudioPrompt(file, field, limits))).toEqual({ status, code });
  });

  it("with a length that was not known are read to their end", async () => {
    const { samples } = await readAudioPrompt(lyingWav((view) => view.setUint32(40, 0xffff_ffff, true)), field, limits);
    expect(samples.length).toBe(16_000);
  });

  it("never fail otherwise, whatever is changed in them", async () => {
    const file = wavOf(1, 8_000).subarray(0, 400);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 6 }), fc.nat(400), async (changes, length) => {
        const changed = Uint8Array.from(file.subarray(0, length));
        for (const [at, value] of changes) if (at < changed.length) changed[at] = value;
        try {
          await readAudioPrompt(changed, field, limits);
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** Says that it has two bytes, and goes on: writers that stream do so, and liars. */
function lyingLength(seconds: number): Uint8Array {
  const file = wavOf(seconds);
  new DataView(file.buffer as ArrayBuffer).setUint32(40, 2, true);
  return file;
}
