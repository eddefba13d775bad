/** `npm run bench`: drives the real server and the bare reference, and says how they compare. */
import { isProgram, runProgram } from '../config/command.js';
import { ConfigError } from '../config/errors.js';
import { readBenchArguments } from './arguments.js';
import { heldTo } from './held-to.js';
import { GeneratorFailed } from './load/generator.js';
import { WrkFailed } from './load/wrk.js';
import { QUICK, THOROUGH } from './points.js';
import { ProgramDidNotStart } from './processes/program.js';
import { onnxRowCost } from './references/onnx-row-cost.js';
import type { ScenarioResult } from './scenario.js';
import { SCENARIOS } from './scenarios.js';
import { ServerDidNotStart } from './server-process.js';
import { onStage } from './stage.js';
import { formatHeldTo, formatPoints } from './table.js';

const SECONDS = { thorough: 2, quick: 1 };

async function main(): Promise<number> {
  const args = readBenchArguments(
    process.argv.slice(2),
    SCENARIOS.map(({ name }) => name),
  );
  const say = (line: string): void => console.error(line);
  const seconds = args.seconds ?? (args.quick ? SECONDS.quick : SECONDS.thorough);
  const repeating = args.quick ? QUICK : THOROUGH;
  const chosen = SCENARIOS.filter(({ name }) => args.scenarios.length === 0 || args.scenarios.includes(name));
  return onStage({ ...args, say }, async (stage) => {
    const results: ScenarioResult[] = [];
    for (const scenario of chosen) {
      const result = await scenario.run({ ...stage, seconds, repeating, say });
      results.push(result);
      console.log(`\n${scenario.name}: ${scenario.about}`);
      if (result.points.length > 0) console.log(formatPoints(result.points));
      for (const note of result.notes) console.log(`  ${note}`);
    }
    const onnxRowUs = stage.modelFile === undefined ? undefined : await onnxRowCost(stage.modelFile, seconds / 2);
    if (onnxRowUs !== undefined)
      console.log(`\nOne row of ONNX Runtime at batch 32: ${onnxRowUs.toFixed(2)} us of CPU`);
    console.log(`\n${formatHeldTo(heldTo(results, onnxRowUs))}`);
    return 0;
  });
}

if (isProgram(import.meta.url)) {
  await runProgram(main, [ConfigError, ServerDidNotStart, ProgramDidNotStart, WrkFailed, GeneratorFailed]);
}
