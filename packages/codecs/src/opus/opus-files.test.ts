import { describe, expect, it } from "vitest";
import { decodeFile, encodeFile, likeness, voice } from "../codec-files.test-helper.ts";
import { openDecoder } from "../index.ts";
import { joinBytes } from "../join.ts";
import { oggChecksum } from "../ogg/ogg-checksum.ts";
import { createOggPageWriter } from "../ogg/ogg-page-writer.ts";
import { ebmlIds } from "../webm/ebml-ids.ts";
import { ebmlElement, ebmlText, ebmlUnsigned, openElement } from "../webm/ebml-writer.ts";
import { writeOpusHead } from "./opus-head.ts";
import { createEncoder } from "libopus-wasm";

const length = 24_601;
const wanted = voice(length, 24_000);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const files = { "ogg-opus": await encodeFile({ encoding: "ogg-opus" }, wanted), "webm-opus": await encodeFile({ encoding: "webm-opus" }, wanted) } as const;
const both = ["ogg-opus", "webm-opus"] as const;

describe.each(both)("%s", (encoding) => {
  const file = files[encoding];

  it("gives as many samples as were encoded, at 48 kHz, in their place", async () => {
    const { samples, sampleRate } = await decodeFile(encoding, file);
    expect(sampleRate).toBe(48_000);
    expect(samples.length).toBe(2 * length);
    expect(likeness(samples, wanted, { step: 2 })).toBeGreaterThan(20);
  });

  it.each([0, 1, 479, 480, 481, 2_400])("is exact for %d samples too", async (count) => {
    expect((await decodeFile(encoding, await encodeFile({ encoding }, wanted.subarray(0, count)))).samples.length).toBe(2 * count);
  });

  it.each([[[1]], [[7, 1, 300]], [[4_096]]])("gives the same for pieces of %j", async (pieces) => {
    expect((await decodeFile(encoding, file, pieces)).samples).toEqual((await decodeFile(encoding, file)).samples);
  });

  it("reads files that follow each other, each from its own beginning", async () => {
    const alone = (await decodeFile(encoding, file)).samples;
    const { samples } = await decodeFile(encoding, joinBytes([file, file]));
    expect(samples.subarray(0, alone.length)).toEqual(alone);
    expect(samples.subarray(alone.length)).toEqual(alone);
  });

  it("reads many short files in one push", async () => {
    const short = await encodeFile({ encoding }, wanted.subarray(0, 1_000));
    expect((await decodeFile(encoding, joinBytes(Array.from({ length: 20 }, () => short)))).samples.length).toBe(20 * 2_000);
  });

  it("refuses what is none, and repeats nothing of it", async () => {
    for (const [bytes, found] of [[bytesOf('{"error":"secret"}'), "JSON"], [bytesOf("<html>secret"), "HTML"], [new Uint8Array(64), "zeros"]] as const) {
      await expect(decodeFile(encoding, bytes)).rejects.toMatchObject({ code: "BAD_AUDIO", message: expect.stringContaining(found) });
      await expect(decodeFile(encoding, bytes)).rejects.toMatchObject({ message: expect.not.stringContaining("secret") });
    }
  });

  it("tells what ended too early", async () => {
    for (const length of [2, 20, 60, file.length - 5]) await expect(decodeFile(encoding, file.subarray(0, length))).rejects.toMatchObject({ code: "TRUNCATED" });
    expect((await decodeFile(encoding, new Uint8Array(0))).samples.length).toBe(0);
  });

  it("closes twice, and gives nothing after that", async () => {
    const decoder = await openDecoder({ encoding, sampleRate: 24_000, channels: 1 });
    decoder.close?.();
    decoder.close?.();
    expect(decoder.push(file).length + decoder.flush().length).toBe(0);
  });

  it("gives back its memory", async () => {
    // One of them takes some 50 KB; the codec would run out of its memory long before the end.
    for (let round = 0; round < 3_000; round += 1) (await openDecoder({ encoding, sampleRate: 24_000, channels: 1 })).close?.();
    expect((await decodeFile(encoding, file)).samples.length).toBe(2 * length);
  });
});

