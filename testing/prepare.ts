/** Trains the model that the tests share, before they run side by side. */
import { trainedProject } from './trained-project.js';

await trainedProject();
