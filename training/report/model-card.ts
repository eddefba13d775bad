/**
 * The model card (Mitchell et al., Model Cards for Model Reporting, 2019): what a version is for, what it learned from,
 * how far it is right, and what it is not for. It is made from the version's own files, knows no number and no rival,
 * and so can travel with them.
 */
import { LATITUDE, LONGITUDE } from '../../features/order.js';
import { errorOfMedian } from './dimensions.js';
import { type Block, markdown, type Section } from './document.js';
import { dataSection } from './model-card-data.js';
import { metricsSection } from './model-card-metrics.js';
import { count, fixed, percent } from './numbers.js';
import { withinOf } from './report-data.js';
import type { TrainedModel } from './trained-model.js';

/** The card as a text in sections, which is written as Markdown and within the page. */
export interface ModelCard {
  readonly title: string;
  /** The most important of it, before all sections. */
  readonly lead: readonly Block[];
  readonly sections: readonly Section[];
}

/** Its name among the files of a version. */
export const MODEL_CARD_FILE = 'model-card.md';

/** What stands before everything that is told of a model that was trained on invented orders. */
export const SAMPLE_WARNING =
  'SAMPLE DATA. This model was trained and judged on invented orders. Its figures show that the machinery works and say ' +
  'nothing about real deliveries. Do not show its estimates to anybody.';

/** Features that tell of the rider rather than of the delivery. */
const OF_THE_RIDER = ['rider_age', 'rider_rating'];

/** The same for the same files of a version, whenever it is asked. */
export function modelCard(model: TrainedModel): ModelCard {
  const { name, evaluation } = model;
  return {
    title: `Model card: ${name}`,
    lead: evaluation.data === 'sample' ? [{ paragraph: SAMPLE_WARNING }] : [],
    sections: [
      modelSection(model),
      { title: 'Intended use', blocks: intendedUse(model) },
      { title: 'What it must not be used for', blocks: [{ list: misuses(model) }] },
      dataSection(model),
      metricsSection(model),
      { title: 'Limits', blocks: [{ list: limits(model) }] },
    ],
  };
}

/** The text of `model-card.md`. */
export function modelCardMarkdown({ title, lead, sections }: ModelCard): string {
  return markdown(title, lead, sections);
}

function modelSection({ params, evaluation, commit }: TrainedModel): Section {
  const { CatBoost_Regressor: boost, RandomForest_Regressor: forest, Meta_Model: meta } = params.model_training;
  return {
    title: 'The model',
    blocks: [
      {
        paragraph:
          'It estimates how many minutes pass from an order to its delivery, one number an order. CatBoost ' +
          `(${told(boost['iterations'])} trees, depth ${told(boost['depth'])}) and a random forest (${told(forest['n_estimators'])} trees, depth ` +
          `${told(forest['max_depth'])}) see all features; a ${meta.name} puts their two estimates together, fitted on predictions for orders ` +
          'that the two had not seen. It is one ONNX graph, features [rows, columns] to minutes [rows, 1], float32.',
      },
      { paragraph: `Its features, in the order of the columns: ${params.features.join(', ')}.` },
      {
        paragraph: `Graph: SHA-256 ${evaluation.model_sha256}. ${commitTold(commit)}`,
      },
    ],
  };
}

function commitTold(commit: string): string {
  if (commit === 'unknown')
    return 'Made outside a checkout, so that no commit of this project can be named. The parameters are in params.json of the version.';
  const [hash = '', dirty] = commit.split('-');
  const changes = dirty === undefined ? '' : ' with changes that were not committed';
  return `Made by commit ${hash}${changes}; it has the versions of all libraries. The parameters are in params.json of the version.`;
}

function told(value: unknown): string {
  return value === undefined ? 'by default' : String(value);
}

function intendedUse({ test }: TrainedModel): Block[] {
  const late = test.residuals.filter((residual) => residual < 0).length / test.residuals.length;
  return [
    {
      paragraph:
        'To tell customers and planners of a food delivery platform, when an order is placed, about how long it will take. ' +
        'The estimate lies in the middle of what may happen and is no bound: ' +
        `${percent(late)} of the test orders took longer than estimated. Who promises a time adds what the distribution of the residuals says.`,
    },
  ];
}

function misuses({ evaluation, params }: TrainedModel): string[] {
  const personal = OF_THE_RIDER.filter((name) => params.features.includes(name));
  return [
    ...(evaluation.data === 'sample'
      ? ['Anything but trying out the software: it was trained on invented orders.']
      : []),
    'To judge, pay, choose or dismiss riders' +
      (personal.length === 0
        ? '.'
        : `: ${personal.join(' and ')} ${personal.length === 1 ? 'is' : 'are'} among its features, so its estimates differ by who ` +
          'rides. They tell what was so in the data, not what a person can do, nor why.'),
    'As a promise or an upper bound, in contracts or penalties: it gives no interval, and some deliveries take much longer.',
    'Where a life or health depends on the time, as for medicine.',
    `In other countries, for other vehicles or other goods than in its data; requests outside latitude ${LATITUDE.minimum} to ` +
      `${LATITUDE.maximum} and longitude ${LONGITUDE.minimum} to ${LONGITUDE.maximum} degrees are refused.`,
    'To learn causes: what it leans on goes together with long deliveries and need not bring them about.',
  ];
}

function limits({ test, evaluation: { all, complete } }: TrainedModel): string[] {
  const [within] = withinOf(test.residuals, [5]);
  const late = test.residuals.filter((residual) => residual < -5).length / test.residuals.length;
  return [
    `${percent(within?.share ?? Number.NaN)} of the test orders were predicted to within 5 min; ${percent(late)} took over 5 min longer than predicted. ` +
      `The largest error is ${fixed(all.largest_error, 1)} min.`,
    `The same ${count(all.rows)} orders, each told their median, would be wrong by ${fixed(errorOfMedian(test.actual), 2)} min in the mean; the model is wrong by ${fixed(all.mae, 2)}.`,
    `With inputs missing it still answers, less well: mean absolute error ${fixed(complete.mae, 2)} min where nothing is missing, ` +
      `${fixed(all.mae, 2)} over all. A word that was not in the training rows counts as missing.`,
    'It knows no weather or traffic but what the order says, no preparation time of the restaurant, and nothing that happens after the order.',
    'Test orders are of the same days and places as those for training. In a new city or another season it may do worse: ' +
      'compare its estimates with what happens, and train again.',
  ];
}
