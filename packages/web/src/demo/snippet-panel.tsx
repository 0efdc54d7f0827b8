import { useState, type KeyboardEvent, type ReactElement } from "react";
import { Icon } from "./icons.tsx";
import type { PanelProps } from "./speak-stage.tsx";

const tabs = ["React", "Page", "Node", "curl"] as const;
type Tab = (typeof tabs)[number];

/** What it takes to do the same, to copy. */
export function SnippetPanel({ server, script }: Pick<PanelProps, "server" | "script">): ReactElement {
  const [tab, setTab] = useState<Tab>("React");
  const [isCopied, setCopied] = useState(false);
  const code = snippets[tab]({ address: server.address.replace(/\/$/u, ""), model: script.model, voice: script.voice, hasKeys: server.hasKeys });
  const choose = (name: Tab): void => {
    setTab(name);
    setCopied(false);
  };
  const walk = (event: KeyboardEvent): void => {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (way === undefined) return;
    const next = tabs[(tabs.indexOf(tab) + way + tabs.length) % tabs.length] ?? tab;
    choose(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  const copy = (): void => {
    // A page that came over plain http has none.
    const { clipboard } = navigator as { readonly clipboard?: Clipboard };
    if (clipboard === undefined) selectSnippet();
    else clipboard.writeText(code).then(() => setCopied(true), selectSnippet);
  };
  return (
    <section className="panel" aria-labelledby="code">
      <header>
        <h2 id="code">The same, in your program</h2>
        <p>With what is chosen above.</p>
        <button type="button" className="quiet" onClick={copy}><Icon shape="copy" />{isCopied ? "Copied" : "Copy"}</button>
      </header>
      <div className="tabs" role="tablist" aria-label="Where it runs" onKeyDown={walk}>
        {tabs.map((name) => (
          <button key={name} type="button" role="tab" id={`tab-${name}`} aria-selected={tab === name} aria-controls="snippet" tabIndex={tab === name ? 0 : -1} onClick={() => choose(name)}>{name}</button>
        ))}
      </div>
      <pre id="snippet" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}><code>{code}</code></pre>
      <span role="status" className="unseen">{isCopied ? "Copied" : ""}</span>
    </section>
  );
}

/** Ready to be copied by hand. */
function selectSnippet(): void {
  const snippet = document.getElementById("snippet");
  if (snippet !== null) getSelection()?.selectAllChildren(snippet);
}

interface Chosen {
  readonly address: string;
  readonly model: string;
  readonly voice: string | undefined;
  /** The server wants one; a page has a ticket instead. */
  readonly hasKeys: boolean;
}

/** A route of the app's own server, which has the key and passes tickets on. */
const ticket = ", ticket: async () => await (await fetch(\"/my-ticket\")).text()";

const snippets: Readonly<Record<Tab, (chosen: Chosen) => string>> = {
  React: ({ address, model, voice, hasKeys }) => `import { createSpeechClient } from "@parlando/web";
import { SpeechPlayer } from "@parlando/web/react";

const source = createSpeechClient({ url: ${quote(address)}, model: ${quote(model)}${hasKeys ? ticket : ""} });

export function Article({ text }: { text: string }) {
  return <SpeechPlayer source={source} text={text}${voice === undefined ? "" : ` voice=${quote(voice)}`} />;
}`,
  Page: ({ address, model, voice, hasKeys }) => `import { createPlayer, createSpeechClient } from "@parlando/web";

const client = createSpeechClient({ url: ${quote(address)}, model: ${quote(model)}${hasKeys ? ticket : ""} });
const player = createPlayer();

button.onclick = async () => {
  player.unlock(); // inside the gesture
  const stream = client.createStream({ sink: player.createSink()${voice === undefined ? "" : `, voice: ${quote(voice)}`} });
  for await (const token of languageModel) await stream.feed(token);
  stream.done();
  const { firstAudioMs } = await stream.waitUntilDone();
};`,
  Node: ({ address, model, voice, hasKeys }) => `import { createTTS } from "parlando";

const tts = await createTTS({
  engine: { engine: "remote",${voice === undefined ? "" : ` voice: ${quote(voice)},`} options: { url: ${quote(address)}, model: ${quote(model)}${hasKeys ? ", apiKey: process.env.PARLANDO_SERVER_KEY" : ""} } },
});
await tts.toFile("Good morning.", "morning.wav");
await tts.close();`,
  curl: ({ address, model, voice, hasKeys }) => `curl -N ${address}/v1/audio/speech \\
  -H 'content-type: application/json' \\
${hasKeys ? `  -H "authorization: Bearer $PARLANDO_SERVER_KEY" \\\n` : ""}  -d '${JSON.stringify({ model, input: "Good morning.", ...(voice === undefined ? {} : { voice }), response_format: "wav" })}' \\
  --output morning.wav`,
};

function quote(text: string): string {
  return JSON.stringify(text);
}
