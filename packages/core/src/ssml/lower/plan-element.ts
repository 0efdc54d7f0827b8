import type { MarkupElement } from "../../text/text-markup.ts";
import { UNSPOKEN } from "../element-names.ts";
import type { ElementPlan, SsmlChange, WrittenTag } from "./element-plan.ts";
import { breakMs } from "./pause-length.ts";
import type { SsmlSupport } from "./support.ts";
import { toIpa, toXSampa } from "./x-sampa.ts";

/** A pause so long is more than a clause's. */
const SENTENCE_PAUSE_MS = 700;
const NOTHING_LOST: ElementPlan = { changes: [] };
const NAMESPACE = /^xml(?:ns)?(?::|$)/u;

/** What stands in for an element that is not honoured. */
type Rule = (element: MarkupElement, support: SsmlSupport) => ElementPlan | undefined;

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  // Their text is set apart by empty lines in any case.
  ["p", renamed("paragraph")],
  ["paragraph", renamed("p")],
  ["s", renamed("sentence")],
  ["sentence", renamed("s")],
  ["w", renamed("token")],
  ["token", renamed("w")],
  ["sub", ({ attributes }) => ({ spoken: alias(attributes.get("alias")), changes: [] })],
  ["break", pauseText],
  ["emphasis", emphasisAsProsody],
  ["say-as", sayAsText],
  ["amazon:effect", whisper],
  ["mstts:express-as", whisper],
]);

/** What becomes of an element for an engine: kept, written in another way, or left out. */
export function planElement(element: MarkupElement, support: SsmlSupport): ElementPlan {
  const { name, attributes } = element;
  // The root is written by whoever writes the document; one inside another says nothing.
  if (name === "speak") return NOTHING_LOST;
  const kept = support.element(name) ? keep(element, support) : undefined;
  if (kept !== undefined) return kept;
  const plan = RULES.get(name)?.(element, support);
  if (plan !== undefined) return plan;
  return { spoken: UNSPOKEN.has(name) ? { kind: "nothing" } : undefined, changes: name === "prosody" && attributes.size === 0 ? [] : [{ kind: "dropped", name }] };
}

/** The element with the attributes that are honoured; undefined where nothing of it would be left. */
function keep({ name, attributes }: MarkupElement, support: SsmlSupport): ElementPlan | undefined {
  const written = new Map<string, string>();
  const changes: SsmlChange[] = [];
  for (const [attribute, value] of name === "phoneme" ? inAlphabet(attributes, support) : attributes) {
    if (support.value(name, attribute, value) || (NAMESPACE.test(attribute) && attribute !== "xml:lang")) written.set(attribute, value);
    else changes.push({ kind: "attribute-dropped", name, attribute });
  }
  if (changes.length > 0 && (written.size === 0 || losesMeaning(name, changes))) return undefined;
  return { tag: { name, attributes: written }, changes };
}

/** Without these the element would say something else. */
function losesMeaning(name: string, changes: readonly SsmlChange[]): boolean {
  const needed: Readonly<Record<string, readonly string[]>> = { "say-as": ["interpret-as"], phoneme: ["ph", "alphabet"], sub: ["alias"], mark: ["name"], audio: ["src"] };
  return changes.some(({ attribute }) => attribute !== undefined && needed[name]?.includes(attribute) === true);
}

/** A pronunciation in the alphabet that the engine reads, where it says which. */
function inAlphabet(attributes: ReadonlyMap<string, string>, support: SsmlSupport): ReadonlyMap<string, string> {
  const alphabet = attributes.get("alphabet") ?? "ipa";
  const pronunciation = attributes.get("ph");
  if (pronunciation === undefined || support.value("phoneme", "alphabet", alphabet)) return attributes;
  const other = alphabet === "ipa" ? "x-sampa" : "ipa";
  if ((alphabet !== "ipa" && alphabet !== "x-sampa") || !support.value("phoneme", "alphabet", other)) return attributes;
  const converted = alphabet === "ipa" ? toXSampa(pronunciation) : toIpa(pronunciation);
  return converted === undefined ? attributes : new Map([...attributes, ["alphabet", other], ["ph", converted]]);
}

function renamed(name: string): Rule {
  return ({ attributes }, support) => (support.element(name) ? { tag: { name, attributes }, changes: [] } : NOTHING_LOST);
}

function alias(text: string | undefined): ElementPlan["spoken"] {
  return text === undefined ? undefined : { kind: "alias", text };
}

function pauseText({ attributes }: MarkupElement): ElementPlan {
  const ms = breakMs(attributes);
  if (ms === 0) return NOTHING_LOST;
  return { pause: ms < SENTENCE_PAUSE_MS ? "," : ".", changes: [{ kind: "rewritten", name: "break" }] };
}

const EMPHASIS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  strong: [["rate", "90%"], ["volume", "+6dB"]],
  moderate: [["rate", "95%"], ["volume", "+3dB"]],
  reduced: [["rate", "105%"], ["volume", "-3dB"]],
};

function emphasisAsProsody({ attributes }: MarkupElement, support: SsmlSupport): ElementPlan | undefined {
  const level = attributes.get("level") ?? "moderate";
  if (level === "none") return NOTHING_LOST;
  return asTag("prosody", EMPHASIS[level] ?? [], support, "emphasis");
}

const SPELLED = new Set(["characters", "spell-out", "verbatim", "digits", "telephone"]);

/** What is spelled is written letter by letter; what else it stands for an engine reads by itself, as far as it can. */
function sayAsText({ attributes }: MarkupElement): ElementPlan | undefined {
  const kind = attributes.get("interpret-as") ?? "";
  return SPELLED.has(kind) ? { spoken: { kind: "letters" }, changes: [{ kind: "rewritten", name: "say-as" }] } : undefined;
}

/** A whisper is written in one of the two ways that there are, or said softly. */
function whisper({ name, attributes }: MarkupElement, support: SsmlSupport): ElementPlan | undefined {
  if (attributes.get("name") !== "whispered" && attributes.get("style") !== "whispering") return undefined;
  const ways = [["amazon:effect", "name", "whispered"], ["mstts:express-as", "style", "whispering"]] as const;
  const way = ways.find(([element, attribute, value]) => element !== name && support.element(element) && support.value(element, attribute, value));
  if (way !== undefined) return { tag: { name: way[0], attributes: new Map([[way[1], way[2]]]) }, changes: [] };
  return asTag("prosody", [["volume", "x-soft"], ["rate", "90%"]], support, name);
}

function asTag(name: string, attributes: readonly (readonly [string, string])[], support: SsmlSupport, from: string): ElementPlan | undefined {
  const honoured = attributes.filter(([attribute, value]) => support.value(name, attribute, value));
  if (honoured.length === 0) return undefined;
  const tag: WrittenTag = { name, attributes: new Map(honoured) };
  return { tag, changes: [{ kind: "rewritten", name: from }] };
}