/** Opus in Ogg, page by page. */
async function packetsOf(count: number): Promise<Uint8Array[]> {
  const encoder = await createEncoder({ sampleRate: 48_000, channels: 1 });
  const sound = voice(960 * count, 48_000);
  const packets = Array.from({ length: count }, (_, index) => encoder.encodeFloat(sound.subarray(960 * index, 960 * index + 960)));
  encoder.free();
  return packets;
}

const head = writeOpusHead({ channels: 1, preSkip: 312, inputRate: 48_000 });
const tags = joinBytes([bytesOf("OpusTags"), new Uint8Array(8)]);

describe("ogg-opus: pages", () => {
  it("gives a page's audio when the page is complete", async () => {
    const [first = tags] = await packetsOf(1);
    const pages = createOggPageWriter({ serial: 7 });
    const opening = joinBytes([pages.write({ packets: [head], granule: 0 }), pages.write({ packets: [tags], granule: 0 })]);
    const page = pages.write({ packets: [first], granule: 960 });
    const decoder = await openDecoder({ encoding: "ogg-opus", sampleRate: 48_000, channels: 1 });
    expect(decoder.push(opening).length).toBe(0);
    expect(decoder.push(page.subarray(0, -1)).length).toBe(0);
    expect(decoder.push(page.subarray(-1)).length).toBe(960 - 312);
    decoder.close?.();
  });

  it("reads comments with a picture over many pages, and a stream that was joined late", async () => {
    const packets = await packetsOf(4);
    const pages = createOggPageWriter({ serial: 7 });
    const picture = new Uint8Array(255 * 200).fill(65);
    const bytes = [pages.write({ packets: [head], granule: 0 })];
    // Pages whose packet does not end: their last length is 255.
    for (const part of [0, 1, 2]) bytes.push(openPage(pages.write({ packets: [part === 0 ? joinBytes([tags, picture.subarray(0, picture.length - tags.length)]) : picture], granule: -1 }), part > 0));
    bytes.push(openPage(pages.write({ packets: [bytesOf("end")], granule: 0 }), true, false));
    bytes.push(pages.write({ packets, granule: 1_000_000 }), pages.write({ packets: [], granule: 1_000_000 - 100, isLast: true }));
    const { samples } = await decodeFile("ogg-opus", joinBytes(bytes));
    expect(samples.length).toBe(4 * 960 - 312);
  });

  it("refuses a damaged page, a damaged packet, and what is not Opus", async () => {
    const damaged = files["ogg-opus"].slice();
    damaged[2_000] = (damaged[2_000] ?? 0) ^ 1;
    await expect(decodeFile("ogg-opus", damaged)).rejects.toMatchObject({ code: "BAD_AUDIO", message: expect.stringContaining("checksum") });
    const stream = (first: Uint8Array, ...rest: Uint8Array[]): Uint8Array => {
      const pages = createOggPageWriter({ serial: 7 });
      return joinBytes([first, ...rest].map((packet, index) => pages.write({ packets: [packet], granule: 960 * index })));
    };
    await expect(decodeFile("ogg-opus", stream(head, tags, Uint8Array.of(0xff, 0xff, 1)))).rejects.toMatchObject({ code: "BAD_AUDIO" });
    await expect(decodeFile("ogg-opus", stream(bytesOf("\u0001vorbis"), tags))).rejects.toMatchObject({ code: "UNSUPPORTED" });
    const surround = head.slice();
    surround.set([6], 9);
    surround.set([1], 18);
    await expect(decodeFile("ogg-opus", stream(surround, tags))).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });

  it("does not make hours of audio out of a few bytes", async () => {
    const pages = createOggPageWriter({ serial: 7 });
    const silence = Array.from({ length: 250 }, () => Uint8Array.of(0x18));
    const bytes = [pages.write({ packets: [head], granule: 0 }), pages.write({ packets: [tags], granule: 0 })];
    for (let page = 0; page < 4; page += 1) bytes.push(pages.write({ packets: silence, granule: -1 }));
    await expect(decodeFile("ogg-opus", joinBytes(bytes))).rejects.toMatchObject({ code: "BAD_AUDIO" });
  });
});

