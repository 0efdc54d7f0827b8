// Writes the tables of emoji names under packages/core/src/text/emoji/ from the CLDR short names in `emojibase-data`; `--check` only tells whether they are stale.
//
// English is part of the entry `@parlando/core/text`; each further language is a module of its own, imported when it is asked for. A table is one string,
// `emoji name` joined by `|`: quick to load, and only taken apart when the first emoji is met. Keys are written without variation selectors and skin tones.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = "packages/core/src/text/emoji";
const require = createRequire(import.meta.url);

/** Languages of emojibase-data that get a module: its folders, with our tags. */
const languages = ["de", "es", "fr", "hi", "it", "ja", "ko", "nl", "pl", "pt", "ru", "uk", "zh"];

/** Letters of flags and tones of skin alone are told by the stage, not by a table. */
const isPart = ({ hexcode }) => /^1F1[E-F][0-9A-F]$/.test(hexcode) || /^1F3F[B-F]$/.test(hexcode);
/** What is text unless it is asked to be shown as an emoji is no emoji for the ear: digits, ©, ®, ™. */
const isText = ({ hexcode }) => /^(00A9|00AE|2122|0023|002A|003[0-9])(-FE0F)?$/.test(hexcode);

const keyOf = (emoji) => emoji.replaceAll(/[\uFE0E\uFE0F]|\p{Emoji_Modifier}/gu, "");

/** A name as it is said: without what would break the table, and without quotes that are only typography. */
const nameOf = (label) => label.replaceAll("|", " ").replaceAll(/[“”„"]/g, "").replaceAll(/\s+/g, " ").trim();

function tableOf(language) {
  const names = new Map();
  for (const emoji of require(`emojibase-data/${language}/compact.json`)) {
    if (isPart(emoji) || isText(emoji)) continue;
    const name = nameOf(emoji.label);
    // Two people of different skin tones are written as two people even where the pair has a sign of its own.
    for (const form of [emoji, ...(emoji.skins ?? [])]) if (!names.has(keyOf(form.unicode))) names.set(keyOf(form.unicode), name);
  }
  return [...names].map(([emoji, name]) => `${emoji} ${name}`).join("|");
}

const { version } = require("emojibase-data/package.json");
const notice = [
  `// Written by tools/generate-emoji-names.mjs from emojibase-data ${version} (MIT): change that, then run it.`,
  "// Names: Unicode CLDR short names, (c) Unicode, Inc., Unicode License v3 (https://www.unicode.org/license.txt).",
].join("\n");

const moduleOf = (language, name, description) => `${notice}

/** ${description}: \`emoji name\`, joined by \`|\`. */
export const ${name}: string =
  ${JSON.stringify(tableOf(language))};
`;

const loaders = `${notice}

/** Loads the table of a language, by its primary tag. English is always there. */
export const emojiNameTables: Readonly<Record<string, () => Promise<{ readonly emojiNames: string }>>> = {
${languages.map((language) => `  ${language}: () => import("./names/${language}.generated.ts"),`).join("\n")}
};
`;

const files = new Map([
  [`${folder}/english-names.generated.ts`, moduleOf("en", "englishEmojiNames", "Names of emoji in English")],
  [`${folder}/emoji-name-tables.generated.ts`, loaders],
  ...languages.map((language) => [`${folder}/names/${language}.generated.ts`, moduleOf(language, "emojiNames", `Names of emoji, language \`${language}\``)]),
]);

const stale = [...files].filter(([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), "utf8") !== text);
if (process.argv.includes("--check")) {
  if (stale.length > 0) {
    console.error(`generate-emoji-names: ${stale.map(([path]) => path).join(", ")} is stale; run: node tools/generate-emoji-names.mjs`);
    process.exit(1);
  }
} else {
  for (const [path, text] of stale) writeFileSync(join(root, path), text);
}
