import { useMemo, useState, type ReactElement } from "react";
import { FaultPanel } from "./fault-panel.tsx";
import { KeyForm } from "./key-form.tsx";
import { createOneVoice } from "./one-voice.ts";
import { RacePanel } from "./race-panel.tsx";
import { SnippetPanel } from "./snippet-panel.tsx";
import { SpeakStage, type Script } from "./speak-stage.tsx";
import { sampleTexts } from "./texts.ts";
import { ThemeSwitch } from "./theme-switch.tsx";
import { knownModel, useServer, type ServerState } from "./use-server.ts";
import { WholePanel } from "./whole-panel.tsx";

/** The page that `parlando serve` shows. */
export function DemoPage(): ReactElement {
  const server = useServer();
  const isKnown = server.status === "open" || server.status === "lost";
  return (
    <>
      <header className="masthead">
        <div className="wordmark">
          <span className="mark" aria-hidden="true"><i /><i /><i /><i /></span>
          <h1>Parlando</h1>
          <p>Heard while it is being made.</p>
        </div>
        <div className="masthead-end">
          <span className="server" data-status={server.status} role="status">{statusWord(server)}</span>
          <ThemeSwitch />
        </div>
      </header>
      <main>
        {server.status === "lost" ? <p className="problem" role="alert">The server does not answer any more. What is here already plays on; nothing new can be spoken until it is back, which this page asks every few seconds.</p> : null}
        {isKnown ? <Panels server={server} /> : <KeyForm server={server} />}
      </main>
      <footer><p>This page speaks with the server that it came from, and with nobody else. The text you type is not kept.</p></footer>
    </>
  );
}

function Panels({ server }: { readonly server: ServerState }): ReactElement {
  const oneVoice = useMemo(createOneVoice, []);
  const [first] = sampleTexts;
  const [chosen, setScript] = useState<Script>({ text: first.text, language: first.language, model: server.models[0]?.id ?? "default", voice: undefined, rate: 1 });
  const model = knownModel(server, chosen.model);
  const script = model === chosen.model ? chosen : { ...chosen, model, voice: undefined };
  const panel = { server, script, oneVoice };
  return (
    <>
      <SpeakStage {...panel} onScript={(change) => setScript((before) => ({ ...before, ...change }))} />
      <RacePanel {...panel} />
      <FaultPanel {...panel} />
      <WholePanel {...panel} />
      <SnippetPanel server={server} script={script} />
    </>
  );
}

function statusWord({ status, models, address }: ServerState): string {
  if (status !== "open") return { opening: "connecting", locked: "locked", lost: "no answer", unreachable: "no answer" }[status];
  return `${new URL(address).host} · ${String(models.length)} ${models.length === 1 ? "engine" : "engines"}`;
}
