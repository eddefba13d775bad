/**
 * What goes missing or is mistyped in a sample row, in the shares and the company in which it happens in the public
 * data set. The minutes stay those of what really was, so a spoilt row is harder to estimate, as it is in life.
 */
import { type Random, Weighted } from './random.js';
import type { Delivery } from './sample-truth.js';

/** What is wrong with one row. */
export interface Dirt {
  /** Written as `NaN`. */
  readonly missing: {
    readonly age: boolean;
    readonly rating: boolean;
    readonly orderTime: boolean;
    readonly weather: boolean;
    readonly traffic: boolean;
    readonly multipleDeliveries: boolean;
    readonly festival: boolean;
    readonly cityType: boolean;
  };
  /** Age and rating that no rider has, written in place of the true ones. */
  readonly impossibleRider?: { readonly age: number; readonly rating: number };
  /** A vehicle noted in condition 3, which is only ever seen where the weather is missing. */
  readonly doubtfulVehicle?: string;
  /** A restaurant's coordinates with the wrong sign; the customer's keep theirs. */
  readonly negativeLatitude: boolean;
  readonly negativeLongitude: boolean;
}

/** Missing fields come in groups: a blank form has neither weather nor traffic nor time, mostly no rider either. */
type Form = 'filled' | 'blank' | 'no rider, no time' | 'no rider' | 'no rating';

const FORMS = new Weighted<Form>([
  ['filled', 95.64],
  ['no rider, no time', 2.42],
  ['blank', 1.36],
  ['no rider', 0.47],
  ['no rating', 0.11],
]);
/** Of the blank forms. */
const BLANK = { impossibleRider: 0.15, doubtfulVehicle: 0.81, trafficKept: 0.03 };
const IMPOSSIBLE_RIDERS = new Weighted<{ readonly age: number; readonly rating: number }>([
  [{ age: 50, rating: 6 }, 57],
  [{ age: 15, rating: 1 }, 43],
]);
const DOUBTFUL_VEHICLES = new Weighted<string>([
  ['electric_scooter', 36],
  ['scooter', 34],
  ['motorcycle', 17],
  ['bicycle', 13],
]);
const NEGATIVE_LATITUDE: Readonly<Record<Form, number>> = {
  filled: 0.004,
  blank: 0.27,
  'no rider, no time': 0.11,
  'no rider': 0.2,
  'no rating': 0.2,
};
/** Of the negative latitudes. */
const NEGATIVE_LONGITUDE = { blank: 0.75, otherwise: 0.2 };
const MULTIPLE_DELIVERIES_MISSING = 0.022;
const CITY_TYPE_MISSING = 0.026;
/** Whether there is a festival is left out of quick deliveries only, so that its absence tells something. */
const FESTIVAL_MISSING = { upToMinutes: 14, probability: 0.06 };

/** What is lost or mistyped of a delivery, in the shares of the public data set and in the same company. */
export function drawDirt(random: Random, delivery: Delivery): Dirt {
  const form = random.pick(FORMS);
  const blank = form === 'blank';
  const impossible = blank && random.chance(BLANK.impossibleRider);
  const doubtful = impossible || (blank && random.chance(BLANK.doubtfulVehicle));
  const riderMissing = (blank && !impossible) || form === 'no rider, no time' || form === 'no rider';
  const quick = delivery.minutes <= FESTIVAL_MISSING.upToMinutes;
  const negativeLatitude = delivery.restaurant.located && random.chance(NEGATIVE_LATITUDE[form]);
  const negativeLongitude =
    negativeLatitude && random.chance(blank ? NEGATIVE_LONGITUDE.blank : NEGATIVE_LONGITUDE.otherwise);
  return {
    missing: {
      age: riderMissing,
      rating: riderMissing || form === 'no rating',
      orderTime: blank || form === 'no rider, no time',
      weather: blank,
      traffic: blank && !random.chance(BLANK.trafficKept),
      multipleDeliveries: delivery.multipleDeliveries < 2 && random.chance(MULTIPLE_DELIVERIES_MISSING),
      festival: quick && !delivery.festival && random.chance(FESTIVAL_MISSING.probability),
      cityType: random.chance(CITY_TYPE_MISSING),
    },
    ...(impossible ? { impossibleRider: random.pick(IMPOSSIBLE_RIDERS) } : {}),
    ...(doubtful ? { doubtfulVehicle: random.pick(DOUBTFUL_VEHICLES) } : {}),
    negativeLatitude,
    negativeLongitude,
  };
}
