import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import type { Context } from 'mocha';
import { projectRoot } from '../../core/paths.js';
import { eventually } from './eventually.js';
import { freePort } from './ports.js';

const dovecot = '/usr/sbin/dovecot';

/** A real IMAP server (Dovecot) for one user, with its mails in a folder of its own. */
export interface ImapServer {
  port: number;
  tlsPort: number;
  user: string;
  password: string;
  /** Puts a mail into the user's inbox, as a mail server delivers it. */
  deliver(raw: string | Buffer): Promise<void>;
  /** Asks as another program of the user. */
  ask<T>(work: (client: ImapFlow) => Promise<T>): Promise<T>;
  /** How many mails there are, and how many of them are marked as read. */
  counts(folder?: string): Promise<{ all: number; seen: number }>;
  /** Ends the server; it can be started again on the same ports, with the same mails. */
  halt(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts one, or skips the tests of a newcomer who has none. Where everything must be proven, that is a failure. */
export async function startImapServer(context: Context): Promise<ImapServer> {
  if (!existsSync(dovecot)) {
    const help = 'Dovecot is missing: install it with "apt-get install dovecot-imapd".';
    if (process.env['CI'] || process.env['PORTICO_TEST_DATABASE']) throw new Error(help);
    console.log(`      ${help} These tests are skipped.`);
    return context.skip();
  }
  const folder = mkdtempSync(join(tmpdir(), 'portico-imap-'));
  const [port, tlsPort] = [await freePort(), await freePort()];
  const owner = servant();
  for (const file of ['cert.pem', 'key.pem']) copyFileSync(join(projectRoot, 'test/fixtures/tls', file), join(folder, file));
  writeFileSync(join(folder, 'dovecot.conf'), configuration(folder, port, tlsPort, owner));
  mkdirSync(join(folder, 'mail'));
  for (const path of ['.', 'cert.pem', 'key.pem', 'dovecot.conf', 'mail']) chownSync(join(folder, path), owner.uid, owner.gid);
  let child: ChildProcess | null = null;
  const server: ImapServer = {
    ...{ port, tlsPort, user: 'support', password: 'secret-of-the-mailbox' },
    async deliver(raw) {
      await server.ask((client) => client.append('INBOX', raw));
    },
    async ask(work) {
      const client = new ImapFlow({
        ...{ host: '127.0.0.1', port, secure: false, doSTARTTLS: false, logger: false, disableAutoIdle: true },
        auth: { user: server.user, pass: server.password },
      });
      await client.connect();
      try {
        await client.mailboxOpen('INBOX');
        return await work(client);
      } finally {
        await client.logout();
      }
    },
    counts: (name = 'INBOX') =>
      server.ask(async (client) => {
        const { messages = 0, unseen = 0 } = (await client.status(name, { messages: true, unseen: true })) || {};
        return { all: messages, seen: messages - unseen };
      }),
    async halt() {
      const running = child;
      child = null;
      if (running === null || running.exitCode !== null) return;
      const ended = new Promise((resolve) => running.once('exit', resolve));
      running.kill();
      await ended;
    },
    async start() {
      child = spawn(dovecot, ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'ignore', ...(owner.drop ? { uid: owner.uid, gid: owner.gid } : {}) });
      await eventually(() => answers(port), 'Dovecot to answer');
    },
    async stop() {
      await server.halt();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  await server.start();
  return server;
}

/** Dovecot wants no root: root runs it as nobody, everybody else as themselves. */
function servant(): { name: string; group: string; uid: number; gid: number; drop: boolean } {
  const { uid, gid, username } = userInfo();
  if (uid !== 0) return { name: username, group: execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim(), uid, gid, drop: false };
  const number = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { name: 'nobody', group: execFileSync('id', ['-gn', 'nobody'], { encoding: 'utf8' }).trim(), uid: number('-u'), gid: number('-g'), drop: true };
}

function configuration(folder: string, port: number, tlsPort: number, { name, group }: { name: string; group: string }): string {
  return `
base_dir = ${folder}/base
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = no
default_internal_user = ${name}
default_internal_group = ${group}
default_login_user = ${name}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:${folder}/mail/%u
mail_max_userip_connections = 50
namespace inbox {
  inbox = yes
  mailbox Done {
    auto = create
  }
}
passdb {
  driver = static
  args = password=secret-of-the-mailbox
}
userdb {
  driver = static
  args = uid=${name} gid=${group} home=${folder}/home/%u
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tlsPort}
  }
}
service anvil {
  chroot =
}
`;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
