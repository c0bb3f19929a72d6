import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A real SMTP server on loopback that keeps what it accepts. `answer` decides; an Error with `responseCode` refuses. */
export async function startMailServer(answer: (mail: Email) => Error | null = () => null): Promise<{ url: string; mails: Email[]; stop(): Promise<void> }> {
  const mails: Email[] = [];
  const receive = async (bytes: Buffer): Promise<Error | null> => {
    const mail = await PostalMime.parse(bytes);
    const refused = answer(mail);
    if (refused === null) mails.push(mail);
    return refused;
  };
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    // The sender keeps its connection open for the next mail; nobody waits for that here.
    closeTimeout: 50,
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        void receive(Buffer.concat(chunks)).then(done);
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as { port: number };
  return { url: `smtp://127.0.0.1:${port}`, mails, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}

export function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}
