/** What a stage of the pipeline is, and what it is given. */
import type { Environment } from '../config/environment.js';
import type { Params } from '../config/params.js';
import type { PipelineFiles } from './files.js';

/** What every stage is given. Of `params` each uses a part, which `dvc.yaml` names. */
export interface PipelineContext {
  readonly environment: Environment;
  readonly params: Params;
  readonly files: PipelineFiles;
  /** The CSV file of raw orders; read by `clean` only and never changed. */
  readonly data: string;
  /** When the command was started that the stages run in. */
  readonly startedAt: Date;
  /** Tells the person at the terminal what is going on, a line at a time. */
  readonly say: (line: string) => void;
}

/** A step of the pipeline that can be run by itself, on files that earlier ones have left. */
export interface Stage {
  readonly name: string;
  /** One line for the list of stages. */
  readonly purpose: string;
  run(context: PipelineContext): Promise<void>;
}
