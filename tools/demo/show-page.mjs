import { createTTS, registry } from "parlando";
import { createFaultyEngine, createServer } from "@parlando/server";
import { pageFolder } from "@parlando/web/page";

/** The pace of an engine on a graphics card, for comparison: it starts late, and makes speech in so much of its length. */
const unhurried = { delayMs: 450, realTimeFactor: 0.6 };

/**
 * A server with the demo page and two engines, both of them the embedded voice: as it is, with a second behind it that takes over when the page kills the first; and made
 * to take its time.
 */
export async function openDemoServer({ port = 0, host = "127.0.0.1" } = {}) {
  const voice = async (id, always) => createFaultyEngine(await (await registry.find((entry) => entry.id === "espeak").load()).createEngine(), { id, always });
  const engines = { espeak: await voice("espeak"), backup: await voice("espeak-backup"), unhurried: await voice("espeak-unhurried", unhurried) };
  const models = {
    espeak: await createTTS({ engine: [engines.espeak, engines.backup] }),
    "espeak-unhurried": await createTTS({ engine: engines.unhurried }),
  };
  await Promise.all(Object.values(models).map((tts) => tts.warmUp()));
  const server = await createServer(models, { page: { folder: pageFolder } });
  const { url } = await server.listen({ port, host });
  return {
    url,
    async close() {
      await server.close();
      await Promise.all(Object.values(models).map((tts) => tts.close()));
      await Promise.all(Object.values(engines).map((engine) => engine.close()));
    },
  };
}

/** Serves the page until Ctrl-C. Returns the exit status. */
export async function showPage({ port = Number(process.env["PORT"] ?? 8080) } = {}) {
  const ended = new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, resolve);
  });
  const server = await openOnFreePort(port);
  process.stdout.write(`\nThe page is at ${server.url}/\nTwo engines, no keys: both are the embedded voice, one of them made to take its time. Ctrl-C ends it.\n`);
  await ended;
  await server.close();
  return 0;
}

/** Where the usual port is taken, any other. */
async function openOnFreePort(port) {
  try {
    return await openDemoServer({ port });
  } catch (error) {
    if (port === 0) throw error;
    return await openDemoServer({ port: 0 });
  }
}
