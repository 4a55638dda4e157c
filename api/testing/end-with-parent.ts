// Imported first by a process that a test starts: it ends when whoever holds the other end of its input is gone, however that ended.
import type { Socket } from 'node:net';

const input = process.stdin as Socket;
input.once('close', () => process.kill(process.pid, 'SIGKILL'));
input.resume();
// It alone keeps nobody running.
input.unref();
