import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A real SMTP server on loopback that keeps what it accepts. `answer` decides; an Error with `responseCode` refuses. */
export async function startMailServer(answer: (mail: Email) => Error | null = () => null): Promise<{ url: string; mails: Email[]; stop(): Promise<void> }> {
  const mails: Email[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        PostalMime.parse(Buffer.concat(chunks)).then((mail) => {
          const refusal = answer(mail);
          if (refusal === null) mails.push(mail);
          done(refusal);
        }, done);
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
