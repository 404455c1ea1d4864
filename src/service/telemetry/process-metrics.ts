// The numbers of the process itself: memory, processor time, and how late its event loop is.

import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Meter } from '@opentelemetry/api';

/** Returns what stops the watch over the event loop. */
export function observeProcess(meter: Meter): () => void {
  meter
    .createObservableGauge('process.resident_memory.bytes', {
      description: 'Memory that the process takes.',
    })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
  meter
    .createObservableCounter('process.cpu.seconds', {
      description: 'Processor time of the process, user and system.',
    })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe((user + system) / 1e6);
    });
  return observeEventLoop(meter);
}

const percentiles = [50, 90, 99];

/** Since the reading before. */
function observeEventLoop(meter: Meter): () => void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  meter
    .createObservableGauge('nodejs.eventloop.delay.seconds', {
      description: 'How late the event loop is, by percentile, since the last reading.',
    })
    .addCallback((result) => {
      for (const percentile of percentiles) {
        const seconds = delay.percentile(percentile) / 1e9;
        result.observe(seconds, { quantile: String(percentile / 100) });
      }
      delay.reset();
    });
  return () => void delay.disable();
}
