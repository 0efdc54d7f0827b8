import { useState, type KeyboardEvent, type ReactElement } from "react";
import { Icon } from "./icons.tsx";
import type { PanelProps } from "./speak-stage.tsx";

const tabs = ["React", "Page", "Node", "curl"] as const;
type Tab = (typeof tabs)[number];

/** What it takes to do the same, to copy. */
export function SnippetPanel({ server, script }: Pick<PanelProps, "server" | "script">): ReactElement {
  const [tab, setTab] = useState<Tab>("React");
  const [isCopied, setCopied] = useState(false);
  const code = snippets[tab]({ address: server.address.replace(/\/$/u, ""), model: script.model, voice: script.voice });
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
    navigator.clipboard.writeText(code).then(() => setCopied(true), () => setCopied(false));
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

interface Chosen {
  readonly address: string;
  readonly model: string;
  readonly voice: string | undefined;
}

const snippets: Readonly<Record<Tab, (chosen: Chosen) => string>> = {
  React: ({ address, model, voice }) => `import { createSpeechClient } from "@parlando/web";
import { SpeechPlayer } from "@parlando/web/react";

const source = createSpeechClient({ url: ${quote(address)}, model: ${quote(model)} });

export function Article({ text }: { text: string }) {
  return <SpeechPlayer source={source} text={text}${voice === undefined ? "" : ` voice=${quote(voice)}`} />;
}`,
  Page: ({ address, model, voice }) => `import { createPlayer, createSpeechClient } from "@parlando/web";

const client = createSpeechClient({ url: ${quote(address)}, model: ${quote(model)} });
const player = createPlayer();

button.onclick = async () => {
  player.unlock(); // inside the gesture
  const stream = client.createStream({ sink: player.createSink()${voice === undefined ? "" : `, voice: ${quote(voice)}`} });
  for await (const token of languageModel) await stream.feed(token);
  stream.done();
  const { firstAudioMs } = await stream.waitUntilDone();
};`,
  Node: ({ address, model, voice }) => `import { createTTS } from "parlando";

const tts = await createTTS({
  engine: { engine: "remote",${voice === undefined ? "" : ` voice: ${quote(voice)},`} options: { url: ${quote(address)}, model: ${quote(model)} } },
});
await tts.toFile("Good morning.", "morning.wav");
await tts.close();`,
  curl: ({ address, model, voice }) => `curl -N ${address}/v1/audio/speech \\
  -H 'content-type: application/json' \\
  -d '${JSON.stringify({ model, input: "Good morning.", ...(voice === undefined ? {} : { voice }), response_format: "wav" })}' \\
  --output morning.wav`,
};

function quote(text: string): string {
  return JSON.stringify(text);
}
