import net from "node:net";
import tls from "node:tls";
import { MetadataOptions, MsEdgeTTS, OUTPUT_FORMAT } from "msedge-tts";
import type { FakeServer } from "../shared/fake-fault.ts";
import { clientToken, readAloud } from "./bare-edge.test-helper.ts";

/** An entry of `audio.metadata` as msedge-tts hands it on. */
export interface MsEdgeMark {
  Type: string;
  Data: { Offset: number; Duration: number; text: { Text: string } };
}

/** What msedge-tts reads of one text. */
export interface MsEdgeSpoken {
  mp3: Buffer;
  marks: MsEdgeMark[];
}

/** Points msedge-tts at the fake and speaks SSML with it, in a connection of its own. */
export async function speakMsEdge(fake: FakeServer, escapedText: string, boundaries: { wordBoundaryEnabled?: boolean; sentenceBoundaryEnabled?: boolean } = { wordBoundaryEnabled: true }): Promise<MsEdgeSpoken> {
  pointMsEdge(fake);
  const client = new MsEdgeTTS();
  try {
    await client.setMetadata("en-US-AvaNeural", OUTPUT_FORMAT.AUDIO_24KHZ_48KBITRATE_MONO_MP3, Object.assign(new MetadataOptions(), boundaries));
    const { audioStream, metadataStream } = client.toStream(escapedText);
    const marks: MsEdgeMark[] = [];
    metadataStream?.on("data", (piece: Buffer) => marks.push(...(JSON.parse(piece.toString()) as { Metadata: MsEdgeMark[] }).Metadata));
    const pieces: Buffer[] = [];
    for await (const piece of audioStream) pieces.push(piece as Buffer);
    return { mp3: Buffer.concat(pieces), marks };
  } finally {
    client.close();
  }
}

/** msedge-tts keeps its addresses in fields that can be set, though TypeScript is told otherwise. */
export function pointMsEdge(fake: FakeServer): void {
  Object.assign(MsEdgeTTS, {
    WSS_URL: `${fake.url.replace("http", "ws")}${readAloud}/edge/v1`,
    VOICES_URL: `${fake.url}${readAloud}/voices/list?trustedclienttoken=${clientToken}`,
  });
}

/** Sends connections to the real service's host to the fake instead, without TLS: edge-tts-universal knows no other host. Undone by the function given back. */
export function redirectToFake(fake: FakeServer): () => void {
  const original = tls.connect;
  const redirected = (options: tls.ConnectionOptions, ...rest: unknown[]): net.Socket =>
    options.host === "speech.platform.bing.com" ? net.connect(fake.port, "127.0.0.1") : (Reflect.apply(original, tls, [options, ...rest]) as net.Socket);
  tls.connect = redirected as typeof tls.connect;
  return () => (tls.connect = original);
}
