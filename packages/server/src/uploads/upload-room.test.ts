import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { wholeWav } from "../audio/whole-wav.ts";
import { startSpeechServer, type SpeechServer } from "../testing/speech-server.ts";
import { createUploadRoom } from "./upload-room.ts";

/** About 192 kB. */
const recording = wholeWav(new Uint8Array(2 * 6 * 16_000).fill(7), 16_000);

async function post({ url }: SpeechServer, fields: Readonly<Record<string, string | Blob>>): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return await fetch(`${url}/synthesize`, { method: "POST", body: form });
}

/** An upload that stops in its middle: `sentBytes` of it are there, and more is announced. */
async function beginUpload({ url }: SpeechServer, sentBytes: number): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  const head = '--b\r\ncontent-disposition: form-data; name="audio_prompt"; filename="a"\r\n\r\n';
  socket.write(`POST /synthesize HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 9000000\r\n\r\n${head}`);
  await new Promise((resolve) => socket.write(new Uint8Array(sentBytes), resolve));
  return socket;
}

describe("room for uploads", () => {
  it("is shared, counted by what each needs, and given back once", () => {
    const room = createUploadRoom({ uploadTotalBytes: 100 });
    const [one, other] = [room.open(), room.open()];
    one.need(40);
    one.need(60);
    one.need(50);
    one.need(-5);
    expect(room.heldBytes).toBe(60);
    expect(() => other.need(41)).toThrow("100 bytes");
    expect(room.heldBytes).toBe(60);
    other.need(40);
    one.release();
    one.release();
    expect(room.heldBytes).toBe(40);
    other.release();
    expect(room.heldBytes).toBe(0);
  });

  it("refuses an upload while others fill it, and nothing that brings none", async () => {
    await using server = await startSpeechServer({}, { limits: { uploadTotalBytes: 600_000 } });
    const half = await beginUpload(server, 400_000);
    // Announced were nine million bytes; what has come is what counts.
    let refused: Response | undefined;
    await expect.poll(async () => (refused = await post(server, { text: "Hello.", audio_prompt: new Blob([recording]) })).status).toBe(503);
    expect([refused?.headers.get("retry-after"), refused?.headers.get("connection")]).toEqual(["1", "close"]);
    expect(((await refused?.json()) as { detail: string }).detail).toContain("600000 bytes");
    expect(server.log.some(({ event, code }) => event === "refused" && code === "uploads_busy")).toBe(true);
    expect((await post(server, { text: "Hello." })).status).toBe(200);
    half.destroy();
    await expect.poll(async () => (await post(server, { text: "Hello.", audio_prompt: new Blob([recording]) })).status).toBe(200);
    // What was held for an answer is free when it has left.
    for (let count = 0; count < 4; count += 1) await expect.poll(async () => (await post(server, { text: "Hello.", audio_prompt: new Blob([recording]) })).status).toBe(200);
  });
});
