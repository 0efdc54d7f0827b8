import { open } from "node:fs/promises";

const headerBytes = 44;

function header(dataBytes, sampleRate) {
  const view = Buffer.alloc(headerBytes);
  view.write("RIFF", 0);
  view.writeUInt32LE(36 + dataBytes, 4);
  view.write("WAVEfmt ", 8);
  view.writeUInt32LE(16, 16);
  view.writeUInt16LE(1, 20);
  view.writeUInt16LE(1, 22);
  view.writeUInt32LE(sampleRate, 24);
  view.writeUInt32LE(sampleRate * 2, 28);
  view.writeUInt16LE(2, 32);
  view.writeUInt16LE(16, 34);
  view.write("data", 36);
  view.writeUInt32LE(dataBytes, 40);
  return view;
}

/** A mono 16-bit WAV file that several streams are written into, one after the other. */
export async function createWavFile(path, sampleRate) {
  const file = await open(path, "w");
  let dataBytes = 0;
  await file.write(header(0, sampleRate), 0, headerBytes, 0);
  return {
    async append(bytes) {
      await file.write(bytes, 0, bytes.byteLength, headerBytes + dataBytes);
      dataBytes += bytes.byteLength;
    },
    async close() {
      await file.write(header(dataBytes, sampleRate), 0, headerBytes, 0);
      await file.close();
    },
  };
}
