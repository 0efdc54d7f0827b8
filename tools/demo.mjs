// `npm run demo`: from a fresh clone to speech. Installs, builds, then streams a page of English and a paragraph of Arabic through
// the embedded voice, fed piece by piece as a language model would; with `-- --web`, serves the demo page instead and prints its address. Starts with Node and npm alone, so it uses Node's builtins only.

import { buildPackages, installPackages } from "./lib/bootstrap.mjs";

async function prepare() {
  process.stdout.write("Installing and building; the first time takes a minute.\n");
  const installed = await installPackages();
  if (installed.status !== 0) return `The packages could not be installed: ${installed.note}.`;
  const built = await buildPackages();
  return built.status === 0 ? undefined : "The build failed: see above.";
}

/** What was asked for that there is not; undefined where all is known. */
function unknownOption(given) {
  const unknown = given.find((option) => option !== "--web");
  return unknown === undefined ? undefined : `The demo has no ${unknown}. npm run demo speaks; npm run demo -- --web serves the page.`;
}

const problem = unknownOption(process.argv.slice(2)) ?? (await prepare());
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
} else if (process.argv.includes("--web")) {
  const { showPage } = await import("./demo/show-page.mjs");
  process.exitCode = await showPage();
} else {
  const { showDemo } = await import("./demo/show-demo.mjs");
  process.exitCode = await showDemo();
}
