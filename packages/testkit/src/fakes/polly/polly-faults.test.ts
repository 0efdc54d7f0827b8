import { once } from "node:events";
import { connect } from "node:http2";
import { SynthesizeSpeechCommand } from "@aws-sdk/client-polly";
import { NodeHttp2Handler, NodeHttpHandler } from "@smithy/node-http-handler";
import { describe, expect, it } from "vitest";
import { assertSpoken } from "../../words/decode-words.ts";
import { expectedSamples } from "../../words/word-audio.ts";
import { numberedText } from "../../words/spoken-word.ts";
import type { FakeFault } from "../shared/fake-fault.ts";
import { pollyVendorFaults, type PollyVendorFault } from "./polly-vendor-faults.ts";
import { createClient, pcm16, samplesOf, speak, until, withPolly, type Taken } from "./polly.test-helper.ts";

const text = numberedText({ words: 40 });
const afterBytes = 5001;
const wholeBytes = 2 * expectedSamples(text, { sampleRate: 16_000, encoding: "exact" }).length;
const overHttp1 = { requestHandler: new NodeHttpHandler() };

/** What the vendor's client makes of a fault. */
async function speakWith(fault: FakeFault, config: Parameters<typeof createClient>[1] = {}): Promise<Taken & { code: unknown }> {
  const found: (Taken & { code: unknown })[] = [];
  await withPolly(
    { fault: () => fault },
    async (polly, client) => {
      const taken = await speak(client, { Text: text });
      found.push({ ...taken, code: taken.error instanceof Error && "code" in taken.error ? taken.error.code : undefined });
      await until(() => polly.requests[0]!.state !== "active");
      expect(polly.requests[0]).toMatchObject({ state: "failed", endedAtMs: expect.any(Number) });
    },
    config,
  );
  return found[0]!;
}

describe("faults over HTTP/2, seen by the vendor's client", () => {
  it("a connection that hangs up is a normal end, but for rstCode 8", async () => {
    const { bytes, error, body } = await speakWith({ kind: "vendor", name: "hang-up", afterBytes });
    expect([bytes.length, error]).toEqual([afterBytes, undefined]);
    expect(body).toMatchObject({ rstCode: 8, readableAborted: true, readableEnded: false });
  });

  it("a connection that is cut is a normal end too, and only `readableAborted` tells", async () => {
    const { bytes, error, body } = await speakWith({ kind: "cut", afterBytes });
    expect([bytes.length, error]).toEqual([afterBytes, undefined]);
    expect(body).toMatchObject({ rstCode: 0, readableAborted: true, readableEnded: false });
  });

  it("a connection that is cut is an error where the client shares connections", async () => {
    const { bytes, code } = await speakWith({ kind: "cut", afterBytes }, { requestHandler: new NodeHttp2Handler({ disableConcurrentStreams: false }) });
    expect([bytes.length, code]).toEqual([afterBytes, "ECONNRESET"]);
  });

  it.each<[string, FakeFault, string]>([
    ["a reset", { kind: "reset", afterBytes }, "ERR_HTTP2_STREAM_ERROR"],
    ["a reset with another code", { kind: "reset", afterBytes, code: 11 }, "ERR_HTTP2_STREAM_ERROR"],
    ["GOAWAY", { kind: "vendor", name: "goaway", afterBytes }, "ERR_HTTP2_SESSION_ERROR"],
    ["a broken frame", { kind: "malformed", afterBytes }, "ERR_HTTP2_ERROR"],
  ])("%s is an error", async (_, fault, expected) => {
    const { bytes, code } = await speakWith(fault);
    expect([bytes.length, code]).toEqual([afterBytes, expected]);
  });

  it("an early end is a normal end, which nothing tells", async () => {
    const { bytes, error, body } = await speakWith({ kind: "early-end", afterBytes });
    expect([bytes.length, error]).toEqual([afterBytes, undefined]);
    expect(body).toMatchObject({ rstCode: 0, readableAborted: false, readableEnded: true });
  });
});

