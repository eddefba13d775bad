/**
 * The order: the one typed record that a request body and a cleaned training row both become.
 * Its 18 fields carry the names of the public data set. The schema is the wire contract; the types follow from it.
 */
import Type from 'typebox';

/** A day of the month that exists, dd-mm-yyyy, leap years included. */
export const CALENDAR_DATE = (() => {
  const anyMonthDay = '(?:0[1-9]|1[0-9]|2[0-8])-(?:0[1-9]|1[0-2])';
  const longMonthDay = '(?:29|30)-(?:0[13-9]|1[0-2])|31-(?:0[13578]|1[02])';
  const year = '[0-9]{4}';
  const leapYear = '(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';
  return `^(?:(?:${anyMonthDay}|${longMonthDay})-${year}|29-02-${leapYear})$`;
})();

/** `HH:MM`, `HH:MM:SS`, or a fraction of a day as spreadsheets write it (`0.833333333` is 20:00, `1` is midnight). */
const timeOfDay = '^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?|0(?:\\.[0-9]+)?|1(?:\\.0+)?)$';

/** Latitudes and longitudes of India, degrees: what the model has seen and what a request may name. */
export const LATITUDE = { minimum: 6, maximum: 38 };
/** Longitudes of India, degrees east. */
export const LONGITUDE = { minimum: 68, maximum: 98 };
/** Riders younger than this, in years, or rated outside the scale are taken for typing errors. */
export const RIDER_AGE_MINIMUM = 18;
/** Stars, both ends allowed. */
export const RIDER_RATING = { minimum: 1, maximum: 5 };

/** What a field is, for people; what is allowed in it stands in the schema's `description`. */
interface Meaning {
  readonly title: string;
  readonly 'x-unit'?: string;
}

const optional = <T extends Type.TSchema>(meaning: Meaning, schema: T) =>
  Type.Optional(Type.Union([schema, Type.Null()], { ...meaning, description: schemaDescription(schema) }));

function schemaDescription(schema: Type.TSchema): string {
  const { description }: { description?: string } = schema;
  return `${description}, or null`;
}

const degrees = (title: string, range: { readonly minimum: number; readonly maximum: number }) =>
  Type.Number({
    title,
    'x-unit': 'degrees',
    ...range,
    description: `a number of degrees from ${range.minimum} to ${range.maximum}`,
  });
const text = Type.String({ description: 'a string' });
const count = Type.Integer({ minimum: 0, description: 'a whole number, 0 or more' });

/** One order as it comes over the wire. Keys that are not named here are ignored. */
export const Order = Type.Object({
  ID: optional({ title: 'Identifier of the order' }, text),
  Delivery_person_ID: optional({ title: 'Identifier of the rider' }, text),
  Delivery_person_Age: optional(
    { title: 'Age of the rider', 'x-unit': 'years' },
    Type.Number({
      minimum: RIDER_AGE_MINIMUM,
      description: `a number of years, ${RIDER_AGE_MINIMUM} or more`,
    }),
  ),
  Delivery_person_Ratings: optional(
    { title: 'Mean rating of the rider', 'x-unit': 'stars' },
    Type.Number({
      ...RIDER_RATING,
      description: `a number from ${RIDER_RATING.minimum} to ${RIDER_RATING.maximum}`,
    }),
  ),
  Restaurant_latitude: degrees('Latitude of the restaurant', LATITUDE),
  Restaurant_longitude: degrees('Longitude of the restaurant', LONGITUDE),
  Delivery_location_latitude: degrees('Latitude of the customer', LATITUDE),
  Delivery_location_longitude: degrees('Longitude of the customer', LONGITUDE),
  Order_Date: optional(
    { title: 'Day on which the order was placed', 'x-unit': 'local calendar day' },
    Type.String({ pattern: CALENDAR_DATE, description: 'a date that exists, as dd-mm-yyyy' }),
  ),
  Time_Orderd: optional(
    { title: 'Time at which the order was placed', 'x-unit': 'local time of day' },
    Type.Union([Type.String({ pattern: timeOfDay }), Type.Number({ minimum: 0, maximum: 1 })], {
      description: 'a time as HH:MM or HH:MM:SS, or a fraction of a day from 0 to 1 (number or string)',
    }),
  ),
  Weather_conditions: optional({ title: 'Weather when the order was placed' }, text),
  Road_traffic_density: optional({ title: 'How dense the traffic is' }, text),
  Vehicle_condition: optional({ title: 'Condition of the vehicle; 0 is the worst', 'x-unit': 'grade' }, count),
  Type_of_order: optional({ title: 'What was ordered' }, text),
  Type_of_vehicle: optional({ title: 'What the rider drives' }, text),
  multiple_deliveries: optional(
    { title: 'Other orders that the rider has on the same trip', 'x-unit': 'orders' },
    count,
  ),
  Festival: optional({ title: 'Whether there is a festival on that day' }, text),
  City: optional({ title: 'Kind of city' }, text),
});

/** What a request must carry: the four coordinates. */
export type Order = Type.Static<typeof Order>;

/** A field name of the order. */
export type OrderField = keyof Order;

/**
 * What training may know of an order: any field may be missing, the coordinates too. Where the data set has a
 * placeholder for the restaurant's place, it still tells how far the customer lives from it, in degrees.
 */
export type PartialOrder = { readonly [Field in OrderField]?: Order[Field] | null | undefined } & {
  readonly [Offset in OffsetField]?: number | null | undefined;
};

/** No fields of a request, which must carry both places. */
export const OFFSET_FIELDS = ['Offset_latitude', 'Offset_longitude'] as const;
type OffsetField = (typeof OFFSET_FIELDS)[number];

/** The 18 field names, in the order of the public data set. */
export const ORDER_FIELDS = Object.keys(Order.properties) as readonly OrderField[];
