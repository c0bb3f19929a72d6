import { fork } from 'node:child_process';
import { supervise } from './supervisor.js';

// This process only watches over the one that does the work, so that a crash ends in a restart and not in silence.
await supervise(() => fork(new URL('./server.js', import.meta.url), process.argv.slice(2), { stdio: 'inherit' }));
