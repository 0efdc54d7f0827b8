import { DescribeVoicesCommand, type DescribeVoicesCommandInput, type PollyClient, type Voice } from "@aws-sdk/client-polly";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { describe, expect, it } from "vitest";
import { fakePollyVoices } from "./polly-voices.ts";
import { until, withPolly } from "./polly.test-helper.ts";

async function list(client: PollyClient, input: DescribeVoicesCommandInput = {}): Promise<Voice[]> {
  const { Voices = [], NextToken } = await client.send(new DescribeVoicesCommand(input));
  return NextToken === undefined ? Voices : [...Voices, ...(await list(client, { ...input, NextToken }))];
}

describe("the fake's voices, read by the vendor's client", () => {
  it("come in pages", async () => {
    await withPolly({ voicesPerPage: 5 }, async (polly, client) => {
      expect(await list(client)).toEqual(fakePollyVoices);
      expect(polly.voiceRequests).toBe(Math.ceil(fakePollyVoices.length / 5));
    });
  });

  it("come over HTTP/1.1 on the same port", async () => {
    await withPolly({}, async (_, client) => expect(await list(client)).toEqual(fakePollyVoices), { requestHandler: new NodeHttpHandler() });
  });

  it("are filtered by engine and language", async () => {
    await withPolly({ voicesPerPage: 2 }, async (_, client) => {
      const generative = await list(client, { Engine: "generative", LanguageCode: "en-US" });
      expect(generative.map(({ Id }) => Id)).toEqual(["Danielle", "Joanna", "Matthew", "Ruth", "Salli", "Stephen"]);
      expect((await list(client, { LanguageCode: "hi-IN" })).length).toBe(0);
      const hindi = await list(client, { LanguageCode: "hi-IN", IncludeAdditionalLanguageCodes: true });
      expect(hindi.map(({ Id }) => Id)).toEqual(["Aditi", "Kajal"]);
    });
  });

  it("are refused with a wrong token, a wrong key and an unknown engine", async () => {
    await withPolly({ key: "AKIDEXAMPLE" }, async (_, client) => {
      await expect(client.send(new DescribeVoicesCommand({ NextToken: "nonsense" }))).rejects.toMatchObject({ name: "InvalidNextTokenException", $metadata: { httpStatusCode: 400 } });
      await expect(client.send(new DescribeVoicesCommand({ Engine: "quantum" as never }))).rejects.toMatchObject({ name: "ValidationException" });
    });
    await withPolly({ key: "another" }, async (_, client) => {
      await expect(list(client)).rejects.toMatchObject({ name: "UnrecognizedClientException", $metadata: { httpStatusCode: 403 } });
    });
  });

  it("fail as told", async () => {
    await withPolly({ voicesFault: (index) => (index === 0 ? { kind: "vendor", name: "ThrottlingException" } : { kind: "no-answer" }) }, async (polly, client) => {
      await expect(list(client)).rejects.toMatchObject({ name: "ThrottlingException", $metadata: { httpStatusCode: 400 } });
      const calledOff = new AbortController();
      const asked = client.send(new DescribeVoicesCommand({}), { abortSignal: calledOff.signal });
      await until(() => polly.voiceRequests === 2);
      calledOff.abort();
      await expect(asked).rejects.toMatchObject({ name: "AbortError" });
    });
  });
});
