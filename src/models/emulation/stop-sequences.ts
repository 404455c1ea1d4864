// Stop sequences for a route that has none: the text is cut here. The model writes on unheard.

import { StopSequences } from '../../protocol/stream/stop-sequences.ts';
import { createLosses } from '../families/losses.ts';
import type { Emulation } from './emulation.ts';
import { createTextStage } from './text-stage.ts';

export const stopSequences: Emulation = {
  isNeeded: ({ inferenceConfig }) => (inferenceConfig?.stopSequences ?? []).length > 0,
  apply(request) {
    const losses = createLosses();
    const { stopSequences: _stop, ...inferenceConfig } = request.inferenceConfig ?? {};
    losses.add(
      'inferenceConfig.stopSequences',
      'emulated',
      'the model has none: its text is cut, and the tokens after that still count',
    );
    return { value: { ...request, inferenceConfig }, losses: losses.list };
  },
  createStage({ inferenceConfig }) {
    const sequences = inferenceConfig?.stopSequences ?? [];
    let stop = new StopSequences(sequences);
    let matched = false;
    return createTextStage({
      text(text, writer) {
        if (matched) return;
        writer.text(stop.push(text));
        matched = stop.matched !== undefined;
      },
      close(writer) {
        if (matched) return;
        writer.text(stop.end());
        matched = stop.matched !== undefined;
        stop = new StopSequences(sequences);
      },
      stopReason: (stopReason) => (matched ? 'stop_sequence' : stopReason),
    });
  },
};
