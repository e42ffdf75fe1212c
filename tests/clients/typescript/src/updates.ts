// Server-sent events over fetch: EventSource cannot send Authorization. Reconnects with the last id it has seen.
export interface Update {
  id: string;
  event: string;
  data: string;
}

export type Open = (lastEventId: string | undefined, signal: AbortSignal) => Promise<Response>;

const WAIT_MS = 2000;

async function* blocks(body: ReadableStream<Uint8Array>): AsyncGenerator<Map<string, string>> {
  let kept = "";
  for await (const text of body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)) {
    const parts = (kept + text).split("\n\n");
    kept = parts.pop() ?? "";
    for (const part of parts) {
      yield new Map(
        part
          .split("\n")
          .filter((line) => !line.startsWith(":"))
          .map((line): [string, string] => {
            const [name = "", ...rest] = line.split(": ");
            return [name, rest.join(": ")];
          }),
      );
    }
  }
}

export class Updates {
  lastEventId: string | undefined;

  constructor(private readonly open: Open) {}

  // Yields every update, through breaks of the connection; ends when the signal says so.
  async *all(signal: AbortSignal): AsyncGenerator<Update> {
    let wait = WAIT_MS;
    while (!signal.aborted) {
      try {
        const answer = await this.open(this.lastEventId, signal);
        if (answer.status !== 200 || answer.body === null) throw new Error(`no stream: ${answer.status}`);
        for await (const block of blocks(answer.body)) {
          wait = Number(block.get("retry") ?? wait);
          const id = block.get("id");
          if (id === undefined) continue;
          this.lastEventId = id;
          const event = block.get("event");
          if (event !== undefined) yield { id, event, data: block.get("data") ?? "" };
        }
      } catch (error) {
        if (signal.aborted) return;
        console.error(String(error));
      }
      await new Promise((done) => setTimeout(done, wait * (0.5 + Math.random())));
    }
  }

  // Waits until the stream has told where it stands, so that nothing later is missed.
  async begun(): Promise<void> {
    const stop = new AbortController();
    const answer = await this.open(undefined, stop.signal);
    if (answer.body === null) throw new Error(`no stream: ${answer.status}`);
    for await (const block of blocks(answer.body)) {
      this.lastEventId = block.get("id");
      if (this.lastEventId !== undefined) break;
    }
    stop.abort();
  }
}
