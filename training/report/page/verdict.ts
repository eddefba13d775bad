/** Whether something passed, as a sign, a word and a colour: each says it alone. */
import { type Html, html } from '../html.js';

/** @param passed undefined where it is not decided yet */
export function verdict(passed: boolean | undefined): Html {
  if (passed === undefined) return html`<span class="soft">○ at promotion</span>`;
  return passed ? html`<span class="pass">✓ pass</span>` : html`<span class="fail">✗ fail</span>`;
}