/** The same page, whose packet goes on from the one before or in the next. */
function openPage(page: Uint8Array<ArrayBuffer>, isContinued: boolean, isOpen = true): Uint8Array<ArrayBuffer> {
  const count = page[26] ?? 0;
  // A packet of a multiple of 255 bytes ends with a length of 0, which is taken away.
  const changed = isOpen ? joinBytes([page.subarray(0, 26 + count), page.subarray(27 + count)]) : page;
  if (isOpen) changed[26] = count - 1;
  changed[5] = (changed[5] ?? 0) | (isContinued ? 1 : 0);
  new DataView(changed.buffer).setUint32(22, oggChecksum(changed), true);
  return changed;
}

describe("webm-opus: elements", () => {
  const track = (...more: Uint8Array[]): Uint8Array =>
    ebmlElement(ebmlIds.tracks, ebmlElement(ebmlIds.trackEntry, ebmlUnsigned(ebmlIds.trackNumber, 1), ebmlText(ebmlIds.codecId, "A_OPUS"), ...more));
  const opening = ebmlElement(ebmlIds.ebml, ebmlText(ebmlIds.docType, "webm"));
  const block = (packet: Uint8Array, flags = 0x80): Uint8Array => ebmlElement(ebmlIds.simpleBlock, Uint8Array.of(0x81, 0, 0, flags), packet);

  it("reads live clusters of unknown size, a track without a head, and takes no other track", async () => {
    const packets = await packetsOf(3);
    const other = ebmlElement(ebmlIds.simpleBlock, Uint8Array.of(0x82, 0, 0, 0x80), Uint8Array.of(1, 2, 3));
    const clusters = packets.flatMap((packet) => [openElement(ebmlIds.cluster), ebmlUnsigned(ebmlIds.timestamp, 0), other, block(packet)]);
    const { samples } = await decodeFile("webm-opus", joinBytes([opening, openElement(ebmlIds.segment), track(), ...clusters]), [3]);
    expect(samples.length).toBe(3 * 960);
  });

  it("tells where a cluster ended too early, also between two packets", async () => {
    const packets = await packetsOf(3);
    const cluster = ebmlElement(ebmlIds.cluster, ebmlUnsigned(ebmlIds.timestamp, 0), ...packets.map((packet) => block(packet)));
    const whole = joinBytes([opening, openElement(ebmlIds.segment), track(), cluster]);
    expect((await decodeFile("webm-opus", whole, [7])).samples.length).toBe(3 * 960);
    const last = block(packets[2] ?? tags).length;
    await expect(decodeFile("webm-opus", whole.subarray(0, whole.length - last), [7])).rejects.toMatchObject({ code: "TRUNCATED", message: expect.stringContaining(`${last} bytes before the end`) });
  });

  it("leaves out the codec delay where there is no head", async () => {
    const packets = await packetsOf(3);
    const bytes = joinBytes([opening, openElement(ebmlIds.segment), track(ebmlUnsigned(ebmlIds.codecDelay, 6_500_000)), openElement(ebmlIds.cluster), ...packets.map((packet) => block(packet))]);
    expect((await decodeFile("webm-opus", bytes)).samples.length).toBe(3 * 960 - 312);
  });

  it("refuses lacing, encryption, other codecs, and sizes that lie", async () => {
    const [packet = tags] = await packetsOf(1);
    const begin = [opening, openElement(ebmlIds.segment)];
    const read = async (...parts: Uint8Array[]): Promise<unknown> => await decodeFile("webm-opus", joinBytes([...begin, ...parts]));
    await expect(read(track(), openElement(ebmlIds.cluster), block(packet, 0x86))).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await expect(read(track(ebmlElement(ebmlIds.contentEncodings, Uint8Array.of(0))))).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await expect(read(openElement(ebmlIds.cluster), block(packet))).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await expect(read(openElement(ebmlIds.simpleBlock))).rejects.toMatchObject({ code: "BAD_AUDIO" });
    await expect(read(joinBytes([Uint8Array.of(0xa3, 0x01, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff)]))).rejects.toMatchObject({ code: "BAD_AUDIO" });
    await expect(read(ebmlElement(ebmlIds.trackEntry, Uint8Array.of(0xd7, 0x88, 1)))).rejects.toMatchObject({ code: "BAD_AUDIO" });
  });
});
