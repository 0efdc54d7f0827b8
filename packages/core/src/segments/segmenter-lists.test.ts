import { describe, it } from "vitest";
import { checkMarked } from "./marked-text.test-helper.ts";

describe("lists in one line behind a colon", () => {
  it.each<[string, string]>([
    ["en", "We need: ¦1. Eggs ¦2. Milk ¦3. Bread"],
    ["en", "Two reasons: ¦1. It is cheap. ¦2. It is fast. ¦That is all."],
    ["en", "**Steps:** ¦1) **Open** it ¦2) **Close** it"],
    ["en", "Options: ¦a) Tea ¦b) Coffee"],
    ["fr", "Il faut : ¦1. Des œufs ¦2. Du lait"],
    ["ru", "Нужно: ¦1. Яйца ¦2. Молоко"],
    ["de", "Wir brauchen: ¦1) Eier ¦2) Milch"],
  ])("%s: %s", (language, marked) => {
    checkMarked(language, marked);
  });
});

describe("what stands behind a colon and begins no list", () => {
  it.each<[string, string]>([
    ["en", "We need: 1) eggs, 2) milk and (3) bread. ¦The ratio is 2 : 1. ¦It holds."],
    ["en", "See John 1: 1. ¦In the beginning it was dark. ¦Author: A. Milne. ¦He said: I. Newton was right."],
    ["en", "They came (we need: 1. Eggs 2. Milk) and went."],
    ["de", "Termin: 1. Mai 2024. ¦Ergebnis: 1. Platz."],
    ["it", "Ecco la lista: 1.gelato, 2.carne, 3.riso."],
  ])("%s: %s", (language, marked) => {
    checkMarked(language, marked);
  });
});

describe("items behind emoji", () => {
  it.each([
    "✅ First thing ¦✅ Second thing ¦✅ Third",
    "✅ First thing. ¦✅ Second thing. ¦✅ 3 more. ✅",
    "✔️ Fast ¦✔️ Cheap ¦✔️ Good ✔️",
    "Done. ✅ ¦First thing. ✅ ¦Second thing.",
    "🔥 The first of them is so long that it would look like a line that was wrapped\n¦🚀 The second one is short\n¦🚀 The third is",
    "🎉 Happy birthday 🎉 See you soon",
    "✅ Passed and ❌ failed ones",
    "I am happy 😀 Today is good ✅ Yes",
    "☑ milk ¦☑ bread\n¦☐ eggs ✓ now",
  ])("%j", (marked) => {
    checkMarked("en", marked);
  });
});
