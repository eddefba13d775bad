/** Of a server with several processes, how many there are. */
import type { Processes } from '../answers.js';
import type { Metrics } from './prometheus.js';

/**
 * Registers how many processes there are, are wanted, and were replaced.
 * @param read gives how many there are and, since the start, how many took the place of one that had ended
 */
export function measureProcesses(metrics: Metrics, read: () => Processes & { readonly replaced: number }): void {
  metrics.gauge({
    name: 'food_eta_processes_wanted',
    help: 'Processes that are to answer.',
    labels: [],
    aggregate: 'max',
    read: () => [[{}, read().wanted]],
  });
  metrics.gauge({
    name: 'food_eta_processes_serving',
    help: 'Processes that answer with a model.',
    labels: [],
    aggregate: 'max',
    read: () => [[{}, read().serving]],
  });
  metrics.counter({
    name: 'food_eta_process_replacements_total',
    help: 'Starts of a process in the place of one that had ended or did not start, rolling restarts not among them.',
    labels: [],
    read: () => [[{}, read().replaced]],
  });
}
