import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { define as defineCalibrate } from '../route/calibrate.ts';
import { define as defineSimulate } from '../route/simulate.ts';
import { define as defineServe } from './route-serve.ts';

export function define(command: Command, io: Io): void {
  command.description('Split requests between a small model and a large one: find the threshold on your own log, replay a policy, run it.');
  defineCalibrate(command.command('calibrate'), io);
  defineSimulate(command.command('simulate'), io);
  defineServe(command.command('serve'), io);
}
