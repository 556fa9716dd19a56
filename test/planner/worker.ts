import { parentPort, workerData } from 'node:worker_threads';
import { runPlanner } from './planner.ts';

parentPort?.postMessage(await runPlanner(workerData as { from: number; runs: number }));