describe("faults over HTTP/1.1, seen by the vendor's client", () => {
  it.each<FakeFault>([
    { kind: "cut", afterBytes },
    { kind: "reset", afterBytes },
    { kind: "vendor", name: "hang-up", afterBytes },
    { kind: "vendor", name: "goaway", afterBytes },
    { kind: "malformed", afterBytes },
  ])("$kind is an error", async (fault) => {
    const { bytes, code } = await speakWith(fault, overHttp1);
    expect([bytes.length, code]).toEqual([afterBytes, "ECONNRESET"]);
  });

  it("an early end is a normal end", async () => {
    expect(await speakWith({ kind: "early-end", afterBytes }, overHttp1)).toMatchObject({ error: undefined, bytes: { length: afterBytes } });
  });
});

describe.each([
  ["HTTP/2", {}],
  ["HTTP/1.1", overHttp1],
])("faults over %s that look alike", (_, config) => {
  it.each<FakeFault>([{ kind: "stall", afterBytes }, { kind: "no-end-marker" }, { kind: "vendor", name: "garbage", afterBytes }])("$kind: nothing comes any more, until the client gives up", async (fault) => {
    // Over HTTP/1.1 garbage is no chunk, and breaks the connection.
    if (fault.kind === "vendor" && config === overHttp1) return;
    await withPolly(
      { fault: () => fault },
      async (polly, client) => {
        const calledOff = new AbortController();
        const answer = client.send(new SynthesizeSpeechCommand({ ...pcm16, Text: text }), { abortSignal: calledOff.signal });
        const body = (await answer).AudioStream as unknown as AsyncIterable<Buffer> & { destroy(): void };
        let length = 0;
        let ended = false;
        void (async () => {
          for await (const piece of body) length += piece.length;
          ended = true;
        })().catch(() => {});
        await until(() => length === (fault.kind === "no-end-marker" ? wholeBytes : afterBytes));
        await new Promise((resolve) => setTimeout(resolve, 60));
        expect(ended).toBe(false);
        body.destroy();
        await until(() => polly.requests[0]!.state !== "active");
        expect(polly.requests[0]!.state).toBe(fault.kind === "vendor" ? "failed" : "called-off");
      },
      config,
    );
  });

  it("no answer: nothing comes, until the client gives up", async () => {
    await withPolly(
      { fault: () => ({ kind: "no-answer" }) },
      async (polly, client) => {
        const calledOff = new AbortController();
        const answer = client.send(new SynthesizeSpeechCommand({ ...pcm16, Text: "w1" }), { abortSignal: calledOff.signal });
        await until(() => polly.requests.length === 1);
        calledOff.abort();
        await expect(answer).rejects.toMatchObject({ name: "AbortError" });
        await until(() => polly.requests[0]!.state === "called-off");
      },
      config,
    );
  });

  it("drip: all audio comes, byte by byte", async () => {
    await withPolly(
      { fault: () => ({ kind: "drip", everyMs: 0 }), msPerCharacter: 1 },
      async (_polly, client) => {
        const { bytes } = await speak(client, { Text: "w1 w2" });
        assertSpoken(samplesOf(bytes), 16_000, "w1 w2", { encoding: "exact" });
      },
      config,
    );
  });

  it("empty, and wrong bodies, are good answers to the client", async () => {
    const faults: FakeFault[] = [{ kind: "empty" }, { kind: "wrong-body", content: "json" }, { kind: "wrong-body", content: "html" }, { kind: "wrong-body", content: "sse-error" }];
    await withPolly(
      { fault: (_request, index) => faults[index] },
      async (_polly, client) => {
        const bodies = [];
        for (let index = 0; index < faults.length; index += 1) bodies.push((await speak(client, { Text: "w1" })).bytes.toString("utf8"));
        expect(bodies.map((body) => body.slice(0, 9))).toEqual(["", '{"message', "<!doctype", "event: er"]);
      },
      config,
    );
  });

  it.each<[FakeFault, string, number]>([
    [{ kind: "status", status: 500 }, "ServiceFailureException", 500],
    [{ kind: "status", status: 400 }, "ValidationException", 400],
    [{ kind: "status", status: 403 }, "AccessDeniedException", 403],
    [{ kind: "status", status: 429, headers: { "retry-after": "3" } }, "ThrottlingException", 429],
    [{ kind: "status", status: 503, body: "<html>Service Unavailable</html>", headers: { "content-type": "text/html" } }, "SyntaxError", 503],
    [{ kind: "vendor", name: "ThrottlingException" }, "ThrottlingException", 400],
    [{ kind: "vendor", name: "ServiceQuotaExceededException" }, "ServiceQuotaExceededException", 402],
    [{ kind: "vendor", name: "ExpiredTokenException" }, "ExpiredTokenException", 403],
    [{ kind: "vendor", name: "LexiconNotFoundException" }, "LexiconNotFoundException", 404],
  ])("%o is %s (%i)", async (fault, name, status) => {
    await withPolly(
      { fault: () => fault },
      async (polly, client) => {
        const error: unknown = await speak(client, { Text: "w1" }).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ name, $metadata: { httpStatusCode: status } });
        await until(() => polly.requests[0]!.state === "failed");
      },
      config,
    );
  });
});

