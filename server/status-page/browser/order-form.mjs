// @ts-check
/** The form to try an order: sent as any caller would, and answered in the same words. */
import { byId, element, say } from './elements.mjs';
import { fetchOrderSchema, showFields } from './order-fields.mjs';
import { quantity } from './words.mjs';

/** @typedef {import('../../answers.js').Prediction} Prediction */
/** @typedef {import('../../errors.js').Problem} Problem */
/** @typedef {import('./order-fields.mjs').Field} Field */

export class OrderForm {
  #form = byId('order-form', HTMLFormElement);
  #estimate = byId('estimate', HTMLOutputElement);
  /** Stays in this field: it is kept nowhere else. */
  #token = byId('token', HTMLInputElement);
  /** @type {readonly Field[]} */
  #fields = [];
  /** The version that the fields speak of. @type {number | undefined} */
  #version;
  #isFollowing = false;
  #sent = 0;

  constructor() {
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send();
    });
    this.#form.addEventListener('reset', () => {
      this.#sent += 1;
      this.#say();
      this.#clearFaults();
      setTimeout(() => this.#showCommand());
    });
    this.#form.addEventListener('input', () => this.#showCommand());
  }

  /**
   * Shows the fields for that version; what was typed stays.
   * @param {number | undefined} version
   */
  async follow(version) {
    if (this.#isFollowing && this.#version === version) return;
    this.#isFollowing = true;
    this.#version = version;
    try {
      this.#show(await fetchOrderSchema());
    } catch {
      // Asked for again with the next status.
      this.#isFollowing = false;
      if (this.#fields.length === 0)
        say(byId('order-fields', HTMLElement), 'The fields of an order cannot be had now.');
    }
  }

  /** @param {import('./order-fields.mjs').OrderSchema} schema */
  #show(schema) {
    const before = new Map(this.#fields.map(({ name, input }) => [name, input.value]));
    const focused = document.activeElement?.id ?? '';
    this.#fields = showFields(schema);
    for (const { name, input } of this.#fields) {
      input.value = before.get(name) ?? input.value;
      if (name === focused) input.focus();
    }
    this.#showCommand();
  }

  async #send() {
    this.#sent += 1;
    const sent = this.#sent;
    this.#clearFaults();
    const startedMs = performance.now();
    try {
      const response = await fetch('predict', { method: 'POST', headers: this.#headers, body: this.#body });
      const tookMs = performance.now() - startedMs;
      /** @type {Prediction | Problem} */
      const answer = await response.json();
      // Meanwhile another order was sent, or the form was reset.
      if (sent !== this.#sent) return;
      if ('code' in answer) this.#showProblem(answer);
      else this.#showMinutes(answer, response.headers.get('x-model-version') ?? '', tookMs);
    } catch (error) {
      if (sent === this.#sent)
        this.#say('bad', `There is no answer: ${error instanceof Error ? error.message : error}`);
    }
  }

  /**
   * @param {Prediction} answer
   * @param {string} version
   * @param {number} tookMs
   */
  #showMinutes({ estimated_delivery_minutes: minutes }, version, tookMs) {
    const told = element('b', {}, `${minutes} minutes`);
    this.#say('good', told, ` by version ${version}, ${quantity(tookMs)} ms there and back`);
  }

  /** @param {Problem} problem */
  #showProblem({ status, title, detail, errors = [] }) {
    const faulty = this.#fields.filter(({ name, input, fault }) => {
      const found = errors.find(({ path }) => path === `/${name}`);
      if (found === undefined) return false;
      input.setAttribute('aria-invalid', 'true');
      fault.textContent = `Allowed: ${found.allowed}. This is ${found.given}.`;
      return true;
    });
    const [first] = faulty;
    if (first !== undefined) ask(first.input);
    this.#say('bad', element('b', {}, `${status}: ${title}.`), ` ${detail}`);
    if (status === 401) ask(this.#token);
  }

  #clearFaults() {
    for (const { input, fault } of this.#fields) {
      input.removeAttribute('aria-invalid');
      fault.textContent = '';
    }
  }

  /**
   * @param {'good' | 'bad' | ''} kind
   * @param {...(Node | string)} words
   */
  #say(kind = '', ...words) {
    this.#estimate.className = `estimate ${kind}`;
    this.#estimate.replaceChildren(...words);
  }

  get #headers() {
    const token = this.#token.value.trim();
    return { 'content-type': 'application/json', ...(token !== '' && { authorization: `Bearer ${token}` }) };
  }

  /** An empty field is left out. What should be a number and is none goes as it is, for the server to say so. */
  get #body() {
    const filled = this.#fields.filter(({ input }) => input.value.trim() !== '');
    const entries = filled.map(({ name, isNumber, input }) => {
      const value = input.value.trim();
      return [name, isNumber && Number.isFinite(Number(value)) ? Number(value) : value];
    });
    return JSON.stringify(Object.fromEntries(entries));
  }

  #showCommand() {
    const wantsToken = this.#token.value.trim() !== '';
    const lines = [
      `curl -i ${new URL('predict', document.baseURI).href}`,
      "-H 'content-type: application/json'",
      ...(wantsToken ? ["-H 'authorization: Bearer TOKEN'"] : []),
      `-d '${this.#body.replaceAll("'", String.raw`'\''`)}'`,
    ];
    byId('command', HTMLElement).textContent = lines.join(' \\\n  ');
  }
}

/** @param {HTMLInputElement} input to be filled in, wherever it is */
function ask(input) {
  input.closest('details')?.setAttribute('open', '');
  input.focus();
}
