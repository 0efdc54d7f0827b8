import { EventStreamCodec } from "@smithy/core/event-streams";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../random.ts";
import { raggedPieces } from "../shared/byte-blocks.ts";
import { createEventMessageReader, decodeEventMessage, encodeEventMessage } from "./event-stream.ts";

const utf8 = new EventStreamCodec(
  (input) => Buffer.from(input).toString("utf8"),
  (input) => Buffer.from(input, "utf8"),
);
const message = {
  headers: { ":event-type": "TextEvent", ":date": new Date(1_700_000_000_123), count: 7, yes: true, no: false, raw: Uint8Array.from([1, 2, 255]) },
  body: Buffer.from("Zoë 🎈", "utf8"),
};

describe("the event-stream codec", () => {
  it("writes what the vendor's codec reads", () => {
    const { headers, body } = utf8.decode(encodeEventMessage(message));
    expect(Buffer.from(body).toString("utf8")).toBe("Zoë 🎈");
    expect(headers).toMatchObject({
      ":event-type": { type: "string", value: "TextEvent" },
      ":date": { type: "timestamp", value: message.headers[":date"] },
      count: { type: "integer", value: 7 },
      yes: { value: true },
      no: { value: false },
    });
    expect(Buffer.from(headers["raw"]!.value as Uint8Array)).toEqual(Buffer.from([1, 2, 255]));
  });

  it("reads what the vendor's codec writes", () => {
    const bytes = utf8.encode({
      headers: {
        name: { type: "string", value: "é" },
        small: { type: "byte", value: -3 },
        short: { type: "short", value: -300 },
        when: { type: "timestamp", value: new Date(5) },
        sign: { type: "binary", value: Uint8Array.from([9]) },
      },
      body: Uint8Array.from([1, 2]),
    });
    expect(decodeEventMessage(bytes)).toEqual({ headers: { name: "é", small: -3, short: -300, when: new Date(5), sign: Uint8Array.from([9]) }, body: Uint8Array.from([1, 2]) });
  });

  it("reads messages that come in any pieces", () => {
    const bodies = Array.from({ length: 40 }, (_, index) => `text ${index}`);
    const bytes = Buffer.concat(bodies.map((body) => encodeEventMessage({ headers: { a: "b" }, body: Buffer.from(body) })));
    const reader = createEventMessageReader();
    const read = raggedPieces(bytes, createRandom(3), 200).flatMap((piece) => reader.push(piece));
    expect(read.map((found) => ("body" in found ? Buffer.from(found.body).toString() : found.broken))).toEqual(bodies);
  });

  it("finds every byte that was changed", () => {
    const bytes = encodeEventMessage(message);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Uint8Array.from(bytes);
      changed[at] = changed[at]! ^ 0x10;
      expect(createEventMessageReader().push(changed), `byte ${at}`).toEqual([{ broken: expect.any(String) }]);
    }
  });

  it("reads nothing more after a broken message", () => {
    const reader = createEventMessageReader();
    expect(reader.push(new Uint8Array(64).fill(1))).toHaveLength(1);
    expect(reader.push(encodeEventMessage(message))).toEqual([]);
  });
});