describe("faults of the fake itself", () => {
  it("GOAWAY with NO_ERROR lets the request end", async () => {
    await withPolly({ fault: () => ({ kind: "vendor", name: "goaway-no-error", afterBytes }) }, async (polly) => {
      const client = createClient(polly, { requestHandler: new NodeHttp2Handler({ disableConcurrentStreams: false }) });
      for (let index = 0; index < 2; index += 1) assertSpoken(samplesOf((await speak(client, { Text: text })).bytes), 16_000, text, { encoding: "exact" });
      expect(polly.connections).toBe(2);
      client.destroy();
    });
  });

  it("has an answer for every error that it names", async () => {
    const names = Object.keys(pollyVendorFaults).filter((name) => name.endsWith("Exception"));
    await withPolly({ fault: (_, index) => ({ kind: "vendor", name: names[index]! }) }, async (_, client) => {
      for (const name of names) await expect(speak(client, { Text: "w1" })).rejects.toMatchObject({ name, $metadata: { httpStatusCode: Number(/^\d+/u.exec(pollyVendorFaults[name as PollyVendorFault])![0]) } });
    });
  });

  it("comes out of close() where it has no such fault", async () => {
    const failing = withPolly({ fault: () => ({ kind: "vendor", name: "no-such-fault" }) }, async (_, client) => {
      await expect(speak(client, { Text: "w1" })).rejects.toThrow();
    });
    await expect(failing).rejects.toThrow(/no fault "no-such-fault"/u);
  });

  it("shows RST_STREAM to a bare client of HTTP/2, and sees its CANCEL", async () => {
    await withPolly({ fault: (_, index) => (index === 0 ? { kind: "reset", afterBytes: 0, code: 7 } : undefined), realTimeFactor: 1 }, async (polly) => {
      const session = connect(polly.url);
      const authorization = `AWS4-HMAC-SHA256 Credential=ID/20261120/us-east-1/polly/aws4_request, SignedHeaders=host, Signature=${"0".repeat(64)}`;
      const ask = () => {
        const stream = session.request({ ":method": "POST", ":path": "/v1/speech", authorization, "x-amz-date": "20261120T000000Z" });
        stream.on("error", () => {});
        stream.end(JSON.stringify({ OutputFormat: "pcm", VoiceId: "Joanna", Text: text }));
        return stream.resume();
      };
      const first = ask();
      await until(() => first.closed);
      expect(first.rstCode).toBe(7);
      const second = ask();
      await once(second, "data");
      second.close(8);
      await until(() => polly.requests[1]!.state === "called-off");
      expect(polly.connections).toBe(1);
      session.destroy();
    });
  });
});
