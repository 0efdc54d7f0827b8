import fc from "fast-check";

/** What documents are made of, whole and broken. */
export const ssmlParts = [
  "<speak>", "</speak>", "<speak xml:lang='en-US'>", "<p>", "</p>", "<s>", "</s>", "<break time='500ms'/>", "<break/>", '<mark name="m"/>', "<mark/>", "<emphasis>", "</emphasis>",
  '<prosody rate="slow" pitch="+2st">', "</prosody>", "<say-as interpret-as='characters'>", "</say-as>", "<sub alias='W &amp; W'>", "</sub>", "<phoneme ph='a'>", "</phoneme>",
  "<voice name='x'>", "</voice>", "<audio src='x'>", "</audio>", "<metadata>", "</metadata>", "<mstts:express-as style='whispering'>", "</mstts:express-as>", "<lang xml:lang='fr'/>",
  "<!-- c -- -->", "<![CDATA[a < b]]>", "]]>", "<?pi x?>", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&amp;", "&lt;", "&#65;", "&#x1F600;", "&nope;", "&", "<", ">", "<x", "'", '"', "=", "/",
  "Hello", " world", ". ", "! ", "Dr. ", "3.5", " ", "\n\n", "😀", "\ud800", "مرحبا", "中文。", ", and ", "U.S.", "a",
] as const;

/** Documents that are mostly wrong. */
export const ssmlSoup: fc.Arbitrary<string> = fc.array(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...ssmlParts) }, { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) }), { maxLength: 40 }).map((parts) => parts.join(""));

/** Documents that are well-formed. */
export const ssmlDocument: fc.Arbitrary<string> = fc
  .letrec<{ inside: string; node: string }>((tie) => ({
    inside: fc.array(tie("node"), { maxLength: 6 }).map((nodes) => nodes.join("")),
    node: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom("Hello world. ", "one two ", "Fish &amp; chips! ", "Dr. No. ", "3.5 &lt; 4, ", "中文。", "<![CDATA[a < b. ]]>", "<!-- c -->"),
      fc.constantFrom("<break time='500ms'/>", '<mark name="m"/>', "<break strength='none'/>", "<mstts:silence/>"),
      fc.tuple(fc.constantFrom("p", "s", "emphasis", "prosody rate='slow' pitch='+2st'", "voice name='x'", "lang xml:lang='fr'", "amazon:effect name='whispered'", "say-as interpret-as='characters'", "sub alias='other &amp; words'", "phoneme ph='a'"), tie("inside")).map(
        ([tag, inside]) => `<${tag}>${inside}</${tag.split(" ")[0] ?? ""}>`,
      ),
    ),
  }))
  .inside.map((inside) => `<speak xml:lang="en">${inside}</speak>`);
