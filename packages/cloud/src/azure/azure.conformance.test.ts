import { describeEngine } from "@parlando/testkit";
import { createFakeAzure } from "@parlando/testkit/fakes";
import { afterAll, describe, it } from "vitest";
import { createAzureEngine } from "./index.ts";

const fake = await createFakeAzure({ key: "k", encoding: "tones" });
afterAll(() => fake.close());

describeEngine("azure", () => createAzureEngine({ key: "k", endpoint: fake.url }), { describe, it });

describe("with text in pieces", () => {
  describeEngine("azure", () => createAzureEngine({ key: "k", endpoint: fake.url, textStreaming: true }), { describe, it });
});
