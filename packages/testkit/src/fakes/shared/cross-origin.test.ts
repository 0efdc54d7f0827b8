import { afterEach, describe, expect, it } from "vitest";
import { createFakeElevenLabs } from "../elevenlabs/fake-elevenlabs.ts";
import { createFakeOpenAI } from "../openai/fake-openai.ts";
import type { FakeServer } from "./fake-fault.ts";

const fakes: FakeServer[] = [];

afterEach(async () => {
  await Promise.all(fakes.splice(0).map((fake) => fake.close()));
});

async function keep<Fake extends FakeServer>(opening: Promise<Fake>): Promise<Fake> {
  const fake = await opening;
  fakes.push(fake);
  return fake;
}

const page = { origin: "https://page.example" };
const question = { ...page, "access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type" };

describe("what fakes tell pages of other origins", () => {
  it("OpenAI: the headers of its own clients, without a key", async () => {
    const fake = await keep(createFakeOpenAI({ key: "k" }));
    const asked = await fetch(`${fake.url}/v1/audio/speech`, { method: "OPTIONS", headers: question });
    expect(asked.status).toBe(204);
    expect(asked.headers.get("access-control-allow-origin")).toBe("*");
    expect(asked.headers.get("access-control-allow-methods")).toContain("POST");
    const allowed = asked.headers.get("access-control-allow-headers")?.split(", ");
    expect(allowed).toEqual(expect.arrayContaining(["authorization", "content-type", "openai-organization", "openai-project"]));
    expect(allowed).not.toContain("originator");
    expect(fake.requests).toHaveLength(0);
  });

  it("ElevenLabs: any header, without a key", async () => {
    const fake = await keep(createFakeElevenLabs({ key: "k" }));
    const asked = await fetch(`${fake.url}/v1/text-to-speech/x/stream`, { method: "OPTIONS", headers: question });
    expect([asked.status, asked.headers.get("access-control-allow-origin"), asked.headers.get("access-control-allow-headers")]).toEqual([204, "*", "*"]);
    expect(fake.calls).toEqual([]);
  });

  it("lets pages read answers and refusals, and tells who is no page nothing", async () => {
    for (const [fake, path] of [[await keep(createFakeOpenAI({ key: "k" })), "/v1/models"], [await keep(createFakeElevenLabs({ key: "k" })), "/v1/user"]] as const) {
      const refused = await fetch(`${fake.url}${path}`, { headers: page });
      expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([401, "*"]);
      expect((await fetch(`${fake.url}${path}`)).headers.has("access-control-allow-origin")).toBe(false);
    }
  });

  it("says nothing of origins where it is told so", async () => {
    for (const [fake, path] of [[await keep(createFakeOpenAI({ crossOrigin: false })), "/v1/audio/speech"], [await keep(createFakeElevenLabs({ crossOrigin: false })), "/v1/text-to-speech/x/stream"]] as const) {
      const asked = await fetch(`${fake.url}${path}`, { method: "OPTIONS", headers: question });
      expect(asked.ok).toBe(false);
      expect(asked.headers.has("access-control-allow-origin")).toBe(false);
    }
  });
});
