import { it } from "vitest";
import { createFakePolly } from "@parlando/testkit/fakes";
it("fake", { timeout: 200_000 }, async () => {
  const fake = await createFakePolly({ port: 18181, key: "k", encoding: "exact", msPerCharacter: 40, blockMs: 40, fault: ({ parameters }) => (parameters["OutputFormat"] === "json" && !process.env["BOTH"] ? undefined : { kind: "status", status: 500, headers: { "retry-after": "0" } }) });
  console.log("listening");
  await new Promise((resolve) => setTimeout(resolve, Number(process.env["LIVE"] ?? 40_000)));
  console.log(fake.requests.length, fake.connections, fake.openConnections);
  await fake.close();
});
