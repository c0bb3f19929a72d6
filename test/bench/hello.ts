import express from 'express';
import type { AddressInfo } from 'node:net';

/** The yardstick: a bare Express application that says hello. */
const server = express()
  .get('/', (_req, res) => void res.send('hello'))
  .listen(0, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
process.on('disconnect', () => process.exit(0));
