import { useState, type ReactElement } from "react";
import type { ServerState } from "./use-server.ts";

/** What is shown instead of the page while the server cannot be asked. */
export function KeyForm({ server }: { readonly server: ServerState }): ReactElement {
  const [key, setKey] = useState("");
  if (server.status === "opening") return <p className="notice" role="status">Asking the server what it has…</p>;
  if (server.status === "unreachable") {
    return (
      <div className="notice" role="alert">
        <p>The server does not answer. {server.message}</p>
        <button type="button" className="quiet" onClick={() => server.retry()}>Try again</button>
      </div>
    );
  }
  return (
    <form
      className="notice"
      onSubmit={(event) => {
        event.preventDefault();
        server.retry(key);
      }}
    >
      <label htmlFor="key">This server wants a key. It is traded for short-lived tickets, and stays in this page’s memory only.</label>
      <div className="row">
        <input id="key" type="password" autoComplete="off" value={key} onChange={(event) => setKey(event.target.value)} required />
        <button type="submit" className="primary">Open</button>
      </div>
      {server.message === undefined ? null : <p role="alert">{server.message}</p>}
    </form>
  );
}
